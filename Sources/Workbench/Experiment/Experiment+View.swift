import Canvas
import Foundation
import Imaging
import Runs

extension State {
    func drawExperiment(on canvas: inout Canvas, in area: Area) {
        let layout = ExperimentLayout(area, isZoomed: experiment.isZoomed)
        guard let snapshot = experiment.snapshot else {
            let text = experiment.problem?.description ?? "reading…"
            let role = experiment.problem == nil ? Role.muted : .error
            return canvas.draw(Paragraph(text, role: role), in: area.inset(columns: 2, rows: 1), theme)
        }
        drawExperimentHead(snapshot, on: &canvas, in: layout.head)
        if !layout.table.isEmpty { drawExperimentTable(snapshot, on: &canvas, in: layout.table) }
        drawExperimentCurves(snapshot, on: &canvas, in: layout.curves)
        if !layout.details.isEmpty { drawExperimentDetails(snapshot, on: &canvas, in: layout.details) }
    }

    // MARK: - What goes on

    /// How far the whole is, and what runs now.
    private func drawExperimentHead(_ snapshot: ExperimentSnapshot, on canvas: inout Canvas, in area: Area) {
        let total = snapshot.states.count
        let (sign, word, role) = Self.state(of: snapshot)
        var left: [Span] = [
            .init("\(sign) \(word)", role), .init("  \(snapshot.done) of \(total) trainings", .title),
        ]
        if let remaining = snapshot.remaining { left.append(.init(", all in \(remaining.spoken)", .muted)) }
        let bar = Self.progress(Double(snapshot.done) / Double(max(total, 1)), columns: min(30, area.columns / 4))
        let parts = area.line(0).split(columns: [.flexible(minimum: 20), .fixed(bar.columns)], gap: 2)
        canvas.draw(Line(left), in: parts[0], theme)
        canvas.draw(bar, in: parts[1], theme)
        if let problem = experiment.problem {
            return canvas.draw(Line(problem.description, .error), in: area.line(1), theme)
        }
        canvas.draw(currentLine(snapshot), in: area.line(1), theme)
    }

    private static func state(of snapshot: ExperimentSnapshot) -> (sign: String, word: String, role: Role) {
        if snapshot.isActive { return (">", "running", .good) }
        switch snapshot.status?.state {
        case nil: return (".", "not begun", .muted)
        case .finished: return ("*", "finished", .good)
        case .interrupted: return ("~", "interrupted", .warning)
        case .failed: return ("x", "failed in part", .error)
        // Its process is gone without a word.
        case .running: return ("?", "lost", .error)
        }
    }

    private func currentLine(_ snapshot: ExperimentSnapshot) -> Line {
        guard !snapshot.inWork.isEmpty else {
            if snapshot.done == snapshot.states.count {
                return Line("report: \(abbreviated(experiment.path))/report.md", .muted)
            }
            return Line("`petri experiment --out \(abbreviated(experiment.path))` goes on", .muted)
        }
        var spans: [Span] = []
        for (place, cell) in snapshot.inWork.enumerated() {
            if place > 0 { spans.append(.init("  |  ", .muted)) }
            let stage = snapshot.status?.inWork[cell.name]
            // With several there is no room to say everything; their names say it in short.
            spans += [
                .init("\(stage?.rawValue ?? "working on"): ", .muted),
                .init((snapshot.inWork.count == 1 ? cell.text : cell.name).printable),
            ]
            guard case .begun(let run)? = snapshot.states[cell], stage == .training else { continue }
            if let fraction = run.fraction { spans.append(.init(String(format: "  %.0f%%", 100 * min(fraction, 1)))) }
            if let eta = run.eta { spans.append(.init(", \(eta.spoken) left", .muted)) }
        }
        return Line(spans)
    }

    // MARK: - The table

    /// What the values shown are of.
    private var experimentTitle: String {
        [experiment.source?.name ?? "", experiment.measure.rawValue, experiment.shownBudget?.text ?? ""].joined(
            separator: " · ")
    }

    /// Numbers of images and seeds, then the arms.
    var experimentColumns: [Table.Column] {
        [.init("images", .fixed(10))]
            + experiment.arms.enumerated().map { index, arm in
                .init((index == experiment.arm ? "▸" : "") + arm.rawValue, .flexible(minimum: 14), .right)
            }
    }

    private func drawExperimentTable(_ snapshot: ExperimentSnapshot, on canvas: inout Canvas, in area: Area) {
        let rows = experiment.rows
        let sets = "\(experiment.dataSet + 1)/\(snapshot.plan.dataSets.count)"
        canvas.draw(
            Box(
                Line(experimentTitle), footer: Line("data set \(sets), mean ± SD over seeds"),
                isFocused: true),
            in: area, theme)
        let table = Table(
            experimentColumns, count: rows.count, scroll: experiment.scroll,
            placeholder: Line("nothing is planned")
        ) { place, column in
            let row = rows[place]
            guard column > 0 else {
                if let seed = row.seed { return Line("  seed \(seed)", .muted) }
                return Line("\(row.images)" + (row.images < row.size ? " of \(row.size)" : ""), .title)
            }
            let isSelected = place == experiment.scroll.selected && column - 1 == experiment.arm
            let line = experimentCell(snapshot, row, experiment.arms[column - 1])
            return isSelected ? Line([.init("▸")] + line.spans) : line
        }
        canvas.draw(table, in: Box.inside(area), theme)
    }

