/// How many pixels have which intensity in 0...1. Histograms of several images add up.
public struct IntensityHistogram: Codable, Equatable, Sendable {
    /// As many as 8 bits tell apart: bin i stands for intensity i / 255, so images of 8 bits lose nothing.
    public static let bins = 256

    /// Pixels in each bin.
    public private(set) var counts: [Int]

    /// A histogram of the given counts, one for each bin.
    public init(counts: [Int] = [Int](repeating: 0, count: bins)) {
        precondition(counts.count == Self.bins, "a histogram has \(Self.bins) bins")
        self.counts = counts
    }

    /// Pixels counted.
    public var total: Int { counts.reduce(0, +) }

    /// Mean intensity; nil without pixels.
    public var mean: Double? {
        let total = total
        guard total > 0 else { return nil }
        let sum = counts.enumerated().reduce(0.0) { $0 + Double($1.offset) * Double($1.element) }
        return sum / Double(Self.bins - 1) / Double(total)
    }

    /// The intensity that a bin stands for.
    static func intensity(ofBin bin: Int) -> Float { Float(bin) / Float(bins - 1) }

    /// The histogram of both.
    public static func + (left: Self, right: Self) -> Self {
        Self(counts: zip(left.counts, right.counts).map { $0 + $1 })
    }
}
