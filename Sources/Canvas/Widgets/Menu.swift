/// A framed list of choices over other things.
public struct Menu: Widget {
    public struct Item: Sendable {
        public var title: String
        /// The keys that choose it, as they are shown.
        public var keys: String
        public var isEnabled: Bool

        public init(_ title: String, keys: String = "", isEnabled: Bool = true) {
            self.title = title
            self.keys = keys
            self.isEnabled = isEnabled
        }
    }

    public var title: String
    public var items: [Item]
    public var scroll: Scroll

    public init(_ title: String, _ items: [Item], scroll: Scroll) {
        self.title = title
        self.items = items
        self.scroll = scroll
    }

    /// The size at which all is seen, frame included.
    public var size: (columns: Int, rows: Int) {
        let titles = items.map(\.title.displayColumns).max() ?? 0
        let keys = items.map(\.keys.displayColumns).max() ?? 0
        return (max(titles + (keys > 0 ? keys + 2 : 0), title.displayColumns + 2) + 4, items.count + 2)
    }

    public func draw(on canvas: inout Canvas, in area: Area, _ theme: Theme) {
        let ground = theme[.popup].over(theme[.text])
        canvas.clear(area, ground)
        canvas.draw(Box(Line(title), isFocused: true), in: area, theme)
        let inside = Box.inside(area)
        let keys = items.map(\.keys.displayColumns).max() ?? 0
        for line in 0..<inside.rows {
            guard let index = scroll.row(at: line, of: items.count) else { break }
            let item = items[index]
            let isSelected = index == scroll.selected
            var style = ground
            if !item.isEnabled { style = theme[.disabled].over(style) }
            if isSelected { style = theme[.selection].over(style) }
            let row = inside.line(line)
            canvas.clear(row, style)
            let parts = row.inset(columns: min(1, row.columns / 4)).split(
                columns: [.flexible(minimum: 1), .fixed(keys)], gap: keys > 0 ? 2 : 0)
            canvas.draw(Line(item.title), in: parts[0], theme, ground: style)
            canvas.draw(
                Line(item.keys, .key), in: parts[1], theme, ground: style, plain: isSelected || !item.isEnabled,
                alignment: .right)
        }
    }
}

/// Text broken into lines at blanks, over as many rows as the area has.
public struct Paragraph: Widget {
    public var text: String
    public var role: Role

    public init(_ text: String, role: Role = .text) {
        self.text = text
        self.role = role
    }

    /// The lines of the text at this width; words that are longer are cut.
    public static func lines(_ text: String, columns: Int) -> [String] {
        guard columns > 0 else { return [] }
        var lines: [String] = []
        for part in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            var line = ""
            var width = 0
            for word in part.split(separator: " ") {
                for (number, piece) in pieces(of: word, columns: columns).enumerated() {
                    let next = piece.displayColumns
                    if width > 0, number > 0 || width + 1 + next > columns {
                        lines.append(line)
                        (line, width) = ("", 0)
                    }
                    if width > 0 {
                        line += " "
                        width += 1
                    }
                    line += piece
                    width += next
                }
            }
            lines.append(line)
        }
        return lines
    }

    /// The parts of a word that is longer than a line; of paths, whole names as far as they fit.
    private static func pieces(of word: Substring, columns: Int) -> [String] {
        if word.displayColumns <= columns { return [String(word)] }
        var pieces = [""]
        var width = 0
        for character in word {
            let next = DisplayWidth.of(character)
            if width + next > columns, width > 0 {
                let line = pieces[pieces.count - 1]
                let end = line.lastIndex(of: "/").map { line.index(after: $0) } ?? line.endIndex
                // The slash that a path begins with is no place to cut it.
                let rest = end > line.index(after: line.startIndex) ? line[end...] : ""
                pieces[pieces.count - 1].removeLast(rest.count)
                pieces.append(String(rest))
                width = rest.displayColumns
            }
            pieces[pieces.count - 1].append(character)
            width += next
        }
        return pieces
    }

    public func draw(on canvas: inout Canvas, in area: Area, _ theme: Theme) {
        for (index, line) in Self.lines(text, columns: area.columns).prefix(area.rows).enumerated() {
            canvas.draw(line, column: area.column, row: area.row + index, theme[role].over(theme[.text]), in: area)
        }
    }
}
