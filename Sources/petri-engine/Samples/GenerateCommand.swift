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
            Writes images/, masks/ (16-bit labels) and samples.sqlite, which says where each sample came from and how it \
            scores. Masks are used in turn, each time with another style; images are of the masks' sizes, large ones \
            made in overlapping tiles. The folder is a data set: `petri train` reads it. Interrupted, the same command \
            goes on where it was. Several processes (torchrun, srun) share the samples.

            Styles: random (numbers as they fall), bank (between those of two training images), mixed (one style for \
            the coarse, another for the fine levels), NAME (one that was kept, or a training image's), A:B (anywhere \
            between two) or A:B:0.3 (so far from A to B). Without --style: bank where the run learned styles, else \
            random.

            EXAMPLE
              petri generate my-run --masks my-data --count 40 --out synthetic --seed 1
              petri masks my-data --density 2 --count 100 --out dense
              petri generate my-run --masks dense --count 200 --style mixed --out dense-samples
            """)

    @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
    var folder: String

    @Option(help: "A data set, or a folder of label images.")
    var masks: String

    @Option(help: "How many samples.")
    var count: Int

    @Option(help: "A new folder for the samples, or one that was begun with the same options.")
    var out: String

    @Option(help: "The seed of styles and noise.")
    var seed: UInt64 = 42

    @Option(help: "random, bank, mixed, NAME, A:B or A:B:0.3; see above.")
    var style: String?

    @Option(help: "Which checkpoint: latest or best.")
    var checkpoint = CheckpointChoice.latest

    @Flag(inversion: .prefixedNo, help: "Score every sample.")
    var scores = true

    @OptionGroup var device: DeviceOption

    func validate() throws {
        guard count >= 1, count <= 1_000_000 else { throw ValidationError("--count must be between 1 and 1000000.") }
    }

    func run() throws {
        try explaining {
            Interruption.watch()
            let choice = try style.map(StyleChoice.init)
            let environment = try RankEnvironment()
            let trained = try TrainedRun(
                RunDirectory.open(folder), choice: checkpoint, device: device.resolve(for: environment))
            let synthesis = try trained.synthesis()
            let sources = try LabelSet(masks).items
            guard !sources.isEmpty else { throw InputError(masks, "holds no label images") }
            // A style that is not there shows before there is a folder.
            var trial = SeededGenerator(seed: seed)
            _ = try synthesis.bank.draw(choice, using: &trial)
            let request = GenerationRequest(
                run: folder.absolutePath, checkpoint: URL(fileURLWithPath: trained.checkpointPath).lastPathComponent,
                checkpointDigest: try fingerprint(ofFile: trained.checkpointPath), masks: masks.absolutePath,
                count: count, seed: seed, style: style)
            let judge = scores ? try SampleJudge(trained) : nil
            let maker = SampleMaker(
                request: request, choice: choice, synthesis: synthesis, sources: sources, judge: judge, folder: out)
            // No tensors go between the processes.
            try Ranks.together(environment, on: .cpu) { ranks in
                if let ranks, !ranks.isFirst { return try help(maker, ranks) }
                try make(maker, in: SampleSet.begin(out, for: request), ranks)
            }
        }
    }

    /// Makes this process's samples for rank 0, which has the database.
    private func help(_ maker: SampleMaker, _ ranks: Ranks) throws {
        ranks.worksInPieces()
        let done = Set(try ranks.wait(for: "done", keeping: true).split(separator: "\n").map(String.init))
        for index in 0..<count where ranks.has(index) && !done.contains(maker.request.name(of: index)) {
            try ranks.check()
            var sample = try maker.sample(index)
            // JSON has no other numbers, and the database keeps none.
            sample.scores = sample.scores.filter(\.value.isFinite)
            try ranks.put(String(decoding: JSONEncoder().encode(sample), as: UTF8.self), at: "\(index)")
        }
    }

    /// Makes the samples, those of other processes by them, and writes down all in their order.
    private func make(_ maker: SampleMaker, in set: SampleSet, _ ranks: Ranks?) throws {
        let done = Set(try set.samples(withStyles: false).map(\.name))
        ranks?.worksInPieces()
        try ranks?.put(done.joined(separator: "\n"), at: "done")
        let progress = ProgressLine("Generating", total: count, unit: "samples")
        if !done.isEmpty { StandardError.write("petri: \(done.count) of \(count) samples are there already\n") }
        do {
            for index in 0..<count where !done.contains(maker.request.name(of: index)) {
                if Interruption.received != nil { throw Interrupted() }
                if let ranks, !ranks.has(index) {
                    let text = try ranks.wait(for: "\(index)")
                    try set.add([JSONDecoder().decode(Sample.self, from: Data(text.utf8))])
                } else {
                    try set.add([maker.sample(index)])
                }
                progress.update(index + 1)
            }
        } catch is Interrupted {
            StandardError.write("\nInterrupted; the same command goes on.\n")
            throw Interrupted()
        }
        progress.finish()
    }
}

/// Makes the samples of a request, each by its number.
private struct SampleMaker {
    let request: GenerationRequest
    let choice: StyleChoice?
    let synthesis: Synthesis
    let sources: [LabelSet.Item]
    let judge: SampleJudge?
    /// The set's.
    let folder: String

    /// Writes a sample's image and mask.
    func sample(_ index: Int) throws -> Sample {
        let source = sources[index % sources.count]
        let labels = try source.labels()
        var random = SeededGenerator(seed: request.seed, part: UInt64(index))
        let noise = random.next()
        let style = try synthesis.bank.draw(choice, using: &random)
        let image = try synthesis.image(for: labels, style: style, seed: noise)
        var sample = Sample(
            name: request.name(of: index), run: request.run, checkpoint: request.checkpoint,
            checkpointDigest: request.checkpointDigest, seed: noise, style: style.latents,
            styleSource: style.source, maskSource: source.files.paths.first ?? source.name, width: labels.width,
            height: labels.height, created: Date())
        try judge?.score(&sample, image, labels)
        try labels.write(to: "\(folder)/masks/\(sample.name)")
        try ImageFile.write(image, to: "\(folder)/images/\(sample.name)")
        return sample
    }
}

/// Scores samples by their run and what it was trained on.
struct SampleJudge {
    private let scorer: SampleScorer
    private let pairs: [Pair]

    /// Where the training images are gone, says so and scores what needs none.
    init(_ trained: TrainedRun) throws {
        var pairs: [Pair] = []
        do {
            pairs = try trained.trainingPairs()
        } catch let error as InputError {
            StandardError.write("petri: no scores beside the training images: \(error)\n")
        }
        self.pairs = pairs
        scorer = try trained.scorer(
            training: pairs.map { try TrainingImage.read($0, channels: trained.settings.channels) })
    }

    func score(_ sample: inout Sample, _ image: Image, _ labels: LabelImage) throws {
        let verdict = try scorer.judge(image, labels)
        for (score, value) in verdict.scores { sample.scores[score.rawValue] = value }
        sample.nearest = verdict.nearest.map { pairs[$0].imagePath }
    }
}
