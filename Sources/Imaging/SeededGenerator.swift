import Foundation

/// A generator of random numbers whose sequence its seed decides, on every machine: SplitMix64 (Steele, Lea and Flood,
/// "Fast splittable pseudorandom number generators", 2014).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    /// A generator for part `index` of the work seeded by `seed`: parts do not depend on one another's order or number.
    public init(seed: UInt64, part index: UInt64) {
        var whole = SeededGenerator(seed: seed)
        var part = SeededGenerator(seed: whole.next() ^ index)
        self.init(seed: part.next())
    }

    /// 64 random bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    // The standard library does not promise how it turns bits into numbers, so that is done here.

    /// A number in 0..<1.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number between the bounds.
    public mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * uniform() }

    /// A whole number in 0..<`count`.
    public mutating func index(below count: Int) -> Int { min(Int(uniform() * Double(count)), count - 1) }

    /// Whether something of this probability happens.
    public mutating func happens(_ probability: Double) -> Bool { uniform() < probability }

    /// The elements in random order (Fisher and Yates).
    public mutating func shuffled<Element>(_ elements: some Sequence<Element>) -> [Element] {
        var order = Array(elements)
        for last in stride(from: order.count - 1, to: 0, by: -1) { order.swapAt(last, index(below: last + 1)) }
        return order
    }

    /// A number of the standard normal distribution (Box and Muller, 1958).
    public mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }

    /// A number of the Poisson distribution of this mean; by the normal one where they hardly differ.
    public mutating func poisson(_ mean: Double) -> Double {
        if mean > 50 { return max(0, (mean + mean.squareRoot() * normal()).rounded()) }
        let limit = exp(-max(mean, 0))
        var count = -1.0
        var product = 1.0
        repeat {
            product *= uniform()
            count += 1
        } while product > limit
        return count
    }
}
