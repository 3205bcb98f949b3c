import Canvas
import Foundation
import Imaging
import Runs
import TestSupport
import Testing

@testable import Workbench

/// Curves of long runs in bounded memory, and how they are drawn.
struct CurvesTests {
    private func series(_ values: [(Int, Double)]) -> CurveSeries {
        var series = CurveSeries()
        for (step, value) in values { series.append(step, value) }
        series.settle()
        return series
    }

    @Test func fewPointsAreKeptAsTheyAre() {
        let points = (0..<5000).map { (10 * $0, Double(($0 * 7919) % 1000)) }
        let series = series(points)
        #expect(series.fine.width == 1)
        #expect(series.fine.steps == points.map(\.0))
        #expect(series.fine.mean == points.map { Float($0.1) })
        #expect(series.fine.least == series.fine.mean && series.fine.greatest == series.fine.mean)
    }

    /// Least, greatest and mean of every bucket are those of its points, whatever their number.
    @Test(arguments: [32_768, 32_769, 100_003, 262_144])
    func manyPointsKeepTheirExtremesInBoundedMemory(count: Int) {
        let values = (0..<count).map { Float(($0 * 7919) % 10_007) }
        var series = CurveSeries()
        for (index, value) in values.enumerated() { series.append(index + 1, Double(value)) }
        series.settle()
        #expect(series.bytes < 1_500_000)
        for buckets in [series.fine, series.coarse] {
            #expect(buckets.count <= buckets.capacity && buckets.count >= min(count, buckets.capacity / 2))
            for index in 0..<buckets.count {
                let points = values[index * buckets.width..<min((index + 1) * buckets.width, count)]
                let exact = points.reduce(0.0) { $0 + Double($1) } / Double(points.count)
                guard buckets.steps[index] == index * buckets.width + 1, buckets.least[index] == points.min(),
                    buckets.greatest[index] == points.max(), abs(Double(buckets.mean[index]) - exact) < 0.01
                else { return #expect(Bool(false), "bucket \(index) of \(count)") }
            }
        }
        #expect(series.last == .init(step: count, value: Double(values[count - 1])))
    }

    @Test func whatIsNotFiniteIsAGapAndNoExtreme() {
        let series = series([(1, 2), (2, .nan), (3, .infinity), (4, -1), (5, 3)])
        #expect(series.lowest == .init(step: 4, value: -1) && series.highest == .init(step: 5, value: 3))
        let trace = series.trace(1...5, dots: 100, StepAxis())
        #expect(trace.x == [1, 2, 4, 5])
        #expect(trace.y.map { $0.isNaN ? 99 : $0 } == [2, 99, -1, 3])
    }

    /// Written twice, as by two engines at once, a step counts once.
    @Test func stepsThatDoNotRiseAreLeftOut() {
        #expect(series([(1, 1), (2, 2), (2, 7), (1, 9), (3, 3)]).fine.steps == [1, 2, 3])
    }

    @Test func traceKeepsASpikeHoweverManyPointsThereAre() {
        let points = (1...200_000).map { ($0, $0 == 123_456 ? 50.0 : 1 + Double($0 % 10) / 100) }
        let trace = series(points).trace(1...200_000, dots: 160, StepAxis())
        #expect(trace.y.max() == 50)
        #expect(trace.x.count <= 4 * 160 + 8)
        #expect(zip(trace.x, trace.x.dropFirst()).allSatisfy { $0 <= $1 })
    }

    /// Against the definition, point by point.
    @Test func smoothingIsTheDebiasedExponentialMean() {
        let values = (0..<300).map { sin(Double($0) / 9) + Double(($0 * 31) % 17) / 17 }
        let trace = series(values.enumerated().map { ($0.offset, Double(Float($0.element))) }).smoothed(
            0...299, weight: 0.9, dots: 1000, StepAxis())
        var (weighted, weights) = (0.0, 0.0)
        for (index, value) in values.enumerated() {
            weighted = 0.9 * weighted + Double(Float(value))
            weights = 0.9 * weights + 1
            #expect(abs(trace.y[index] - weighted / weights) < 1e-9)
        }
    }

    @Test func axisOfTimeGoesBetweenKnownPoints() throws {
        let run = try GrowingRun()
        for step in 1...50 { try run.log.append(step: 10 * step, [("a", 1), ("seconds", Double(step * step))]) }
        let curves = try RunCurves.read(run.directory.metricsPath)
        var axis = try #require(StepAxis(.time, of: curves))
        #expect(axis.place(of: 20) == 4)
        #expect(axis.place(of: 25) == 6.5)
        #expect(axis.place(of: 500) == 2500)
        #expect(axis.step(at: 6.5) == 25)
        #expect(axis.step(at: 2500) == 500)
        #expect(StepAxis(.epochs, of: curves) == nil)
    }

    @Test func namesBecomeWordsAndPanes() {
        #expect(CurvePane.words("learningRate") == "learning rate")
        #expect(CurvePane.words("validationMeanF1") == "validation mean F1")
        #expect(CurvePane.words("segmentationOfGenerated") == "segmentation of generated")
        #expect(CurvePane.words("a\u{1B}[2j") == "a?[2j")
        let names = [
            "segmentation", "generator", "imageDiscriminator", "learningRate", "memory", "seconds", "validationF1",
            "validationDice", "odd",
        ]
        #expect(
            CurvePane.panes(of: names, isShared: false).map(\.names) == [
                ["validationF1", "validationDice"], ["generator", "imageDiscriminator"], ["segmentation"], ["odd"],
                ["learningRate"], ["memory"],
            ])
        #expect(CurvePane.panes(of: names, isShared: true).allSatisfy { $0.names.count == 1 })
    }

