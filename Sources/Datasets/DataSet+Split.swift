import Imaging

/// Which images of a data set train and which judge; recorded with a run.
public struct Split: Codable, Equatable, Sendable {
    /// Seed of the shuffle.
    public let seed: UInt64
    /// Names of the images to train on, in shuffled order.
    public let training: [String]
    /// Names of the images to validate on, in shuffled order.
    public let validation: [String]

    public init(seed: UInt64, training: [String], validation: [String]) {
        self.seed = seed
        self.training = training
        self.validation = validation
    }
}

extension DataSet {
    /// Shuffles the names with `seed` and sets `validationFraction` of them (in [0, 1), rounded) aside: at least one image
    /// to validate on where there are two or more and the fraction is not 0, and always at least one to train on.
    public func split(validationFraction: Double = 0.2, seed: UInt64) -> Split {
        precondition(validationFraction >= 0 && validationFraction < 1, "validation fraction outside [0, 1)")
        let names = shuffledNames(seed: seed)
        let wanted = Int((Double(names.count) * validationFraction).rounded())
        let count = validationFraction > 0 ? min(max(1, wanted), names.count - 1) : 0
        return Split(seed: seed, training: Array(names.dropFirst(count)), validation: Array(names.prefix(count)))
    }

    /// The data set with only `count` of its pairs, drawn with `seed` and in their usual order; all of them where it has
    /// no more.
    public func choosing(_ count: Int, seed: UInt64) throws -> DataSet {
        guard count < pairs.count else { return self }
        return try choosing(names: shuffledNames(seed: seed).prefix(max(1, count)).sorted(by: precedesByBytes))
    }

    /// Fisher and Yates's shuffle; own, because the standard library may change its own and with it every split.
    private func shuffledNames(seed: UInt64) -> [String] {
        var names = pairs.map(\.name)
        var random = SeededGenerator(seed: seed)
        for last in stride(from: names.count - 1, to: 0, by: -1) {
            // 64 bits scaled to 0...last.
            names.swapAt(last, Int(random.next().multipliedFullWidth(by: UInt64(last + 1)).high))
        }
        return names
    }
}
