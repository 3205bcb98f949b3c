import Canvas
import Foundation
import Imaging
import Runs
import Terminal

extension State {
    /// The form's parts are those of the launch form.
    var synthesisLayout: LaunchLayout { LaunchLayout(contentArea) }

    /// Shows the form for a sample set of this run, or with masks of this data set; what is not named stays as it was.
    mutating func openSynthesis(run: String? = nil, source: String? = nil) -> [Effect] {
        goTo(.synthesis)
        let request = synthesis.request
        if !request.out.isEmpty, run.map({ $0 == request.run }) ?? true, source.map({ $0 == request.source }) ?? true {
            return watchSynthesis(isFirst: true)
        }
        return [.prepareSynthesis(run: run ?? request.run, source: source, root: root)]
    }

    /// Shows the form for a run's samples, if it has a generator.
    mutating func openSynthesis(of run: RunSummary) -> [Effect] {
        guard run.arm?.hasGenerator != false else {
            say("\(run.name.printable) trained no generator: its arm is conventional", .warning)
            return []
        }
        return openSynthesis(run: run.path)
    }

    /// Fills the form.
    mutating func take(_ request: SynthesisRequest) -> [Effect] {
        synthesis.request = request
        synthesis.progress = nil
        return watchSynthesis(isFirst: true)
    }

    mutating func take(_ progress: SynthesisProgress?, of path: String) -> [Effect] {
        guard path == synthesis.request.out else { return [] }
        if let progress, let before = synthesis.progress, before.isActive, !progress.isActive {
            let name = path.lastPathComponent.printable
            switch progress.state {
            case .finished: say("\(name): \(progress.samples) samples are there")
            case .failed: say("\(name): \(progress.lastWords ?? "failed without a word")", .error)
            default: say("\(name): left at \(progress.samples) of \(progress.count) samples", .warning)
            }
        }
        synthesis.progress = progress
        return watchSynthesis(isFirst: false)
    }

    /// Looks how far the set is, again and again as long as it is in sight.
    private func watchSynthesis(isFirst: Bool) -> [Effect] {
        guard screen == .synthesis, !synthesis.request.out.isEmpty else { return [] }
        return [.watchSynthesis(synthesis.request.out, isFirst: isFirst)]
    }

    /// Goes up or down, past headings.
    mutating func moveInSynthesis(by count: Int) {
        let rows = SynthesisRow.all
        var target = max(0, min(synthesis.scroll.selected + count, rows.count - 1))
        if case .heading = rows[target] { target += count < 0 && target > 0 ? -1 : 1 }
        synthesis.scroll.select(target, of: rows.count, height: synthesisLayout.height)
        // The heading above the first line is seen with it.
        if target == 1 { synthesis.scroll = Scroll(selected: 1, top: 0) }
    }

    mutating func performInSynthesis(_ action: Action) -> [Effect] {
        let row = synthesis.row
        let height = synthesisLayout.height
        switch action {
        case .up: moveInSynthesis(by: -1)
        case .down: moveInSynthesis(by: 1)
        case .pageUp: moveInSynthesis(by: -height)
        case .pageDown: moveInSynthesis(by: height)
        case .halfUp: moveInSynthesis(by: -max(height / 2, 1))
        case .halfDown: moveInSynthesis(by: max(height / 2, 1))
        case .first: moveInSynthesis(by: -SynthesisRow.all.count)
        case .last: moveInSynthesis(by: SynthesisRow.all.count)
        case .left, .right: step(row, by: action == .right ? 1 : -1)
        case .open:
            if let option = row.option, !synthesis.request.isUsed(option) {
                say("\(row.name) says nothing of real masks; choose dense or drawn ones first")
            } else if row.option?.choices != nil {
                step(row, by: 1)
            } else {
                prompt = Prompt(.synthesis(row), synthesis.value(of: row).isAsked ? synthesis.value(of: row).text : "")
            }
        case .takeDefault: if row.option != nil { synthesis.set(row, "") }
        case .startSynthesis:
            if let problem = synthesis.firstProblem {
                synthesis.scroll.select(problem.place, of: SynthesisRow.all.count, height: height)
                say(problem.text, .warning)
                return []
            }
            return [.synthesis(.start(synthesis.request))]
        case .cancelSynthesis:
            guard synthesis.progress?.isActive == true else {
                say("nothing is being made here")
                return []
            }
            return [.synthesis(.cancel(synthesis.request.out))]
        case .close, .back: return goBack()
        default: break
        }
        return []
    }

    /// Goes through the values of a choice.
    private mutating func step(_ row: SynthesisRow, by count: Int) {
        guard let choices = row.option?.choices, !synthesis.value(of: row).text.isEmpty else { return }
        let place = choices.firstIndex(of: synthesis.value(of: row).text) ?? 0
        synthesis.set(row, choices[(place + count + choices.count) % choices.count])
    }

    /// Takes what was typed; another set has another progress.
    mutating func answer(_ row: SynthesisRow, _ text: String) -> [Effect] {
        synthesis.set(row, text)
        guard row == .out else { return [] }
        synthesis.progress = nil
        return watchSynthesis(isFirst: true)
    }

    mutating func handleInSynthesis(_ mouse: Mouse, _ position: Position) -> [Effect] {
        let inside = Box.inside(synthesisLayout.form)
        switch mouse.action {
        case .wheelUp: moveInSynthesis(by: -1)
        case .wheelDown: moveInSynthesis(by: 1)
        case .press(.left):
            guard inside.contains(position),
                let row = synthesis.scroll.row(at: position.row - inside.row, of: SynthesisRow.all.count)
            else { return [] }
            if row == synthesis.scroll.selected { return performInSynthesis(.open) }
            moveInSynthesis(by: row - synthesis.scroll.selected)
        default: break
        }
        return []
    }
}
