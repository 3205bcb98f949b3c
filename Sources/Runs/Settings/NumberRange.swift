/// The numbers that a setting may be, either end included or not.
public struct NumberRange: Equatable, Sendable, CustomStringConvertible {
    public let lower: Double
    public let upper: Double
    public let includesLower: Bool
    public let includesUpper: Bool

    /// From `lower` to `upper`, both included.
    package static func closed(_ lower: Double, _ upper: Double) -> NumberRange {
        NumberRange(lower: lower, upper: upper, includesLower: true, includesUpper: true)
    }

    /// From `lower` on, below `upper`.
    static func below(_ upper: Double, from lower: Double) -> NumberRange {
        NumberRange(lower: lower, upper: upper, includesLower: true, includesUpper: false)
    }

    /// Between `lower` and `upper`, neither included.
    static func between(_ lower: Double, _ upper: Double) -> NumberRange {
        NumberRange(lower: lower, upper: upper, includesLower: false, includesUpper: false)
    }

    /// Above `lower` and up to `upper`.
    static func above(_ lower: Double, to upper: Double) -> NumberRange {
        NumberRange(lower: lower, upper: upper, includesLower: false, includesUpper: true)
    }

    /// Whether the number may be; NaN may not.
    public func contains(_ number: Double) -> Bool {
        (includesLower ? number >= lower : number > lower) && (includesUpper ? number <= upper : number < upper)
    }

    /// "from 0 to 1", "more than 0 and less than 1".
    public var description: String {
        let (low, high) = (Self.text(lower), Self.text(upper))
        return switch (includesLower, includesUpper) {
        case (true, true): "from \(low) to \(high)"
        case (true, false): "at least \(low) and less than \(high)"
        case (false, true): "more than \(low) and at most \(high)"
        case (false, false): "more than \(low) and less than \(high)"
        }
    }

    /// A number as short as it can be said and read back: "1", "0.0005".
    package static func text(_ number: Double) -> String {
        Int(exactly: number).flatMap { abs($0) < 1_000_000_000_000 ? "\($0)" : nil } ?? "\(number)"
    }
}
