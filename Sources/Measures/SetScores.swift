/// The scores of a set of images; encodes to the JSON that `petri evaluate --json` prints.
public struct SetScores: Codable, Equatable, Sendable {
    /// One value for each threshold.
    public struct Series: Codable, Equatable, Sendable {
        /// TP / (TP + FP).
        public var precision: [Double]
        /// TP / (TP + FN).
        public var recall: [Double]
        /// 2 TP / (2 TP + FP + FN).
        public var f1: [Double]
        /// TP / (TP + FP + FN).
        public var ap: [Double]
    }

    /// How many images were scored.
    public let images: Int
    /// IoU thresholds.
    public let thresholds: [Double]
    /// Scores of the counts summed over all images.
    public let pooled: Series
    /// Means over the images of each image's scores.
    public let perImage: Series
    /// Panoptic quality of the pooled set.
    public let pq: Double
    /// Aggregated Jaccard index of the pooled set.
    public let aji: Double
    /// Dice coefficient of the foreground of the pooled set.
    public let dice: Double

    /// Sums up images that were all scored at the same thresholds. Without images everything is 1, as for an empty image
    /// that was rightly left empty.
    public init(_ images: [ImageScores], thresholds: [Double] = ImageScores.usualThresholds) {
        precondition(images.allSatisfy { $0.thresholds == thresholds }, "images scored at other thresholds")
        self.images = images.count
        self.thresholds = thresholds
        let sums = thresholds.indices.map { index in images.reduce(MatchCounts()) { $0 + $1.counts[index] } }
        pooled = Series(
            precision: sums.map(\.precision), recall: sums.map(\.recall), f1: sums.map(\.f1),
            ap: sums.map(\.averagePrecision))
        func means(_ score: (MatchCounts) -> Double) -> [Double] {
            thresholds.indices.map { index in
                images.isEmpty ? 1 : images.reduce(0) { $0 + score($1.counts[index]) } / Double(images.count)
            }
        }
        perImage = Series(
            precision: means(\.precision), recall: means(\.recall), f1: means(\.f1), ap: means(\.averagePrecision))
        func total(_ fraction: (ImageScores) -> ImageScores.Fraction) -> Double {
            images.reduce(ImageScores.Fraction(part: 0, whole: 0)) { $0 + fraction($1) }.value
        }
        pq = total(\.panopticQuality)
        aji = total(\.aggregatedJaccard)
        dice = total(\.dice)
    }
}
