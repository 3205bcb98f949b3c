import Imaging

/// Cells that are placed together: one, or the two daughters of a division.
struct CellGroup {
    /// A cell and where its middle lies, as seen from the group's own place.
    struct Part {
        let shape: CellShape
        let x: Int
        let y: Int

        /// The upper left corner of the shape's box where the group lies at (`x`, `y`).
        func corner(_ x: Int, _ y: Int) -> (left: Int, top: Int) {
            (x + self.x - shape.middle.x, y + self.y - shape.middle.y)
        }
    }

    let parts: [Part]
    /// Pixels of all parts.
    let area: Int

    init(_ parts: [Part]) {
        self.parts = parts
        area = parts.reduce(0) { $0 + $1.shape.area }
    }

    /// The larger side of the largest part's box.
    var extent: Int { parts.map { max($0.shape.width, $0.shape.height) }.max() ?? 0 }
}

/// A label mask that cells are put into one after the other, with the pixels that they take and keep free about them.
struct MaskCanvas {
    private(set) var labels: LabelImage
    private var taken: PixelBits
    /// Pixels that a cell that keeps its distance may not cover; nil where those are the taken ones.
    private var near: PixelBits?
    /// Square of the distance within which pixels are near: two cells with a gap of g pixels of background between them
    /// have no pixels whose middles are less than g + 1 apart.
    private let radiusSquared: Int
    /// Whether the cell of label i + 1 shares an edge of a pixel with another.
    private(set) var touches: [Bool] = []
    /// Where the middle of the cell of label i + 1 is.
    private(set) var middles: [(x: Int, y: Int)] = []
    /// Cells that do.
    private(set) var touchingCount = 0
    /// Pixels of all cells.
    private(set) var covered = 0

    /// An empty canvas; cells that keep their distance leave `gap` pixels of background between one another.
    init(width: Int, height: Int, gap: Int) {
        labels = LabelImage(width: width, height: height)
        taken = PixelBits(width: width, height: height)
        near = gap > 0 ? taken : nil
        // Further than width and height together nothing lies.
        let gap = min(gap, width + height)
        radiusSquared = (gap + 1) * (gap + 1) - 1
    }

    var width: Int { labels.width }
    var height: Int { labels.height }
    var count: Int { middles.count }

    /// The pixels not to be covered by a cell that may touch others, or must keep its distance.
    private func obstacle(_ touching: Bool) -> PixelBits { touching ? taken : near ?? taken }

    /// Whether there is room for all parts with the group's place at (`x`, `y`), and at least half of each lies in the
    /// image, in one piece.
    func admits(_ group: CellGroup, x: Int, y: Int, touching: Bool) -> Bool {
        let obstacle = obstacle(touching)
        for part in group.parts {
            let (left, top) = part.corner(x, y)
            guard obstacle.isFree(part.shape, left: left, top: top), clipped(part.shape, left, top) != nil else {
                return false
            }
        }
        return true
    }

    /// The shape less what lies outside the image; nil where that is more than half or leaves several pieces.
    private func clipped(_ shape: CellShape, _ left: Int, _ top: Int) -> CellShape? {
        if left >= 0, top >= 0, left + shape.width <= width, top + shape.height <= height { return shape }
        let (columns, rows) = (max(0, -left), max(0, -top))
        let (columnEnd, rowEnd) = (min(shape.width, width - left), min(shape.height, height - top))
        guard columns < columnEnd, rows < rowEnd else { return nil }
        let part = shape.cropped(columns: columns..<columnEnd, rows: rows..<rowEnd)
        return 2 * part.area >= shape.area && part.isOnePiece ? part : nil
    }

    /// Whether a part of the group at this place would share an edge of a pixel with a cell.
    func meets(_ group: CellGroup, x: Int, y: Int) -> Bool {
        group.parts.contains { part in
            let (left, top) = part.corner(x, y)
            return !taken.isFree(part.shape.dilated(radiusSquared: 1), left: left - 1, top: top - 1)
        }
    }

    /// What looks for room for the group's first part.
    func probe(_ group: CellGroup) -> RowProbe { RowProbe(group.parts[0].shape, in: taken) }

    /// Looks for columns that the group's place may have in row `y`, as far as its first part goes; false where none.
    func findFreeColumns(_ probe: inout RowProbe, y: Int, touching: Bool) -> Bool {
        obstacle(touching).findFreeColumns(&probe, y: y)
    }

    /// Labels the parts of a group that `admits` lets in at this place.
    mutating func insert(_ group: CellGroup, x: Int, y: Int) {
        for part in group.parts {
            let (left, top) = part.corner(x, y)
            guard let shape = clipped(part.shape, left, top) else { continue }
            var isTouching = false
            taken.forEachShared(shape.dilated(radiusSquared: 1), left: left - 1, top: top - 1) { x, y in
                isTouching = true
                let index = Int(labels[x, y]) - 1
                if !touches[index] { touchingCount += 1 }
                touches[index] = true
            }
            touches.append(isTouching)
            if isTouching { touchingCount += 1 }
            middles.append((left + shape.middle.x, top + shape.middle.y))
            covered += shape.area
            paint(shape, left, top, label: Int32(count))
            taken.insert(shape, left: left, top: top)
            if near != nil {
                let reach = CellShape.reach(radiusSquared)
                near?.insert(shape.dilated(radiusSquared: radiusSquared), left: left - reach, top: top - reach)
            }
        }
    }

    private mutating func paint(_ shape: CellShape, _ left: Int, _ top: Int, label: Int32) {
        let width = width
        labels.labels.withUnsafeMutableBufferPointer { labels in
            shape.forEachRun { row, start, end in
                let first = (top + row) * width + left
                for index in first + start..<first + end { labels[index] = label }
            }
        }
    }
}
