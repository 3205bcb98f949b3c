import ArgumentParser
import Command
import Datasets
import Engine
import Foundation
import Imaging
import Runs

/// `petri generate`: synthetic images for masks.
struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: EngineWord.generate.abstract,
        discussion: """
            Writes images/, masks/ (16-bit labels) and samples.sqlite, which says where each sample came from. Masks are \
            used in turn, each time with another style. The folder is a data set: `petri train` reads it.

            EXAMPLE
              petri generate my-run --masks my-data --count 40 --out synthetic --seed 1
            """)

    @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
    var folder: String

    @Option(help: "A data set, or a folder of label images.")
    var masks: String

    @Option(help: "How many samples.")
    var count: Int

    @Option(help: "A new folder for the samples.")
    var out: String

    @Option(help: "The seed of styles and noise.")
    var seed: UInt64 = 42

    @Option(help: "Which checkpoint: latest or best.")
    var checkpoint = CheckpointChoice.latest

    @OptionGroup var device: DeviceOption

    func validate() throws {
        guard count >= 1, count <= 1_000_000 else { throw ValidationError("--count must be between 1 and 1000000.") }
    }

    func run() throws {
        try explaining {
            Interruption.watch()
            let trained = try TrainedRun(RunDirectory.open(folder), choice: checkpoint, device: device.resolve())
            let synthesis = try trained.synthesis()
            let sources = try LabelSet(masks).items
            guard !sources.isEmpty else { throw InputError(masks, "holds no label images") }
            let set = try SampleSet.create(out)
            let digits = String(count).count
            let progress = ProgressLine("Generating", total: count, unit: "samples")
            for index in 0..<count {
                if Interruption.received != nil { throw Interrupted() }
                let source = sources[index % sources.count]
                let labels = try source.labels()
                var random = SeededGenerator(seed: seed, part: UInt64(index))
                let sampleSeed = random.next()
                let made = try synthesis.image(for: labels, seed: sampleSeed)
                let number = String(index + 1)
                let name = String(repeating: "0", count: digits - number.count) + number + ".png"
                let sample = Sample(
                    name: name, run: URL(fileURLWithPath: folder).standardizedFileURL.path,
                    checkpoint: URL(fileURLWithPath: trained.checkpointPath).lastPathComponent, seed: sampleSeed,
                    style: made.style, maskSource: source.files.paths.first ?? source.name, width: labels.width,
                    height: labels.height, created: Date())
                try labels.write(to: set.maskPath(of: sample))
                try ImageFile.write(made.image, to: set.imagePath(of: sample))
                try set.add([sample])
                progress.update(index + 1)
            }
            progress.finish()
        }
    }
}
