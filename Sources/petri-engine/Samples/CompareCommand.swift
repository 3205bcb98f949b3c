import ArgumentParser
import Command
import Datasets
import Engine
import Foundation
import Imaging
import Measures
import Runs

/// `petri compare`: a synthetic set beside a real one.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: EngineWord.compare.abstract,
        discussion: """
            Every distance stands beside the one that real images have among themselves on as many images: what is no \
            larger than that floor cannot be told from real by it. With a run (--run, or the one that made the samples) \
            its segmenter, its discriminator and its generator look at the images too. FID and KID are there when \
            pytorch-fid's Inception weights are given, and never replaced by anything else.

            EXAMPLE
              petri compare my-data/test synthetic
              petri compare my-data/test synthetic:accepted --json
              petri compare my-data/test synthetic --inception pt_inception-2015-12-05-6726825d.pth
            """)

    @Argument(help: "The real data set.")
    var real: String

    @Argument(help: "The synthetic one: a sample set, SET:accepted, or any data set.")
    var synthetic: String

    @Option(name: .customLong("run"), help: "The run whose networks look on (else: the one that made the samples).")
    var runFolder: String?

    @Option(help: "Which of its checkpoints: latest or best.")
    var checkpoint = CheckpointChoice.latest

    @Option(help: "Inception weights for FID and KID: pt_inception-2015-12-05-6726825d.pth, checked by its hash.")
    var inception: String?

    @Option(help: "At most so many images of each side, drawn by the seed.")
    var images: Int?

    @Option(help: "The seed of what is drawn.")
    var seed: UInt64 = 42

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var device: DeviceOption

    func validate() throws {
        guard images ?? 2 >= 1 else { throw ValidationError("--images must be at least 1.") }
    }

    func run() throws {
        try explaining {
            Interruption.watch()
            let source = SyntheticSource(synthetic)
            let set = try? SampleSet.open(source.path)
            var synthetics = try DataSet(source.path)
            if set != nil { synthetics = try synthetics.choosing(names: source.names()) }
            let sides = try [DataSet(real), synthetics].map { dataSet in
                try images.map { try dataSet.choosing($0, seed: seed) } ?? dataSet
            }
            var report = ComparisonReport(
                real: real, synthetic: synthetic,
                distributions: SetComparison(
                    real: try Self.measures(sides[0]), synthetic: try Self.measures(sides[1]), seed: seed))
            try addLearned(sides, set, to: &report)
            if let inception {
                report.inceptionFeatures = try inceptionFeatures(inception, sides)
            } else {
                for name in ["FID", "KID"] { report.absent[name] = "takes Inception's weights: --inception FILE" }
            }
            if json { try JSONText.print(report) } else { print(report.text) }
        }
    }

    /// FID and KID. Images count as the networks take them, each scaled from its least to its greatest value.
    private func inceptionFeatures(_ weights: String, _ sides: [DataSet]) throws -> CloudComparison {
        try PublishedWeights.inception.check(weights)
        if let few = sides.first(where: { $0.pairs.count < 2 }) {
            throw InputError(few.path, "has one image, but FID takes two on each side")
        }
        let network = try Inception(path: weights, device: device.resolve())
        let total = sides.reduce(0) { $0 + $1.pairs.count }
        let progress = ProgressLine("Inception", total: total, unit: "images", delay: .seconds(2))
        defer { progress.finish() }
        var done = 0
        let features = try sides.map { side in
            try side.pairs.map { pair in
                if Interruption.received != nil { throw Interrupted() }
                let image = try TrainingImage.read(pair)
                done += 1
                progress.update(done)
                return try network.features(of: image)
            }
        }
        return try CloudComparison("Inception v3, 2048 numbers", real: features[0], synthetic: features[1], seed: seed)
    }

    private static func measures(_ dataSet: DataSet) throws -> [PairMeasures] {
        let progress = ProgressLine(
            "Measuring \(dataSet.path.printable)", total: dataSet.pairs.count, unit: "images", delay: .seconds(2))
        defer { progress.finish() }
        @Sendable func measured(_ pair: Pair) throws -> PairMeasures {
            if Interruption.received != nil { throw Interrupted() }
            let (image, mask) = try pair.read()
            return PairMeasures(image, labels: mask.labels)
        }
        return try concurrentMap(dataSet.pairs, progress: { progress.update($0) }, measured)
    }

    /// Adds what networks make of the images.
    private func addLearned(_ sides: [DataSet], _ set: SampleSet?, to report: inout ComparisonReport) throws {
        let made = try set?.request()?.run ?? set?.samples(withStyles: false).first?.run
        if let folder = runFolder ?? made.flatMap({ RunDirectory.isRun($0) ? $0 : nil }) {
            let trained = try TrainedRun(RunDirectory.open(folder), choice: checkpoint, device: device.resolve())
            report.run = folder
            let read = try sides.map { side in
                try side.pairs.map { try TrainingImage.read($0, channels: trained.settings.channels) }
            }
            let progress = ProgressLine(
                "Comparing", total: read[0].count + read[1].count, unit: "images", delay: .seconds(2))
            try trained.compare(real: read[0], synthetic: read[1], into: &report) { done in
                if Interruption.received != nil { throw Interrupted() }
                progress.update(done)
            }
            progress.finish()
        } else {
            let reason =
                made.map { "the run \($0.printable) is not there; name one with --run" } ?? "name a run with --run"
            for figure in ["alignment", "realism", "segmenterFeatures", "diversity"] { report.absent[figure] = reason }
        }
    }
}

