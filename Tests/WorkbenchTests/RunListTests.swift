import Canvas
import Foundation
import Imaging
import Runs
import TestSupport
import Testing

@testable import Workbench

/// Runs are listed as their files say, and what is asked of them becomes files.
struct RunListTests {
    @Test func runsAreListedWithTheirStatesAndFollowed() throws {
        let sample = try SampleRuns()
        let run = try sample.add("one", RunStatus(state: .running, step: 10, totalSteps: 100, fraction: 0.1, rate: 2))
        try sample.add("two", RunStatus(state: .finished, step: 100, bestScore: 0.75, bestStep: 90))
        var workbench = try sample.workbench()
        workbench.press("R")
        #expect(workbench.state.screen == .runs)
        #expect(workbench.text.contains("> running") && workbench.text.contains("* finished"))
        #expect(workbench.text.contains("10%") && workbench.text.contains("0.750"))
        try run.write(RunStatus(state: .running, step: 50, totalSteps: 100, fraction: 0.5, rate: 2))
        try sample.add("three", RunStatus(state: .failed, lastError: "no memory"))
        // New runs are looked for every few seconds, known ones at once.
        workbench.watch()
        #expect(workbench.text.contains("50%"))
        workbench.performer.catalogs.withLock { $0?.searched = .distantPast }
        workbench.watch()
        #expect(workbench.text.contains("x failed"))
    }

    @Test func enterOnARunInTheBrowserShowsIt() throws {
        let sample = try SampleRuns()
        try sample.add("one", RunStatus(state: .stopped))
        try sample.add("two", RunStatus(state: .stopped))
        var workbench = try sample.workbench()
        workbench.press("down", "enter")
        #expect(workbench.state.screen == .runs)
        #expect(workbench.state.runList.run?.path == workbench.state.browser.entry?.path)
        workbench.press("enter")
        #expect(workbench.state.screen == .curves)
        workbench.press("v")
        #expect(workbench.state.screen == .pictures && workbench.text.contains("No pictures yet"))
        workbench.press("q", "q")
        #expect(workbench.state.screen == .runs)
        workbench.press("q")
        #expect(workbench.state.screen == .browser)
    }

    @Test func controlsAreRequestsInTheRunsFolder() throws {
        let sample = try SampleRuns()
        let run = try sample.add("one", RunStatus(state: .running))
        var workbench = try sample.workbench()
        workbench.press("R", "p")
        #expect(run.control.pending() == [.pause])
        try run.write(RunStatus(state: .paused))
        workbench.watch()
        workbench.press("p")
        #expect(workbench.text.contains("is not running: it is paused"))
        workbench.press("r")
        #expect(run.control.pending() == [.resume])
        workbench.press("w", "s")
        #expect(Set(run.control.pending()) == [.resume, .checkpoint, .stop])
        try run.write(RunStatus(state: .stopped))
        workbench.watch()
        workbench.press("w")
        #expect(workbench.text.contains("has no engine"))
    }

    @Test func deletingAsksForAnotherKey() throws {
        let sample = try SampleRuns()
        let run = try sample.add("one", RunStatus(state: .finished))
        var workbench = try sample.workbench()
        workbench.press("R", "D")
        #expect(workbench.text.contains("Delete one"))
        for key in ["D", "enter", "n", "esc", "space"] {
            workbench.press(key)
            #expect(FileManager.default.fileExists(atPath: run.path) && workbench.state.question == nil, "\(key)")
            workbench.press("D")
        }
        workbench.press("y")
        #expect(!FileManager.default.fileExists(atPath: run.path))
        #expect(workbench.text.contains("There is no run under"))
        try sample.add("two", RunStatus(state: .running))
        workbench.performer.catalogs.withLock { $0?.searched = .distantPast }
        workbench.watch()
        workbench.press("D")
        #expect(workbench.state.question == nil && workbench.text.contains("stop it first"))
    }

