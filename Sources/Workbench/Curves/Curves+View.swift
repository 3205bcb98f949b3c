import Canvas
import Foundation

/// A line of a pane: a series of a run, how it is drawn and what is told of it.
struct CurveLine {
    let name: String
    /// The number of its colour.
    let color: Int
    let paint: Span
    let series: CurveSeries
    let axis: StepAxis
}

extension State {
    /// The lines of a pane, the run drawn last first. One run's are told apart by their places in the pane, several runs by
    /// colours that their names have, and all by letters.
    func lines(of pane: CurvePane) -> [CurveLine] {
        let isShared = curves.runs.count > 1
        let colors = Self.places(of: curves.runs.map(\.name))
        var lines: [CurveLine] = []
        for (runIndex, run) in curves.runs.enumerated() {
            guard let read = run.curves else { continue }
            let axis = curves.axis(of: read)
            for (index, name) in pane.names.enumerated() {
                guard let series = read[name] else { continue }
                let color = isShared ? colors[runIndex] : index
                let sign = isShared || pane.names.count > 1 ? Self.letter(isShared ? runIndex : index) : ""
                lines.append(
                    CurveLine(
                        name: isShared ? run.name : CurvePane.words(name), color: color,
                        paint: Span(sign, .series(color)), series: series, axis: axis))
            }
        }
        return lines
    }

    private static func letter(_ index: Int) -> String {
        Unicode.Scalar(UInt8(ascii: "a") + UInt8(index % 26)).description
    }

    /// The number of each name's colour: its hash (FNV-1a), or the next that is free.
    static func places(of names: [String]) -> [Int] {
        let count = Curves.maximumRuns
        var taken: Set<Int> = []
        return names.map { name in
            let hash = name.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
            let wanted = Int(hash % UInt32(count))
            let place = (0..<count).map { (wanted + $0) % count }.first { !taken.contains($0) } ?? wanted
            taken.insert(place)
            return place
        }
    }

    /// What the axis counts in, and how many of the axis's own unit that is.
    var curveUnit: (name: String, size: Double) {
        switch curves.axis {
        case .steps: return ("steps", 1)
        case .epochs: return ("epochs", 1)
        case .time:
            let end = curves.range.upperBound
            return end < 180 ? ("s", 1) : end < 3 * 3600 ? ("min", 60) : end < 72 * 3600 ? ("h", 3600) : ("days", 86400)
        }
    }

    /// A pane's curves for so many columns.
    func plot(of lines: [CurveLine], isScore: Bool?, columns: Int) -> LinePlot {
        let range = curves.range
        let unit = curveUnit.size
        let dots = max(columns, 1) * Symbols.braille.across
        var drawn: [LinePlot.Series] = []
        func add(_ trace: CurveTrace, _ line: CurveLine, _ paint: Span) {
            let x = unit == 1 ? trace.x : trace.x.map { $0 / unit }
            drawn.append(.init(line.name, x: x, y: trace.y, paint: paint))
        }
        let isSmooth = curves.smoothing > 0
        for line in lines {
            add(line.series.trace(range, dots: dots, line.axis), line, isSmooth ? faint(line.paint) : line.paint)
        }
        var yRange = curves.isTrimmed ? Self.bulk(of: drawn.flatMap(\.y)) : nil
        if isSmooth {
            for line in lines {
                add(
                    line.series.smoothed(range, weight: curves.smoothing, dots: dots, line.axis), line, line.paint)
            }
        }
        if curves.isLogarithmic, let low = yRange?.lowerBound, low <= 0 { yRange = nil }
        var plot = LinePlot(
            drawn, xRange: range.lowerBound / unit...range.upperBound / unit, yRange: yRange,
            isLogarithmic: curves.isLogarithmic, crosshair: curves.crosshair.map { $0 / unit },
            symbols: symbols == .ascii ? .ascii : .braille)
        if curves.hasBest, let isScore {
            plot.marks = lines.compactMap { line in
                guard let best = isScore ? line.series.highest : line.series.lowest else { return nil }
                var axis = line.axis
                return .init(
                    x: axis.place(of: best.step) / unit, y: best.value,
                    paint: Span(symbols == .ascii ? "o" : "◆", line.paint.role))
            }
        }
        return plot
    }

