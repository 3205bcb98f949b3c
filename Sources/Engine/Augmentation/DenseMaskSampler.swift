import Drawing
import Imaging

/// Draws masks of recombined training cells, which the generator is to fill with images: cover 5 to 55 %, cells may touch.
public struct DenseMaskSampler: Sendable {
    /// Least and greatest share of a mask's area that cells cover, where they find place.
    private static let cover = 0.05...0.55
    /// Factor by which all cells of one mask are enlarged.
    private static let scale = 0.7...1.4
    /// How far a cell's factor may differ from its mask's.
    private static let spread = 0.15
    /// Keeps the sequence apart from the one of the crops of the same seed.
    private static let salt: UInt64 = 0x6D61_736B_7300_0001

    /// Size of the masks in pixels.
    public let height: Int
    public let width: Int
    /// 2, or 3 with the cells' border.
    public let classes: Int
    private let masks: DenseMasks

    /// A sampler of the cells of the given images that do not touch an image's edge.
    public init(_ images: [LabelImage], height: Int, width: Int, classes: Int) {
        precondition(height > 0 && width > 0, "a mask has pixels")
        precondition(classes == 2 || classes == 3, "there are two or three classes")
        self.height = height
        self.width = width
        self.classes = classes
        var cells = CellSource()
        for image in images { cells.add(CellSource(image)) }
        masks = DenseMasks(cells, shapes: .recombined)
    }

    /// Cells there are to recombine; with none all masks are empty.
    public var cellCount: Int { masks.source.wholeCells }

    /// The masks of step `step` of the training seeded by `seed`, the same whenever they are asked for; labels 1, 2, ...
    public func labels(count: Int, seed: UInt64, step: Int) -> [LabelImage] {
        var generator = SeededGenerator(seed: seed ^ Self.salt, part: UInt64(bitPattern: Int64(step)))
        return (0..<count).map { _ in mask(using: &generator) }
    }

    /// The same masks without images, as a network takes them; with their regions where the tones of their cells will be
    /// drawn.
    public func batch(count: Int, seed: UInt64, step: Int, withTones: Bool = false) -> CropSampler.Batch {
        var targets: [Int64] = []
        targets.reserveCapacity(count * height * width)
        let labels = labels(count: count, seed: seed, step: step)
        for labels in labels { labels.appendClasses(border: classes == 3, to: &targets) }
        return CropSampler.Batch(
            images: [], classes: targets, channels: 0, height: height, width: width, count: count,
            regions: withTones ? labels.map(ObjectRegions.init) : [])
    }

    private func mask(using generator: inout SeededGenerator) -> LabelImage {
        let cover = generator.uniform(Self.cover.lowerBound, Self.cover.upperBound)
        let scale = generator.uniform(Self.scale.lowerBound, Self.scale.upperBound)
        let settings = MaskSettings(
            width: width, height: height, target: .cover(cover),
            scale: scale * (1 - Self.spread)...scale * (1 + Self.spread))
        return masks.mask(settings, using: &generator).labels
    }
}
