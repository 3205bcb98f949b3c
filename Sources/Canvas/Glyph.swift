/// One cell of a terminal: a character and its two colours; nil is the terminal's default.
public struct Glyph: Equatable, Sendable {
    public var character: Character
    public var foreground: RGB?
    public var background: RGB?

    public init(_ character: Character, foreground: RGB? = nil, background: RGB? = nil) {
        self.character = character
        self.foreground = foreground
        self.background = background
    }
}

/// A rectangle of cells, row by row.
public struct GlyphGrid: Equatable, Sendable {
    /// Cells across.
    public let columns: Int
    /// Cells down.
    public let rows: Int
    /// `columns * rows` cells.
    public var cells: [Glyph]

    /// A grid of the given cells; without cells, blanks. The count must fit the size.
    public init(columns: Int, rows: Int, cells: [Glyph]? = nil) {
        precondition(cells.map { $0.count == columns * rows } ?? true, "cell count does not fit the size")
        self.columns = columns
        self.rows = rows
        self.cells = cells ?? [Glyph](repeating: Glyph(" "), count: columns * rows)
    }

    /// The cell at `column`, `row`.
    public subscript(column: Int, row: Int) -> Glyph {
        get { cells[row * columns + column] }
        set { cells[row * columns + column] = newValue }
    }
}