    @Test func namesNotesAndArchiveAreKept() throws {
        let sample = try SampleRuns()
        let run = try sample.add("one", RunStatus(state: .finished))
        var workbench = try sample.workbench()
        workbench.press("R", "m", "ctrl-u")
        workbench.type("best so far")
        workbench.press("enter", "n")
        workbench.type("with borders")
        workbench.press("enter")
        #expect(try run.notes() == RunNotes(name: "best so far", note: "with borders"))
        #expect(workbench.text.contains("best so far") && workbench.text.contains("with borders"))
        workbench.press("n", "esc", "a")
        #expect(try run.notes().isArchived)
        #expect(workbench.text.contains("1 archived") && !workbench.text.contains("best so far"))
        workbench.press("A")
        #expect(workbench.text.contains("(archived)"))
        workbench.press("a")
        #expect(try !run.notes().isArchived)
    }

    @Test func moreTimeIsAskedForInMinutesOrSteps() {
        #expect(Prompt.extent("30").map { $0.minutes == 30 && $0.steps == nil } == true)
        #expect(Prompt.extent("2.5 min").map { $0.minutes == 2.5 } == true)
        #expect(Prompt.extent("2000 steps").map { $0.steps == 2000 && $0.minutes == nil } == true)
        for text in ["", "x", "-3", "0", "2.5 steps", "3 weeks", "1 2 3", "1e9", "nan", "inf min"] {
            #expect(Prompt.extent(text).map { ($0.minutes ?? 0) + Double($0.steps ?? 0) } == nil, "\(text)")
        }
    }

    @Test func longTimesAreSpokenShortly() {
        #expect(
            [0, 59.9, 60, 3599, 3600, 3900, 86400, 200_000, 1e20].map(\.spoken)
                == ["0 s", "59 s", "1 min", "59 min", "1 h 00", "1 h 05", "24 h 00", "2 d", "1000000 d"])
        #expect(Double.nan.spoken == "-" && (-1.0).spoken == "-")
    }
}

/// A training is set up, checked and started.
struct LaunchTests {
    @Test func everyOptionHasALineWithDefaultMeaningAndRange() throws {
        let sample = try SampleRuns()
        var workbench = try sample.workbench()
        workbench.press("t")
        #expect(workbench.state.screen == .launch)
        let names = LaunchRow.all.compactMap { $0.option?.name }
        #expect(names == TrainingOption.all.map(\.name))
        workbench.press("g")
        for _ in 0..<LaunchRow.all.count {
            let row = workbench.state.launch.row
            guard let option = row.option else {
                workbench.press("down")
                continue
            }
            let text = workbench.text.split(separator: "\n").map { $0.drop { $0 != "┐" && $0 != "│" } }.joined()
            #expect(text.contains(option.name))
            #expect(workbench.text.contains("Takes"), "\(option.name)")
            workbench.press("down")
        }
    }

    @Test func valuesAreCheckedAsTheyAreTyped() throws {
        let sample = try SampleRuns()
        var workbench = try sample.workbench()
        workbench.press("t")
        workbench.state.launch.request.dataset = "/data"
        let place = try #require(LaunchRow.all.firstIndex(of: .option("batch")))
        for _ in 0..<200 where workbench.state.launch.row != .option("batch") { workbench.press("down") }
        #expect(LaunchRow.all[place] == workbench.state.launch.row)
        workbench.press("enter", "ctrl-u")
        workbench.type("0")
        #expect(workbench.text.contains("must be a whole number"))
        workbench.press("enter")
        #expect(workbench.state.prompt != nil)
        workbench.press("backspace")
        workbench.type("6")
        workbench.press("enter")
        #expect(workbench.state.launch.request.values == ["batch": "6"])
        #expect(workbench.state.launch.request.commandLine.hasSuffix("--batch 6"))
        workbench.press("d")
        #expect(workbench.state.launch.request.values.isEmpty)
        for _ in 0..<200 where workbench.state.launch.row != .option("segmenter") { workbench.press("up") }
        workbench.press("right")
        #expect(workbench.state.launch.request.values["segmenter"] != nil)
        workbench.press("left")
        #expect(workbench.state.launch.request.values.isEmpty)
    }

