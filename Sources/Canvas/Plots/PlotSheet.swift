import Foundation
import Imaging

/// Plots in a grid, as an image to put into a report: dark on white, each series in a colour that the colour blind tell
/// apart (Okabe and Ito 2008), whatever the terminal's theme.
public struct PlotSheet: Sendable {
    /// A plot with what stands above and below it.
    public struct Panel: Sendable {
        public var title: String
        public var plot: LinePlot
        /// What x counts in.
        public var unit: String
        /// The number of each series' colour, as many as the plot has series; nil draws it faint, as a raw curve behind its smooth one.
        public var colors: [Int?]

        public init(title: String, plot: LinePlot, unit: String, colors: [Int?]) {
            self.title = title
            self.plot = plot
            self.unit = unit
            self.colors = colors
        }
    }

    public var panels: [Panel]

    public init(_ panels: [Panel]) { self.panels = panels }

    /// Pixels of a panel.
    static let width = 600
    static let height = 360
    /// Everything is drawn twice as large, for smooth edges.
    private static let scale = 2

    /// The image: three panels across at most. `nil` where there is no panel.
    public var image: Image? {
        guard !panels.isEmpty else { return nil }
        let across = min(panels.count, 3)
        let down = (panels.count + across - 1) / across
        var drawing = PixelDrawing(
            width: across * Self.width * Self.scale, height: down * Self.height * Self.scale)
        for (index, panel) in panels.enumerated() {
            let corner = (x: index % across * Self.width * Self.scale, y: index / across * Self.height * Self.scale)
            drawing.draw(panel, corner, Self.width * Self.scale, Self.height * Self.scale)
        }
        return drawing.reduced
    }

    fileprivate static func color(_ index: Int?) -> RGB {
        guard let index else { return RGB(200, 204, 210) }
        return palette[(index % palette.count + palette.count) % palette.count]
    }

    private static let palette = [
        RGB(0, 114, 178), RGB(213, 94, 0), RGB(0, 158, 115), RGB(204, 121, 167), RGB(230, 159, 0), RGB(86, 180, 233),
        RGB(90, 60, 140), RGB(60, 60, 60),
    ]
}

extension PixelDrawing {
    fileprivate mutating func draw(_ panel: PlotSheet.Panel, _ corner: (x: Int, y: Int), _ columns: Int, _ rows: Int) {
        let letter = (width: PixelGlyphs.width, height: PixelGlyphs.height)
        let rim = 24
        text(String(panel.title.prefix((columns - 2 * rim) / letter.width)), corner.x + rim, corner.y + rim, Self.ink)
        guard let scales = panel.plot.scales(rows: rows / 40) else {
            return text("no values", corner.x + rim, corner.y + rim + 2 * letter.height, Self.line)
        }
        legend(panel, corner.x + rim, corner.y + rim + letter.height + 6, columns - 2 * rim)
        let labels = (scales.ticks.labels.map(\.count).max() ?? 0) * letter.width + 14
        let frame = (
            x: corner.x + rim + labels, y: corner.y + rim + 2 * letter.height + 22, width: columns - 2 * rim - labels,
            height: rows - 2 * rim - 4 * letter.height - 30
        )
        for (value, label) in zip(scales.ticks.values, scales.ticks.labels) where scales.y.contains(value) {
            let y = frame.y + frame.height - 1 - LinePlot.place(value, scales.y, frame.height)
            fill(frame.x, y - 1, frame.width, 2, Self.grid)
            text(label, frame.x - 14 - label.count * letter.width, y - letter.height / 2, Self.ink)
        }
        var free = Int.min
        for (value, label) in panel.plot.labels(along: scales.x, count: 6) where scales.x.contains(value) {
            let x = frame.x + LinePlot.place(value, scales.x, frame.width)
            fill(x - 1, frame.y, 2, frame.height, Self.grid)
            let start = x - label.count * letter.width / 2
            guard start > free, start + label.count * letter.width <= corner.x + columns else { continue }
            text(label, start, frame.y + frame.height + 8, Self.ink)
            free = start + (label.count + 1) * letter.width
        }
        text(
            panel.unit, frame.x + (frame.width - panel.unit.count * letter.width) / 2,
            frame.y + frame.height + 12 + letter.height, Self.ink)
        for (series, color) in zip(panel.plot.series, panel.colors) {
            trace(panel.plot, series, scales, frame, PlotSheet.color(color), color == nil ? 2 : 4)
        }
        fill(frame.x - 2, frame.y, 2, frame.height, Self.line)
        fill(frame.x - 2, frame.y + frame.height, frame.width + 2, 2, Self.line)
    }

