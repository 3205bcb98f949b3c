import Foundation
import Imaging
import Measures
import Runs
import Torch

// What a training leaves behind.
extension Trainer {
    /// Steps done since the run began.
    public var stepsDone: Int { checkpoint.step }

    /// The best validation so far in words; empty without one.
    public var bestText: String {
        guard let best = checkpoint.best else { return "" }
        return "best validation F1@0.5 \(String(format: "%.3f", best.f1)) at step \(best.step)"
    }

    private func record(_ values: [(name: String, value: Double)]) throws {
        try metrics.append(step: checkpoint.step, values)
        try events?.append(step: checkpoint.step, values)
    }

    func writeMetrics() throws {
        let values = try readLosses()
        var machine = [
            ("learningRate", models.segmenterOptimizer.learningRate), ("stepsPerSecond", clock.rateSinceMark()),
            ("seconds", clock.seconds), ("memory", Double(ProcessMemory.resident)),
        ]
        if let card = CardLibrary.card(of: device) {
            machine += [("gpuMemory", Double(card.memoryUsed)), ("gpuLoad", Double(card.load))]
        }
        try record(values + machine)
        health.observe(values, step: checkpoint.step)
        try lookAtDisk()
        report(
            Report(
                step: checkpoint.step, totalSteps: totalSteps, fraction: spent,
                losses: Dictionary(values, uniquingKeysWith: { first, _ in first }), best: checkpoint.best))
    }

    /// Reads the last step's losses back; a training whose losses are not finite must not go on.
    @discardableResult
    private func readLosses() throws -> [(name: String, value: Double)] {
        try losses.map { name, value in
            let number = try value.item()
            guard number.isFinite else {
                throw TrainingError.notFinite(loss: name, step: checkpoint.step)
            }
            return (name, number)
        }
    }

    func validate() throws {
        if data.validation.isEmpty { return }
        let segmentation = Segmentation(models.segmenter, device: device, precision: settings.precision)
        let scores = try models.averaged { () -> SetScores in
            guard let recoveryFit else { return try segmentation.scores(on: data.validation) }
            let fit = try recoveryFit(segmentation, on: data.validation)
            checkpoint.recovery = fit.recovery
            return fit.scores
        }
        checkpoint.validated = checkpoint.step
        let f1 = scores.pooled.f1
        let result = Checkpoint.Best(
            f1: f1[0], meanF1: f1.reduce(0, +) / Double(f1.count), step: checkpoint.step)
        try record([
            ("validationF1", result.f1), ("validationMeanF1", result.meanF1), ("validationDice", scores.dice),
            ("seconds", clock.seconds),
        ])
        let objects = data.validation.reduce(0) { $0 + $1.labels.areas.count }
        if checkpoint.take(result, objects: settings.learningRateDecay > 0 ? objects : nil) { try save(.best) }
        health.validated(
            step: checkpoint.step, best: (checkpoint.highest ?? checkpoint.best).map { ($0.f1, $0.step) },
            withoutGain: checkpoint.validationsWithoutGain)
    }

    /// Writes a checkpoint, unless losses or weights are not finite: the file there is then the last good one.
    func save(_ choice: CheckpointChoice) throws {
        try readLosses()
        guard try models.areFinite() else { throw TrainingError.weightsNotFinite(step: checkpoint.step) }
        let styles = try StyleBank.encode(data.training, models: models, settings: settings, device: device)
        try checkpoint.write(models, styles: styles, tones: steps.tones, to: run.checkpointPath(choice))
    }

    func writeReport() throws {
        struct Report: Encodable {
            let steps: Int
            let bestStep: Int?
            let validationF1: Double?
            let validationMeanF1: Double?
        }
        let best = checkpoint.best
        try run.write(
            report: Report(
                steps: checkpoint.step, bestStep: best?.step, validationF1: best?.f1, validationMeanF1: best?.meanF1))
    }

    /// Pictures kept: of more, every other one goes.
    private static let mostPreviews = 256

    func writePreview() throws {
        let sheet = try models.averaged {
            try PreviewSheet(
                models: models, data: data, recombined: steps.recombined,
                // There is nothing to see of a segmenter that learns nothing yet.
                isSegmenterTrained: !isGeneratorStage || settings.cycleEvery != 0, settings: settings, device: device)
        }
        try run.write(sheet.grid)
        try ImageFile.write(sheet.image, to: run.previewPath(step: checkpoint.step))
        if let spread = sheet.styleSpread { health.observe(styleSpread: spread, step: checkpoint.step) }
        let previews = run.previews()
        guard previews.count > Self.mostPreviews else { return }
        for (index, preview) in previews.dropLast().enumerated() where index % 2 == 1 { unlink(preview.path) }
    }

    private func lookAtDisk() throws {
        var facts = stat()
        let checkpoint = stat(run.checkpointPath(.latest), &facts) == 0 ? Int(facts.st_size) : 0
        if let free = run.freeSpace {
            health.observe(freeSpace: free, checkpointSize: checkpoint, step: self.checkpoint.step)
        }
        for line in health.news() { try log.append(line) }
    }

    func writeStatus(_ state: RunStatus.State) throws {
        for line in health.news() { try log.append(line) }
        try heartbeat.write(status(state))
    }

    /// Writes the status that stays, also where the disk is full.
    func writeLastStatus(_ state: RunStatus.State, error: String? = nil) throws {
        heartbeat.end()
        try reserve.write(status(state, error: error))
    }

    private func status(_ state: RunStatus.State, error: String? = nil) -> RunStatus {
        let isTraining = state == .running
        let fraction = spent
        let eta = fraction.flatMap { fraction -> Double? in
            guard isTraining, fraction > 0, clock.rate > 0 else { return nil }
            if let total = totalSteps, settings.budget.minutes == nil {
                return Double(total - checkpoint.step) / clock.rate
            }
            return clock.budgetSeconds * (1 / fraction - 1)
        }
        return RunStatus(
            state: state, step: checkpoint.step, totalSteps: totalSteps, epoch: checkpoint.step / stepsPerEpoch,
            fraction: fraction.map { min($0, 1) }, seconds: clock.seconds, rate: isTraining ? clock.rate : nil,
            eta: eta, lastError: error, bestScore: checkpoint.best?.f1, bestStep: checkpoint.best?.step,
            warnings: health.warnings.isEmpty ? nil : health.warnings, card: CardLibrary.card(of: device))
    }
}
