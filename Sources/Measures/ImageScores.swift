import Imaging

/// What one predicted label image gets right about its truth: counts, from which the scores of an image or a set follow.
public struct ImageScores: Equatable, Sendable {
    /// Part and whole of a score that is their quotient; summed over images before it is divided.
    public struct Fraction: Equatable, Sendable {
        public var part: Double
        public var whole: Double

        public init(part: Double, whole: Double) { (self.part, self.whole) = (part, whole) }

        /// The quotient; 1 where both are zero, because then there was nothing to find and nothing was predicted.
        public var value: Double { whole > 0 ? part / whole : 1 }

        /// The quotient of all parts and all wholes together.
        public static func pooled(_ fractions: [Fraction]) -> Double {
            fractions.reduce(Fraction(part: 0, whole: 0), +).value
        }

        static func + (left: Fraction, right: Fraction) -> Fraction {
            Fraction(part: left.part + right.part, whole: left.whole + right.whole)
        }
    }

    /// The thresholds that the field reports: 0.5, 0.6, 0.7, 0.8, 0.9.
    public static let usualThresholds = [0.5, 0.6, 0.7, 0.8, 0.9]

    /// IoU thresholds in (0, 1].
    public let thresholds: [Double]
    /// Objects found and missed at each threshold.
    public let counts: [MatchCounts]
    /// Panoptic quality (Kirillov et al. 2019): sum of the IoU of matches, over TP + FP/2 + FN/2, matches at IoU > 0.5.
    public let panopticQuality: Fraction
    /// Aggregated Jaccard index (Kumar et al. 2017): for each true object the prediction of largest IoU (the smallest
    /// label among equals; it may serve several true objects) gives its intersection and union; predictions that serve
    /// none add their area to the union.
    public let aggregatedJaccard: Fraction
    /// Dice coefficient of the foreground: twice the common pixels, over the sum of both areas.
    public let dice: Fraction

    /// Scores `predicted` against `truth`, which must be of the same size.
    /// - Throws: `InputError` if the sizes differ; `name` says whose.
    public init(
        truth: LabelImage, predicted: LabelImage, thresholds: [Double] = usualThresholds, name: String = "prediction"
    ) throws {
        self.init(try OverlapTable(truth: truth, predicted: predicted, name: name), thresholds: thresholds)
    }

    /// The scores that follow from a table of overlaps.
    public init(_ table: OverlapTable, thresholds: [Double] = usualThresholds) {
        self.thresholds = thresholds
        let (truths, predictions) = (table.truthAreas.count, table.predictedAreas.count)
        counts = thresholds.map { threshold in
            let found = table.matches(threshold: threshold).count
            return MatchCounts(
                truePositives: found, falsePositives: predictions - found, falseNegatives: truths - found)
        }
        let matchedIoU = table.overlaps.lazy.map(\.iou).filter { $0 > 0.5 }.reduce(0, +)
        panopticQuality = Fraction(part: matchedIoU, whole: Double(truths + predictions) / 2)
        aggregatedJaccard = Self.aggregatedJaccard(of: table)
        let common = table.overlaps.reduce(0) { $0 + $1.pixels }
        let areas = table.truthAreas.reduce(0, +) + table.predictedAreas.reduce(0, +)
        dice = Fraction(part: Double(2 * common), whole: Double(areas))
    }

    private static func aggregatedJaccard(of table: OverlapTable) -> Fraction {
        var best = [OverlapTable.Overlap?](repeating: nil, count: table.truthAreas.count)
        for overlap in table.overlaps where overlap.iou > best[overlap.truth]?.iou ?? 0 {
            best[overlap.truth] = overlap
        }
        var isUsed = [Bool](repeating: false, count: table.predictedAreas.count)
        var intersection = 0
        var union = 0
        for (truth, overlap) in best.enumerated() {
            union += table.truthAreas[truth]
            guard let overlap else { continue }
            intersection += overlap.pixels
            union += table.predictedAreas[overlap.predicted] - overlap.pixels
            isUsed[overlap.predicted] = true
        }
        for (predicted, area) in table.predictedAreas.enumerated() where !isUsed[predicted] { union += area }
        return Fraction(part: Double(intersection), whole: Double(union))
    }
}