    @Test func coloursOfRunsComeFromTheirNamesAndDiffer() {
        let names = ["first", "second", "third", "fourth"]
        let places = State.places(of: names)
        #expect(Set(places).count == 4)
        #expect(State.places(of: ["first"]) == [places[0]])
        #expect(State.places(of: Array(repeating: "same", count: 8)).sorted() == Array(0..<8))
    }

    // MARK: - The screen

    @Test func screenFollowsTheLogAndBeginsAnewWithIt() throws {
        let run = try GrowingRun()
        try run.train(1...100)
        var workbench = try run.workbench()
        #expect(workbench.text.contains("segmentation") && workbench.text.contains("all steps"))
        #expect(workbench.state.curves.runs.first?.curves?.lines == 100)
        try run.train(101...150)
        workbench.follow()
        #expect(workbench.state.curves.runs.first?.curves?.lines == 150)
        #expect(workbench.state.curves.extent == 1...150)
        // Resumed from a checkpoint before the end.
        try MetricsLog.truncate(run.directory.metricsPath, afterStep: 120)
        try MetricsLog(run.directory.metricsPath).append(step: 121, [("segmentation", 9)])
        workbench.follow()
        let read = try #require(workbench.state.curves.runs.first?.curves)
        #expect(read.lines == 121 && read["segmentation"]?.last == .init(step: 121, value: 9))
    }

    @Test func zoomKeepsTheTailInSightUntilPannedAway() throws {
        let run = try GrowingRun()
        try run.train(1...1001)
        var workbench = try run.workbench()
        workbench.press("+", "+")
        #expect(workbench.state.curves.range.upperBound == 1001)
        #expect(abs(workbench.state.curves.range.lowerBound - (1001 - 1000 / 2.25)) < 1e-9)
        try run.train(1002...1500)
        workbench.follow()
        #expect(workbench.state.curves.range.upperBound == 1500)
        workbench.press("h")
        let range = workbench.state.curves.range
        #expect(range.upperBound < 1500)
        try run.train(1501...1600)
        workbench.follow()
        #expect(workbench.state.curves.range == range)
        workbench.press("G")
        #expect(workbench.state.curves.range.upperBound == 1600)
        workbench.press("g")
        #expect(workbench.state.curves.range.lowerBound == 1)
        for _ in 0..<10 { workbench.press("-") }
        #expect(workbench.state.curves.stretch == .all)
        for _ in 0..<60 { workbench.press("+") }
        #expect(workbench.state.curves.range.upperBound > workbench.state.curves.range.lowerBound)
    }

    @Test func crosshairTellsTheValueAtItsStep() throws {
        let run = try GrowingRun()
        try run.train(1...1001)
        var workbench = try run.workbench()
        workbench.press("x")
        #expect(workbench.state.curves.crosshair == 501)
        // The losses of a run that is drawn for tests are 1000 / step.
        #expect(workbench.text.contains(" 1.996 "))
        workbench.press("l")
        #expect(try #require(workbench.state.curves.crosshair) > 501)
        workbench.press("esc")
        #expect(workbench.state.curves.crosshair == nil)
        workbench.press("esc")
        #expect(workbench.state.screen == .browser)
    }

    @Test func aPaneTakesTheScreenAndGivesItBack() throws {
        let run = try GrowingRun()
        try run.train(1...50)
        var workbench = try run.workbench()
        workbench.press("tab", "tab")
        let pane = workbench.state.curves.pane
        workbench.press("enter")
        #expect(workbench.state.curves.isZoomed && workbench.text.contains("best @ step"))
        #expect(workbench.state.curves.pane == pane)
        workbench.press("z")
        #expect(!workbench.state.curves.isZoomed && workbench.state.curves.pane == pane)
    }

