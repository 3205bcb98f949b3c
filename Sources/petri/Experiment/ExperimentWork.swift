import Command
import Foundation
import Imaging
import Runs

/// The work on an experiment: one training after the other, each scored, and the report written anew after each.
struct ExperimentWork {
    enum Ending: Equatable {
        case finished
        /// So many cells failed.
        case failed(Int)
        case interrupted
    }

    let folder: ExperimentFolder
    let plan: ExperimentPlan
    private let cells: [ExperimentCell]
    private var status = ExperimentStatus(state: .running)
    private var scores: [CellScores] = []
    private let progress: ProgressLine

    init(_ folder: ExperimentFolder, _ plan: ExperimentPlan) {
        (self.folder, self.plan) = (folder, plan)
        cells = plan.cells
        progress = ProgressLine("All", total: cells.count, unit: "cells", interval: .seconds(60))
    }

    /// Does what is still to be done.
    /// - Throws: `InputError` where the folder cannot be written; what goes wrong with a cell is recorded instead.
    mutating func run() throws -> Ending {
        for cell in cells { if let known = try? folder.scores(of: cell) { scores.append(known) } }
        if !scores.isEmpty { progress.say("\(scores.count) of \(cells.count) trainings are done already") }
        try write(.running)
        try report(changed: Set(plan.dataSets.map(\.name)))
        for (index, cell) in cells.enumerated() where !scores.contains(where: { $0.cell == cell }) {
            progress.say("\(index + 1)/\(cells.count) \(cell.text)")
            status.cell = cell.name
            do {
                let found = try work(on: cell)
                scores.append(found)
                let values = ExperimentReport.values(of: found)
                let shown = [ExperimentMeasure.f1, .strictF1, .ap].compactMap { measure in
                    values[measure].map { "\(measure.rawValue) \(String(format: "%.3f", $0))" }
                }
                progress.say(
                    "    \(shown.joined(separator: ", ")), \(found.steps) steps in \(Self.time(found.trainingSeconds))")
            } catch is Interrupted {
                try write(.interrupted)
                progress.say("Interrupted; what is done is kept, and the same command goes on.")
                return .interrupted
            } catch {
                status.failures[cell.name] = (error as? InputError)?.description ?? "\(error)"
                progress.say("    failed: \(status.failures[cell.name] ?? "")")
            }
            try report(changed: [cell.dataSet])
        }
        (status.cell, status.stage) = (nil, nil)
        try write(status.failures.isEmpty ? .finished : .failed)
        try report(changed: [])
        return status.failures.isEmpty ? .finished : .failed(status.failures.count)
    }

    private static func time(_ seconds: Double) -> String { Duration.seconds(seconds).brief }

    private mutating func write(_ state: ExperimentStatus.State) throws {
        status.state = state
        try folder.write(status)
    }

    /// - Parameter changed: the data sets whose pictures are to be drawn anew.
    private func report(changed: Set<String>) throws {
        let report = ExperimentReport(plan, scores, failures: status.failures)
        try folder.write(report)
        do {
            try ExperimentPictures(folder, report).write(of: changed)
        } catch let error as InputError {
            // Figures are worth more than pictures.
            progress.say("    pictures are missing: \(error.description)")
        }
        try AtomicFile.write(to: folder.pagePath, synced: false) { write in
            try Array(ExperimentPage(report, in: folder).text.utf8).withUnsafeBytes { try write($0) }
        }
    }

    // MARK: - One cell

    private mutating func work(on cell: ExperimentCell) throws -> CellScores {
        let training = ExperimentTraining(folder: folder, plan: plan, cell: cell)
        try enter(.training)
        try training.train { [self] run in look(at: cell, run) }
        let began = ContinuousClock.now
        try enter(.segmenting)
        try training.segment { [self] run in look(at: cell, run) }
        try enter(.scoring)
        let found = try training.score(since: began)
        try folder.write(found)
        return found
    }

    private mutating func enter(_ stage: ExperimentStatus.Stage) throws {
        if Child.isInterrupted { throw Interrupted() }
        status.stage = stage
        try write(.running)
    }

    /// Says how far the whole is, and the cell in work.
    private func look(at cell: ExperimentCell, _ run: RunStatus?) {
        let forecast = ExperimentForecast(
            Dictionary(scores.map { ($0.cell, $0.seconds) }, uniquingKeysWith: { first, _ in first }))
        let done = Set(scores.map(\.cell))
        func time(_ seconds: Double?) -> Double? { seconds.flatMap { (0...1e9).contains($0) ? $0 : nil } }
        let spent = time(run?.seconds) ?? 0
        let remaining = forecast.remaining(
            waiting: waiting(after: cell, done: done), current: (cell, spent, time(run?.eta)))
        let before = scores.reduce(0) { $0 + $1.seconds } + spent
        let fraction = remaining.map { before / max(before + $0, 1e-9) }
        let own = run?.fraction.map { String(format: "this one %.0f%%", 100 * $0) } ?? ""
        progress.update(scores.count, fraction: fraction, remaining: remaining, note: own)
    }

    /// The cells whose turn is still to come in this sitting.
    private func waiting(after cell: ExperimentCell, done: Set<ExperimentCell>) -> [ExperimentCell] {
        cells.drop { $0 != cell }.dropFirst().filter { !done.contains($0) }
    }
}
