/// Rows of cells under heads, of which those in sight are asked for only. With one column without a head it is a list.
public struct Table: Widget {
    /// A column: its head, its width and how its cells stand in it.
    public struct Column: Sendable {
        public var head: String
        public var length: Length
        public var alignment: Alignment

        public init(_ head: String = "", _ length: Length = .flexible(minimum: 1), _ alignment: Alignment = .left) {
            self.head = head
            self.length = length
            self.alignment = alignment
        }
    }

    public var columns: [Column]
    /// Rows there are.
    public var count: Int
    public var scroll: Scroll
    public var isFocused: Bool
    /// What is said where there are no rows.
    public var placeholder: Line
    /// Whether a row is marked; nil leaves out the column of signs.
    public var isMarked: ((Int) -> Bool)?
    /// The cell of a row and a column.
    public var cell: (Int, Int) -> Line

    public init(
        _ columns: [Column], count: Int, scroll: Scroll, isFocused: Bool = true, placeholder: Line = "",
        isMarked: ((Int) -> Bool)? = nil, cell: @escaping (_ row: Int, _ column: Int) -> Line
    ) {
        self.columns = columns
        self.count = count
        self.scroll = scroll
        self.isFocused = isFocused
        self.placeholder = placeholder
        self.isMarked = isMarked
        self.cell = cell
    }

    /// A list: one column, no head.
    public static func list(
        count: Int, scroll: Scroll, isFocused: Bool = true, placeholder: Line = "", isMarked: ((Int) -> Bool)? = nil,
        line: @escaping (Int) -> Line
    ) -> Table {
        Table(
            [Column()], count: count, scroll: scroll, isFocused: isFocused, placeholder: placeholder, isMarked: isMarked
        ) { row, _ in line(row) }
    }

    private var hasHead: Bool { columns.contains { !$0.head.isEmpty } }

    /// Where the rows are in a table drawn in `area`: what `Scroll` has to know the height of, and what a click is in.
    public func body(_ area: Area) -> Area {
        let head = hasHead ? min(1, area.rows) : 0
        return Area(column: area.column, row: area.row + head, columns: area.columns, rows: area.rows - head)
    }

    public func draw(on canvas: inout Canvas, in area: Area, _ theme: Theme) {
        let body = body(area)
        let hasBar = count > body.rows && body.columns > 2
        let signs = isMarked == nil ? 0 : min(2, body.columns)
        let inner = Area(
            column: body.column + signs, row: body.row, columns: body.columns - signs - (hasBar ? 1 : 0),
            rows: body.rows)
        let places = inner.split(columns: columns.map(\.length), gap: 1)
        canvas.clear(area, theme[.text])
        if hasHead {
            canvas.clear(area.line(0), theme[.header].over(theme[.text]))
            for (place, column) in zip(places, columns) {
                let head = Area(column: place.column, row: area.row, columns: place.columns, rows: min(area.rows, 1))
                canvas.draw(
                    Line(column.head), in: head, theme, ground: theme[.header].over(theme[.text]),
                    alignment: column.alignment)
            }
        }
        if count == 0 { canvas.draw(placeholder, in: body, theme, ground: theme[.muted].over(theme[.text])) }
        for line in 0..<body.rows {
            guard let row = scroll.row(at: line, of: count) else { break }
            draw(row, line: inner.line(line), signs: signs, places, on: &canvas, theme)
        }
        if hasBar {
            let bar = Area(column: body.endColumn - 1, row: body.row, columns: 1, rows: body.rows)
            canvas.draw(ScrollBar(count: count, top: scroll.top), in: bar, theme)
        }
    }

    private func draw(
        _ row: Int, line: Area, signs: Int, _ places: [Area], on canvas: inout Canvas, _ theme: Theme
    ) {
        let isSelected = row == scroll.selected
        let marked = isMarked?(row) ?? false
        var ground = theme[.text]
        if marked { ground = theme[.mark].over(ground) }
        if isSelected { ground = theme[isFocused ? .selection : .selectionUnfocused].over(ground) }
        let whole = Area(column: line.column - signs, row: line.row, columns: line.columns + signs, rows: 1)
        canvas.clear(whole, ground)
        // Sign and colour: what is marked is seen without colours, too.
        if marked { canvas.draw("*", column: whole.column, row: line.row, ground, in: whole) }
        for (index, place) in places.enumerated() {
            let place = Area(column: place.column, row: line.row, columns: place.columns, rows: 1)
            canvas.draw(
                cell(row, index), in: place, theme, ground: ground, plain: isSelected,
                alignment: columns[index].alignment)
        }
    }
}
