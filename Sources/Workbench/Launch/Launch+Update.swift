import Canvas
import Foundation
import Imaging
import Runs
import Terminal

/// Where the parts of the launch form are, frames included.
struct LaunchLayout: Equatable {
    let form: Area
    /// What the selected line means, the estimate and the command.
    let notes: Area

    init(_ area: Area) {
        if area.columns >= 110 {
            let parts = area.split(columns: [.flexible(minimum: 56, weight: 3), .flexible(minimum: 40, weight: 2)])
            (form, notes) = (parts[0], parts[1])
        } else {
            let parts = area.split(rows: [.flexible(minimum: 5, weight: 1), .fixed(min(11, area.rows / 2))])
            (form, notes) = (parts[0], parts[1])
        }
    }

    var height: Int { max(Box.inside(form).rows, 1) }
}

extension State {
    var launchLayout: LaunchLayout { LaunchLayout(contentArea) }

    /// Shows the form for a training on this data set.
    mutating func openLaunch(dataset: String) -> [Effect] {
        goTo(.launch)
        if !launch.request.dataset.isEmpty, dataset.isEmpty || dataset == launch.request.dataset {
            return [.listProfiles]
        }
        return [.prepareLaunch(dataset, root: root), .listProfiles]
    }

    /// Fills the form.
    mutating func take(_ request: TrainingRequest) {
        goTo(.launch)
        launch.request = request
        launch.probe = nil
    }

    /// Fills the form with a profile, whose data set and folder are another's.
    mutating func takeProfile(_ request: TrainingRequest) {
        launch.request.values = request.values
        if launch.request.dataset.isEmpty {
            (launch.request.dataset, launch.request.masks) = (request.dataset, request.masks)
        }
        launch.probe = nil
    }

    mutating func take(_ result: Result<TrainingProbe, InputError>, of request: TrainingRequest) {
        guard launch.probe?.request == request else { return }
        launch.probe?.result = result
    }

    /// Goes up or down, past headings.
    mutating func moveInForm(by count: Int) {
        let rows = LaunchRow.all
        var target = max(0, min(launch.scroll.selected + count, rows.count - 1))
        if case .heading = rows[target] { target += count < 0 && target > 0 ? -1 : 1 }
        launch.scroll.select(target, of: rows.count, height: launchLayout.height)
        // The heading above the first line is seen with it.
        if target == 1 { launch.scroll = Scroll(selected: 1, top: 0) }
    }

    mutating func performInLaunch(_ action: Action) -> [Effect] {
        let row = launch.row
        switch action {
        case .up: moveInForm(by: -1)
        case .down: moveInForm(by: 1)
        case .pageUp: moveInForm(by: -launchLayout.height)
        case .pageDown: moveInForm(by: launchLayout.height)
        case .halfUp: moveInForm(by: -max(launchLayout.height / 2, 1))
        case .halfDown: moveInForm(by: max(launchLayout.height / 2, 1))
        case .first: moveInForm(by: -LaunchRow.all.count)
        case .last: moveInForm(by: LaunchRow.all.count)
        case .left, .right: step(row, by: action == .right ? 1 : -1)
        case .open:
            if Launch.choices(of: row) != nil {
                step(row, by: 1)
            } else {
                prompt = Prompt(.launch(row), launch.value(of: row).text)
            }
        case .takeDefault: if row.option != nil { launch.set(row, "") }
        case .queueRun: launch.isQueued.toggle()
        case .probe:
            guard let request = sound() else { return [] }
            launch.probe = (request, nil)
            return [.probe(request)]
        case .startRun:
            guard let request = sound() else { return [] }
            return [.control(.start(request, queued: launch.isQueued))]
        case .saveProfile: prompt = Prompt(.profile, "")
        case .loadProfile: popup = profilePopup()
        case .close, .back: return goBack()
        default: break
        }
        return []
    }

    /// The request where nothing is wrong with it; else says what is, and goes there.
    private mutating func sound() -> TrainingRequest? {
        guard let problem = launch.firstProblem else { return launch.request }
        launch.scroll.select(problem.place, of: LaunchRow.all.count, height: launchLayout.height)
        say(problem.text, .warning)
        return nil
    }

    /// Goes through the values of a choice.
    private mutating func step(_ row: LaunchRow, by count: Int) {
        guard let choices = Launch.choices(of: row) else { return }
        let place = choices.firstIndex(of: launch.value(of: row).text) ?? 0
        launch.set(row, choices[(place + count + choices.count) % choices.count])
    }

    private func profilePopup() -> Popup {
        Popup(
            title: "Profiles",
            entries: launch.profiles.isEmpty
                ? [
                    .init(
                        title: "none is kept yet; \(keyName(.saveProfile)) keeps one", detail: "",
                        choice: .text(.information))
                ]
                : launch.profiles.map { .init(title: $0, detail: "", choice: .profile($0)) })
    }

    mutating func handleInLaunch(_ mouse: Mouse, _ position: Position) -> [Effect] {
        let inside = Box.inside(launchLayout.form)
        switch mouse.action {
        case .wheelUp: moveInForm(by: -1)
        case .wheelDown: moveInForm(by: 1)
        case .press(.left):
            guard inside.contains(position),
                let row = launch.scroll.row(at: position.row - inside.row, of: LaunchRow.all.count)
            else { return [] }
            if row == launch.scroll.selected { return performInLaunch(.open) }
            moveInForm(by: row - launch.scroll.selected)
        default: break
        }
        return []
    }
}
