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
            let captions = row.map { Self.fitted($0.caption.printable, columns: width) }
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

    /// The text cut to the columns it may take, and how many it takes.
    static func fitted(_ text: String, columns: Int) -> (text: String, columns: Int) {
        let whole = text.reduce(0) { $0 + width(of: $1) }
        if whole <= columns { return (text, whole) }
        var result = ""
        var taken = 0
        for character in text {
            let next = width(of: character)
            if taken + next > columns - 1 { break }
            result.append(character)
            taken += next
        }
        return (result + "~", taken + 1)
    }

    /// The columns a character takes: two for those of East Asia and for pictographs, none for lone combining marks.
    static func width(of character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        if character.unicodeScalars.contains(where: \.properties.isEmojiPresentation) { return 2 }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            return 2
        default:
            return [.nonspacingMark, .enclosingMark].contains(scalar.properties.generalCategory) ? 0 : 1
        }
    }
}
