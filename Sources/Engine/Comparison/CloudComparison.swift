import Measures
import Torch

/// How a cloud of synthetic feature vectors lies to a real one, each figure beside the one that real images have among
/// themselves on as many images.
public struct CloudComparison: Codable, Equatable, Sendable {
    /// A distance and what it is held against.
    public struct Figure: Codable, Equatable, Sendable {
        /// Between all real and all synthetic images.
        public let value: Double
        /// As it comes out on as many images a side as the floor has: the mean over several draws. Nil without a floor.
        public let matched: Double?
        /// How far real images lie from real images; nil where there are too few.
        public let floor: QuantityComparison.Floor?
    }

    /// What the vectors are: "the run's segmenter, 128 numbers".
    public let features: String
    /// Images on each side of the floors; 0 where there are too few.
    public let floorImages: Int
    /// The Fréchet distance (`FeatureDistance.frechet`).
    public let frechet: Figure
    /// The kernel distance (`FeatureDistance.kernel`).
    public let kernel: Figure
    /// Precision, recall, density and coverage, means over the draws; nil where there are too few images.
    public let cloud: CloudScores?
    /// The same of real images among as many other real ones.
    public let cloudFloor: CloudScores?

    private static let draws = 10

    /// Compares feature vectors of equal length, one an image, at least two on each side.
    public init(_ name: String, real: [[Float]], synthetic: [[Float]], seed: UInt64 = 0) throws {
        features = name
        let drawn = MatchedDraws(real: real.count, synthetic: synthetic.count, draws: Self.draws, seed: seed)
        let hasFloor = drawn.count >= SetComparison.fewestFloorImages
        let draws = hasFloor ? drawn.draws : []
        floorImages = hasFloor ? drawn.count : 0
        let (reals, synthetics) = (try Self.tensor(real), try Self.tensor(synthetic))
        func rows(_ tensor: Tensor, _ indices: [Int]) throws -> Tensor {
            try tensor.selected(0, Tensor(indices.map(Int64.init), shape: [indices.count]))
        }
        func figure(_ distance: (Tensor, Tensor) throws -> Double) throws -> Figure {
            let matched = try draws.map { try distance(rows(reals, $0.real), rows(synthetics, $0.synthetic)) }
            let floors = try draws.map { try distance(rows(reals, $0.real), rows(reals, $0.otherReal)) }
            return Figure(
                value: try distance(reals, synthetics),
                matched: matched.isEmpty ? nil : matched.reduce(0, +) / Double(matched.count),
                floor: QuantityComparison.Floor(floors))
        }
        frechet = try figure(FeatureDistance.frechet)
        kernel = try figure(FeatureDistance.kernel)
        cloud = CloudScores.mean(real: FeatureCloud(real), synthetic: FeatureCloud(synthetic), draws: draws)
        cloudFloor = CloudScores.mean(real: FeatureCloud(real), synthetic: nil, draws: draws)
    }

    private static func tensor(_ rows: [[Float]]) throws -> Tensor {
        try Tensor(rows.flatMap { $0.map(Double.init) }, shape: [rows.count, rows.first?.count ?? 0])
    }
}
