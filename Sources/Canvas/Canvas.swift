/// A rectangle of cells, row by row: what a screen, a widget or a picture is drawn on. Drawing outside is no error and
/// leaves nothing.
public struct Canvas: Equatable, Sendable {
    /// Cells across.
    public let columns: Int
    /// Cells down.
    public let rows: Int
    /// `columns * rows` cells.
    public private(set) var cells: [Cell]
    /// Where the terminal's own cursor is to be seen, as in a text field that is being edited; nil hides it.
    public var cursor: Position?

    /// A canvas of the given cells; without cells, blanks. The count must fit the size.
    public init(columns: Int, rows: Int, cells: [Cell]? = nil) {
        precondition(cells.map { $0.count == columns * rows } ?? true, "cell count does not fit the size")
        self.columns = columns
        self.rows = rows
        self.cells = cells ?? [Cell](repeating: Cell(" "), count: columns * rows)
    }

    /// All of it.
    public var area: Area { Area(columns: columns, rows: rows) }

    /// The cell at `column`, `row`, which must be inside. A wide character that loses one of its halves becomes blank.
    public subscript(column: Int, row: Int) -> Cell {
        get { cells[row * columns + column] }
        set {
            mendLeft(column, row)
            mendRight(column, row)
            cells[row * columns + column] = newValue
        }
    }

    /// Blanks the left half of a wide character whose right half is at `column`.
    private mutating func mendLeft(_ column: Int, _ row: Int) {
        let index = row * columns + column
        if column > 0, cells[index].character == Cell.rest { cells[index - 1].character = " " }
    }

    /// Blanks the right half of a wide character whose left half is at `column`.
    private mutating func mendRight(_ column: Int, _ row: Int) {
        let index = row * columns + column + 1
        if column + 1 < columns, cells[index].character == Cell.rest { cells[index].character = " " }
    }
}

// MARK: - Drawing

extension Canvas {
    /// Makes the cells of the area blank, in this style.
    public mutating func clear(_ area: Area, _ style: Style = Style()) { fill(area, with: Cell(" ", style)) }

    /// Puts the cell everywhere in the area; its character must be one column wide.
    public mutating func fill(_ area: Area, with cell: Cell) {
        let area = area.intersection(self.area)
        guard !area.isEmpty else { return }
        for row in area.allRows {
            mendLeft(area.column, row)
            mendRight(area.endColumn - 1, row)
            for column in area.allColumns { cells[row * columns + column] = cell }
        }
    }

    /// Draws the area's cells in this style over their own: characters stay.
    public mutating func restyle(_ area: Area, _ style: Style) {
        let area = area.intersection(self.area)
        for row in area.allRows {
            for index in row * columns + area.column..<row * columns + area.endColumn {
                cells[index].style = style.over(cells[index].style)
            }
        }
    }

    /// Draws text on one row from `column` on, clipped to `area` and the canvas; of a wide character that is cut in two
    /// nothing is seen. Where the style has no background, that of the cells stays. Returns the column after the text.
    @discardableResult
    public mutating func draw(
        _ text: some StringProtocol, column: Int, row: Int, _ style: Style = Style(), in area: Area? = nil
    ) -> Int {
        let area = (area ?? self.area).intersection(self.area)
        guard area.allRows.contains(row) else { return column }
        var column = column
        for cluster in text {
            if column >= area.endColumn { break }
            DisplayWidth.forEachPiece(of: cluster) { piece, width in
                if column >= area.column, column + width <= area.endColumn {
                    let index = row * columns + column
                    mendLeft(column, row)
                    mendRight(column + width - 1, row)
                    let drawn = Style(
                        style.foreground, on: style.background ?? cells[index].background, style.attributes)
                    cells[index] = Cell(piece, drawn)
                    if width == 2 { cells[index + 1] = Cell(Cell.rest, drawn) }
                } else if width == 2, column < area.endColumn, column + width > area.column {
                    let seen = max(column, area.column)
                    let background = style.background ?? cells[row * columns + seen].background
                    self[seen, row] = Cell(" ", Style(on: background))
                }
                column += width
            }
        }
        return column
    }

    /// Places another canvas with its upper left corner at the area's, clipped to the area. Cells of it without a
    /// background keep the one below.
    public mutating func place(_ other: Canvas, in area: Area) {
        let seen = area.intersection(self.area)
        for row in seen.allRows where row - area.row < other.rows {
            for column in seen.allColumns where column - area.column < other.columns {
                var cell = other[column - area.column, row - area.row]
                // A wide character is placed whole or not at all.
                let isCut =
                    cell.character == Cell.rest
                    ? column == seen.column
                    : column + 1 == seen.endColumn && column - area.column + 1 < other.columns
                        && other[column - area.column + 1, row - area.row].character == Cell.rest
                if isCut { cell.character = " " }
                if cell.background == nil { cell.style.background = self[column, row].background }
                if cell.character == Cell.rest {
                    cells[row * columns + column] = cell
                } else {
                    self[column, row] = cell
                }
            }
        }
    }

    /// The characters only, a line for each row, without the blanks at the lines' ends.
    public var plainText: String {
        (0..<rows).map { row in
            var line = ""
            for cell in cells[row * columns..<(row + 1) * columns] where cell.character != Cell.rest {
                line.append(cell.character)
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
