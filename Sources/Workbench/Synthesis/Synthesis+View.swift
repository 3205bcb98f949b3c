import Canvas
import Foundation
import Runs

extension State {
    func drawSynthesis(on canvas: inout Canvas, in area: Area) {
        let layout = LaunchLayout(area)
        let problems = SynthesisRow.all.count { synthesis.problem(of: $0) != nil }
        let footer =
            synthesis.progress?.isActive == true
            ? Line("being made: \(keyName(.cancelSynthesis)) cancels", .information)
            : problems == 0
                ? Line("ready: \(keyName(.startSynthesis)) starts", .good) : Line("\(problems) to mend", .warning)
        canvas.draw(Box("New samples", footer: footer, isFocused: true), in: layout.form, theme)
        drawSynthesisForm(on: &canvas, in: Box.inside(layout.form))
        drawSynthesisNotes(on: &canvas, in: layout.notes)
    }

    private func drawSynthesisForm(on canvas: inout Canvas, in area: Area) {
        let rows = SynthesisRow.all
        let names = min((rows.map(\.name.count).max() ?? 0) + 3, area.columns / 2)
        let table = Table(
            [.init("", .fixed(names)), .init("", .flexible(minimum: 8)), .init("", .fixed(2))], count: rows.count,
            scroll: synthesis.scroll
        ) { index, column in
            let row = rows[index]
            if case .heading(let title) = row { return column == 0 ? Line(title, .title) : "" }
            let (text, isAsked) = synthesis.value(of: row)
            let isUsed = row.option.map(synthesis.request.isUsed) ?? true
            switch column {
            case 0: return Line("  " + row.name, isUsed ? nil : .muted)
            case 1:
                if text.isEmpty { return Line(isUsed ? "" : "-", .muted) }
                let shown =
                    row.option == nil
                    ? abbreviated(text).fitted(columns: area.columns - names - 5, keepingEnd: true) : text.printable
                return Line(shown, isAsked ? nil : .muted)
            default:
                if synthesis.problem(of: row) != nil { return Line("!", .error) }
                // What differs from the default is told from it without colours.
                return Line(row.option != nil && isAsked ? "*" : "", .mark)
            }
        }
        canvas.draw(table, in: area, theme)
    }

    /// The lines beside the form.
    private func synthesisNotes(columns: Int) -> [Line] {
        var lines: [Line] = []
        func add(_ text: String, _ role: Role? = nil) {
            lines += Paragraph.lines(text.printable, columns: columns).map { Line($0, role) }
        }
        let row = synthesis.row
        add(row.name, .title)
        add(row.meaning)
        if let option = row.option {
            add("Takes \(option.range).", .muted)
            add("Default: \(option.usual).", .muted)
        }
        if let problem = synthesis.problem(of: row) { add("! \(problem)", .error) }
        // What is going on comes first where there is little room.
        let progress = synthesisProgressNotes(columns: columns)
        let command =
            [Line(""), Line("Command", .title)]
            + Paragraph.lines(synthesis.request.commandLine.printable, columns: columns).map { Line($0) }
        return lines + (synthesis.progress == nil ? command + progress : progress + command)
    }

    private func synthesisProgressNotes(columns: Int) -> [Line] {
        var lines: [Line] = ["", Line("Progress", .title)]
        func add(_ text: String, _ role: Role? = nil) {
            lines += Paragraph.lines(text.printable, columns: columns).map { Line($0, role) }
        }
        guard let progress = synthesis.progress else {
            add("\(keyName(.startSynthesis)) starts it, in a session of its own: it outlives the workbench.", .muted)
            return lines
        }
        switch progress.state {
        case .masks: add("> building masks", .information)
        case .samples: add("> making samples", .information)
        case .finished: add("* finished; \(keyName(.curate)) looks through them", .good)
        case .interrupted: add("~ interrupted; \(keyName(.startSynthesis)) goes on", .warning)
        case .failed: add("x failed", .error)
        }
        if let masks = progress.masks { lines.append(Self.bar("masks", masks, of: progress.count, columns: columns)) }
        lines.append(Self.bar("samples", progress.samples, of: progress.count, columns: columns))
        if let words = progress.lastWords, progress.state != .finished {
            add(words, progress.state == .failed ? .error : .muted)
        }
        return lines
    }

    /// "samples  ████────  40%  12/30".
    private static func bar(_ name: String, _ done: Int, of count: Int, columns: Int) -> Line {
        let numbers = "  \(done)/\(count)"
        let bar = progress(Double(done) / Double(max(count, 1)), columns: max(min(columns - 9 - numbers.count, 40), 9))
        return Line(
            [.init(name.padding(toLength: 9, withPad: " ", startingAt: 0), .muted)] + bar.spans + [.init(numbers)])
    }

    private func drawSynthesisNotes(on canvas: inout Canvas, in area: Area) {
        guard area.rows > 2 else { return }
        canvas.draw(Box(), in: area, theme)
        let inside = Box.inside(area)
        var lines = synthesisNotes(columns: inside.columns)
        if lines.count > inside.rows { lines.removeAll { $0.spans.allSatisfy(\.text.isEmpty) } }
        for (index, line) in lines.prefix(inside.rows).enumerated() {
            canvas.draw(line, in: inside.line(index), theme)
        }
    }

    var synthesisStatus: StatusBar {
        let progress = synthesis.progress.map { "\($0.state.rawValue) \($0.samples)/\($0.count)" }
        return StatusBar(
            mode: "SAMPLES", left: Line(abbreviated(synthesis.request.out)), right: progress.map { [Line($0)] } ?? [])
    }
}
