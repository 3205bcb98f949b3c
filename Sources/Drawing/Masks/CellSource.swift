import Imaging

/// The cells of annotated images: the outlines of the whole ones, and how densely all of them lie.
public struct CellSource: Sendable {
    /// More are not kept: what follows would change no statistics.
    private static let mostOutlines = 50_000

    private(set) var outlines: [CellOutline] = []
    /// Cells, also those that an image's edge cuts.
    public private(set) var cells = 0
    /// Pixels of the images, and of the cells.
    public private(set) var pixels = 0
    public private(set) var covered = 0
    /// Cells that share an edge of a pixel with another.
    public private(set) var touchingCells = 0

    public init() {}

    /// The cells of one image.
    public init(_ image: LabelImage) {
        let boxes = image.boundingBoxes.sorted { $0.key < $1.key }
        cells = boxes.count
        pixels = image.width * image.height
        covered = image.areas.values.reduce(0, +)
        touchingCells = image.touchingLabels.count
        for (label, box) in boxes.prefix(Self.mostOutlines) {
            let (right, bottom) = (box.x + box.width, box.y + box.height)
            // What touches the image's border may not be whole.
            if box.x == 0 || box.y == 0 || right == image.width || bottom == image.height { continue }
            let covered = image.cropped(to: box).labels.map { $0 == label }
            let stamp = Stamp(width: box.width, height: box.height, covered: covered).largestPart
            if let outline = CellOutline(tracing: stamp) { outlines.append(outline) }
        }
    }

    /// Adds the cells of other images.
    public mutating func add(_ other: CellSource) {
        outlines += other.outlines.prefix(max(Self.mostOutlines - outlines.count, 0))
        cells += other.cells
        pixels += other.pixels
        covered += other.covered
        touchingCells += other.touchingCells
    }

    /// Cells that can be cut out whole.
    public var wholeCells: Int { outlines.count }
    /// Cells in a pixel's area.
    public var density: Double { pixels > 0 ? Double(cells) / Double(pixels) : 0 }
    /// Share of the images' area that cells cover, 0...1.
    public var cover: Double { pixels > 0 ? Double(covered) / Double(pixels) : 0 }
    /// Share of the cells, 0...1, that touch another.
    public var touching: Double { cells > 0 ? Double(touchingCells) / Double(cells) : 0 }
    /// Mean area of the whole cells in pixels.
    public var meanArea: Double {
        outlines.isEmpty ? 0 : outlines.reduce(0) { $0 + $1.area } / Double(outlines.count)
    }
}

extension LabelImage {
    /// The labels of objects that share an edge of a pixel with another.
    var touchingLabels: Set<Int32> {
        var touching: Set<Int32> = []
        let (width, height) = (width, height)
        labels.withUnsafeBufferPointer { labels in
            func look(_ label: Int32, _ other: Int32) {
                if label != other, other != 0 {
                    touching.insert(label)
                    touching.insert(other)
                }
            }
            for y in 0..<height {
                let row = y * width
                for x in 0..<width where labels[row + x] != 0 {
                    if x + 1 < width { look(labels[row + x], labels[row + x + 1]) }
                    if y + 1 < height { look(labels[row + x], labels[row + x + width]) }
                }
            }
        }
        return touching
    }
}
