/// How far something has come, from 0 to 1, as a bar with a text at its end.
public struct ProgressBar: Widget {
    public var fraction: Double
    public var label: String

    public init(_ fraction: Double, label: String = "") {
        self.fraction = fraction.isFinite ? min(max(fraction, 0), 1) : 0
        self.label = label
    }

    public func draw(on canvas: inout Canvas, in area: Area, _ theme: Theme) {
        let parts = area.line(0).split(columns: [
            .flexible(minimum: 4), .fixed(label.isEmpty ? 0 : label.displayColumns + 1),
        ])
        let bar = parts[0]
        let eighths = Int((fraction * Double(bar.columns * 8)).rounded(.down))
        for index in 0..<bar.columns {
            let filled = min(max(eighths - 8 * index, 0), 8)
            let style = filled == 0 ? theme[.barGround] : theme[.bar]
            let glyphs: [Character] = ["─", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]
            canvas.draw(String(glyphs[filled]), column: bar.column + index, row: bar.row, style, in: bar)
        }
        canvas.draw(Line(label), in: parts[1], theme, alignment: .right)
    }
}

/// Columns as high as their values: a histogram, or in one row a sparkline.
public struct Histogram: Widget {
    /// Not negative; other values are drawn as 0.
    public var values: [Double]
    public var role: Role
    /// The part of the values that is drawn in full; outside of it, columns are muted, as outside of a window.
    public var highlighted: ClosedRange<Double>?

    /// `highlighted` is in shares of the width, 0 to 1.
    public init(_ values: [Double], role: Role = .bar, highlighted: ClosedRange<Double>? = nil) {
        self.values = values
        self.role = role
        self.highlighted = highlighted
    }

    public func draw(on canvas: inout Canvas, in area: Area, _ theme: Theme) {
        guard !values.isEmpty else { return }
        // Each column shows the sum of the values it covers, or the value that covers it.
        let sums = (0..<area.columns).map { column -> Double in
            let low = column * values.count / area.columns
            let high = max((column + 1) * values.count / area.columns, low + 1)
            return values[low..<min(high, values.count)].reduce(0) { $0 + ($1 > 0 && $1.isFinite ? $1 : 0) }
        }
        let most = sums.max() ?? 0
        guard most > 0 else { return }
        let glyphs: [Character] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
        for (column, sum) in sums.enumerated() {
            // What is there at all is seen.
            let eighths = sum > 0 ? max(Int((sum / most * Double(area.rows * 8)).rounded()), 1) : 0
            let place = (Double(column) + 0.5) / Double(area.columns)
            let style = theme[highlighted.map { $0.contains(place) } ?? true ? role : .muted]
            for line in 0..<area.rows {
                let filled = min(max(eighths - 8 * (area.rows - 1 - line), 0), 8)
                canvas.draw(String(glyphs[filled]), column: area.column + column, row: area.row + line, style, in: area)
            }
        }
    }
}

/// The line at the foot of a screen: the mode, what stands at its left, and at its right what goes first when room is short.
public struct StatusBar: Widget {
    public var mode: String
    public var left: Line
    public var right: [Line]

    public init(mode: String = "", left: Line = "", right: [Line] = []) {
        self.mode = mode
        self.left = left
        self.right = right
    }

    public func draw(on canvas: inout Canvas, in area: Area, _ theme: Theme) {
        let row = area.line(0)
        let ground = theme[.statusBar].over(theme[.text])
        canvas.clear(row, ground)
        var column = area.column
        if !mode.isEmpty {
            column = canvas.draw(" \(mode) ", column: column, row: row.row, theme[.statusMode].over(ground), in: row)
        }
        var end = area.endColumn
        // At least half of what is left is the left text's, if it is that long.
        let wanted = min(left.columns + 2, (end - column) / 2)
        for line in right.reversed() where line.columns > 0 {
            guard end - line.columns - 2 >= column + wanted else { continue }
            end -= line.columns + 1
            canvas.draw(
                line, in: Area(column: end, row: row.row, columns: line.columns, rows: 1), theme, ground: ground,
                plain: false)
        }
        let middle = Area(column: column + 1, row: row.row, columns: end - column - 2, rows: 1)
        canvas.draw(left, in: middle.intersection(row), theme, ground: ground)
    }
}
