import Imaging

/// What two ways of training came to on the same test images in one repetition: parts and wholes of a score, image by image.
public struct PairedScores: Equatable, Sendable {
    public let arm: [ImageScores.Fraction]
    /// As many as `arm`, of the same images in the same order.
    public let reference: [ImageScores.Fraction]

    public init(arm: [ImageScores.Fraction], reference: [ImageScores.Fraction]) {
        precondition(arm.count == reference.count, "pairs are of the same images")
        (self.arm, self.reference) = (arm, reference)
    }

    /// The difference of the pooled scores where each image counts as often as `weights` says.
    fileprivate func difference(_ weights: [Double]) -> Double {
        Self.pooled(arm, weights) - Self.pooled(reference, weights)
    }

    private static func pooled(_ fractions: [ImageScores.Fraction], _ weights: [Double]) -> Double {
        var sum = ImageScores.Fraction(part: 0, whole: 0)
        for (fraction, weight) in zip(fractions, weights) {
            sum.part += weight * fraction.part
            sum.whole += weight * fraction.whole
        }
        return sum.value
    }
}

/// How much better one way of training is than another, and how sure that is.
///
/// The score of a repetition (a seed) is pooled over the test images, the difference is between the two ways with the same
/// seed, and `mean` is over seeds, then over data sets. The interval is the 2.5th to the 97.5th percentile of a bootstrap
/// that draws seeds and, independently of them, test images, with replacement, the same images for all seeds and for
/// both ways (Owen, "The pigeonhole bootstrap", 2007); data sets are never drawn: nothing is said about others. With one
/// seed it knows nothing of how seeds differ, and with a few it knows little: such intervals are too narrow.
public struct PairedDifference: Codable, Equatable, Sendable {
    public let mean: Double
    /// The interval's ends, a level of 95 %.
    public let low: Double
    public let high: Double
    /// Pairs of trainings.
    public let pairs: Int
    /// Test images.
    public let images: Int

    /// How often is drawn unless said otherwise: percentiles then move by about a fiftieth of the interval with the seed.
    public static let usualDraws = 2000

    /// - Parameters:
    ///   - groups: for each data set its repetitions, all with the same images.
    ///   - seed: decides what is drawn.
    /// - Returns: nil where a data set has no repetition or no image, or there is none.
    public init?(_ groups: [[PairedScores]], seed: UInt64 = 0, draws: Int = usualDraws) {
        guard !groups.isEmpty, groups.allSatisfy({ $0.first.map { !$0.arm.isEmpty } ?? false }) else { return nil }
        for group in groups {
            precondition(group.allSatisfy { $0.arm.count == group[0].arm.count }, "repetitions are of the same images")
        }
        mean = average(
            groups.map { group in
                let weights = [Double](repeating: 1, count: group[0].arm.count)
                return average(group.map { $0.difference(weights) })
            })
        pairs = groups.reduce(0) { $0 + $1.count }
        images = groups.reduce(0) { $0 + $1[0].arm.count }
        var generator = SeededGenerator(seed: seed)
        let drawn = (0..<max(draws, 1)).map { _ in
            average(groups.map { Self.draw(of: $0, using: &generator) })
        }
        (low, high) = (quantile(0.025, of: drawn), quantile(0.975, of: drawn))
    }

    private static func draw(of group: [PairedScores], using generator: inout SeededGenerator) -> Double {
        var weights = [Double](repeating: 0, count: group[0].arm.count)
        for _ in weights.indices { weights[generator.index(below: weights.count)] += 1 }
        var times = [Double](repeating: 0, count: group.count)
        for _ in times.indices { times[generator.index(below: times.count)] += 1 }
        var sum = 0.0
        for (pair, times) in zip(group, times) where times > 0 { sum += times * pair.difference(weights) }
        return sum / Double(group.count)
    }
}
