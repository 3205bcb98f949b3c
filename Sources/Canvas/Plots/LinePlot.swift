import Foundation

/// Curves over a common axis, with ticks. Later series win a cell; values that are not finite leave a gap and bound nothing.
public struct LinePlot: Widget, Sendable {
    /// A curve: points with x rising.
    public struct Series: Sendable {
        public var name: String
        public var x: [Double]
        /// As many as `x`.
        public var y: [Double]
        /// How it is drawn. Its text, a sign that tells the curve without colours, stands at the curve's end.
        public var paint: Span
        /// Whether the axis is to have room for it.
        public var isBounding = true
        /// How far bars reach above and below the points, where there are any: as many as `x`. NaN is a point without a bar.
        /// The points are then marked.
        public var errors: [Double] = []

        public init(_ name: String, x: [Double], y: [Double], _ role: Role? = nil, color: RGB? = nil) {
            self.init(name, x: x, y: y, paint: Span("", role, color: color))
        }

        public init(_ name: String, x: [Double], y: [Double], paint: Span, isBounding: Bool = true) {
            self.name = name
            self.x = x
            self.y = y
            self.paint = paint
            self.isBounding = isBounding
        }
    }

    /// A sign at a point.
    public struct Mark: Sendable {
        public var x: Double
        public var y: Double
        public var paint: Span

        public init(x: Double, y: Double, paint: Span) {
            self.x = x
            self.y = y
            self.paint = paint
        }
    }

    public var series: [Series]
    /// The stretch of x that is seen; nil is all there is.
    public var xRange: ClosedRange<Double>?
    public var yRange: ClosedRange<Double>?
    /// Whether y is drawn by its logarithm; values of 0 and less then are gaps.
    public var isLogarithmic: Bool
    /// Where the line of a crosshair stands, in x.
    public var crosshair: Double?
    public var marks: [Mark] = []
    /// What stands along x, rising, instead of round numbers.
    public var xLabels: [(x: Double, text: String)]?
    public var symbols: Symbols

    public init(
        _ series: [Series], xRange: ClosedRange<Double>? = nil, yRange: ClosedRange<Double>? = nil,
        isLogarithmic: Bool = false, crosshair: Double? = nil, symbols: Symbols = .braille
    ) {
        self.series = series
        self.xRange = xRange
        self.yRange = yRange
        self.isLogarithmic = isLogarithmic
        self.crosshair = crosshair
        self.symbols = symbols
    }

    /// What is decided before anything is drawn.
    private struct Frame {
        let scales: Scales
        /// Columns of the labels at the left, and rows of those at the foot.
        let labels: Int
        let foot: Int
        let plot: Area
    }

    /// What both axes extend over, and the ticks of y.
    struct Scales {
        let x: ClosedRange<Double>
        /// Scaled: of logarithms where the axis is one of them.
        let y: ClosedRange<Double>
        let ticks: Ticks
    }

    /// The axes for a plot of so many rows of cells; nil where there is nothing to draw.
    func scales(rows: Int) -> Scales? {
        let seen = series.filter(\.isBounding).map { bounds(of: $0) }
        guard let xs = xRange ?? Self.joined(seen.map(\.x)), let ys = yRange.map(scaled) ?? Self.joined(seen.map(\.y))
        else { return nil }
        let y = Self.widened(ys)
        let x = xs.lowerBound < xs.upperBound ? xs : xs.lowerBound - 0.5...xs.upperBound + 0.5
        let ticks =
            isLogarithmic
            ? Ticks(logarithmsFrom: y.lowerBound, to: y.upperBound, count: max(rows / 3, 1))
            : Ticks(from: y.lowerBound, to: y.upperBound, count: max(rows / 4, 1))
        return Scales(x: x, y: y, ticks: ticks)
    }

    /// nil where there is nothing to draw.
    private func frame(in area: Area) -> Frame? {
        guard let scales = scales(rows: area.rows) else { return nil }
        let widest = scales.ticks.labels.map(\.count).max() ?? 0
        let labels = area.rows >= 3 && area.columns >= 16 ? min(widest, 10) + 1 : 0
        let foot = area.rows >= 4 && area.columns >= 16 ? 1 : 0
        let plot = Area(
            column: area.column + labels, row: area.row, columns: area.columns - labels, rows: area.rows - foot)
        return Frame(scales: scales, labels: labels, foot: foot, plot: plot)
    }

    /// Where the curves are in a plot drawn in `area`, without axes; nil where there is nothing to draw.
    public func plotArea(in area: Area) -> Area? { frame(in: area)?.plot }

