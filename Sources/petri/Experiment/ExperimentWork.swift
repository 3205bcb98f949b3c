import Command
import Foundation
import Imaging
import Runs
import Synchronization

/// The work on an experiment: so many trainings at once, each scored, and the report written anew after each.
final class ExperimentWork: Sendable {
    enum Ending: Equatable {
        case finished
        /// So many cells failed.
        case failed(Int)
        case interrupted
    }

    /// What the workers share.
    private struct Shared {
        var status = ExperimentStatus(state: .running)
        var scores: [CellScores] = []
        /// Places of the cells still to be begun, the next one last.
        var waiting: [Int] = []
        /// What the cells in work say of themselves.
        var runs: [ExperimentCell: RunStatus] = [:]
        var isInterrupted = false
        /// What keeps the experiment from being recorded.
        var problem: (any Error)?
    }

    let folder: ExperimentFolder
    let plan: ExperimentPlan
    private let parallel: Int
    /// This process among those that share the cells; nil: there is no other.
    private let ranks: RankEnvironment?
    private let cells: [ExperimentCell]
    private let shared = Mutex(Shared())
    private let progress: ProgressLine

    /// - Parameter ranks: the processes that share the cells, cell k being that of rank k mod their number; nil: this one has
    ///   all. Rank 0 keeps the report, the others leave scores alone.
    init(_ folder: ExperimentFolder, _ plan: ExperimentPlan, parallel: Int, _ ranks: RankEnvironment? = nil) {
        (self.folder, self.plan, self.parallel) = (folder, plan, parallel)
        self.ranks = ranks
        cells = plan.cells
        progress = ProgressLine("All", total: cells.count, unit: "cells", interval: .seconds(60))
    }

    /// Whether this process keeps status and report.
    var isKeeper: Bool { (ranks?.rank ?? 0) == 0 }

    /// Does what is still to be done.
    /// - Throws: `InputError` where the folder cannot be written; what goes wrong with a cell is recorded instead.
    func run() throws -> Ending {
        let known = cells.compactMap { try? folder.scores(of: $0) }
        if !known.isEmpty { progress.say("\(known.count) of \(cells.count) trainings are done already") }
        let done = Set(known.map(\.cell))
        try shared.withLock { shared in
            shared.scores = known
            shared.waiting = cells.indices.filter { ranks?.has($0) ?? true && !done.contains(cells[$0]) }.reversed()
            try record(shared, changed: Set(plan.dataSets.map(\.name)))
        }
        workOnWaiting()
        if let ranks, isKeeper { try takeFromOthers(ranks) }
        return try shared.withLock { shared in
            if let problem = shared.problem { throw problem }
            let failures = shared.status.failures.count
            shared.status.inWork = [:]
            shared.status.state = shared.isInterrupted ? .interrupted : failures == 0 ? .finished : .failed
            if isKeeper { try folder.write(shared.status) }
            if shared.isInterrupted {
                progress.say("Interrupted; what is done is kept, and the same command goes on.")
                return .interrupted
            }
            if isKeeper { try report(shared, changed: []) }
            return failures == 0 ? .finished : .failed(failures)
        }
    }

    private func workOnWaiting() {
        DispatchQueue.concurrentPerform(iterations: parallel) { _ in
            while let index = next() { work(at: index) }
        }
    }

    /// Takes in what the other processes come to, and does what was left by one that is gone.
    private func takeFromOthers(_ ranks: RankEnvironment) throws {
        while true {
            let missing = shared.withLock { shared -> [Int] in
                if Child.isInterrupted { shared.isInterrupted = true }
                if shared.isInterrupted || shared.problem != nil { return [] }
                let done = Set(shared.scores.map(\.cell))
                return cells.indices.filter {
                    !done.contains(cells[$0]) && shared.status.failures[cells[$0].name] == nil
                }
            }
            if missing.isEmpty { return }
            var isNew = false
            for index in missing {
                // In this order: it scores before it goes.
                let isGone = !ExperimentLock.isHeld(folder, rank: ranks.owner(of: index))
                let found = try? folder.scores(of: cells[index])
                guard found != nil || isGone else { continue }
                isNew = true
                try shared.withLock { shared in
                    if let found {
                        shared.scores.append(found)
                        try record(shared, changed: [cells[index].dataSet])
                    } else {
                        shared.waiting.append(index)
                    }
                }
            }
            workOnWaiting()
            if !isNew { usleep(500_000) }
        }
    }

