import Canvas
import Imaging
import Runs
import Terminal

extension State {
    var experimentLayout: ExperimentLayout { ExperimentLayout(contentArea, isZoomed: experiment.isZoomed) }

    /// Shows the experiment in this folder; what was set for looking at it stays.
    mutating func openExperiment(_ path: String) -> [Effect] {
        goTo(.experiment)
        if experiment.path != path {
            experiment = Experiment()
            experiment.path = path
        }
        return [.watchExperiment(path, isFirst: true)]
    }

    /// Takes what was found, and looks again after a while, as long as it is in sight.
    mutating func take(_ found: Result<ExperimentSnapshot, InputError>, of path: String) -> [Effect] {
        guard path == experiment.path else { return [] }
        switch found {
        case .success(let snapshot):
            experiment.snapshot = snapshot
            experiment.problem = nil
            moveInExperiment(by: 0)
        case .failure(let error): experiment.problem = error
        }
        if let index = browser.entries.firstIndex(where: { $0.path == path }), let snapshot = experiment.snapshot {
            browser.entries[index].kind = .experiment(done: snapshot.done, of: snapshot.states.count)
        }
        return screen == .experiment ? [.watchExperiment(path, isFirst: false)] : []
    }

    mutating func moveInExperiment(by count: Int) {
        experiment.scroll.move(by: count, of: experiment.rows.count, height: experimentLayout.height)
        experiment.arm = max(0, min(experiment.arm, experiment.arms.count - 1))
    }

    mutating func performInExperiment(_ action: Action) -> [Effect] {
        let height = experimentLayout.height
        switch action {
        case .up: moveInExperiment(by: -1)
        case .down: moveInExperiment(by: 1)
        case .pageUp: moveInExperiment(by: -height)
        case .pageDown: moveInExperiment(by: height)
        case .halfUp: moveInExperiment(by: -max(height / 2, 1))
        case .halfDown: moveInExperiment(by: max(height / 2, 1))
        case .first: moveInExperiment(by: -experiment.rows.count)
        case .last: moveInExperiment(by: experiment.rows.count)
        case .left: experiment.arm = max(experiment.arm - 1, 0)
        case .right: experiment.arm = min(experiment.arm + 1, max(experiment.arms.count - 1, 0))
        case .nextPane: changeDataSet(by: 1)
        case .previousPane: changeDataSet(by: -1)
        case .nextMeasure: changeMeasure(by: 1)
        case .previousMeasure: changeMeasure(by: -1)
        case .nextBudget:
            let count = experiment.plan?.budgets.count ?? 0
            guard count > 1 else {
                say("all trainings have one budget: \(experiment.shownBudget?.text ?? "unknown")")
                break
            }
            experiment.budget = (experiment.budget + 1) % count
        case .zoomPane: experiment.isZoomed.toggle()
        case .open, .runPictures: return openCell(action)
        case .close where experiment.isZoomed: experiment.isZoomed = false
        case .close, .back: return goBack()
        default: break
        }
        return []
    }

    private mutating func changeDataSet(by step: Int) {
        let count = experiment.plan?.dataSets.count ?? 0
        guard count > 0 else { return }
        experiment.dataSet = (experiment.dataSet + step + count) % count
        moveInExperiment(by: 0)
    }

    private mutating func changeMeasure(by step: Int) {
        let measures = ExperimentMeasure.allCases
        let place = measures.firstIndex(of: experiment.measure) ?? 0
        experiment.measure = measures[(place + step + measures.count) % measures.count]
    }

    /// Shows the run of the cell under the cursor.
    private mutating func openCell(_ action: Action) -> [Effect] {
        guard let cell = experiment.selected, let state = experiment.snapshot?.states[cell] else { return [] }
        let run = ExperimentFolder(experiment.path).run(of: cell)
        switch state {
        case .waiting:
            say("\(cell.name) has not begun")
            return []
        case .failed(let reason) where !RunDirectory.isRun(run.path):
            say("\(cell.name): \(reason)", .warning)
            return []
        case .begun, .done, .failed:
            return action == .open ? openCurves([run.path]) : openPictures(run.path)
        }
    }

    mutating func handleInExperiment(_ mouse: Mouse, _ position: Position) -> [Effect] {
        let inside = Box.inside(experimentLayout.table)
        switch mouse.action {
        case .wheelUp: moveInExperiment(by: -1)
        case .wheelDown: moveInExperiment(by: 1)
        case .press(.left):
            guard inside.contains(position),
                let row = experiment.scroll.row(at: position.row - inside.row - 1, of: experiment.rows.count)
            else { return [] }
            let places = inside.split(columns: experimentColumns.map(\.length), gap: 1)
            let arm = places.dropFirst().firstIndex { $0.allColumns.contains(position.column) }.map { $0 - 1 }
            if row == experiment.scroll.selected, arm == nil || arm == experiment.arm {
                return performInExperiment(.open)
            }
            if let arm { experiment.arm = arm }
            moveInExperiment(by: row - experiment.scroll.selected)
        default: break
        }
        return []
    }
}