    public func draw(on canvas: inout Canvas, in area: Area, _ theme: Theme) {
        guard let frame = frame(in: area) else { return canvas.draw(Line("no values yet", .muted), in: area, theme) }
        let (x, y, plot) = (frame.scales.x, frame.scales.y, frame.plot)
        if frame.labels > 0 { drawAxis(frame.scales.ticks, y, plot, frame.labels, on: &canvas, theme) }
        if frame.foot > 0 { drawFoot(x, plot, on: &canvas, theme) }
        var dots = DotGrid(symbols: symbols, columns: plot.columns, rows: plot.rows)
        if let crosshair, x.contains(crosshair) {
            let place = Self.place(crosshair, x, dots.width)
            dots.line(from: (place, 0), to: (place, dots.height - 1), Span("", .axis))
        }
        for series in series { trace(series, x, y, &dots) }
        for series in series { drawErrors(series, x, y, &dots) }
        dots.draw(on: &canvas, in: plot, theme)
        drawSigns(x, y, plot, on: &canvas, theme)
    }

    /// Marks, and at each curve's end its sign, the last curve's over the others.
    private func drawSigns(
        _ xRange: ClosedRange<Double>, _ yRange: ClosedRange<Double>, _ plot: Area, on canvas: inout Canvas,
        _ theme: Theme
    ) {
        var signs = marks
        for series in series where !series.paint.text.isEmpty {
            let end = (0..<min(series.x.count, series.y.count)).last { index in
                xRange.contains(series.x[index]) && scaled(series.y[index]).isFinite
            }
            if let end { signs.append(Mark(x: series.x[end], y: series.y[end], paint: series.paint)) }
        }
        for sign in signs where xRange.contains(sign.x) && yRange.contains(scaled(sign.y)) {
            // In the cell of the point's dot.
            let (across, down) = (symbols.across, symbols.down)
            let column = plot.column + Self.place(sign.x, xRange, plot.columns * across) / across
            let row = plot.endRow - 1 - Self.place(scaled(sign.y), yRange, plot.rows * down) / down
            var style = sign.paint.role.map { theme[$0] } ?? theme[.text]
            if let color = sign.paint.color { style.foreground = color }
            style.attributes.insert(.bold)
            canvas.draw(sign.paint.text, column: column, row: row, style, in: plot)
        }
    }

    private func drawAxis(
        _ ticks: Ticks, _ range: ClosedRange<Double>, _ plot: Area, _ width: Int, on canvas: inout Canvas,
        _ theme: Theme
    ) {
        for row in plot.allRows { canvas.draw("│", column: plot.column - 1, row: row, theme[.axis]) }
        for (value, label) in zip(ticks.values, ticks.labels) {
            let share = Self.share(value, range)
            let row = plot.row + Int(((1 - share) * Double(plot.rows - 1)).rounded())
            guard plot.allRows.contains(row) else { continue }
            let place = Area(column: plot.column - width, row: row, columns: width - 1, rows: 1)
            canvas.draw(Line(label, .axis), in: place, theme, alignment: .right)
            canvas.draw("┤", column: plot.column - 1, row: row, theme[.axis])
        }
    }

    private func drawFoot(
        _ range: ClosedRange<Double>, _ plot: Area, on canvas: inout Canvas, _ theme: Theme
    ) {
        let row = Area(column: plot.column, row: plot.endRow, columns: plot.columns, rows: 1)
        var free = row.column
        for (value, label) in labels(along: range, count: max(plot.columns / 12, 1)) {
            let share = Self.share(value, range)
            let middle = row.column + Int((share * Double(row.columns - 1)).rounded())
            let start = max(row.column, min(middle - label.count / 2, row.endColumn - label.count))
            guard start >= free else { continue }
            free = canvas.draw(label, column: start, row: row.row, theme[.axis], in: row) + 1
        }
    }
}

// MARK: - Values to dots

extension LinePlot {
    /// What stands where along x: its own labels, else about `count` round numbers.
    func labels(along range: ClosedRange<Double>, count: Int) -> [(x: Double, text: String)] {
        if let xLabels { return xLabels.filter { range.contains($0.x) } }
        let ticks = Ticks(from: range.lowerBound, to: range.upperBound, count: count)
        return zip(ticks.values, ticks.labels).map { ($0, $1) }
    }

    /// The ends of the bar at a point; nil where it has none.
    func bar(_ series: Series, at index: Int) -> (low: Double, high: Double)? {
        guard index < series.errors.count, index < series.y.count else { return nil }
        let ends = (
            low: scaled(series.y[index] - series.errors[index]), high: scaled(series.y[index] + series.errors[index])
        )
        return ends.low.isFinite && ends.high.isFinite ? ends : nil
    }

