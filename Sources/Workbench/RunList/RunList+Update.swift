import Canvas
import Foundation
import Runs
import Terminal

/// Where the parts of the screen of runs are, frames included.
struct RunListLayout: Equatable {
    let list: Area
    let details: Area

    init(_ area: Area) {
        if area.columns >= 130 {
            let parts = area.split(columns: [.flexible(minimum: 78, weight: 3), .flexible(minimum: 40, weight: 2)])
            (list, details) = (parts[0], parts[1])
        } else {
            let parts = area.split(rows: [.flexible(minimum: 5, weight: 2), .flexible(minimum: 6, weight: 3)])
            (list, details) = (parts[0], parts[1])
        }
    }

    /// Rows of runs in sight.
    var height: Int { max(Box.inside(list).rows - 1, 1) }
}

extension State {
    var runListLayout: RunListLayout { RunListLayout(contentArea) }

    /// Shows the runs, the one at `path` under the cursor.
    mutating func openRunList(_ path: String?) -> [Effect] {
        goTo(.runs)
        if let path { wantedRun = path }
        return [.watchRuns(runWatch, isFirst: true)]
    }

    private var runWatch: RunWatch {
        RunWatch(roots: [root] + runList.folders, details: wantedRun ?? runList.run?.path, known: runList.details)
    }

    // MARK: - What effects found

    mutating func take(_ found: FoundRuns) -> [Effect] {
        let selected = wantedRun ?? runList.run?.path
        runList.archived = found.runs.count(where: \.isArchived)
        let isListed = { (run: RunSummary) in
            self.runList.showsArchived || !run.isArchived || run.path == self.wantedRun
        }
        runList.runs = found.runs.filter(isListed)
        (runList.isCut, runList.isRead, runList.now) = (found.isCut, true, found.now)
        if let details = found.details { runList.details = details }
        if let selected, let place = runList.runs.firstIndex(where: { $0.path == selected }) {
            runList.scroll.select(place, of: runList.runs.count, height: runListLayout.height)
            wantedRun = nil
        } else {
            if found.isThorough { wantedRun = nil }
            moveRuns(by: 0)
        }
        return updateEntries(found.runs)
    }

    /// The browser's list says the same.
    private mutating func updateEntries(_ runs: [RunSummary]) -> [Effect] {
        let paths = Set(runs.map(\.path))
        let gone = runList.paths.subtracting(paths)
        runList.paths = paths
        var effects: [Effect] = []
        if !gone.isEmpty {
            let before = browser.entry?.path
            browser.entries.removeAll { $0.isRun && gone.contains($0.path) }
            let place = browser.entries.firstIndex { $0.path == before } ?? browser.entryScroll.selected
            moveEntries(by: place - browser.entryScroll.selected)
            if browser.entry?.path != before { effects = openEntry() }
        }
        for run in runs {
            if let index = browser.entries.firstIndex(where: { $0.path == run.path }) {
                browser.entries[index].kind = .run(run.state.rawValue)
            } else if run.path.hasPrefix(root + "/") {
                let title = String(run.path.dropFirst(root.count + 1))
                browser.entries.append(Entry(path: run.path, title: title, kind: .run(run.state.rawValue)))
            }
        }
        return effects
    }

    /// Looks again after a while, as long as runs are in sight.
    func watchRuns() -> [Effect] { screen == .runs ? [.watchRuns(runWatch, isFirst: false)] : [] }

    /// Shows a run that was made, or how one stands now.
    mutating func controlled(_ path: String?) -> [Effect] {
        guard path != nil || screen == .runs else { return [] }
        if let folder = (path as NSString?)?.deletingLastPathComponent, !"\(folder)/".hasPrefix(root + "/"),
            !runList.folders.contains(folder)
        {
            runList.folders.append(folder)
        }
        if let path, path == launch.request.run { launch.request.run = Launch.folder(after: path) }
        if screen == .launch { screen = screensBefore.popLast() ?? .browser }
        return openRunList(path)
    }

    // MARK: - Keys

    mutating func moveRuns(by count: Int) {
        runList.scroll.move(by: count, of: runList.runs.count, height: runListLayout.height)
    }

    private mutating func stepRuns(_ count: Int) -> [Effect] {
        guard !runList.isDetailFocused else {
            let inside = Box.inside(runListLayout.details)
            let lines = runDetailLines(columns: inside.columns).count
            runList.detailScroll.scroll(by: count, of: lines, height: inside.rows)
            return []
        }
        let before = runList.run?.path
        moveRuns(by: count)
        guard runList.run?.path != before else { return [] }
        runList.detailScroll = Scroll()
        return [.watchRuns(runWatch, isFirst: true)]
    }

