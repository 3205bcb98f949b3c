/// Dots at the resolution of a glyph set's sub-pixels, each cell in the style drawn last.
struct DotGrid {
    let symbols: Symbols
    let columns: Int
    let rows: Int
    private var patterns: [Int]
    private var roles: [Span]

    init(symbols: Symbols, columns: Int, rows: Int) {
        self.symbols = symbols
        self.columns = columns
        self.rows = rows
        patterns = [Int](repeating: 0, count: columns * rows)
        roles = [Span](repeating: Span(""), count: columns * rows)
    }

    /// Dots across and down.
    var width: Int { columns * symbols.across }
    var height: Int { rows * symbols.down }

    /// Sets a dot; what is outside is left out. Where another paint has the cell, its dots go: a cell has one colour.
    mutating func set(_ x: Int, _ y: Int, _ paint: Span) {
        guard x >= 0, y >= 0, x < width, y < height else { return }
        let index = y / symbols.down * columns + x / symbols.across
        if roles[index] != paint {
            roles[index] = paint
            patterns[index] = 0
        }
        patterns[index] |= 1 << (y % symbols.down * symbols.across + x % symbols.across)
    }

    /// A straight line (Bresenham, 1965). Both ends must be near the grid.
    mutating func line(from: (x: Int, y: Int), to: (x: Int, y: Int), _ paint: Span) {
        var (x, y) = from
        let (dx, dy) = (abs(to.x - x), -abs(to.y - y))
        let (stepX, stepY) = (x < to.x ? 1 : -1, y < to.y ? 1 : -1)
        var error = dx + dy
        while true {
            set(x, y, paint)
            if x == to.x, y == to.y { return }
            let twice = 2 * error
            if twice >= dy {
                error += dy
                x += stepX
            }
            if twice <= dx {
                error += dx
                y += stepY
            }
        }
    }

    /// Draws the cells that have dots.
    func draw(on canvas: inout Canvas, in area: Area, _ theme: Theme) {
        let glyphs = symbols.characters
        for row in 0..<rows {
            for column in 0..<columns where patterns[row * columns + column] != 0 {
                let index = row * columns + column
                var style = roles[index].role.map { theme[$0] } ?? theme[.text]
                if let color = roles[index].color { style.foreground = color }
                let glyph = symbols == .ascii ? "*" : glyphs[patterns[index]]
                canvas.draw(String(glyph), column: area.column + column, row: area.row + row, style, in: area)
            }
        }
    }
}