    private func drawErrors(
        _ series: Series, _ xRange: ClosedRange<Double>, _ yRange: ClosedRange<Double>, _ dots: inout DotGrid
    ) {
        for index in 0..<min(series.x.count, series.y.count) where xRange.contains(series.x[index]) {
            guard let ends = bar(series, at: index) else { continue }
            let x = Self.place(series.x[index], xRange, dots.width)
            let (low, high) = (Self.place(ends.low, yRange, dots.height), Self.place(ends.high, yRange, dots.height))
            dots.line(from: (x, dots.height - 1 - low), to: (x, dots.height - 1 - high), series.paint)
        }
    }

    /// A value as it is drawn: NaN where it has no logarithm.
    func scaled(_ value: Double) -> Double { isLogarithmic ? (value > 0 ? log10(value) : .nan) : value }

    private func scaled(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
        guard isLogarithmic else { return range }
        let high = max(range.upperBound, .leastNormalMagnitude)
        return log10(max(range.lowerBound, high * 1e-12))...log10(high)
    }

    private static func joined(_ ranges: [ClosedRange<Double>?]) -> ClosedRange<Double>? {
        ranges.reduce(nil) { sum, next in
            guard let sum, let next else { return sum ?? next }
            return min(sum.lowerBound, next.lowerBound)...max(sum.upperBound, next.upperBound)
        }
    }

    /// The range with a little room at both ends, and never empty.
    private static func widened(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
        let extent = range.upperBound - range.lowerBound
        guard extent.isFinite else { return range }
        // What differs by rounding alone is one value.
        let isOne = extent <= 1e-9 * max(abs(range.lowerBound), abs(range.upperBound))
        let one = range.lowerBound == 0 ? 0.5 : max(abs(range.lowerBound) * 0.1, .leastNormalMagnitude)
        let rim = isOne ? one : extent * 0.02
        return range.lowerBound - rim...range.upperBound + rim
    }

    /// Where in a range a value is, held to half a range beyond its ends.
    private static func share(_ value: Double, _ range: ClosedRange<Double>) -> Double {
        // Halves, since the widest range there can be does not overflow in them.
        let share = (value / 2 - range.lowerBound / 2) / (range.upperBound / 2 - range.lowerBound / 2)
        return share.isFinite ? min(max(share, -0.5), 1.5) : 0.5
    }

    /// The dot of a value, held near the `count` dots of its axis.
    static func place(_ value: Double, _ range: ClosedRange<Double>, _ count: Int) -> Int {
        Int((share(value, range) * Double(count - 1)).rounded())
    }

    /// What the finite points of a series that are seen extend over.
    private func bounds(of series: Series) -> (x: ClosedRange<Double>?, y: ClosedRange<Double>?) {
        var (lowX, highX, low, high) = (Double.infinity, -Double.infinity, Double.infinity, -Double.infinity)
        let count = min(series.x.count, series.y.count)
        series.x.withUnsafeBufferPointer { xs in
            series.y.withUnsafeBufferPointer { ys in
                for index in 0..<count {
                    let (x, y) = (xs[index], ys[index])
                    guard x.isFinite, y.isFinite, !isLogarithmic || y > 0 else { continue }
                    if let xRange, !xRange.contains(x) { continue }
                    lowX = min(lowX, x)
                    highX = max(highX, x)
                    let reach = index < series.errors.count && series.errors[index].isFinite ? series.errors[index] : 0
                    low = min(low, isLogarithmic && y <= reach ? y : y - reach)
                    high = max(high, y + reach)
                }
            }
        }
        guard lowX <= highX else { return (nil, nil) }
        return (lowX...highX, isLogarithmic ? log10(low)...log10(high) : low...high)
    }

    /// Draws a series: of the points that share a column of dots, a line from the least to the greatest; from column to
    /// column, a line from the last point to the first.
    private func trace(
        _ series: Series, _ xRange: ClosedRange<Double>, _ yRange: ClosedRange<Double>, _ dots: inout DotGrid
    ) {
        var column = Int.min
        var (least, greatest) = (0, 0)
        var last: (x: Int, y: Int)?
        func finish() {
            if column != .min { dots.line(from: (column, least), to: (column, greatest), series.paint) }
            column = .min
        }
        let bottom = dots.height - 1
        for index in 0..<min(series.x.count, series.y.count) {
            let x = series.x[index]
            let y = scaled(series.y[index])
            guard x.isFinite, y.isFinite else {
                finish()
                last = nil
                continue
            }
            let place = (x: Self.place(x, xRange, dots.width), y: bottom - Self.place(y, yRange, dots.height))
            if place.x == column {
                least = min(least, place.y)
                greatest = max(greatest, place.y)
            } else {
                finish()
                if let last { dots.line(from: last, to: place, series.paint) }
                (column, least, greatest) = (place.x, place.y, place.y)
            }
            last = place
        }
        finish()
    }
}