    /// Takes the next cell, while there is one and nothing speaks against going on; a signal is seen where work begins.
    private func next() -> Int? {
        shared.withLock { shared in
            shared.isInterrupted || shared.problem != nil ? nil : shared.waiting.popLast()
        }
    }

    /// Works on a cell and records what came out.
    private func work(at index: Int) {
        let cell = cells[index]
        progress.say("\(index + 1)/\(cells.count) \(cell.text)")
        let result = Result { try work(on: cell) }
        shared.withLock { shared in
            shared.status.inWork[cell.name] = nil
            shared.runs[cell] = nil
            // Which cell a line is about shows only where there are several.
            let name = parallel > 1 ? "\(cell.name): " : ""
            switch result {
            case .success(let found):
                shared.scores.append(found)
                let values = ExperimentReport.values(of: found)
                let shown = [ExperimentMeasure.f1, .strictF1, .ap].compactMap { measure in
                    values[measure].map { "\(measure.rawValue) \(String(format: "%.3f", $0))" }
                }
                let time = Duration.seconds(found.trainingSeconds).brief
                progress.say("    \(name)\(shown.joined(separator: ", ")), \(found.steps) steps in \(time)")
            case .failure(is Interrupted):
                shared.isInterrupted = true
                return
            case .failure(let error):
                let text = (error as? InputError)?.description ?? "\(error)"
                shared.status.failures[cell.name] = text
                progress.say("    \(name)failed: \(text)")
            }
            do {
                try record(shared, changed: [cell.dataSet])
            } catch {
                shared.problem = error
            }
        }
    }

    /// Writes down how the whole stands.
    private func record(_ shared: Shared, changed: Set<String>) throws {
        guard isKeeper else { return }
        try folder.write(shared.status)
        try report(shared, changed: changed)
    }

    /// - Parameter changed: the data sets whose pictures are to be drawn anew.
    private func report(_ shared: Shared, changed: Set<String>) throws {
        // In the order of the plan, whatever ended first.
        let places = Dictionary(uniqueKeysWithValues: zip(cells, cells.indices))
        let scores = shared.scores.sorted { places[$0.cell] ?? 0 < places[$1.cell] ?? 0 }
        let report = ExperimentReport(plan, scores, failures: shared.status.failures)
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

    private func work(on cell: ExperimentCell) throws -> CellScores {
        let training = ExperimentTraining(folder: folder, plan: plan, cell: cell)
        try enter(.training, cell)
        try training.train { [self] run in look(at: cell, run) }
        let began = ContinuousClock.now
        try enter(.segmenting, cell)
        try training.segment { [self] run in look(at: cell, run) }
        try enter(.scoring, cell)
        let found = try training.score(since: began)
        try folder.write(found)
        return found
    }

    private func enter(_ stage: ExperimentStatus.Stage, _ cell: ExperimentCell) throws {
        if Child.isInterrupted { throw Interrupted() }
        try shared.withLock { shared in
            shared.status.inWork[cell.name] = stage
            if isKeeper { try folder.write(shared.status) }
        }
    }

    /// Says how far the whole is, and the cells in work.
    private func look(at cell: ExperimentCell, _ run: RunStatus?) {
        shared.withLock { shared in
            shared.runs[cell] = run
            func time(_ seconds: Double?) -> Double? { seconds.flatMap { (0...1e9).contains($0) ? $0 : nil } }
            let inWork = cells.filter { shared.status.inWork[$0.name] != nil }.map { cell in
                ExperimentForecast.InWork(
                    cell, spent: time(shared.runs[cell]?.seconds) ?? 0, eta: time(shared.runs[cell]?.eta))
            }
            let seconds = shared.scores.map { ($0.cell, $0.seconds) }
            let remaining = ExperimentForecast(Dictionary(seconds, uniquingKeysWith: { first, _ in first })).remaining(
                waiting: shared.waiting.map { cells[$0] }, inWork: inWork)
            let before = seconds.reduce(0) { $0 + $1.1 } + inWork.reduce(0) { $0 + $1.spent }
            let fraction = remaining.map { before / max(before + $0 * Double(max(inWork.count, 1)), 1e-9) }
            let own = inWork.compactMap { shared.runs[$0.cell]?.fraction }.map { String(format: "%.0f%%", 100 * $0) }
            progress.update(
                shared.scores.count, fraction: fraction, remaining: remaining,
                note: own.isEmpty ? "" : "now at " + own.joined(separator: ", "))
        }
    }
}
