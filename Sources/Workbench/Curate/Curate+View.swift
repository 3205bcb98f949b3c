import Canvas
import Foundation
import Runs

extension State {
    func drawCurate(on canvas: inout Canvas, in area: Area) {
        let layout = CurateLayout(area, hasFacts: curate.hasFacts)
        drawCounts(on: &canvas, in: layout.counts)
        if curate.isSingle, !curate.isEmpty {
            drawViewed(on: &canvas, title: Line(single), in: viewerLayout)
        } else {
            drawSamples(on: &canvas, layout)
        }
        drawCurationFacts(on: &canvas, layout)
    }

    /// The single sample's name and decision.
    private var single: [Span] {
        guard let sample = curate.sample else { return [] }
        return caption(of: sample).spans
    }

    /// How many samples have which decision, and how many are selected.
    private func drawCounts(on canvas: inout Canvas, in area: Area) {
        let tally = curate.tally
        var spans: [Span] = []
        for (decision, count) in [
            (CurationDecision.undecided, tally.undecided), (.accepted, tally.accepted), (.rejected, tally.rejected),
        ] {
            spans.append(.init(" \(decision.sign) \(count) \(decision.rawValue)  ", decision.role))
        }
        let selected = curate.selected.count
        if selected > 0 { spans.append(.init(" > \(selected) selected", .mark)) }
        if curate.range != nil { spans.append(.init(" (a range, \(keyName(.selectRange)) ends it)", .mark)) }
        var order = curate.order.key == .made ? "" : "by \(curate.order.key.title)"
        if curate.order.isReversed { order += order.isEmpty ? "turned around" : ", turned around" }
        let counts = Line(spans)
        let parts = area.split(columns: [.fixed(min(counts.columns, area.columns)), .flexible()], gap: 1)
        canvas.draw(counts, in: parts[0], theme)
        if order.displayColumns + 1 <= parts[1].columns {
            canvas.draw(Line(order + " ", .muted), in: parts[1], theme, alignment: .right)
        }
    }

    /// Selection, decision, name, stars and whether it is suspect: all by signs.
    private func caption(of sample: CuratedSample) -> Line {
        let verdict = sample.verdict
        var spans: [Span] = [
            .init(curate.selected.contains(sample.sample.name) ? ">" : " ", .mark),
            .init(verdict.decision.sign + " ", verdict.decision.role),
            .init((sample.sample.name as NSString).deletingPathExtension.printable),
        ]
        if verdict.stars > 0 { spans.append(.init(" " + String(repeating: "*", count: verdict.stars), .accent)) }
        if !sample.suspicions.isEmpty { spans.append(.init(" ?", .warning)) }
        return Line(spans)
    }

    private var samplesFooter: Line {
        let total = curate.samples.count
        var spans: [Span] = [
            .init(curate.filter.isEmpty ? "\(total)" : "\(curate.shown.count) of \(total)", .muted)
        ]
        if !curate.filter.isEmpty { spans += [.init(" · ", .muted), .init("/" + curate.filterText, .match)] }
        return Line(curate.isRead ? spans : [.init("reading…", .muted)])
    }

    private func drawSamples(on canvas: inout Canvas, _ layout: CurateLayout) {
        let area = layout.pictures
        canvas.draw(
            Box(
                Line("Samples of " + curate.path.lastPathComponent.printable), footer: samplesFooter,
                isFocused: !curate.isFactsFocused), in: area, theme)
        let inside = Box.inside(area)
        if let problem = curate.problem {
            return canvas.draw(Paragraph(problem.description, role: .error), in: inside.inset(columns: 1), theme)
        }
        guard !curate.isEmpty else {
            let text =
                !curate.isRead
                ? "reading…"
                : curate.samples.isEmpty
                    ? "This set has no samples yet; `petri generate` makes some. They appear here when it does."
                    : "No sample is as \"\(curate.filterText)\" says; esc shows all."
            return canvas.draw(Paragraph(text, role: .muted), in: inside.inset(columns: 1), theme)
        }
        let sheet = layout.sheet
        for place in 0..<sheet.count where curate.shown.indices.contains(curate.scroll.top + place) {
            drawSample(curate.scroll.top + place, on: &canvas, in: sheet.place(place, in: inside))
        }
    }

    private func drawSample(_ row: Int, on canvas: inout Canvas, in area: Area) {
        let index = curate.shown[row]
        let sample = curate.samples[index]
        let parts = area.split(rows: [.flexible(), .fixed(1)])
        if let drawn = curate.thumbnails?.pictures[index] {
            canvas.place(drawn, in: parts[0].centered(columns: drawn.columns, rows: drawn.rows))
        } else {
            canvas.draw(
                "·", column: parts[0].column + parts[0].columns / 2, row: parts[0].row + parts[0].rows / 2,
                theme[.muted])
        }
        let isHere = row == curate.scroll.selected
        let ground = theme[isHere ? (curate.isFactsFocused ? .selectionUnfocused : .selection) : .text]
        // Where colours are few, what is selected must not hide what was decided: signs keep their places.
        canvas.draw(
            caption(of: sample), in: parts[1], theme, ground: isHere ? ground.over(theme[.text]) : ground, plain: isHere
        )
    }

    var curateStatus: StatusBar {
        var right: [Line] = []
        if !curate.isEmpty { right.append(Line("\(curate.scroll.selected + 1)/\(curate.shown.count)")) }
        let mode = curate.filterInput != nil ? "FILTER" : curate.isSingle ? "CURATE ONE" : "CURATE"
        var left = abbreviated(curate.path)
        if curate.isSingle, let viewport { left = Self.zoomText(viewport.scale, viewer.zoom) }
        return StatusBar(
            mode: mode, left: Line(left.fitted(columns: max(columns - 40, 20), keepingEnd: true)), right: right)
    }
}
