import Imaging

/// Pictures in rows with captions, as an image to put into a report.
public struct PictureSheet: Sendable {
    /// A picture with what stands above it.
    public struct Tile: Sendable {
        /// Lines of printable ASCII; what does not fit the picture's width is left out.
        public var caption: [String]
        /// RGB of 8 bits.
        public var picture: Image

        public init(caption: [String], picture: Image) { (self.caption, self.picture) = (caption, picture) }
    }

    public var title: String
    public var rows: [[Tile]]

    public init(_ title: String, rows: [[Tile]]) { (self.title, self.rows) = (title, rows) }

    private static let scale = 2
    /// Pixels of the image, of the drawing twice as many.
    private static let gap = 8
    private static let letter = (width: PixelGlyphs.width / scale, height: PixelGlyphs.height / scale)

    /// The image; nil where there is no picture.
    public var image: Image? {
        let (gap, scale, letter) = (Self.gap, Self.scale, Self.letter)
        let width = rows.map { $0.reduce(gap) { $0 + $1.picture.width + gap } }.max() ?? 0
        guard width > gap else { return nil }
        let heights = rows.map { row in
            (row.map(\.caption.count).max() ?? 0) * letter.height + (row.map(\.picture.height).max() ?? 0) + 2 * gap
        }
        var drawing = PixelDrawing(
            width: width * scale, height: (heights.reduce(2 * gap + letter.height, +)) * scale)
        func write(_ text: String, _ x: Int, _ y: Int, room: Int) {
            drawing.text(String(text.prefix(room / letter.width)), x * scale, y * scale, PixelDrawing.ink)
        }
        write(title, gap, gap, room: width - 2 * gap)
        var y = 2 * gap + letter.height
        for (row, height) in zip(rows, heights) {
            let lines = row.map(\.caption.count).max() ?? 0
            var x = gap
            for tile in row {
                for (index, line) in tile.caption.enumerated() {
                    write(line, x, y + index * letter.height, room: tile.picture.width)
                }
                drawing.place(tile.picture, x * scale, (y + lines * letter.height + 2) * scale, scale: scale)
                x += tile.picture.width + gap
            }
            y += height
        }
        return drawing.reduced
    }
}