    /// A colour half way to the ground, or where there are no colours the one of grooves.
    private func faint(_ paint: Span) -> Span {
        guard colors == .truecolor || colors == .indexed256, let color = paint.role.flatMap({ theme[$0].foreground }),
            let ground = theme[.popup].background
        else { return Span("", .barGround) }
        return Span("", color: color.mixed(with: ground))
    }

    /// What nearly all of the values are in, with some room.
    private static func bulk(of values: [Double]) -> ClosedRange<Double>? {
        let sorted = values.filter(\.isFinite).sorted()
        guard sorted.count > 20 else { return nil }
        let (low, high) = (sorted[sorted.count / 50], sorted[sorted.count - 1 - sorted.count / 50])
        return low < high ? low...high : nil
    }

    /// Where the curves of a pane with this frame are.
    func curvePlot(in area: Area) -> Area {
        let inside = Box.inside(area)
        guard let pane = curves.pane else { return inside }
        return plot(of: lines(of: pane), isScore: nil, columns: inside.columns).plotArea(in: inside) ?? inside
    }

    // MARK: - Drawing

    func drawCurves(on canvas: inout Canvas, in area: Area) {
        let layout = curvesLayout
        drawHead(on: &canvas, in: layout.head)
        guard !curves.panes.isEmpty else {
            let isRead = curves.runs.allSatisfy { $0.curves != nil || $0.problem != nil }
            let text =
                curves.runs.compactMap { $0.problem?.description }.first
                ?? (isRead
                    ? "No values yet: the run has written no metrics. They appear here when it does." : "reading…")
            canvas.draw(Paragraph(text, role: .muted), in: layout.grid.inset(columns: 2, rows: 1), theme)
            return
        }
        if curves.isZoomed {
            if let pane = curves.pane { draw(pane, isSelected: true, on: &canvas, in: layout.pane(0)) }
            drawValues(on: &canvas, in: layout.values)
            return
        }
        for place in 0..<layout.across * layout.down where curves.scroll.top + place < curves.panes.count {
            let index = curves.scroll.top + place
            draw(
                curves.panes[index], isSelected: index == curves.scroll.selected, on: &canvas, in: layout.pane(place))
        }
    }

    /// Runs at the left, how they are looked at at the right.
    private func drawHead(on canvas: inout Canvas, in area: Area) {
        let colors = Self.places(of: curves.runs.map(\.name))
        var spans: [Span] = []
        for (index, run) in curves.runs.enumerated() {
            if curves.runs.count > 1 { spans.append(Span(Self.letter(index) + " ", .series(colors[index]))) }
            spans.append(Span(run.name + (run.curves == nil && run.problem == nil ? " (reading…)" : "") + "  ", .title))
            if let damaged = run.curves?.follower.damagedLines, damaged > 0 {
                spans.append(Span("\(damaged) damaged lines  ", .warning))
            }
        }
        var facts: [String] = []
        if curves.smoothing > 0 { facts.append("smoothed \(curves.smoothing)") }
        if curves.isLogarithmic { facts.append("log") }
        if curves.isTrimmed { facts.append("without outliers") }
        switch curves.stretch {
        case .all: facts.append("all \(curveUnit.name)")
        case .tail: facts.append("last \(length) \(curveUnit.name), following")
        case .range: facts.append("\(length) \(curveUnit.name)")
        }
        let right = Line(facts.joined(separator: " · "), .muted)
        let parts = area.split(columns: [.flexible(minimum: 20), .fixed(right.columns)], gap: 1)
        canvas.draw(Line(spans), in: parts[0], theme)
        canvas.draw(right, in: parts[1], theme, alignment: .right)
    }

