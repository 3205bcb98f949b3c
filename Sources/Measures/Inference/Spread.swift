/// Mean and spread of a measurement that was repeated.
public struct Spread: Codable, Equatable, Sendable {
    /// How often it was measured.
    public let count: Int
    public let mean: Double
    /// Standard deviation, with count - 1 below; nil where there are fewer than two values.
    public let deviation: Double?

    /// nil where there are no values.
    public init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        count = values.count
        mean = average(values)
        guard values.count > 1 else {
            deviation = nil
            return
        }
        let middle = mean
        let squares = values.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
        deviation = (squares / Double(values.count - 1)).squareRoot()
    }
}
