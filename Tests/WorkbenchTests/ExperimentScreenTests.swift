import Canvas
import Foundation
import Imaging
import Runs
import TestSupport
import Testing

@testable import Workbench

/// The screen of an experiment.
struct ExperimentScreenTests {
    @Test(arguments: ScreenTests.sizes, ["dark", "mono"])
    func theScreenLooksAsItDid(size: (Int, Int), theme: String) throws {
        let name = "\(theme)-\(size.0)x\(size.1)"
        let sample = try SampleExperiment()
        let failures = [sample.plan.cells[17].name: "the loss is not finite"]
        try sample.score(first: 9, failures: failures)
        try sample.train(9, failures: failures)
        let lock = try ExperimentLock(sample.experiment)
        try withExtendedLifetime(lock) {
            var workbench = try sample.workbench(columns: size.0, rows: size.1, theme: theme)
            #expect(workbench.state.screen == .experiment)
            workbench.press("j", "l", "l")
            try Golden.compare(workbench.state.view(), with: "experiment-\(name)")
            workbench.press("tab", "j", "j", "j")
            try Golden.compare(workbench.state.view(), with: "experiment-running-\(name)")
        }
        var workbench = try sample.workbench(columns: size.0, rows: size.1, theme: theme)
        workbench.press("m", "z")
        try Golden.compare(workbench.state.view(), with: "experiment-curves-\(name)")
    }

    @Test func theTableFillsInWhileAnotherProcessWorks() throws {
        let sample = try SampleExperiment()
        var workbench = try sample.workbench()
        #expect(workbench.text.contains("not begun") && workbench.text.contains("0 of 48 trainings"))
        try sample.score(first: 1)
        try sample.train(1)
        workbench.watchExperiment()
        // Its process is gone.
        #expect(workbench.text.contains("? lost") && workbench.text.contains("1 of 48 trainings"))
        // F1 of image i: found 26 + i, 8 wrong, 10 missed: 2 x 81 / (162 + 24 + 30).
        #expect(workbench.text.contains("0.750"), "\(workbench.text)")
        let lock = try ExperimentLock(sample.experiment)
        withExtendedLifetime(lock) { workbench.watchExperiment() }
        for words in [
            "> running", "training: fluorescence, 5 images, seed 1, cyclegan, 2000 steps", "42%", "3 min left",
        ] {
            #expect(workbench.text.contains(words), "\(words)\n\(workbench.text)")
        }
        #expect(workbench.state.browser.entries.first?.detail == "1/48")
    }

    @Test func enterGoesDownToTheRunAndBack() throws {
        let sample = try SampleExperiment()
        try sample.score(first: 1)
        try sample.train(1)
        var workbench = try sample.workbench()
        // On the row of all seeds Enter means the first.
        workbench.press("l", "enter")
        #expect(workbench.state.screen == .curves)
        #expect(workbench.state.curves.runs.map(\.name) == ["fluorescence-n5-s1-cyclegan-steps"])
        workbench.press("q")
        #expect(workbench.state.screen == .experiment && workbench.state.experiment.arm == 1)
        workbench.press("v")
        #expect(workbench.state.screen == .pictures)
        workbench.press("q", "l", "j", "enter")
        #expect(workbench.state.screen == .experiment && workbench.text.contains("has not begun"))
    }

    @Test func keysSwitchWhatIsSeen() throws {
        let sample = try SampleExperiment()
        try sample.score(first: 24)
        var workbench = try sample.workbench()
        #expect(workbench.text.contains("fluorescence · F1@0.5 · 2000 steps"))
        workbench.press("m", "tab", "b")
        #expect(workbench.text.contains("phase · F1@0.75 · 7.5 min"))
        // The data set has 8 images where 10 are asked for.
        #expect(workbench.text.contains("8 of 10"))
        workbench.press("M", "shift-tab", "b", "z")
        #expect(
            workbench.text.contains("F1@0.5 · 2000 steps over training images") && !workbench.text.contains("seed 1"))
        workbench.press("esc")
        #expect(workbench.text.contains("seed 1"))
        workbench.press("?")
        workbench.type("measure")
        #expect(workbench.text.contains("Show the next measure"))
    }

    @Test func anExperimentIsAnEntryAmongOthers() throws {
        let sample = try SampleExperiment()
        try sample.score(first: 2)
        let images = sample.folder.path("lab/other/images")
        try FileManager.default.createDirectory(atPath: images, withIntermediateDirectories: true)
        try ImageFile.write(
            Image(width: 8, height: 8, channels: 1, samples: .uint8([UInt8](repeating: 9, count: 64))),
            to: images + "/a.png")
        var workbench = try sample.workbench(path: sample.folder.path("lab"))
        #expect(workbench.state.screen == .browser)
        let place = try #require(workbench.state.browser.entries.firstIndex { $0.isExperiment })
        // Its runs are not listed beside it.
        #expect(workbench.state.browser.entries.count { $0.isRun } == 0)
        for _ in 0..<place { workbench.press("j") }
        #expect(workbench.text.contains("2/48"))
        workbench.press("enter")
        #expect(workbench.state.screen == .experiment)
        workbench.press("q")
        #expect(workbench.state.screen == .browser)
    }

    @Test func aDamagedFolderIsSaid() throws {
        let sample = try SampleExperiment()
        var workbench = try sample.workbench()
        try Data("{".utf8).write(to: URL(fileURLWithPath: sample.experiment.planPath))
        workbench.watchExperiment()
        #expect(workbench.text.contains("is damaged"))
        workbench = try sample.workbench()
        #expect(workbench.state.screen == .experiment && workbench.text.contains("is damaged"))
    }

    /// Nothing overlaps, nothing is outside and nothing traps, at any size.
    @Test func panesNeverMeet() throws {
        let sample = try SampleExperiment()
        try sample.score(first: 9)
        try sample.train(9)
        var workbench = try sample.workbench()
        var generator = SeededGenerator(seed: 7)
        let keys = ["j", "k", "h", "l", "g", "G", "tab", "m", "b", "z", "pagedown", "?", "esc", ":", "esc"]
        for step in 0..<60 {
            workbench.state.screen = .experiment
            workbench.resize(1 + generator.index(below: 200), 1 + generator.index(below: 60))
            workbench.press(keys[generator.index(below: keys.count)])
            let state = workbench.state
            #expect(state.view().cells.count == state.columns * state.rows, "step \(step)")
            let layout = state.experimentLayout
            let areas = [layout.head, layout.table, layout.curves, layout.details].filter { !$0.isEmpty }
            for (index, area) in areas.enumerated() {
                #expect(area.intersection(state.contentArea) == area)
                for other in areas[(index + 1)...] { #expect(area.intersection(other).isEmpty) }
            }
        }
    }
}