    private var length: String {
        let range = curves.range
        return ImageTable.number(Float((range.upperBound - range.lowerBound) / curveUnit.size))
    }

    private func draw(_ pane: CurvePane, isSelected: Bool, on canvas: inout Canvas, in area: Area) {
        let lines = lines(of: pane)
        // In the frame, the value of each line under the crosshair, or its last.
        var spans: [Span] = []
        for line in lines {
            if !spans.isEmpty { spans.append(Span("  ")) }
            if !line.paint.text.isEmpty { spans.append(Span(line.paint.text + " ", line.paint.role)) }
            spans.append(Span(valueText(of: line)))
        }
        canvas.draw(Box(Line(pane.title), footer: Line(spans), isFocused: isSelected), in: area, theme)
        let inside = Box.inside(area)
        guard !inside.isEmpty else { return }
        canvas.draw(plot(of: lines, isScore: pane.isScore, columns: inside.columns), in: inside, theme)
    }

    private func valueText(of line: CurveLine) -> String {
        guard let crosshair = curves.crosshair else { return line.series.last.map { Self.text($0.value) } ?? "-" }
        guard let value = line.series.value(at: line.axis.step(at: crosshair)) else { return "-" }
        return Self.text(value.mean)
    }

    private func placeText(_ place: Double) -> String {
        curves.axis == .steps ? String(format: "%.0f", place) : Self.text(place / curveUnit.size)
    }

    /// A value with four digits.
    static func text(_ value: Double) -> String {
        let size = abs(value)
        if value == value.rounded(), size < 1e6 { return String(format: "%.0f", value) }
        return String(format: size >= 1e5 || size < 1e-3 ? "%.2e" : size >= 100 ? "%.1f" : "%.4g", value)
    }

    /// What is told of each line beside a pane that has the screen for itself.
    private func drawValues(on canvas: inout Canvas, in area: Area) {
        guard area.rows > 2, let pane = curves.pane else { return }
        let title = curves.crosshair.map { "At \(placeText($0)) \(curveUnit.name)" } ?? "Values"
        canvas.draw(Box(Line(title)), in: area, theme)
        let inside = Box.inside(area)
        let lines = lines(of: pane)
        let bestHead = pane.isScore == nil ? "" : "best @ step"
        let table = Table(
            [
                .init("", .flexible(minimum: 6)), .init(curves.crosshair == nil ? "last" : "value", .fixed(9), .right),
                .init(bestHead, .fixed(pane.isScore == nil ? 0 : 16), .right),
            ], count: lines.count, scroll: Scroll(selected: -1), isFocused: false
        ) { row, column in
            let line = lines[row]
            switch column {
            case 0:
                let sign = line.paint.text.isEmpty ? "─" : line.paint.text
                return Line([
                    Span(sign + " ", line.paint.role),
                    Span(line.name.fitted(columns: inside.columns - (pane.isScore == nil ? 13 : 29), keepingEnd: true)),
                ])
            case 1: return Line(valueText(of: line))
            default:
                guard let isScore = pane.isScore, let best = isScore ? line.series.highest : line.series.lowest
                else { return "" }
                return Line("\(Self.text(best.value)) @ \(best.step)")
            }
        }
        canvas.draw(table, in: inside, theme)
    }

    var curvesStatus: StatusBar {
        let lines = curves.runs.reduce(0) { $0 + ($1.curves?.lines ?? 0) }
        var right = [Line("\(lines) lines")]
        if !curves.panes.isEmpty { right.append(Line("\(curves.scroll.selected + 1)/\(curves.panes.count)")) }
        let path = curves.runs.first.map { abbreviated($0.path) } ?? ""
        return StatusBar(mode: curves.crosshair == nil ? "CURVES" : "CURSOR", left: Line(path), right: right)
    }
}
