import Canvas
import Foundation
import Runs
import Terminal

extension State {
    var curvesLayout: CurvesLayout {
        CurvesLayout(
            contentArea, count: curves.panes.count, isZoomed: curves.isZoomed,
            lines: (curves.pane?.names.count ?? 1) * curves.runs.count)
    }

    /// Shows the curves of these runs; what was set for looking at them stays.
    mutating func openCurves(_ paths: [String]) -> [Effect] {
        goTo(.curves)
        if paths != curves.runs.map(\.path) {
            let known = curves.runs
            curves.runs = paths.prefix(Curves.maximumRuns).map { path in
                let read = known.first { $0.path == path }?.curves
                return Curves.Run(path: path, name: runName(path, among: paths), curves: read)
            }
            curves.stretch = .all
            curves.crosshair = nil
            curves.arrangePanes()
            movePanes(to: curves.scroll.selected)
        }
        return [.followCurves(curveFollows, isFirst: true)]
    }

    private var curveFollows: [CurveFollow] {
        curves.runs.map { CurveFollow(path: $0.path, follower: $0.curves?.follower) }
    }

    /// A run's folder, with what is above it where another run shown has the same.
    private func runName(_ path: String, among paths: [String]) -> String {
        let name = path.lastPathComponent
        guard paths.contains(where: { $0 != path && $0.lastPathComponent == name }) else { return name.printable }
        return (browser.entries.first { $0.path == path }?.title ?? path).printable
    }

    // MARK: - What effects found

    mutating func take(_ growth: CurveGrowth) {
        guard let index = curves.runs.firstIndex(where: { $0.path == growth.path }) else { return }
        switch growth.change {
        case .all(let read): curves.runs[index].curves = read
        case .lines(let lines, let follower): curves.runs[index].curves?.append(lines, upTo: follower)
        case .failed(let error):
            curves.runs[index].problem = error
            return
        }
        curves.runs[index].problem = nil
        curves.arrangePanes()
        movePanes(to: curves.scroll.selected)
    }

    /// Looks again after a while, as long as curves are in sight.
    func followCurves() -> [Effect] {
        screen == .curves && !curves.runs.isEmpty ? [.followCurves(curveFollows, isFirst: false)] : []
    }

    // MARK: - Keys

    /// Selects a pane and scrolls by whole rows of panes, no more than needed.
    mutating func movePanes(to index: Int) {
        let layout = curvesLayout
        let selected = max(0, min(index, curves.panes.count - 1))
        let line = selected / layout.across
        let last = max((curves.panes.count + layout.across - 1) / layout.across - layout.down, 0)
        let top = min(min(max(curves.scroll.top / layout.across, line - layout.down + 1), line), last)
        curves.scroll = Scroll(selected: selected, top: curves.isZoomed ? selected : max(top, 0) * layout.across)
    }

    mutating func performInCurves(_ action: Action) -> [Effect] {
        let selected = curves.scroll.selected
        switch action {
        case .back: return goBack()
        case .runPictures: return curves.runs.first.map { openPictures($0.path) } ?? []
        case .close:
            if curves.crosshair != nil {
                curves.crosshair = nil
            } else if curves.isZoomed {
                curves.isZoomed = false
                movePanes(to: selected)
            } else {
                return goBack()
            }
        case .nextPane: movePanes(to: (selected + 1) % max(curves.panes.count, 1))
        case .previousPane: movePanes(to: (selected + curves.panes.count - 1) % max(curves.panes.count, 1))
        case .up: movePanes(to: selected - curvesLayout.across)
        case .down: movePanes(to: selected + curvesLayout.across)
        case .pageUp: movePanes(to: selected - curvesLayout.across * curvesLayout.down)
        case .pageDown: movePanes(to: selected + curvesLayout.across * curvesLayout.down)
        case .left: moveAlong(-1)
        case .right: moveAlong(1)
        case .halfUp: moveAlong(-8)
        case .halfDown: moveAlong(8)
        case .first: curves.go(toEnd: false)
        case .last: curves.go(toEnd: true)
        case .zoomPane:
            curves.isZoomed.toggle()
            movePanes(to: selected)
        case .zoomIn: curves.zoom(by: 1 / 1.5)
        case .zoomOut: curves.zoom(by: 1.5)
        case .fit: curves.stretch = .all
        case .cursor: toggleCrosshair()
        case .smoother, .rougher:
            let place = Curves.smoothings.firstIndex(of: curves.smoothing) ?? 0
            let next = place + (action == .smoother ? 1 : -1)
            curves.smoothing = Curves.smoothings[max(0, min(next, Curves.smoothings.count - 1))]
        case .logarithmic: curves.isLogarithmic.toggle()
        case .trim: curves.isTrimmed.toggle()
        case .bestMarks: curves.hasBest.toggle()
        case .axis: nextAxis()
        case .export: popup = curvesExportPopup()
        case .chooseRuns: popup = runsPopup()
        default: break
        }
        return []
    }

