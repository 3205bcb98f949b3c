import Command
import Datasets
import Foundation
import Imaging
import Measures
import Runs

/// One cell of an experiment: its training in a process of its own, then its test images segmented and scored.
struct ExperimentTraining {
    let folder: ExperimentFolder
    let plan: ExperimentPlan
    let cell: ExperimentCell

    private var run: RunDirectory { folder.run(of: cell) }

    /// Trains to the end of the budget: a new run, or one that was left on the way.
    /// - Parameter looking: told how the run stands, several times a second.
    /// - Throws: `Interrupted` where the user interrupts; `InputError` with the engine's reason where it fails.
    func train(looking: (RunStatus?) -> Void) throws {
        try follow(looking: looking)
        let words: [String]
        if RunDirectory.isRun(run.path) {
            if try run.status().state == .finished { return }
            words = ["resume", run.path]
        } else {
            // What a start that was killed left: a run begins with its run.json.
            try? FileManager.default.removeItem(atPath: run.path)
            words = try plan.trainingWords(cell, run: run.path)
        }
        do {
            try petri(words, looking: looking)
        } catch let error as InputError {
            // A signal that came to the engine alone.
            guard (try? run.status())?.state == .interrupted else { throw error }
        }
        let state = try run.status().state
        guard state == .finished else {
            throw InputError(
                run.path, "was \(state.rawValue) from elsewhere", advice: "`petri experiment` goes on with it")
        }
    }

    /// Waits for an engine that still trains in the run: one whose `petri experiment` was killed.
    private func follow(looking: (RunStatus?) -> Void) throws {
        guard RunDirectory.isRun(run.path) else { return }
        while RunLock.isHeld(run) {
            if Child.isInterrupted {
                try run.control.send(.stop)
                let deadline = ContinuousClock.now + .seconds(30)
                while RunLock.isHeld(run), ContinuousClock.now < deadline { usleep(100_000) }
                throw Interrupted()
            }
            looking(try? run.status())
            usleep(200_000)
        }
    }

    /// Segments the test images by the run's best checkpoint.
    func segment(looking: (RunStatus?) -> Void) throws {
        guard let source = plan.dataSet(cell.dataSet) else { return }
        let device = plan.options["device"].map { ["--device", $0] } ?? []
        try petri(
            ["segment", run.path, source.test, "--out", folder.masksPath(of: cell), "--force"] + device,
            looking: looking)
    }

    /// Runs a command of the engine, what it prints appended to the cell's log.
    private func petri(_ words: [String], looking: (RunStatus?) -> Void) throws {
        let log = folder.logPath(of: cell)
        let file = try Descriptor(log, O_WRONLY | O_APPEND | O_CREAT)
        let end: Child.End
        do {
            let child = try Child.start(
                EngineLauncher.executable, words, output: file.number, errors: file.number)
            end = withExtendedLifetime(file) { child.wait { looking(try? run.status()) } }
        } catch {
            throw EngineProgram.beside.missing(reason: error.description)
        }
        // The terminal's signal may have ended the engine before it was seen here.
        if Child.isInterrupted { throw Interrupted() }
        switch end {
        case .exited(0): return
        case .interrupted: throw Interrupted()
        case .exited, .timedOut:
            throw InputError(log, RunLog.lastLines(of: log, count: 1).last ?? "the engine left without a word")
        case .killed(let signal):
            throw InputError(log, "the engine was ended (\(String(cString: strsignal(signal))))")
        }
    }

    // MARK: - Scoring

    /// Scores the label images against the truth.
    /// - Parameter since: when segmenting began.
    func score(since: ContinuousClock.Instant) throws -> CellScores {
        let source = plan.dataSet(cell.dataSet)
        let truths = try LabelSet(source?.test ?? "")
        let partners = truths.partners(in: try LabelSet(folder.masksPath(of: cell)))
        guard partners.unmatchedTruth.isEmpty else {
            throw InputError(
                folder.masksPath(of: cell), "lacks \(partners.unmatchedTruth.count) of the test images",
                advice: "delete the folder and run the experiment again")
        }
        let images = try concurrentMap(partners.pairs) { pair in
            try CellScores.TestImage(
                name: pair.truth.name,
                ImageScores(
                    truth: pair.truth.labels(), predicted: pair.predicted.labels(),
                    thresholds: ExperimentMeasure.thresholds, name: pair.predicted.files.paths.first ?? ""))
        }
        let (description, status) = (try run.trainingDescription(), try run.status())
        return CellScores(
            cell: cell, images: images, training: description.dataset.training,
            validation: description.dataset.validation, steps: status.step, bestStep: status.bestStep,
            validationF1: status.bestScore, trainingSeconds: status.seconds ?? 0,
            seconds: (status.seconds ?? 0) + (ContinuousClock.now - since).seconds, device: description.device,
            versions: description.versions)
    }
}

extension CellScores.TestImage {
    init(name: String, _ scores: ImageScores) {
        let matches = zip(scores.thresholds, scores.counts).map { iou, counts in
            CellScores.Matches(
                iou: iou, tp: counts.truePositives, fp: counts.falsePositives, fn: counts.falseNegatives)
        }
        self.init(
            name: name, matches: matches, dice: .init(part: scores.dice.part, whole: scores.dice.whole),
            pq: .init(part: scores.panopticQuality.part, whole: scores.panopticQuality.whole))
    }
}
