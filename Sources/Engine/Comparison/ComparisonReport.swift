import Measures

/// What `petri compare` tells of a synthetic set beside a real one. Figures that need what is not there are absent, and
/// `absent` says why.
public struct ComparisonReport: Codable, Sendable {
    /// One number of each side.
    public struct Beside: Codable, Equatable, Sendable {
        public let real: Double
        public let synthetic: Double

        public init(real: Double, synthetic: Double) { (self.real, self.synthetic) = (real, synthetic) }
    }

    public var real: String
    public var synthetic: String
    /// The run whose networks looked at the images; nil without one.
    public var run: String?
    /// Quantities measured on the images.
    public var distributions: SetComparison
    /// Pooled F1 at IoU 0.5 of the run's segmenter, against each side's own masks.
    public var alignment: Beside?
    /// The run's discriminator's mean verdict: towards 1 for what it takes for real.
    public var realism: Beside?
    /// How much the generator's images differ with the style.
    public var diversity: StyleDiversity?
    /// Distances on the features of the run's segmenter; not FID and KID, which are defined on Inception's.
    public var segmenterFeatures: CloudComparison?
    /// Distances on Inception's features: `frechet` is the FID, `kernel` the KID.
    public var inceptionFeatures: CloudComparison?
    /// Why a figure is absent, by its name.
    public var absent: [String: String] = [:]

    public init(real: String, synthetic: String, distributions: SetComparison) {
        (self.real, self.synthetic, self.distributions) = (real, synthetic, distributions)
    }
}

extension TrainedRun {
    /// Adds what the run's networks make of both sides' images; `masks` of them, at most, try the generator's styles.
    public func compare(
        real: [TrainingImage], synthetic: [TrainingImage], masks: Int = 4, into report: inout ComparisonReport,
        progress: (Int) throws -> Void
    ) throws {
        let segmentation = try segmentation()
        let discriminator = try imageDiscriminator()
        var done = 0
        func look(_ images: [TrainingImage]) throws -> (scores: SetScores, features: [[Float]], verdict: Double?) {
            var (scores, features, verdicts): ([ImageScores], [[Float]], Double) = ([], [], 0)
            for image in images {
                scores.append(
                    try ImageScores(
                        OverlapTable(truth: image.labels, predicted: segmentation.labels(of: image), name: image.name)))
                features.append(try segmentation.features(of: image))
                verdicts += try discriminator?.realism(of: image.scaled(by: settings.scale ?? 1), device: device) ?? 0
                done += 1
                try progress(done)
            }
            return (SetScores(scores), features, discriminator == nil ? nil : verdicts / Double(images.count))
        }
        let (reals, synthetics) = (try look(real), try look(synthetic))
        report.alignment = .init(real: reals.scores.pooled.f1[0], synthetic: synthetics.scores.pooled.f1[0])
        if let one = reals.verdict, let other = synthetics.verdict {
            report.realism = .init(real: one, synthetic: other)
        } else {
            report.absent["realism"] = "the run trained no discriminator"
        }
        if real.count > 1, synthetic.count > 1 {
            report.segmenterFeatures = try CloudComparison(
                "the run's segmenter, \(reals.features[0].count) numbers", real: reals.features,
                synthetic: synthetics.features)
        } else {
            report.absent["segmenterFeatures"] = "takes two images on each side"
        }
        if settings.arm.hasGenerator {
            report.diversity = try StyleDiversity(
                synthesis(), masks: synthetic.prefix(masks).map(\.labels), real: real)
        }
        if report.diversity == nil { report.absent["diversity"] = "takes a run with a generator" }
    }
}
