import Canvas
import Foundation
import Runs

extension State {
    func drawLaunch(on canvas: inout Canvas, in area: Area) {
        let layout = LaunchLayout(area)
        let problems = LaunchRow.all.count { launch.problem(of: $0) != nil }
        let footer =
            problems == 0 ? Line("ready: \(keyName(.startRun)) starts", .good) : Line("\(problems) to mend", .warning)
        canvas.draw(Box("New training", footer: footer, isFocused: true), in: layout.form, theme)
        drawForm(on: &canvas, in: Box.inside(layout.form))
        drawNotes(on: &canvas, in: layout.notes)
    }

    private func drawForm(on canvas: inout Canvas, in area: Area) {
        let rows = LaunchRow.all
        let names = min((rows.map(\.name.count).max() ?? 0) + 3, area.columns / 2)
        let table = Table(
            [.init("", .fixed(names)), .init("", .flexible(minimum: 8)), .init("", .fixed(2))], count: rows.count,
            scroll: launch.scroll
        ) { index, column in
            let row = rows[index]
            if case .heading(let title) = row { return column == 0 ? Line(title, .title) : "" }
            let (text, isAsked) = launch.value(of: row)
            switch column {
            case 0: return Line("  " + row.name)
            case 1:
                if text.isEmpty {
                    return Line(row.option == nil ? (row == .masks ? "beside the images" : "") : "not set", .muted)
                }
                let shown =
                    row.option == nil
                    ? abbreviated(text).fitted(columns: area.columns - names - 5, keepingEnd: true) : text.printable
                return Line(shown, isAsked ? nil : .muted)
            default:
                if launch.problem(of: row) != nil { return Line("!", .error) }
                // What differs from the preset is told from it without colours.
                return Line(row.option != nil && isAsked ? "*" : "", .mark)
            }
        }
        canvas.draw(table, in: area, theme)
    }

    /// The lines beside the form.
    private func launchNotes(columns: Int) -> [Line] {
        var lines: [Line] = []
        func add(_ text: String, _ role: Role? = nil) {
            lines += Paragraph.lines(text.printable, columns: columns).map { Line($0, role) }
        }
        let row = launch.row
        add(row.name, .title)
        add(row.meaning)
        if let option = row.option {
            add("Takes \(option.range).", .muted)
            add(
                "Default: \(option.defaultValue(launch.request.preset) ?? "none, or as data and device have it").",
                .muted)
        }
        if let problem = launch.problem(of: row) { add("! \(problem)", .error) }
        lines.append("")
        add("Command", .title)
        add(launch.request.commandLine)
        if launch.isQueued { add("It waits until its device has no other run.", .muted) }
        lines.append("")
        add("Estimate", .title)
        lines += estimate(columns: columns)
        return lines
    }

    private func estimate(columns: Int) -> [Line] {
        func lines(_ text: String, _ role: Role?) -> [Line] {
            Paragraph.lines(text.printable, columns: columns).map { Line($0, role) }
        }
        guard let probe = launch.probe, probe.request == launch.request else {
            return lines("\(keyName(.probe)) trains a few steps and tells memory and time.", .muted)
        }
        switch probe.result {
        case nil: return lines("training a few steps…", .information)
        case .failure(let error): return lines(error.description, .error)
        case .success(let told):
            var memory = "\(told.peakMemory >> 20) MB of memory"
            if let card = told.gpuMemory { memory += ", \(card >> 20) MB of the graphics card's" }
            return lines(
                String(format: "%.2f s a step, ", told.secondsPerStep) + "\(told.stepsPerEpoch) steps and "
                    + "\(told.secondsPerEpoch.spoken) an epoch; \(memory); \(told.totalSteps) steps in all, about "
                    + "\((Double(told.totalSteps) * told.secondsPerStep).spoken), on \(told.device).", nil)
                + lines("\(told.trainingImages) images to train on, \(told.validationImages) to validate on.", .muted)
        }
    }

    private func drawNotes(on canvas: inout Canvas, in area: Area) {
        guard area.rows > 2 else { return }
        canvas.draw(Box(), in: area, theme)
        let inside = Box.inside(area)
        var lines = launchNotes(columns: inside.columns)
        if lines.count > inside.rows { lines.removeAll { $0.spans.allSatisfy(\.text.isEmpty) } }
        for (index, line) in lines.prefix(inside.rows).enumerated() {
            canvas.draw(line, in: inside.line(index), theme)
        }
    }

    var launchStatus: StatusBar {
        StatusBar(
            mode: "LAUNCH", left: Line(abbreviated(launch.request.dataset)),
            right: [Line(launch.isQueued ? "queued" : "at once")])
    }
}