    /// The names of the series in their colours, as far as there is room.
    private mutating func legend(_ panel: PlotSheet.Panel, _ x: Int, _ y: Int, _ room: Int) {
        let shown = zip(panel.plot.series, panel.colors).filter { $1 != nil }
        guard shown.count > 1 else { return }
        var column = x
        for (series, color) in shown {
            let size = (series.name.count + 3) * PixelGlyphs.width
            guard column + size <= x + room else { return }
            fill(column, y + PixelGlyphs.height / 2, 18, 5, PlotSheet.color(color))
            text(series.name, column + 26, y, Self.ink)
            column += size + PixelGlyphs.width
        }
    }

    private mutating func trace(
        _ plot: LinePlot, _ series: LinePlot.Series, _ scales: LinePlot.Scales,
        _ frame: (x: Int, y: Int, width: Int, height: Int), _ color: RGB, _ thickness: Int
    ) {
        var last: (x: Int, y: Int)?
        for (x, y) in zip(series.x, series.y) {
            let value = plot.scaled(y)
            guard x.isFinite, value.isFinite else {
                last = nil
                continue
            }
            let point = (
                x: frame.x + LinePlot.place(x, scales.x, frame.width),
                y: frame.y + frame.height - 1 - LinePlot.place(value, scales.y, frame.height)
            )
            stroke(from: last ?? point, to: point, frame, color, thickness)
            last = point
        }
        guard !series.errors.isEmpty else { return }
        for index in 0..<min(series.x.count, series.y.count) {
            mark(plot, series, index, scales, frame, color)
        }
    }

    /// A point as a square, with its bar.
    private mutating func mark(
        _ plot: LinePlot, _ series: LinePlot.Series, _ index: Int, _ scales: LinePlot.Scales,
        _ frame: (x: Int, y: Int, width: Int, height: Int), _ color: RGB
    ) {
        let value = plot.scaled(series.y[index])
        guard value.isFinite, scales.x.contains(series.x[index]) else { return }
        let x = frame.x + LinePlot.place(series.x[index], scales.x, frame.width)
        func place(_ value: Double) -> Int {
            frame.y + frame.height - 1 - LinePlot.place(value, scales.y, frame.height)
        }
        fill(x - 6, place(value) - 6, 12, 12, color)
        guard let ends = plot.bar(series, at: index) else { return }
        let (low, high) = (place(ends.low), place(ends.high))
        fill(x - 2, high, 4, low - high, color)
        for end in [low, high] { fill(x - 10, end - 2, 20, 4, color) }
    }

    /// A straight line of square dots, clipped to the frame. Both ends must be near it.
    private mutating func stroke(
        from: (x: Int, y: Int), to: (x: Int, y: Int), _ frame: (x: Int, y: Int, width: Int, height: Int), _ color: RGB,
        _ thickness: Int
    ) {
        let count = max(abs(to.x - from.x), abs(to.y - from.y), 1)
        for index in 0...count {
            let x = from.x + (to.x - from.x) * index / count
            let y = from.y + (to.y - from.y) * index / count
            guard x >= frame.x, x < frame.x + frame.width, y >= frame.y, y < frame.y + frame.height else { continue }
            fill(x - thickness / 2, y - thickness / 2, thickness, thickness, color)
        }
    }
}
