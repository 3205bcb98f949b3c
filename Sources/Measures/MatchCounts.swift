/// How many objects were found at one IoU threshold, and the scores that follow.
///
/// Where a score would be 0/0: it is 1 if there was nothing to find and nothing was predicted (a perfect answer), else 0.
public struct MatchCounts: Equatable, Sendable {
    /// True objects that were found.
    public var truePositives: Int
    /// Predicted objects that match none.
    public var falsePositives: Int
    /// True objects that were not found.
    public var falseNegatives: Int

    public init(truePositives: Int = 0, falsePositives: Int = 0, falseNegatives: Int = 0) {
        self.truePositives = truePositives
        self.falsePositives = falsePositives
        self.falseNegatives = falseNegatives
    }

    /// TP / (TP + FP).
    public var precision: Double { ratio(truePositives, truePositives + falsePositives) }
    /// TP / (TP + FN).
    public var recall: Double { ratio(truePositives, truePositives + falseNegatives) }
    /// 2 TP / (2 TP + FP + FN), the harmonic mean of precision and recall.
    public var f1: Double { ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives) }
    /// TP / (TP + FP + FN), called average precision by Cellpose, StarDist and the Data Science Bowl.
    public var averagePrecision: Double { ratio(truePositives, truePositives + falsePositives + falseNegatives) }

    private func ratio(_ part: Int, _ whole: Int) -> Double {
        if whole > 0 { return Double(part) / Double(whole) }
        return truePositives + falsePositives + falseNegatives == 0 ? 1 : 0
    }

    /// The counts of two sets of images taken together.
    public static func + (left: MatchCounts, right: MatchCounts) -> MatchCounts {
        MatchCounts(
            truePositives: left.truePositives + right.truePositives,
            falsePositives: left.falsePositives + right.falsePositives,
            falseNegatives: left.falseNegatives + right.falseNegatives)
    }

    /// The counts of a set of images without those of some of them.
    public static func - (left: MatchCounts, right: MatchCounts) -> MatchCounts {
        MatchCounts(
            truePositives: left.truePositives - right.truePositives,
            falsePositives: left.falsePositives - right.falsePositives,
            falseNegatives: left.falseNegatives - right.falseNegatives)
    }
}
