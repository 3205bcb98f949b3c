import Imaging

/// Several pictures side by side, each under its caption.
public struct ContactSheet: Sendable {
    /// A picture and what stands above it.
    public struct Entry: Sendable {
        public let caption: String
        public let picture: Picture

        public init(_ caption: String, _ picture: Picture) {
            self.caption = caption
            self.picture = picture
        }
    }

    /// Columns of the whole sheet.
    public let columns: Int
    /// Rows a picture takes at most.
    public let rows: Int
    private let mosaic: Mosaic

    public init(columns: Int, rows: Int, symbols: Symbols, colors: ColorDepth) {
        self.columns = columns
        self.rows = rows
        mosaic = Mosaic(symbols: symbols, colors: colors)
    }

    /// The rows of entries as text. All entries get the same width, that of the row with the most; control characters in
    /// captions are replaced, and captions that are too long end in "~".
    public func text(_ entries: [[Entry]]) -> String {
        let most = entries.map(\.count).max() ?? 0
        guard most > 0 else { return "" }
        let gap = 2
        let width = max((columns - gap * (most - 1)) / most, 1)
        let writer = ANSIText(colors: mosaic.colors)
        var lines: [String] = []
        for row in entries {
            let grids = row.map { mosaic.grid(of: $0.picture, columns: width, rows: rows) }
            // A sheet of small pictures is no wider than they are.
            let captions = row.map { entry in
                let text = entry.caption.printable.fitted(columns: width)
                return (text: text, columns: text.displayColumns)
            }
            if captions.contains(where: { $0.columns > 0 }) {
                lines.append(Self.joined(captions, width: width, gap: gap))
            }
            for line in 0..<(grids.map(\.rows).max() ?? 0) {
                let pieces = grids.map { grid in
                    line < grid.rows
                        ? (text: writer.line(line, of: grid), columns: grid.columns) : (text: "", columns: 0)
                }
                lines.append(Self.joined(pieces, width: width, gap: gap))
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The pieces, each padded to `width` columns but the last.
    private static func joined(_ pieces: [(text: String, columns: Int)], width: Int, gap: Int) -> String {
        var line = ""
        var owed = 0
        for piece in pieces {
            if piece.columns > 0 { line += String(repeating: " ", count: owed) + piece.text }
            owed = piece.columns > 0 ? width + gap - piece.columns : owed + width + gap
        }
        return line
    }
}
