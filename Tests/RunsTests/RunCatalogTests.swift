import Foundation
import Imaging
import TestSupport
import Testing

@testable import Runs

@Suite struct RunCatalogTests {
    private let folder: TemporaryFolder
    private let files = FileManager.default

    init() throws { folder = try TemporaryFolder() }

    @discardableResult
    private func run(_ name: String, _ status: RunStatus? = nil, age: Double = 0) throws -> RunDirectory {
        let run = try RunDirectory.create(folder.path(name))
        let settings = TrainingSettings.defaults(.tiny)
        try run.write(
            RunDescription(
                settings: settings, dataset: .init(paths: ["/d"], fingerprint: "", training: [], validation: []),
                seed: 1, versions: [:], device: "cpu", threads: 1, commandLine: [],
                created: Date(timeIntervalSince1970: 1_700_000_000 - age)))
        if let status { try run.write(status) }
        return run
    }

    @Test func runsAreFoundAndSummedUpTheNewestFirst() throws {
        try run("a/old", RunStatus(state: .finished, step: 9, totalSteps: 9, bestScore: 0.5, bestStep: 3), age: 100)
        let new = try run(
            "new",
            RunStatus(
                state: .running, step: 5, totalSteps: 10, fraction: 0.5, rate: 2, eta: 2.5,
                warnings: [HealthWarning(kind: .diskFilling, step: 1, message: "m", advice: "a")]))
        try new.annotate { $0 = RunNotes(name: "other name", note: "n", isArchived: true) }
        // Neither is looked into: what is hidden, what a link leads to, what is within a run.
        try run(".hidden/x", RunStatus(state: .finished))
        try run("new/previews/y", RunStatus(state: .finished))
        try files.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: folder.path("a"))
        var catalog = RunCatalog()
        let isNew = catalog.refresh(under: [folder.url.path, folder.path("a")])
        #expect(isNew)
        #expect(catalog.runs.map(\.name) == ["other name", "old"])
        let first = catalog.runs[0]
        #expect(first.state == .running && first.arm == .cyclegan && first.segmenter == .deepsea)
        #expect(first.step == 5 && first.fraction == 0.5 && first.rate == 2 && first.eta == 2.5)
        #expect(first.isArchived && first.note == "n" && first.device == "cpu" && first.warnings.count == 1)
        #expect(first.problem == nil)
        #expect(catalog.runs[1].bestScore == 0.5 && catalog.runs[1].rate == nil)
        let changes = [catalog.update(), catalog.refresh(under: [folder.url.path])]
        #expect(changes == [false, false])
        try new.write(RunStatus(state: .finished, step: 10))
        let hasChanged = catalog.update()
        #expect(hasChanged && catalog.runs[0].state == .finished)
    }

    @Test func aDamagedRunIsListedWithWhatIsWrong() throws {
        let noStatus = try run("no status")
        let noSettings = try run("no settings", RunStatus(state: .finished))
        try Data("{}".utf8).write(to: URL(fileURLWithPath: noSettings.descriptionPath))
        let badNotes = try run("bad notes", RunStatus(state: .finished))
        try Data("[".utf8).write(to: URL(fileURLWithPath: badNotes.notesPath))
        var catalog = RunCatalog()
        catalog.refresh(under: [folder.url.path])
        let runs = Dictionary(uniqueKeysWithValues: catalog.runs.map { ($0.name, $0) })
        #expect(runs.count == 3)
        #expect(runs["no status"]?.state == .damaged)
        #expect(runs["no status"]?.problem?.contains("status.json") == true && noStatus.summary().arm == .cyclegan)
        #expect(runs["no settings"]?.state == .damaged)
        #expect(runs["no settings"]?.problem?.contains("run.json: is damaged: no settings") == true)
        #expect(runs["bad notes"]?.state == .finished)
        #expect(runs["bad notes"]?.problem?.contains("notes.json: is damaged") == true)
    }

    @Test func aRunWhoseEngineIsGoneIsLost() throws {
        try run("killed", RunStatus(state: .running, pid: .max))
        try run("away", RunStatus(state: .paused, heartbeat: Date() - 61, host: "elsewhere"))
        try run("there", RunStatus(state: .paused, heartbeat: Date() - 5, host: "elsewhere"))
        var catalog = RunCatalog()
        catalog.refresh(under: [folder.url.path])
        #expect(catalog.runs.sorted { $0.name < $1.name }.map(\.state) == [.lost, .lost, .paused])
        // Nothing is written, only time passes.
        let haveAged = catalog.update(now: Date() + 60)
        #expect(haveAged)
        #expect(Set(catalog.runs.map(\.state)) == [.lost])
    }

    @Test func aLaunchedRunShowsBeforeItBegins() throws {
        let run = try RunDirectory.create(folder.path("launched"))
        try RunDocuments.write(
            TrainingRequest(dataset: "/d", run: run.path, values: ["arm": "conventional", "device": "cpu"]),
            to: run.launchPath)
        try run.write(RunStatus(state: .queued))
        let summary = try RunDirectory.open(run.path).summary()
        #expect(summary.state == .queued && summary.arm == .conventional && summary.problem == nil)
        #expect(summary.dataset == ["/d"] && summary.device == "cpu")
    }

    @Test func hundredsOfRunsTakeMilliseconds() throws {
        for index in 0..<300 { try run("run \(index)", RunStatus(state: .finished)) }
        var catalog = RunCatalog()
        catalog.refresh(under: [folder.url.path])
        #expect(catalog.runs.count == 300)
        let time = ContinuousClock().measure { catalog.refresh(under: [folder.url.path]) }
        #expect(time < .milliseconds(200))
    }

    @Test func onlyWhatIsTheRunsOwnIsDeleted() throws {
        let run = try run("run", RunStatus(state: .finished))
        let precious = folder.path("precious")
        try files.createDirectory(atPath: precious, withIntermediateDirectories: true)
        for path in [
            precious + "/latest.safetensors", run.checkpointPath(.latest), run.previewPath(step: 3), run.metricsPath,
            run.path + "/mine.txt", run.path + "/.12-34.partial", run.outputPath,
        ] { try Data("x".utf8).write(to: URL(fileURLWithPath: path)) }
        try files.createSymbolicLink(
            atPath: run.checkpointPath(.best), withDestinationPath: precious + "/latest.safetensors")
        // A whole folder that leads elsewhere.
        try files.createSymbolicLink(atPath: run.tensorBoardPath, withDestinationPath: precious)
        #expect(try run.delete() == ["mine.txt", "tensorboard"])
        #expect(try files.contentsOfDirectory(atPath: precious) == ["latest.safetensors"])
        #expect(!RunDirectory.isRun(run.path))

        let link = folder.path("to a run")
        let other = try self.run("other", RunStatus(state: .finished))
        try files.createSymbolicLink(atPath: link, withDestinationPath: other.path)
        #expect(throws: InputError.self) { try RunDirectory.open(link).delete() }
        #expect(RunDirectory.isRun(other.path))
        #expect(try other.delete() == [])
        #expect(!files.fileExists(atPath: other.path))
    }

    @Test func aRunThatIsTrainedIsNotDeletedAndHasOneEngine() throws {
        let run = try run("run", RunStatus(state: .running))
        do {
            let lock = try RunLock(run)
            defer { withExtendedLifetime(lock) {} }
            #expect(RunLock.isHeld(run))
            expectFault("is being trained by process \(getpid())") { _ = try RunLock(run) }
            expectFault("is being trained") { try run.delete() }
        }
        #expect(!RunLock.isHeld(run))
        // Over a shared folder the status has to do.
        try run.write(RunStatus(state: .running, host: "elsewhere"))
        expectFault("on elsewhere") { try run.delete() }
        try run.write(RunStatus(state: .running, heartbeat: Date() - 61, host: "elsewhere"))
        #expect(try run.delete() == [])
    }

    @Test func aBranchStandsAtTheCheckpoint() throws {
        let run = try run("run", RunStatus(state: .finished, seconds: 7, bestStep: 20))
        expectFault("best.safetensors: is not there") { _ = try run.branch(at: .best, to: folder.path("none")) }
        try Data("best".utf8).write(to: URL(fileURLWithPath: run.checkpointPath(.best)))
        try Data("late".utf8).write(to: URL(fileURLWithPath: run.checkpointPath(.latest)))
        try MetricsLog(run.metricsPath).append(step: 10, [("loss", 1)])
        let copy = try run.branch(at: .best, to: folder.path("copy"))
        #expect(files.contents(atPath: copy.checkpointPath(.latest)) == Data("best".utf8))
        #expect(files.contents(atPath: copy.metricsPath) == files.contents(atPath: run.metricsPath))
        #expect(try copy.status().state == .stopped && copy.status().seconds == 7)
        #expect(try copy.trainingDescription().settings == run.trainingDescription().settings)
        #expect(RunLog.lastLines(of: copy.logPath, count: 1)[0].contains("begun at the best checkpoint of"))
        expectFault("holds a run already") { _ = try run.branch(at: .latest, to: copy.path) }
    }
}