    @Test func profilesAreKeptAndTaken() throws {
        let sample = try SampleRuns()
        var workbench = try sample.workbench()
        workbench.press("t")
        workbench.state.launch.request.values = ["batch": "6", "lr": "0.001"]
        workbench.press("w")
        workbench.type("wide")
        workbench.press("enter")
        workbench.state.launch.request.values = [:]
        workbench.press("o")
        workbench.type("wide")
        workbench.press("enter")
        #expect(workbench.state.launch.request.values == ["batch": "6", "lr": "0.001"])
    }

    @Test func startingHandsTheTrainingOverAndShowsIt() throws {
        let sample = try SampleRuns()
        let engine = sample.folder.path("engine.sh")
        try Script.write("#!/bin/sh\necho \"$@\" > \(sample.folder.path("said"))\n", to: engine)
        var workbench = try sample.workbench(engine: engine)
        workbench.press("t", "s")
        #expect(workbench.text.contains("data set is not named"))
        workbench.press("enter")
        workbench.type("/data/nuclei")
        workbench.press("enter", "s")
        #expect(workbench.state.screen == .runs)
        let run = try #require(workbench.state.runList.run)
        #expect(run.path == sample.path + "/runs/run")
        #expect(FileManager.default.fileExists(atPath: run.path + "/launch.json"))
        let end = Date(timeIntervalSinceNow: 10)
        while !FileManager.default.fileExists(atPath: sample.folder.path("said")), Date() < end { usleep(20_000) }
        usleep(50_000)
        let said = try String(contentsOfFile: sample.folder.path("said"), encoding: .utf8)
        #expect(said == "train /data/nuclei --run \(run.path)\n")
    }
}

/// Pictures made while training, over the run.
struct PicturesTests {
    @Test func theLastPictureIsFollowedUntilAnotherIsChosen() throws {
        let sample = try SampleRuns()
        let run = try sample.add("one", RunStatus(state: .running))
        try SampleRuns.addPreviews(run, steps: [100, 200, 300])
        var workbench = try sample.workbench()
        workbench.press("R", "v")
        #expect(workbench.text.contains("step 300") && workbench.text.contains("3 of 3, following"))
        #expect(workbench.text.contains("real image") && workbench.text.contains("generated"))
        #expect(workbench.state.pictures.frame?.tiles.count == 6)
        try SampleRuns.addPreviews(run, steps: [400])
        workbench.perform([.watchPreviews(run.path, isFirst: true)])
        #expect(workbench.text.contains("step 400"))
        workbench.press("left")
        #expect(workbench.text.contains("step 300") && !workbench.text.contains("following"))
        #expect(workbench.state.pictures.frame?.request.path == run.previewPath(step: 300))
        try SampleRuns.addPreviews(run, steps: [500])
        workbench.perform([.watchPreviews(run.path, isFirst: true)])
        #expect(workbench.text.contains("step 300"))
        workbench.press("down")
        #expect(workbench.state.pictures.frame?.tiles.count == 3 && workbench.text.contains("crop 1 of 2"))
        workbench.press("esc")
        #expect(workbench.state.pictures.row == nil)
        workbench.press("G")
        #expect(workbench.text.contains("step 500"))
    }

    @Test(arguments: [
        #"{"tileWidth":9223372036854775807,"tileHeight":2,"rows":2,"columns":["image"]}"#,
        #"{"tileWidth":0,"tileHeight":2,"rows":2,"columns":["image"]}"#,
        #"{"tileWidth":16,"tileHeight":16,"rows":9,"columns":["image","mask","generated"]}"#,
        #"{"tileWidth":16,"tileHeight":16,"rows":2,"columns":[]}"#, "nonsense",
    ])
    func aDamagedGridIsTold(text: String) throws {
        let sample = try SampleRuns()
        let run = try sample.add("one", RunStatus(state: .running))
        try SampleRuns.addPreviews(run, steps: [9_223_372_036_854_775_807, 1])
        try text.write(toFile: run.previewsPath + "/grid.json", atomically: true, encoding: .utf8)
        var workbench = try sample.workbench()
        workbench.press("R", "v")
        #expect((workbench.state.pictures.problem ?? workbench.state.pictures.tilesProblem) != nil)
    }
}