    /// Moves the crosshair by cells, or pans by twentieths of what is seen.
    private mutating func moveAlong(_ count: Int) {
        guard let crosshair = curves.crosshair else { return curves.pan(by: Double(count) / 20) }
        let range = curves.range
        let cells = Double(max(curvesLayout.pane(0).columns - 10, 1))
        let moved = crosshair + Double(count) * (range.upperBound - range.lowerBound) / cells
        let extent = curves.extent
        curves.crosshair = min(max(moved, extent.lowerBound), extent.upperBound)
        if moved < range.lowerBound { curves.pan(by: -0.25) } else if moved > range.upperBound { curves.pan(by: 0.25) }
    }

    private mutating func toggleCrosshair() {
        guard curves.crosshair == nil else {
            curves.crosshair = nil
            return
        }
        let range = curves.range
        curves.crosshair = (range.lowerBound + range.upperBound) / 2
    }

    /// The next axis that the logs tell.
    private mutating func nextAxis() {
        let known = CurveAxis.allCases.filter { axis in
            axis == .steps
                || curves.runs.contains { run in run.curves.map { StepAxis(axis, of: $0) != nil } ?? false }
        }
        if known.count < 2 { say("these logs tell neither epochs nor times") }
        let place = known.firstIndex(of: curves.axis) ?? 0
        curves.axis = known[(place + 1) % known.count]
        curves.stretch = .all
        curves.crosshair = nil
    }

    /// Adds a run to those shown, or takes it away.
    mutating func toggleRun(_ path: String) -> [Effect] {
        var paths = curves.runs.map(\.path)
        if let index = paths.firstIndex(of: path) {
            if paths.count == 1 {
                say("this is the only run shown")
                return []
            }
            paths.remove(at: index)
        } else if paths.count == Curves.maximumRuns {
            say("no more than \(Curves.maximumRuns) runs are drawn over each other", .warning)
            return []
        } else {
            paths.append(path)
        }
        return openCurves(paths)
    }

    private func runsPopup() -> Popup {
        let shown = Set(curves.runs.map(\.path))
        var entries = browser.entries.filter(\.isRun).map { ($0.path, $0.title, $0.detail) }
        for run in curves.runs where !entries.contains(where: { $0.0 == run.path }) {
            entries.insert((run.path, run.name, ""), at: 0)
        }
        return Popup(
            title: "Runs over each other",
            entries: entries.map { path, title, detail in
                .init(title: (shown.contains(path) ? "* " : "  ") + title, detail: detail, choice: .overlay(path))
            })
    }

    // MARK: - Mouse

    mutating func handleInCurves(_ mouse: Mouse, _ position: Position) -> [Effect] {
        let layout = curvesLayout
        let count = curves.isZoomed ? 1 : layout.across * layout.down
        let hit = (0..<count).first { layout.pane($0).contains(position) }
        switch mouse.action {
        case .wheelUp, .wheelDown:
            if curves.isZoomed { return performInCurves(mouse.action == .wheelUp ? .zoomIn : .zoomOut) }
            return performInCurves(mouse.action == .wheelUp ? .up : .down)
        case .press(.left):
            dragged = position
            guard let hit, curves.scroll.top + hit < curves.panes.count else { return [] }
            let wasSelected = curves.scroll.top + hit == curves.scroll.selected
            movePanes(to: curves.scroll.top + hit)
            let plot = curvePlot(in: layout.pane(hit))
            guard wasSelected, plot.contains(position) else { return [] }
            let share = (Double(position.column - plot.column) + 0.5) / Double(max(plot.columns, 1))
            let range = curves.range
            curves.crosshair = range.lowerBound + share * (range.upperBound - range.lowerBound)
        case .drag(.left):
            guard let from = dragged, let hit else { return [] }
            dragged = position
            let width = Double(max(curvePlot(in: layout.pane(hit)).columns, 1))
            curves.pan(by: Double(from.column - position.column) / width)
        case .release: dragged = nil
        default: break
        }
        return []
    }
}
