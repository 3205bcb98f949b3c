/// Text that is being edited, and the place where typed characters go.
public struct TextInput: Equatable, Sendable {
    public private(set) var characters: [Character]
    /// The character before which typed ones go, from 0 to their count.
    public private(set) var cursor: Int

    public init(_ text: String = "") {
        characters = Array(text)
        cursor = characters.count
    }

    public var text: String { String(characters) }

    /// Inserts typed or pasted text; newlines become blanks, other controls are left out.
    public mutating func insert(_ text: String) {
        let before = String(characters[..<cursor])
        let clean = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).joined(separator: " ")
        let added = clean.filter { character in
            character == "\t" || !character.unicodeScalars.contains { $0.properties.generalCategory == .control }
        }
        // A typed mark joins the character before it.
        let front = Array(before + added)
        characters = front + characters[cursor...]
        cursor = front.count
    }

    public mutating func deleteBackward() {
        guard cursor > 0 else { return }
        cursor -= 1
        characters.remove(at: cursor)
    }

    public mutating func deleteForward() {
        if cursor < characters.count { characters.remove(at: cursor) }
    }

    /// Deletes the word before the cursor and the blanks behind it.
    public mutating func deleteWordBackward() {
        let start = wordStart
        characters.removeSubrange(start..<cursor)
        cursor = start
    }

    public mutating func deleteToStart() {
        characters.removeSubrange(..<cursor)
        cursor = 0
    }

    public mutating func deleteToEnd() { characters.removeSubrange(cursor...) }

    public mutating func move(by count: Int) { cursor = max(0, min(cursor + count, characters.count)) }
    public mutating func moveToStart() { cursor = 0 }
    public mutating func moveToEnd() { cursor = characters.count }
    public mutating func moveWordBackward() { cursor = wordStart }

    public mutating func moveWordForward() {
        while cursor < characters.count, characters[cursor].isWhitespace { cursor += 1 }
        while cursor < characters.count, !characters[cursor].isWhitespace { cursor += 1 }
    }

    private var wordStart: Int {
        var start = cursor
        while start > 0, characters[start - 1].isWhitespace { start -= 1 }
        while start > 0, !characters[start - 1].isWhitespace { start -= 1 }
        return start
    }
}

/// A line of text to edit behind a prompt. If focused, the terminal's cursor stands in it.
public struct Field: Widget {
    public var prompt: Line
    public var input: TextInput
    public var isFocused: Bool
    /// What is seen where nothing has been typed.
    public var placeholder: String

    public init(_ prompt: Line = "", _ input: TextInput, isFocused: Bool = true, placeholder: String = "") {
        self.prompt = prompt
        self.input = input
        self.isFocused = isFocused
        self.placeholder = placeholder
    }

    public func draw(on canvas: inout Canvas, in area: Area, _ theme: Theme) {
        let ground = theme[.field].over(theme[.text])
        let head = min(prompt.columns, max(area.columns - 4, 0))
        let parts = area.line(0).split(columns: [.fixed(head), .flexible()])
        canvas.draw(prompt, in: parts[0], theme, ground: theme[.text])
        let field = parts[1]
        canvas.clear(field, ground)
        let before = String(input.characters[..<input.cursor]).displayColumns
        // The cursor stays in sight; the text moves by as little as that takes.
        let shift = max(before - field.columns + 1, 0)
        if input.characters.isEmpty {
            canvas.draw(Line(placeholder), in: field, theme, ground: theme[.muted].over(ground))
        }
        canvas.draw(input.text, column: field.column - shift, row: field.row, ground, in: field)
        if isFocused, field.columns > 0 {
            canvas.cursor = Position(column: field.column + before - shift, row: field.row)
        }
    }
}
