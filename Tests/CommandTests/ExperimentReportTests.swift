import Foundation
import Imaging
import Runs
import TestSupport
import Testing

@testable import petri

/// Figures of a report, by hand.
struct ExperimentReportTests {
    private static let plan = ExperimentPlan(
        dataSets: [
            .init(
                name: "nuclei", train: "/d/nuclei/train", test: "/d/nuclei/test", images: 24, testImages: 2,
                trainFingerprint: "1", testFingerprint: "2"),
            .init(
                name: "phase", train: "/d/phase/train", test: "/d/phase/test", images: 8, testImages: 1,
                trainFingerprint: "3", testFingerprint: "4"),
        ], sizes: [5, 10], seeds: [1, 2], arms: [.conventional, .synthetic], budgets: [.steps(100)],
        options: ["base": "8"], command: ["petri", "experiment", "/d/nuclei/train", "--out", "my study"],
        created: Date(timeIntervalSince1970: 1_790_000_000))

    /// A cell whose test images have so many objects found, wrong and missed at 0.5, and a third of those found at 0.75.
    private func scores(
        _ dataSet: String, _ images: Int, _ seed: UInt64, _ arm: ExperimentArm, _ counts: [(tp: Int, fp: Int, fn: Int)]
    ) -> CellScores {
        CellScores(
            cell: .init(dataSet: dataSet, images: images, seed: seed, arm: arm, budget: .steps(100)),
            images: counts.enumerated().map { index, counts in
                let lost = counts.tp - counts.tp / 3
                return .init(
                    name: "image \(index)",
                    matches: [
                        .init(iou: 0.5, tp: counts.tp, fp: counts.fp, fn: counts.fn),
                        .init(iou: 0.75, tp: counts.tp / 3, fp: counts.fp + lost, fn: counts.fn + lost),
                    ], dice: .init(part: 80, whole: 100), pq: .init(part: Double(counts.tp) * 0.7, whole: 10))
            }, training: ["a"], validation: ["b"], steps: 100, bestStep: 90, validationF1: 0.6, trainingSeconds: 50,
            seconds: 60, device: "cpu", versions: ["libtorch": "1.13"])
    }

    private var some: [CellScores] {
        [
            // Pooled: TP 9, FP 3, FN 3: F1 18/24 = 0.75, AP 9/15 = 0.6; at 0.75 TP 3, F1 6/24 = 0.25.
            scores("nuclei", 5, 1, .conventional, [(6, 2, 2), (3, 1, 1)]),
            // TP 12, FP 2, FN 2: F1 24/28, AP 12/16.
            scores("nuclei", 5, 1, .synthetic, [(9, 1, 1), (3, 1, 1)]),
            // TP 6, FP 2, FN 2: F1 12/16 = 0.75.
            scores("nuclei", 5, 2, .conventional, [(3, 1, 1), (3, 1, 1)]),
            // TP 9, FP 1, FN 1: F1 0.9.
            scores("nuclei", 5, 2, .synthetic, [(6, 1, 0), (3, 0, 1)]),
            // 3 of 4: 0.75 against 6 of 8 found, one wrong: 12/15.
            scores("phase", 5, 1, .conventional, [(3, 1, 1)]), scores("phase", 5, 1, .synthetic, [(6, 1, 2)]),
            scores("phase", 8, 2, .conventional, [(6, 2, 2)]),
        ]
    }

    @Test func measuresArePooledAndAveragedOverSeeds() throws {
        let report = ExperimentReport(Self.plan, some, failures: [:])
        #expect(report.cellCount == 16 && report.cells.count == 7)
        let first = try #require(report.cells.first { $0.cell == some[0].cell })
        func near(_ value: Double?, _ wanted: Double) -> Bool { value.map { abs($0 - wanted) < 1e-12 } ?? false }
        #expect(near(first.measures[.f1], 0.75) && near(first.measures[.ap], 0.6))
        #expect(near(first.measures[.strictF1], 0.25) && near(first.measures[.dice], 0.8))
        #expect(near(first.measures[.pq], 9 * 0.7 / 20))
        let group = try #require(report.group(.steps, "nuclei", 5, .synthetic)?.measures[.f1])
        let (one, two) = (24.0 / 28, 0.9)
        #expect(group.count == 2 && near(group.mean, (one + two) / 2))
        // Of two values the deviation is their distance over the root of 2.
        #expect(near(group.deviation, (two - one) / 2.0.squareRoot()))
        #expect(report.group(.steps, "phase", 5, .synthetic)?.measures[.f1]?.deviation == nil)
        // Eight images are all there are where ten are asked for.
        let whole = try #require(report.group(.steps, "phase", 10, .conventional))
        #expect(whole.images == 8 && near(whole.measures[.f1]?.mean, 0.75))
        #expect(report.group(.steps, "nuclei", 10, .conventional) == nil)
    }

