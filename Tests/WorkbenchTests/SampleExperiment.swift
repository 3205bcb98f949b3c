import Foundation
import Runs
import TestSupport

@testable import Workbench
@testable import petri

/// An experiment's folder as `petri experiment` leaves it on the way, made for tests.
struct SampleExperiment {
    let folder: TemporaryFolder
    let experiment: ExperimentFolder
    let plan: ExperimentPlan

    init() throws {
        folder = try TemporaryFolder()
        let sources = [("fluorescence", 24), ("phase", 8)].map { name, images in
            ExperimentPlan.DataSource(
                name: name, train: "/data/\(name)/train", test: "/data/\(name)/test", images: images, testImages: 3,
                trainFingerprint: "1", testFingerprint: "2")
        }
        plan = ExperimentPlan(
            dataSets: sources, sizes: [5, 10], seeds: [1, 2], arms: [.conventional, .cyclegan, .synthetic],
            budgets: [.steps(2000), .minutes(7.5)], command: ["petri", "experiment", "…"],
            created: Date(timeIntervalSince1970: 1_790_000_000))
        experiment = try ExperimentFolder.create(folder.path("lab/study"))
        try experiment.write(plan)
    }

    /// Scores for the first cells: the arms find more the later they come, and the more images they had.
    func score(first count: Int, failures: [String: String] = [:]) throws {
        let scores = plan.cells.prefix(count).map { cell in
            let images = (0..<3).map { index in
                let found = 20 + cell.images + 3 * cell.arm.place + Int(cell.seed) + index
                return CellScores.TestImage(
                    name: "image \(index)",
                    matches: [
                        .init(iou: 0.5, tp: found, fp: 8, fn: 10), .init(iou: 0.75, tp: found / 2, fp: 20, fn: 22),
                    ], dice: .init(part: 85, whole: 100), pq: .init(part: Double(found) * 0.7, whole: 45))
            }
            return CellScores(
                cell: cell, images: images, training: [], validation: [], steps: 2000, bestStep: 1900,
                validationF1: 0.8, trainingSeconds: 340, seconds: 350, device: "cpu", versions: [:])
        }
        for scores in scores {
            _ = try RunDirectory.create(experiment.run(of: scores.cell).path)
            try experiment.write(scores)
        }
        try experiment.write(
            ExperimentReport(plan, scores, failures: failures, written: Date(timeIntervalSince1970: 1_790_000_000)))
    }

    /// The cell after the scored ones trains.
    func train(_ index: Int, failures: [String: String] = [:]) throws {
        let cell = plan.cells[index]
        let run = try RunDirectory.create(experiment.run(of: cell).path)
        try run.write(
            RunDescription(
                settings: TrainingSettings.defaults(.tiny),
                dataset: .init(paths: ["/data"], fingerprint: "0", training: ["a"], validation: ["b"]), seed: cell.seed,
                versions: [:], device: "cpu", threads: 2, commandLine: ["petri", "train"],
                created: Date(timeIntervalSince1970: 1_790_000_000)))
        try run.write(RunStatus(state: .running, step: 840, totalSteps: 2000, fraction: 0.42, seconds: 150, eta: 205))
        try experiment.write(
            ExperimentStatus(state: .running, inWork: [cell.name: .training], failures: failures))
    }

    func workbench(columns: Int = 120, rows: Int = 40, theme: String = "dark", path: String? = nil) throws -> Harness {
        try Harness(
            path ?? experiment.path, home: folder.url.path, columns: columns, rows: rows, theme: theme)
    }
}

extension Harness {
    /// Looks at the experiment again, as it happens every second.
    mutating func watchExperiment() { perform([.watchExperiment(state.experiment.path, isFirst: true)]) }
}
