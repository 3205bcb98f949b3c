/// How well a cloud of synthetic samples covers the real ones and stays among them.
///
/// Precision and recall after Kynkäänniemi et al., "Improved precision and recall metric for assessing generative models",
/// 2019; density and coverage after Naeem et al., "Reliable fidelity and diversity metrics for generative models", 2020. A
/// point's ball reaches to its k-th nearest other point of the same cloud; its edge belongs to it.
public struct CloudScores: Codable, Equatable, Sendable {
    /// k.
    public let neighbours: Int
    /// Share of the synthetic samples that lie in a ball of a real one: realism.
    public let precision: Double
    /// Share of the real samples that lie in a ball of a synthetic one: variety.
    public let recall: Double
    /// Real balls around a synthetic sample, on average, divided by k; may exceed 1.
    public let density: Double
    /// Share of the real balls that hold a synthetic sample.
    public let coverage: Double

    /// Scores synthetic points against real ones of the same length; nil where a cloud has no more than `neighbours` points.
    public init?(real: FeatureCloud, synthetic: FeatureCloud, neighbours: Int = 3) {
        guard neighbours > 0, real.count > neighbours, synthetic.count > neighbours else { return nil }
        self.neighbours = neighbours
        let inRealBalls = real.held(synthetic, within: real.squaredRadii(rank: neighbours))
        let inSyntheticBalls = synthetic.held(real, within: synthetic.squaredRadii(rank: neighbours))
        precision = Self.share(inRealBalls.byOther)
        recall = Self.share(inSyntheticBalls.byOther)
        density = Double(inRealBalls.byBall.reduce(0, +)) / Double(neighbours * synthetic.count)
        coverage = Self.share(inRealBalls.byBall)
    }

    /// Means of the scores over draws, of as many real as synthetic points; without synthetic ones, of real points against
    /// other real ones, which is the floor. Nil without draws, and where they have no more than `neighbours` points.
    public static func mean(
        real: FeatureCloud, synthetic: FeatureCloud?, draws: [MatchedDraws.Draw], neighbours: Int = 3
    ) -> CloudScores? {
        let scores = draws.compactMap { draw in
            CloudScores(
                real: real.choosing(draw.real),
                synthetic: synthetic?.choosing(draw.synthetic) ?? real.choosing(draw.otherReal),
                neighbours: neighbours)
        }
        guard !scores.isEmpty, scores.count == draws.count else { return nil }
        func mean(_ score: (CloudScores) -> Double) -> Double { average(scores.map(score)) }
        return CloudScores(
            neighbours: neighbours, precision: mean(\.precision), recall: mean(\.recall), density: mean(\.density),
            coverage: mean(\.coverage))
    }

    private init(neighbours: Int, precision: Double, recall: Double, density: Double, coverage: Double) {
        self.neighbours = neighbours
        self.precision = precision
        self.recall = recall
        self.density = density
        self.coverage = coverage
    }

    /// Share of the counts that are not 0.
    private static func share(_ counts: [Int]) -> Double {
        Double(counts.count { $0 > 0 }) / Double(counts.count)
    }
}
