import Canvas
import Foundation
import Runs

extension State {
    func drawRuns(on canvas: inout Canvas, in area: Area) {
        let layout = RunListLayout(area)
        drawRunTable(on: &canvas, in: layout.list)
        drawRunDetails(on: &canvas, in: layout.details)
    }

    private func drawRunTable(on canvas: inout Canvas, in area: Area) {
        var footer = "\(runList.runs.count)"
        if runList.archived > 0, !runList.showsArchived {
            footer += " · \(runList.archived) archived, \(keyName(.showArchived)) shows"
        }
        if runList.isCut { footer += " · more folders than are looked through" }
        canvas.draw(
            Box("Runs", footer: Line(runList.isRead ? footer : "looking…"), isFocused: !runList.isDetailFocused),
            in: area, theme)
        let inside = Box.inside(area)
        guard !runList.runs.isEmpty else {
            let text =
                runList.isRead
                ? """
                There is no run under \(abbreviated(root)).

                \(keyName(.newRun)) sets up a training; `petri train DATASET --run FOLDER` starts one without the workbench.
                """ : "looking…"
            canvas.draw(Paragraph(text, role: .muted), in: inside.inset(columns: 1), theme)
            return
        }
        let bar = inside.columns >= 100 ? 18 : inside.columns >= 76 ? 13 : 9
        let table = Table(
            [
                .init("state", .fixed(13)), .init("name", .flexible(minimum: 10)), .init("progress", .fixed(bar)),
                .init("steps/s", .fixed(7), .right), .init("left", .fixed(7), .right),
                .init("best F1", .fixed(7), .right), .init("age", .fixed(7), .right),
            ], count: runList.runs.count, scroll: runList.scroll, isFocused: !runList.isDetailFocused
        ) { row, column in
            let run = runList.runs[row]
            switch column {
            case 0:
                let warned = run.warnings.isEmpty ? " " : "!"
                return Line([
                    .init(run.state.sign + " " + run.state.rawValue, run.state.role), .init(warned, .warning),
                ])
            case 1:
                return Line(run.name.printable + (run.isArchived ? " (archived)" : ""), run.isArchived ? .muted : nil)
            case 2: return Self.progress(run.fraction, columns: bar)
            case 3: return Line(run.rate.map { String(format: $0 < 10 ? "%.2f" : "%.0f", $0) } ?? "")
            case 4: return Line(run.eta?.spoken ?? "")
            case 5: return Line(run.bestScore.map { String(format: "%.3f", $0) } ?? "")
            default: return Line(run.created.map { runList.now.timeIntervalSince($0).spoken } ?? "", .muted)
            }
        }
        canvas.draw(table, in: inside, theme)
    }

    /// A bar and how much of the budget is spent.
    static func progress(_ fraction: Double?, columns: Int) -> Line {
        guard let fraction, fraction.isFinite else { return "" }
        let share = min(max(fraction, 0), 1)
        let width = max(columns - 5, 1)
        let full = Int((share * Double(width)).rounded(.down))
        return Line([
            .init(String(repeating: "█", count: full), .bar),
            .init(String(repeating: "─", count: width - full), .barGround),
            .init(String(format: "%4.0f%%", 100 * share)),
        ])
    }

    /// What is told of the run under the cursor: what is wrong first.
    func runDetailLines(columns: Int) -> [Line] {
        guard let run = runList.run else { return [] }
        var lines: [Line] = []
        func add(_ sign: String, _ text: String, _ role: Role?) {
            for (index, line) in Paragraph.lines(text.printable, columns: max(columns - 2, 8)).enumerated() {
                lines.append(Line([.init(index == 0 ? sign + " " : "  ", role), .init(line, role)]))
            }
        }
        func fact(_ name: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            let head = name.padded(to: 11)
            for (index, line) in Paragraph.lines(value.printable, columns: max(columns - 11, 8)).enumerated() {
                lines.append(Line([.init(index == 0 ? head : String(repeating: " ", count: 11), .muted), .init(line)]))
            }
        }
        for warning in run.warnings {
            add("!", "\(warning.message) (since step \(warning.step))", .warning)
            add(" ", "try: \(warning.advice)", nil)
        }
        if let error = run.lastError { add("x", error, .error) }
        if let problem = run.problem { add("!", problem, .error) }
        if run.state == .lost {
            add("?", "its engine is gone; \(keyName(.resumeRun)) goes on after the latest checkpoint", .error)
        }
        if !lines.isEmpty { lines.append("") }
        fact("note", run.note)
        fact(
            "state",
            run.state.rawValue
                + (run.heartbeat.map { ", heard of \(runList.now.timeIntervalSince($0).spoken) ago" } ?? ""))
        fact("step", "\(run.step)" + (run.totalSteps.map { " of \($0)" } ?? "") + ", epoch \(run.epoch)")
        fact("trained", run.seconds?.spoken)
        fact(
            "best F1", run.bestScore.map { String(format: "%.4f", $0) + (run.bestStep.map { " at step \($0)" } ?? "") })
        fact("data", run.dataset.map(abbreviated).joined(separator: ", "))
        let details = runList.details.flatMap { $0.path == run.path ? $0 : nil }
        if let details, details.training > 0 {
            fact("split", "\(details.training) train, \(details.validation) validate")
        }
        fact(
            "method",
            [run.arm?.rawValue, run.segmenter?.rawValue, run.preset?.rawValue].compactMap { $0 }.joined(separator: ", ")
        )
        fact("device", run.device)
        fact("host", run.host.map { $0 + (run.pid.map { ", process \($0)" } ?? "") })
        fact("folder", abbreviated(run.path))
        guard let details else { return lines + [Line("reading…", .muted)] }
        fact("pictures", details.previews > 0 ? "\(details.previews), \(keyName(.runPictures)) shows" : "")
        fact("settings", details.settings.map { "\($0.name) \($0.value)" }.joined(separator: ", "))
        fact("command", details.commandLine)
        lines.append("")
        lines.append(Line("last lines of the log", .muted))
        for line in details.log.isEmpty ? ["(nothing yet)"] : details.log.suffix(20) { add(" ", line, nil) }
        return lines
    }

    private func drawRunDetails(on canvas: inout Canvas, in area: Area) {
        guard area.rows > 2 else { return }
        canvas.draw(Box(Line(runList.run?.name.printable ?? ""), isFocused: runList.isDetailFocused), in: area, theme)
        let inside = Box.inside(area)
        let lines = runDetailLines(columns: inside.columns - 1)
        let top = min(runList.detailScroll.top, max(lines.count - inside.rows, 0))
        for line in 0..<inside.rows where top + line < lines.count {
            canvas.draw(lines[top + line], in: inside.line(line), theme)
        }
        if lines.count > inside.rows {
            let bar = Area(column: inside.endColumn, row: inside.row, columns: 1, rows: inside.rows)
            canvas.draw(ScrollBar(count: lines.count, top: top), in: bar, theme)
        }
    }

    var runsStatus: StatusBar {
        var right: [Line] = []
        if !runList.runs.isEmpty { right.append(Line("\(runList.scroll.selected + 1)/\(runList.runs.count)")) }
        let active = runList.runs.count(where: \.state.isActive)
        if active > 0 { right.append(Line("\(active) at work")) }
        return StatusBar(
            mode: "RUNS",
            left: Line(abbreviated(runList.run?.path ?? root).fitted(columns: max(columns - 40, 20), keepingEnd: true)),
            right: right)
    }
}
