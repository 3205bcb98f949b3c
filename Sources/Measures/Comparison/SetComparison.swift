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
            real: real.count, synthetic: synthetic.count, draws: self.draws, seed: seed)
        let images = real + synthetic
        quantities = Quantity.allCases.map { QuantityComparison($0, images, groups) }
    }
}

/// Which of the images of two sets are held against which, so that distances can be told beside those that real images have
/// among themselves: always as many on each side.
public struct MatchedDraws: Sendable {
    /// One draw: real images, as many others of them, and as many synthetic ones.
    public struct Draw: Sendable {
        public let real: [Int]
        public let otherReal: [Int]
        public let synthetic: [Int]
    }

    /// Images on each side: half of the real ones, or as many as there are synthetic ones where that is fewer.
    public let count: Int
    public let draws: [Draw]

    public init(real: Int, synthetic: Int, draws: Int, seed: UInt64) {
        let count = min(real / 2, synthetic)
        self.count = count
        var generator = SeededGenerator(seed: seed)
        self.draws = (0..<draws).map { _ in
            let reals = generator.shuffled(0..<real)
            return Draw(
                real: Array(reals.prefix(count)), otherReal: Array(reals.dropFirst(count).prefix(count)),
                synthetic: Array(generator.shuffled(0..<synthetic).prefix(count)))
        }
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

    init(real: Int, synthetic: Int, draws: Int, seed: UInt64) {
        all = [PooledValues.Side](repeating: .first, count: real) + .init(repeating: .second, count: synthetic)
        for draw in MatchedDraws(real: real, synthetic: synthetic, draws: draws, seed: seed).draws {
            var floor = [PooledValues.Side](repeating: .neither, count: real + synthetic)
            var match = floor
            for image in draw.real {
                floor[image] = .first
                match[image] = .first
            }
            for image in draw.otherReal { floor[image] = .second }
            for image in draw.synthetic { match[real + image] = .second }
            floors.append(floor)
            matched.append(match)
        }
    }
}
