import Canvas
import Foundation
import Runs
import TestSupport
import Testing

@testable import Workbench

/// The form for sample sets.
struct SynthesisScreenTests {
    private static func request(_ values: [String: String] = [:]) -> SynthesisRequest {
        SynthesisRequest(
            run: "/home/lab/runs/nuclei", source: "/home/lab/nuclei", out: "/home/lab/runs/nuclei-samples",
            values: values)
    }

    @Test(arguments: ScreenTests.sizes, ["dark", "mono"])
    func `the form looks as it did`(size: (Int, Int), theme: String) throws {
        let name = "\(theme)-\(size.0)x\(size.1)"
        let sample = try SampleRuns()
        try sample.add("one", RunStatus(state: .stopped))
        var workbench = try sample.workbench(columns: size.0, rows: size.1, theme: theme)
        workbench.perform(workbench.state.openSynthesis())
        workbench.send(.synthesisPrepared(Self.request(["masks": "dense", "density": "2", "gap": "-1"])))
        for _ in 0..<40 where workbench.state.synthesis.row != .option("gap") { workbench.press("down") }
        try Golden.compare(workbench.state.view(), with: "synthesis-\(name)")
        workbench.send(
            .synthesisProgress(
                Self.request().out,
                SynthesisProgress(
                    path: Self.request().out, state: .samples, masks: 100, samples: 37, count: 100,
                    lastWords: "Generating: 37%, 37/100 samples, 1.9 samples/s")))
        workbench.press("g")
        try Golden.compare(workbench.state.view(), with: "synthesis-made-\(name)")
    }

    @Test func `a run with a generator opens the form, one without says so`() throws {
        let sample = try SampleRuns()
        try sample.add("one", RunStatus(state: .stopped))
        var workbench = try sample.workbench()
        workbench.press("R", "y")
        let request = workbench.state.synthesis.request
        #expect(workbench.state.screen == .synthesis)
        #expect(request.run == sample.path + "/one")
        // What the run was trained on, and a new folder beside it.
        #expect(request.source == "/data/nuclei" && request.out == sample.path + "/one-samples")
        workbench.press("q")
        workbench.state.runList.runs[0].arm = .conventional
        workbench.press("y")
        #expect(workbench.state.screen == .runs)
        #expect(workbench.state.notices.last?.text.contains("no generator") == true)
    }

    @Test func `a data set in the browser gives its masks`() throws {
        let data = try SharedSmallData.data.get()
        var workbench = try Harness(data.path, home: data.home)
        workbench.press("y")
        #expect(workbench.state.screen == .synthesis)
        #expect(workbench.state.synthesis.request.source == data.path + "/nuclei")
        #expect(workbench.state.synthesis.request.run.isEmpty)
        // What is missing is gone to.
        workbench.press("G", "s")
        #expect(workbench.state.synthesis.row == .run)
        #expect(workbench.state.notices.last?.text == "run is not named")
    }

    @Test func `values are typed, stepped through and checked`() throws {
        let sample = try SampleRuns()
        var workbench = try sample.workbench()
        workbench.perform(workbench.state.openSynthesis())
        workbench.send(.synthesisPrepared(Self.request()))
        func go(_ row: SynthesisRow) {
            workbench.press("g")
            for _ in 0..<40 where workbench.state.synthesis.row != row { workbench.press("down") }
        }
        go(.option("count"))
        workbench.press("enter")
        workbench.type("x")
        #expect(workbench.state.prompt?.problem != nil)
        workbench.press("enter", "ctrl-u")
        workbench.type("250")
        workbench.press("enter")
        #expect(workbench.state.synthesis.request.count == 250)
        // Nothing of new masks matters while the source's are used.
        go(.option("density"))
        workbench.press("enter")
        #expect(workbench.state.prompt == nil)
        go(.option("masks"))
        workbench.press("right")
        #expect(workbench.state.synthesis.request.masks == .dense)
        #expect(workbench.text.contains("petri masks"))
        workbench.press("right", "right")
        #expect(workbench.state.synthesis.request.values["masks"] == nil)
        go(.option("count"))
        workbench.press("d")
        #expect(workbench.state.synthesis.request.values.isEmpty)
    }

    @Test func `a set is made by processes of their own, followed and left`() throws {
        let sample = try SampleRuns()
        try sample.add("one", RunStatus(state: .stopped))
        let bin = sample.folder.path("bin")
        try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
        let script = """
            while [ "$1" != --out ]; do shift; done; mkdir -p "$2/images"; : > "$2/images/1.png"; echo at work; sleep 60
            """
        var start = ProcessStart()
        start.environment = ["FILE": bin + "/petri-engine", "TEXT": "#!/bin/sh\n" + script]
        let pid = try start("/bin/sh", ["-c", "printf '%s\\n' \"$TEXT\" > \"$FILE\"; chmod +x \"$FILE\""])
        waitpid(pid, nil, 0)
        var workbench = try sample.workbench(engine: bin + "/petri-engine")
        workbench.press("R", "y", "s")
        let out = workbench.state.synthesis.request.out
        func follow(until isDone: (SynthesisProgress) -> Bool) {
            let deadline = ContinuousClock.now + .seconds(20)
            while ContinuousClock.now < deadline, !(workbench.state.synthesis.progress.map(isDone) ?? false) {
                usleep(10_000)
                workbench.perform([.watchSynthesis(out, isFirst: true)])
            }
        }
        follow { $0.samples == 1 && $0.lastWords == "at work" }
        #expect(workbench.state.synthesis.progress?.state == .samples)
        #expect(workbench.text.contains("1/100"))
        workbench.press("x")
        follow { !$0.isActive }
        #expect(workbench.state.synthesis.progress?.state == .interrupted)
        #expect(workbench.state.notices.contains { $0.text.contains("left at 1 of 100") })
    }
}
