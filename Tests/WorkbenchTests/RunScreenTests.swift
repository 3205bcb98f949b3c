import Canvas
import Foundation
import Imaging
import Runs
import TestSupport
import Testing

@testable import Workbench

/// What the screens of runs look like.
struct RunScreenTests {
    @Test(arguments: ScreenTests.sizes, ["dark", "mono"])
    func screensLookAsTheyDid(size: (Int, Int), theme: String) throws {
        let name = "\(theme)-\(size.0)x\(size.1)"
        let run = try GrowingRun()
        try run.train(1...3000)
        let other = try run.sibling("other")
        try other.train(1...2000)
        var workbench = try run.workbench(columns: size.0, rows: size.1, theme: theme)
        func golden(_ screen: String) throws { try Golden.compare(masked(workbench, run), with: "\(screen)-\(name)") }
        try golden("curves")
        workbench.press("s", "s", "+", "+", "x", "tab", "enter")
        try golden("curve-zoomed")
        workbench.press("z", "esc", "f", "y")
        workbench.perform(workbench.state.toggleRun(other.directory.path))
        try golden("curves-two-runs")
    }

    @Test(arguments: ScreenTests.sizes, ["dark", "mono"])
    func listAndFormLookAsTheyDid(size: (Int, Int), theme: String) throws {
        let name = "\(theme)-\(size.0)x\(size.1)"
        let sample = try SampleRuns()
        // The others are not there.
        try sample.add("one", RunStatus(state: .stopped))
        var workbench = try sample.workbench(columns: size.0, rows: size.1, theme: theme)
        workbench.press("R")
        workbench.send(.foundRuns(try StandingRuns.found()))
        try Golden.compare(masked(workbench, sample.folder), with: "runs-\(name)")
        workbench.press("j")
        workbench.send(.foundRuns(try StandingRuns.found()))
        workbench.press("D")
        try Golden.compare(masked(workbench, sample.folder), with: "runs-question-\(name)")
        workbench.press("n")
        workbench.send(
            .launchPrepared(
                TrainingRequest(dataset: "/home/lab/nuclei", run: "/home/lab/runs/nuclei-2", values: ["batch": "6"])))
        for _ in 0..<200 where workbench.state.launch.row != .option("batch") { workbench.press("down") }
        try Golden.compare(masked(workbench, sample.folder), with: "launch-\(name)")
    }

    @Test(arguments: ScreenTests.sizes, ["dark", "mono"])
    func picturesLookAsTheyDid(size: (Int, Int), theme: String) throws {
        let name = "\(theme)-\(size.0)x\(size.1)"
        let sample = try SampleRuns()
        let run = try sample.add("one", RunStatus(state: .running))
        try SampleRuns.addPreviews(run, steps: [100, 250, 700])
        var workbench = try sample.workbench(columns: size.0, rows: size.1, theme: theme)
        workbench.press("R", "v", "left")
        try Golden.compare(masked(workbench, sample.folder), with: "pictures-\(name)")
    }

    /// The screen without the names of temporary folders.
    private func masked(_ workbench: Harness, _ run: GrowingRun) -> Canvas { masked(workbench, run.folder) }

    private func masked(_ workbench: Harness, _ folder: TemporaryFolder) -> Canvas {
        // Paths below the user's folder are shown from "~" on.
        #expect(!workbench.text.contains(folder.url.lastPathComponent), "\(workbench.text)")
        return workbench.state.view()
    }

    /// Nothing overlaps, nothing is outside and nothing traps, at any size, on any of the screens.
    @Test func panesNeverMeet() throws {
        let run = try GrowingRun()
        try run.train(1...500)
        let sample = try SampleRuns()
        let pictured = try sample.add("one", RunStatus(state: .running))
        try SampleRuns.addPreviews(pictured, steps: [100, 250, 700])
        var generator = SeededGenerator(seed: 5)
        let keys = [
            "enter", "z", "tab", "j", "k", "h", "l", "x", "+", "-", "s", "y", "t", "o", "b", "g", "G", "pagedown",
            "pageup",
            "ctrl-d", "ctrl-u", "esc", "?", "esc", ":", "esc", "f2", "esc",
        ]
        for screen in 0..<4 {
            var workbench = screen == 0 ? try run.workbench() : try sample.workbench()
            if screen > 0 { workbench.press("R") }
            for step in 0..<25 {
                if screen == 2 { workbench.state.screen = .launch }
                if screen == 3, workbench.state.screen != .pictures {
                    workbench.perform(workbench.state.openPictures(pictured.path))
                }
                workbench.resize(1 + generator.index(below: 230), 1 + generator.index(below: 70))
                workbench.press(keys[generator.index(below: keys.count)])
                let state = workbench.state
                #expect(state.view().cells.count == state.columns * state.rows, "screen \(screen), step \(step)")
                let content = state.contentArea
                let curves = state.curvesLayout
                let panes = (0..<(state.curves.isZoomed ? 1 : curves.across * curves.down)).map(curves.pane)
                disjoint([curves.head, curves.values] + panes, in: content)
                disjoint([state.runListLayout.list, state.runListLayout.details], in: content)
                disjoint([state.launchLayout.form, state.launchLayout.notes], in: content)
                disjoint([state.picturesLayout.frame, state.picturesLayout.slider], in: content)
            }
        }
    }

    private func disjoint(_ areas: [Area], in whole: Area) {
        for (index, area) in areas.enumerated() where !area.isEmpty {
            #expect(area.intersection(whole) == area)
            for other in areas[(index + 1)...] { #expect(area.intersection(other).isEmpty) }
        }
    }
}