    @Test func runsAreDrawnOverEachOther() throws {
        let run = try GrowingRun()
        try run.train(1...50)
        let other = try run.sibling("other")
        try other.train(1...80)
        var workbench = try run.workbench()
        workbench.press("r")
        workbench.type("other")
        workbench.press("enter")
        #expect(workbench.state.curves.runs.map(\.name).sorted() == ["other", "run"])
        #expect(workbench.state.curves.extent == 1...80)
        #expect(workbench.state.curves.panes.allSatisfy { $0.names.count == 1 })
        #expect(workbench.text.contains("a run") && workbench.text.contains("b other"))
        workbench.press("r")
        workbench.type("run")
        workbench.press("enter")
        #expect(workbench.state.curves.runs.map(\.name) == ["other"])
    }

    @Test func valuesAreWrittenAsTheyAre() throws {
        let run = try GrowingRun()
        try run.log.append(step: 10, [("segmentation", 0.1), ("odd,name", .nan)])
        try run.log.append(step: 20, [("validationF1", 0.123456789012345)])
        let other = try run.sibling("other")
        try other.log.append(step: 5, [("validationF1", 1), ("segmentation", 1e-9)])
        var workbench = try run.workbench()
        workbench.perform(workbench.state.toggleRun(other.directory.path))
        workbench.press("e", "enter")
        let written = try String(contentsOfFile: run.folder.path("run-curves.csv"), encoding: .utf8)
        #expect(
            written == """
                run,step,segmentation,"odd,name",validationF1
                run,10,0.1,,
                run,20,,,0.123456789012345
                other,5,1e-09,,1.0

                """)
    }

    /// Each panel is 600 x 360 pixels; a curve leaves pixels of its colour, (0, 114, 178), and none without it.
    @Test func panesAreWrittenAsAnImage() throws {
        let run = try GrowingRun()
        try run.train(1...300)
        var workbench = try run.workbench()
        let panes = workbench.state.curves.panes.count
        workbench.press("s", "e", "down", "enter")
        let image = try ImageFile.read(run.folder.path("run-curves.png"))
        #expect((image.width, image.height, image.channels) == (1800, 360 * ((panes + 2) / 3), 3))
        guard case .uint8(let samples) = image.samples else { return #expect(Bool(false)) }
        func count(_ color: (UInt8, UInt8, UInt8)) -> Int {
            stride(from: 0, to: samples.count, by: 3).count { start in
                (samples[start], samples[start + 1], samples[start + 2]) == color
            }
        }
        #expect(count((0, 114, 178)) > 600 * (panes - 1))
        #expect(count((213, 94, 0)) > 300)
        #expect(count((0, 158, 115)) == 0)
    }

    @Test func aRunWithoutMetricsSaysSo() throws {
        let run = try GrowingRun()
        let workbench = try run.workbench()
        #expect(workbench.text.contains("No values yet"))
    }

    @Test func logarithmsAndAxesAreToggled() throws {
        let run = try GrowingRun()
        try run.train(1...100)
        var workbench = try run.workbench()
        workbench.press("y", "t")
        #expect(workbench.text.contains("log · all s"))
        workbench.press("t", "s")
        #expect(workbench.text.contains("smoothed 0.6 · log · all steps"))
    }
}

/// A run directory whose log a test writes.
struct GrowingRun {
    let folder: TemporaryFolder
    let directory: RunDirectory
    let log: MetricsLog

    init() throws { try self.init(TemporaryFolder(), "run") }

    private init(_ folder: TemporaryFolder, _ name: String) throws {
        self.folder = folder
        directory = try RunDirectory.create(folder.path("runs/\(name)"))
        try Data("{}".utf8).write(to: URL(fileURLWithPath: directory.descriptionPath))
        log = try MetricsLog(directory.metricsPath)
    }

    /// Another run beside this one.
    func sibling(_ name: String) throws -> GrowingRun { try GrowingRun(folder, name) }

    /// Appends a line for each step: losses that fall as 1000 / step, a score that rises.
    func train(_ steps: ClosedRange<Int>) throws {
        for step in steps {
            let fall = 1000 / Double(step)
            try log.append(
                step: step,
                [
                    ("generator", fall), ("imageDiscriminator", 2 * fall), ("segmentation", fall),
                    ("validationF1", 1 - 1 / Double(step)), ("learningRate", 1e-4), ("seconds", Double(step) / 4),
                ])
        }
    }

    /// A workbench that shows the curves of this run.
    func workbench(columns: Int = 120, rows: Int = 40, theme: String = "dark") throws -> Harness {
        var workbench = try Harness(
            folder.path("runs"), home: folder.url.path, columns: columns, rows: rows, theme: theme)
        workbench.perform(workbench.state.openCurves([directory.path]))
        return workbench
    }
}