    private func experimentCell(_ snapshot: ExperimentSnapshot, _ row: Experiment.Row, _ arm: ExperimentArm) -> Line {
        guard let cell = experiment.cell(row, arm) else {
            guard let budget = experiment.shownBudget, let source = experiment.source,
                let summary = snapshot.report?.group(budget.kind, source.name, row.size, arm)?.measures[
                    experiment.measure]
            else { return Line("-", .muted) }
            let deviation = summary.deviation.map { String(format: " ±%.3f", $0) } ?? ""
            return Line([.init(String(format: "%.3f", summary.mean), .title), .init(deviation, .muted)])
        }
        switch snapshot.states[cell] {
        case .done:
            let value = snapshot.report?.cells.first { $0.cell == cell }?.measures[experiment.measure]
            return Line(value.map { String(format: "%.3f", $0) } ?? "-")
        case .failed: return Line("x failed", .error)
        case .begun(let run):
            let state = RunState(run, now: snapshot.now)
            if snapshot.inWork.contains(cell), let stage = snapshot.status?.inWork[cell.name], stage != .training {
                return Line("> \(stage.rawValue)", .good)
            }
            let share = run.fraction.map { String(format: " %.0f%%", 100 * min($0, 1)) } ?? ""
            let word = state == .finished ? "trained" : state.rawValue + share
            return Line("\(state.sign) \(word)", state.role)
        case .waiting, nil: return Line(".", .muted)
        }
    }

    // MARK: - Curves and differences

    private func drawExperimentCurves(_ snapshot: ExperimentSnapshot, on canvas: inout Canvas, in area: Area) {
        guard !area.isEmpty else { return }
        let legend = experiment.arms.flatMap { arm -> [Span] in
            [.init(arm.letter, .series(arm.place)), .init(" \(arm.rawValue)  ")]
        }
        // Where there is a table, that says what the values are of.
        let name = experiment.isZoomed ? experimentTitle : experiment.measure.rawValue
        canvas.draw(
            Box(Line("\(name) over training images"), footer: Line(legend), isFocused: experiment.isZoomed), in: area,
            theme)
        guard let report = snapshot.report, let source = experiment.source, let budget = experiment.shownBudget else {
            return canvas.draw(Line("no values yet", .muted), in: Box.inside(area), theme)
        }
        let curves = ExperimentCurves(
            report, budget.kind, source, experiment.measure, symbols: symbols == .ascii ? .ascii : .braille)
        canvas.draw(curves.plot, in: Box.inside(area), theme)
    }

    private func drawExperimentDetails(_ snapshot: ExperimentSnapshot, on canvas: inout Canvas, in area: Area) {
        canvas.draw(Box("Against conventional"), in: area, theme)
        let inside = Box.inside(area)
        for (index, line) in experimentNotes(snapshot, columns: inside.columns).prefix(inside.rows).enumerated() {
            canvas.draw(line, in: inside.line(index), theme)
        }
    }

    /// How far arms lie above the conventional one, and what is known of the cell under the cursor.
    private func experimentNotes(_ snapshot: ExperimentSnapshot, columns: Int) -> [Line] {
        var lines: [Line] = []
        if let row = experiment.row, let budget = experiment.shownBudget {
            for arm in experiment.arms where arm != .conventional {
                for dataSet in [experiment.source?.name, nil] {
                    guard dataSet != nil || snapshot.plan.dataSets.count > 1,
                        let found = snapshot.report?.comparison(budget.kind, dataSet, row.size, arm)?
                            .measures[experiment.measure]
                    else { continue }
                    let role: Role? = found.low > 0 ? .good : found.high < 0 ? .warning : nil
                    lines.append(
                        Line([
                            .init(arm.letter, .series(arm.place)),
                            .init(String(format: " %+.3f", found.mean), role),
                            .init(String(format: " [%+.3f, %+.3f]", found.low, found.high)),
                            .init(dataSet == nil ? " all data" : " n \(row.images)", .muted),
                        ]))
                }
            }
            if lines.isEmpty { lines.append(Line("no pairs yet", .muted)) }
        }
        guard let cell = experiment.selected else { return lines }
        lines += ["", Line(cell.name, .title)]
        func add(_ text: String, _ role: Role? = nil) {
            lines += Paragraph.lines(text.printable, columns: max(columns, 8)).map { Line($0, role) }
        }
        if case .failed(let reason)? = snapshot.states[cell] { add(reason, .error) }
        if let done = snapshot.report?.cells.first(where: { $0.cell == cell }) {
            add(
                ExperimentMeasure.allCases.compactMap { measure in
                    done.measures[measure].map { "\(measure.rawValue) \(String(format: "%.3f", $0))" }
                }.joined(separator: "  "))
            let best = done.bestStep.map { ", judged at step \($0)" } ?? ""
            add("\(done.steps) steps in \(done.trainingSeconds.spoken)\(best)", .muted)
        }
        return lines
    }

    var experimentStatus: StatusBar {
        let done = experiment.snapshot.map { [Line("\($0.done)/\($0.states.count)")] } ?? []
        return StatusBar(mode: "EXPERIMENT", left: Line(abbreviated(experiment.path)), right: done)
    }
}