    @Test func differencesAreBetweenTrainingsOfOneSeed() throws {
        let report = ExperimentReport(Self.plan, some, failures: [:])
        let nuclei = try #require(report.comparison(.steps, "nuclei", 5, .synthetic)?.measures[.f1])
        let wanted = ((24.0 / 28 - 0.75) + (0.9 - 0.75)) / 2
        #expect(abs(nuclei.mean - wanted) < 1e-12 && nuclei.pairs == 2 && nuclei.images == 2)
        #expect(nuclei.low <= nuclei.mean && nuclei.mean <= nuclei.high)
        // One seed and one image: nothing varies.
        let phase = try #require(report.comparison(.steps, "phase", 5, .synthetic)?.measures[.f1])
        #expect(abs(phase.mean - (0.8 - 0.75)) < 1e-12 && phase.pairs == 1)
        #expect(abs(phase.low - phase.mean) < 1e-12 && abs(phase.high - phase.mean) < 1e-12)
        let mean = try #require(report.comparison(.steps, nil, 5, .synthetic)?.measures[.f1])
        #expect(abs(mean.mean - (wanted + 0.05) / 2) < 1e-12 && mean.pairs == 3)
        // The conventional one alone makes no pair, and a mean is of all data sets.
        #expect(report.comparison(.steps, "phase", 10, .synthetic) == nil)
        #expect(report.comparison(.steps, nil, 10, .synthetic) == nil)
    }

    @Test func thePageTellsAllThatMatters() throws {
        let temporary = try TemporaryFolder()
        let folder = try ExperimentFolder.create(temporary.path("study"))
        let report = ExperimentReport(Self.plan, some, failures: ["phase-n5-s2-synthetic-steps": "no \u{1B}disk"])
        try ExperimentPictures(folder, report).write(of: [])
        let page = ExperimentPage(report, in: folder).text
        for words in [
            "petri experiment /d/nuclei/train --out 'my study'", "**7 of 16 trainings are done so far.**",
            "## At 100 optimizer steps of the segmenter", "| nuclei | 5 | conventional | 0.750 ± 0.000 |",
            "| nuclei | 5 | synthetic | 0.879 ± 0.030 |", "| phase | 8 | conventional | 0.750 |",
            "| **mean** | 5 | synthetic | +0.089 [", "phase has only 8 images: all are used where 10 are asked for",
            "`--base 8`", "libtorch 1.13", "- `phase-n5-s2-synthetic-steps`: no ?disk", "With 2 seeds an interval",
            "| `nuclei-n5-s1-conventional-steps` | 0.750 | 0.600 | 100 | 90 | 50 s |",
        ] { #expect(page.contains(words), "\(words)\n\(page)") }
        #expect(!page.contains("![") && !page.contains("nan"))
        // All 8 of 8 found against 0.75: the difference too says how many images there were, not how many were asked for.
        let pair = ExperimentReport(
            Self.plan, some + [scores("phase", 8, 2, .synthetic, [(8, 0, 0)])], failures: [:])
        #expect(ExperimentPage(pair, in: folder).text.contains("| phase | 8 | synthetic | +0.250 ["))
    }

    @Test func aReportSurvivesItsFile() throws {
        let temporary = try TemporaryFolder()
        let folder = try ExperimentFolder.create(temporary.path("study"))
        let report = ExperimentReport(
            Self.plan, some, failures: ["x": "y"], written: Date(timeIntervalSince1970: 1_790_000_000))
        try folder.write(report)
        #expect(try folder.report() == report)
        #expect(ExperimentReport(Self.plan, [], failures: [:]).groups.isEmpty)
    }

    /// A panel for each budget, a curve for each arm that has results.
    @Test func plotsHaveAPanelForEachBudgetWithResults() throws {
        let report = ExperimentReport(Self.plan, some, failures: [:])
        let sheet = ExperimentPictures.sheet(report, Self.plan.dataSets[1], .f1)
        let panel = try #require(sheet.panels.first)
        #expect(sheet.panels.count == 1 && panel.plot.series.map(\.name) == ["conventional", "synthetic"])
        #expect(panel.plot.xLabels?.map(\.text) == ["5", "8"])
        #expect(panel.plot.series[0].y.count == 2 && panel.plot.series[1].y.count == 1)
        let none = ExperimentReport(Self.plan, [], failures: [:])
        #expect(ExperimentPictures.sheet(none, Self.plan.dataSets[1], .f1).panels.isEmpty)
    }
}
