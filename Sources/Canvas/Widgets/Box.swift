/// A frame with a title.
public struct Box: Widget {
    public var title: Line
    /// What stands in the lower border, such as a position.
    public var footer: Line
    public var isFocused: Bool

    public init(_ title: Line = "", footer: Line = "", isFocused: Bool = false) {
        self.title = title
        self.footer = footer
        self.isFocused = isFocused
    }

    /// What is inside of a box drawn in `area`.
    public static func inside(_ area: Area) -> Area { area.inset(columns: 1, rows: 1) }

    public func draw(on canvas: inout Canvas, in area: Area, _ theme: Theme) {
        let style = theme[isFocused ? .borderFocused : .border]
        let (left, right, bottom) = (area.column, area.endColumn - 1, area.endRow - 1)
        guard area.columns >= 2, area.rows >= 2 else { return canvas.fill(area, with: Cell(" ", style)) }
        let line = String(repeating: "─", count: area.columns - 2)
        canvas.draw("┌" + line + "┐", column: left, row: area.row, style)
        canvas.draw("└" + line + "┘", column: left, row: bottom, style)
        for row in area.row + 1..<bottom {
            canvas.draw("│", column: left, row: row, style)
            canvas.draw("│", column: right, row: row, style)
        }
        caption(title, area.row, area, on: &canvas, theme, isFocused ? .title : .text)
        caption(footer, bottom, area, on: &canvas, theme, .muted)
    }

    /// A caption in a border, a blank on each side of it.
    private func caption(_ line: Line, _ row: Int, _ area: Area, on canvas: inout Canvas, _ theme: Theme, _ role: Role)
    {
        let room = area.columns - 6
        guard line.columns > 0, room > 0 else { return }
        let width = min(line.columns, room)
        let place = Area(column: area.column + 2, row: row, columns: width + 2, rows: 1)
        canvas.draw(line, in: place.inset(columns: 1), theme, ground: theme[role].over(theme[.text]))
        canvas.clear(Area(column: place.column, row: row, columns: 1, rows: 1), theme[.text])
        canvas.clear(Area(column: place.endColumn - 1, row: row, columns: 1, rows: 1), theme[.text])
    }
}