    mutating func performInRuns(_ action: Action) -> [Effect] {
        let height = runListLayout.height
        switch action {
        case .up: return stepRuns(-1)
        case .down: return stepRuns(1)
        case .pageUp: return stepRuns(-height)
        case .pageDown: return stepRuns(height)
        case .halfUp: return stepRuns(-max(height / 2, 1))
        case .halfDown: return stepRuns(max(height / 2, 1))
        case .first: return stepRuns(-(Int.max / 2))
        case .last: return stepRuns(Int.max / 2)
        case .nextPane, .previousPane: runList.isDetailFocused.toggle()
        case .back, .close: return goBack()
        case .showArchived:
            runList.showsArchived.toggle()
            return [.watchRuns(runWatch, isFirst: true)]
        case .newRun: return openLaunch(dataset: runList.run?.dataset.first ?? "")
        default:
            guard let run = runList.run else {
                say("there is no run here")
                return []
            }
            return perform(action, on: run)
        }
        return []
    }

    private mutating func perform(_ action: Action, on run: RunSummary) -> [Effect] {
        let path = run.path
        let name = run.name.printable
        switch action {
        case .open, .runCurves: return openCurves([path])
        case .runPictures: return openPictures(path)
        case .pauseRun:
            guard run.state == .running || run.state == .starting else {
                say("\(name) is not running: it is \(run.state.rawValue)")
                return []
            }
            return [.control(.send(.pause, to: path))]
        case .resumeRun:
            switch run.state {
            case .paused, .queued: return [.control(.send(.resume, to: path))]
            case .stopped, .interrupted, .lost, .failed: return [.control(.resume(path, minutes: nil, steps: nil))]
            case .finished:
                say("\(name) has spent its budget; \(keyName(.extendRun)) continues it for longer")
                return []
            case .running, .starting, .stopping, .damaged:
                say("\(name) is \(run.state.rawValue)")
                return []
            }
        case .stopRun, .checkpointRun:
            guard run.state.isActive else {
                say("\(name) has no engine: it is \(run.state.rawValue)")
                return []
            }
            return [.control(.send(action == .stopRun ? .stop : .checkpoint, to: path))]
        case .extendRun: prompt = Prompt(.extend(path), "")
        case .renameRun: prompt = Prompt(.rename(path), run.name)
        case .noteRun: prompt = Prompt(.note(path), run.note)
        case .archiveRun: return [.control(.archive(path, !run.isArchived))]
        case .restartRun:
            popup = Popup(
                title: "A new run from \(name)",
                entries: CheckpointChoice.allCases.map {
                    .init(title: "from the \($0.rawValue) checkpoint", detail: "", choice: .control(.restart(path, $0)))
                })
        case .deleteRun:
            guard !run.state.isActive else {
                say("\(name) is \(run.state.rawValue); stop it first", .warning)
                return []
            }
            question = Question(
                text: "Delete \(name), its checkpoints, curves and pictures? This cannot be undone.",
                deed: .control(.delete(path)))
        case .likeRun: return [.likeRun(path)]
        case .synthesize: return openSynthesis(of: run)
        default: break
        }
        return []
    }

    /// The first key of an action on the screen shown.
    func keyName(_ action: Action) -> String {
        let command = bindings.commands(in: screen.context.rawValue).first { $0.action == action }
        return command.flatMap { bindings.keys(of: $0).first?.name } ?? ":"
    }

    // MARK: - Mouse

    mutating func handleInRuns(_ mouse: Mouse, _ position: Position) -> [Effect] {
        let layout = runListLayout
        let isInList = layout.list.contains(position)
        switch mouse.action {
        case .wheelUp, .wheelDown:
            runList.isDetailFocused = !isInList
            return stepRuns(mouse.action == .wheelUp ? -1 : 1)
        case .press(.left):
            runList.isDetailFocused = !isInList
            guard isInList,
                let row = runList.scroll.row(
                    at: position.row - Box.inside(layout.list).row - 1, of: runList.runs.count)
            else { return [] }
            if row == runList.scroll.selected { return performInRuns(.open) }
            return stepRuns(row - runList.scroll.selected)
        default: return []
        }
    }
}

/// What is looked at again and again while runs are in sight.
struct RunWatch: Equatable, Sendable {
    /// The folders that are looked through.
    var roots: [String]
    /// The run of which more is read, and what was read last.
    var details: String?
    var known: RunDetails?
}

/// What was found of runs.
struct FoundRuns: Sendable {
    var runs: [RunSummary]
    var isCut: Bool
    var now: Date
    var details: RunDetails?
    /// Whether the folders were searched for it, and not only the known runs looked at.
    var isThorough = true
}