extension ComparisonReport {
    /// The report for people.
    var text: String {
        func number(_ value: Double?) -> String { value.map { String(format: "%.3g", $0) } ?? "-" }
        let rows = distributions.quantities.map { quantity in
            [
                quantity.quantity.title, number(quantity.real?.mean), number(quantity.synthetic?.mean),
                number(quantity.matchedDistance ?? quantity.distance), number(quantity.floor?.high),
                quantity.verdict?.rawValue ?? "-",
            ]
        }
        var parts = [
            "\(distributions.realImages) real and \(distributions.syntheticImages) synthetic images; distances in "
                + "standard deviations of the real ones,\nfloor: the 95th percentile of those between "
                + "\(distributions.floorImages) and \(distributions.floorImages) real images\n",
            TextTable(header: ["", "real", "synthetic", "distance", "floor", ""], rows: rows).text,
        ]
        if let caution = distributions.caution { parts.append(caution + "\n") }
        var learned: [[String]] = []
        if let alignment {
            learned.append(["alignment, F1@0.5 of the segmenter", number(alignment.real), number(alignment.synthetic)])
        }
        if let realism {
            learned.append(["realism, the discriminator's verdict", number(realism.real), number(realism.synthetic)])
        }
        if !learned.isEmpty { parts.append(TextTable(header: ["", "real", "synthetic"], rows: learned).text) }
        if let diversity {
            let word = diversity.isCollapsed ? "COLLAPSED: different styles give the same picture" : "styles differ"
            parts.append("diversity between styles \(number(diversity.spread)) of the real contrast: \(word)\n")
        }
        for (cloud, names) in [
            (segmenterFeatures, ("Fréchet distance", "kernel distance")), (inceptionFeatures, ("FID", "KID")),
        ] {
            if let cloud { parts.append(Self.table(cloud, names)) }
        }
        if !absent.isEmpty {
            parts.append(absent.sorted { $0.key < $1.key }.map { "no \($0.key): \($0.value)\n" }.joined())
        }
        return parts.joined(separator: "\n")
    }

    private static func table(_ cloud: CloudComparison, _ names: (String, String)) -> String {
        func row(_ name: String, _ figure: CloudComparison.Figure) -> [String] {
            [name]
                + [figure.value, figure.matched, figure.floor?.mean, figure.floor?.high].map {
                    $0.map { String(format: "%.4g", $0) } ?? "-"
                }
        }
        var text = TextTable(
            header: ["On \(cloud.features)", "all images", "matched", "floor", "its 95th percentile"],
            rows: [row(names.0, cloud.frechet), row(names.1, cloud.kernel)]
        ).text
        if let scores = cloud.cloud {
            func share(_ path: KeyPath<CloudScores, Double>) -> String {
                String(format: "%.2f", scores[keyPath: path])
                    + (cloud.cloudFloor.map { String(format: " (real among real %.2f)", $0[keyPath: path]) } ?? "")
            }
            text += "precision \(share(\.precision)), recall \(share(\.recall))\n"
            text += "density \(share(\.density)), coverage \(share(\.coverage))\n"
        }
        return text
    }
}
