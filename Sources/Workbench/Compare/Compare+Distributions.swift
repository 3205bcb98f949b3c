import Canvas
import Foundation
import Measures

extension QuantityComparison {
    /// The word for it, or that there is none.
    fileprivate var word: String { verdict?.rawValue ?? (distance == nil ? "not there" : "no word") }

    fileprivate var role: Role {
        switch verdict {
        case .indistinguishable: .good
        case .close: .information
        case .shifted: .warning
        case .different: .error
        case nil: .muted
        }
    }

    /// "d 0.31, floor 0.12".
    fileprivate var figures: String {
        guard let distance = matchedDistance ?? distance else { return "" }
        return "d \(Self.text(distance))" + (floor.map { ", floor \(Self.text($0.high))" } ?? "")
    }

    fileprivate static func text(_ value: Double?) -> String { value.map { String(format: "%.2f", $0) } ?? "-" }
}

extension State {
    func drawDistributions(on canvas: inout Canvas) {
        let layout = compareLayout
        guard let comparison = compare.measured?.comparison else {
            return drawProgress(on: &canvas, in: layout.body.inset(columns: 2, rows: 1))
        }
        if let panes = layout.quantities, !compare.isQuantityZoomed {
            for (index, found) in comparison.quantities.enumerated() {
                draw(found, isSelected: index == compare.quantity.selected, on: &canvas, in: panes[index])
            }
        } else {
            let (table, plot) = layout.table
            drawTable(comparison, on: &canvas, in: table)
            draw(comparison.quantities[compare.quantity.selected], isSelected: false, on: &canvas, in: plot)
        }
        canvas.draw(measuredText(comparison), in: layout.facts, theme)
    }

    /// How far measuring has come.
    func drawProgress(on canvas: inout Canvas, in area: Area) {
        guard let (done, total) = compare.progress else { return }
        let parts = area.split(rows: [.fixed(1), .fixed(1)])
        canvas.draw(Line("measuring \(done) of \(total) images…", .muted), in: parts[0], theme)
        canvas.draw(ProgressBar(Double(done) / Double(max(total, 1))), in: parts[1], theme)
    }

    /// What was measured, and what the distances are.
    private func measuredText(_ comparison: SetComparison) -> Line {
        guard let sets = compare.sets else { return "" }
        func part(_ measured: Int, _ all: Int, _ name: String) -> String {
            measured == all ? "\(all) \(name)" : "\(measured) of \(all) \(name)"
        }
        let images =
            part(comparison.realImages, sets.real.source.count, "real") + ", "
            + part(comparison.syntheticImages, sets.synthetic.source.count, "synthetic")
        let floor =
            comparison.floorImages > 0
            ? "d: Wasserstein-1 in real SDs on \(comparison.floorImages) images a side; floor: real against real, 95 %"
            : "d: Wasserstein-1 in real SDs; too few images for a floor"
        return Line([.init(" \(images)"), .init("  \(floor)", .muted)])
    }

    /// Both distributions over each other, the word and the figures in the frame.
    private func draw(_ found: QuantityComparison, isSelected: Bool, on canvas: inout Canvas, in area: Area) {
        let title = Line([.init(found.quantity.title + "  "), .init(found.word, found.role)])
        canvas.draw(Box(title, footer: Line(found.figures), isFocused: isSelected), in: area, theme)
        let inside = Box.inside(area)
        guard !inside.isEmpty else { return }
        guard let overlay = found.overlay else {
            return canvas.draw(Line("not in both sets", .muted), in: inside, theme)
        }
        canvas.draw(
            LinePlot(
                [
                    .init("real", x: overlay.axis, y: overlay.real, paint: Span("r", .series(0))),
                    .init("synthetic", x: overlay.axis, y: overlay.synthetic, paint: Span("s", .series(1))),
                ], symbols: symbols == .ascii ? .ascii : .braille), in: inside, theme)
        drawLegend(found, on: &canvas, in: inside)
    }

    /// Which curve is which, at the top right, where there is room beside them.
    private func drawLegend(_ found: QuantityComparison, on canvas: inout Canvas, in area: Area) {
        guard area.rows >= 4 else { return }
        let unit = found.quantity == .spectrum ? "cycles/pixel" : found.quantity.unit
        let lines = [
            Line([.init("r ", .series(0)), .init("real", .muted)]),
            Line([.init("s ", .series(1)), .init("synthetic", .muted)]), Line(unit, .axis),
        ]
        let count = area.rows >= 8 ? lines.count : 2
        for (row, line) in lines.prefix(count).enumerated() where line.columns <= area.columns / 2 {
            canvas.draw(
                line,
                in: Area(
                    column: area.endColumn - line.columns, row: area.row + row, columns: line.columns, rows: 1), theme)
        }
    }

    private func drawTable(_ comparison: SetComparison, on canvas: inout Canvas, in area: Area) {
        canvas.draw(Box("distributions", isFocused: true), in: area, theme)
        let heads: [Table.Column] = [
            .init("quantity", .flexible(minimum: 16)), .init("d", .fixed(6), .right), .init("floor", .fixed(6), .right),
            .init("KS", .fixed(5), .right), .init("word", .fixed(17)),
        ]
        let table = Table(heads, count: comparison.quantities.count, scroll: compare.quantity) { row, column in
            let found = comparison.quantities[row]
            switch column {
            case 0: return Line(found.quantity.title)
            case 1: return Line(QuantityComparison.text(found.matchedDistance ?? found.distance))
            case 2: return Line(QuantityComparison.text(found.floor?.high), .muted)
            case 3: return Line(QuantityComparison.text(found.ks), .muted)
            default: return Line(found.word, found.role)
            }
        }
        canvas.draw(table, in: Box.inside(area), theme)
    }
}
