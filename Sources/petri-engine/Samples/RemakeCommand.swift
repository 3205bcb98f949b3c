import ArgumentParser
import Command
import Datasets
import Engine
import Foundation
import Imaging
import Runs

/// `petri remake`: samples again, from what their set knows of them.
struct RemakeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remake",
        abstract: EngineWord.remake.abstract,
        discussion: """
            Each image is made from its mask, style and seed by the checkpoint that made it first; on the same machine \
            the file is the same to the byte. Says which are not. With --out the images are written to a folder; \
            without, they are only compared with those of the set.

            EXAMPLE
              petri remake synthetic
              petri remake synthetic 0007.png --out again
            """)

    @Argument(help: "The sample set.")
    var set: String

    @Argument(help: "Names of samples, with or without their ending; none: all.")
    var names: [String] = []

    @Option(help: "A folder for the images.")
    var out: String?

    @Flag(help: "Write over images that are there.")
    var force = false

    @OptionGroup var device: DeviceOption

    func run() throws {
        try explaining {
            Interruption.watch()
            let set = try SampleSet.open(set)
            let all = try set.samples()
            let known = Set(all.map(\.name))
            let wanted = Set(names.map { SampleSet.fileName($0, among: known) })
            if let name = wanted.subtracting(known).min() { throw InputError(set.path, "has no sample \(name)") }
            let chosen = wanted.isEmpty ? all : all.filter { wanted.contains($0.name) }
            if let out { try OutputFolder.prepare(out, for: chosen.map(\.name), force: force) }
            let scratch = try out ?? Self.temporaryFolder()
            defer { if out == nil { try? FileManager.default.removeItem(atPath: scratch) } }
            let progress = ProgressLine("Making again", total: chosen.count, unit: "samples")
            var different: [String] = []
            var synthesis: [String: Synthesis] = [:]
            for (index, sample) in chosen.enumerated() {
                if Interruption.received != nil { throw Interrupted() }
                let key = sample.run + "\n" + sample.checkpointDigest
                let maker = try synthesis[key] ?? Self.synthesis(of: sample, device: device)
                synthesis[key] = maker
                let style = LatentStyle(latents: sample.style, source: sample.styleSource)
                guard style.isValid else { throw InputError(set.path, "knows no style of \(sample.name)") }
                let labels = try LabelImage.read(set.maskPath(of: sample))
                let path = scratch + "/" + sample.name
                try ImageFile.write(maker.image(for: labels, style: style, seed: sample.seed), to: path)
                if try fingerprint(ofFile: path) != fingerprint(ofFile: set.imagePath(of: sample)) {
                    different.append(sample.name)
                }
                if out == nil { unlink(path) }
                progress.update(index + 1)
            }
            progress.finish()
            guard different.isEmpty else {
                throw InputError(
                    set.path, "\(different.count) of \(chosen.count) came out otherwise, first \(different[0])",
                    advice: "the set's images were changed, or made on another machine")
            }
            print("\(chosen.count) made again, to the byte")
        }
    }

    /// The generator that made a sample.
    private static func synthesis(of sample: Sample, device: DeviceOption) throws -> Synthesis {
        let choice: CheckpointChoice = sample.checkpoint.hasPrefix("best") ? .best : .latest
        let trained = try TrainedRun(RunDirectory.open(sample.run), choice: choice, device: device.resolve())
        guard try fingerprint(ofFile: trained.checkpointPath) == sample.checkpointDigest else {
            throw InputError(
                trained.checkpointPath, "is not the checkpoint that made \(sample.name): the run went on since",
                advice: "generate a new set")
        }
        return try trained.synthesis()
    }

    private static func temporaryFolder() throws -> String {
        var path = Array((NSTemporaryDirectory() + "/petri-remake-XXXXXX").utf8CString)
        guard mkdtemp(&path) != nil else {
            throw InputError(NSTemporaryDirectory(), "cannot be written to: \(String(cString: strerror(errno)))")
        }
        return String(decoding: path.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
