import Imaging

/// How a synthetic set of images lies to a real one, quantity by quantity, each distance beside the one that real images
/// have among themselves. Encodes to what `petri compare --json` prints.
///
/// Pixels count so that every image counts alike, whatever its size; cells count one by one.
public struct SetComparison: Codable, Equatable, Sendable {
    /// Real images.
    public let realImages: Int
    /// Synthetic images.
    public let syntheticImages: Int
    /// Images on each side of the floor and of the matched distances: half of the real ones, or as many as there are
    /// synthetic ones where that is fewer. 0 where there are too few for a floor.
    public let floorImages: Int
    /// How often images were drawn for the floor and the matched distances.
    public let draws: Int
    /// One for each quantity, in the order of `Quantity.allCases`.
    public let quantities: [QuantityComparison]

    /// Fewest images a side that make a floor.
    public static let fewestFloorImages = 2
    /// With fewer images a side than this the floor is wide, and "indistinguishable" means little.
    public static let fewFloorImages = 10

    /// What to know before the words are believed, as a sentence; nil where there are enough images.
    public var caution: String? {
        if floorImages == 0 {
            return realImages < 2 * Self.fewestFloorImages
                ? "too few real images for a real-against-real floor (\(realImages), it takes "
                    + "\(2 * Self.fewestFloorImages)): distances are given without a word for them"
                : "too few synthetic images to hold against real ones (\(syntheticImages), it takes "
                    + "\(Self.fewestFloorImages)): distances are given without a word for them"
        }
        if floorImages < Self.fewFloorImages {
            return "only \(floorImages) images a side for the real-against-real floor: it is wide, so that even large "
                + "differences may pass as indistinguishable"
        }
        return nil
    }

    /// Compares two sets of measured images.
    /// - Parameters:
    ///   - seed: Decides which images are drawn for the floor.
    ///   - draws: How often; 40 give a 95th percentile that moves by a few per cent with the seed.
    public init(real: [PairMeasures], synthetic: [PairMeasures], seed: UInt64 = 0, draws: Int = 40) {
        realImages = real.count
        syntheticImages = synthetic.count
        let matched = min(real.count / 2, synthetic.count)
        floorImages = matched >= Self.fewestFloorImages ? matched : 0
        self.draws = floorImages > 0 ? draws : 0
        let groups = Groups(
            real: real.count, synthetic: synthetic.count, matched: floorImages, draws: self.draws, seed: seed)
        let images = real + synthetic
        quantities = Quantity.allCases.map { QuantityComparison($0, images, groups) }
    }
}

extension SeededGenerator {
    /// The numbers in random order (Fisher and Yates); the standard library does not promise how it shuffles.
    mutating func shuffled(_ numbers: Range<Int>) -> [Int] {
        var order = Array(numbers)
        for place in stride(from: order.count - 1, to: 0, by: -1) { order.swapAt(place, index(below: place + 1)) }
        return order
    }
}

/// Which images are held against which: the real ones come first, the synthetic ones after them.
struct Groups {
    /// All real against all synthetic images.
    let all: [PooledValues.Side]
    /// Real images against other real images.
    private(set) var floors: [[PooledValues.Side]] = []
    /// As many real images against as many synthetic ones.
    private(set) var matched: [[PooledValues.Side]] = []

    init(real: Int, synthetic: Int, matched count: Int, draws: Int, seed: UInt64) {
        all = [PooledValues.Side](repeating: .first, count: real) + .init(repeating: .second, count: synthetic)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<draws {
            let reals = generator.shuffled(0..<real)
            let synthetics = generator.shuffled(real..<real + synthetic)
            var floor = [PooledValues.Side](repeating: .neither, count: real + synthetic)
            var match = floor
            for image in reals.prefix(count) {
                floor[image] = .first
                match[image] = .first
            }
            for image in reals.dropFirst(count).prefix(count) { floor[image] = .second }
            for image in synthetics.prefix(count) { match[image] = .second }
            floors.append(floor)
            matched.append(match)
        }
    }
}
