import Datasets
import Foundation
import Imaging
import Measures
import Runs
import Torch

/// Trains in a run directory until the budget is spent, and can take up where it left.
public final class Trainer {
    /// What is said while training.
    public struct Report: Sendable {
        public let step: Int
        public let totalSteps: Int?
        /// Part of the budget that is spent, 0...1.
        public let fraction: Double?
        public let losses: [String: Double]
        public let best: Checkpoint.Best?
    }

    /// Why a training ended.
    public enum Ending: String, Sendable { case budget, patience, stopRequested, interrupted }

    let run: RunDirectory
    let settings: TrainingSettings
    let data: TrainingData
    let device: Device
    let models: Models
    let log: RunLog
    private let metrics: MetricsLog
    private let sampler: CropSampler
    private let dense: DenseMaskSampler?
    private let cycleStep: CycleStep?
    private let report: (Report) -> Void
    private(set) var checkpoint: Checkpoint
    private let started = ContinuousClock.now
    private let secondsBefore: Double
    private let stepsBefore: Int
    private var lastStatus = ContinuousClock.now
    /// The last step's losses, not yet read back: reading waits for the device.
    private var losses: [(name: String, value: Tensor)] = []

    /// Steps between two lines of metrics.
    private static let metricsInterval = 10
    /// Seconds between two checkpoints and between two previews.
    private static let checkpointInterval = Duration.seconds(60)

    /// Prepares a training, from its latest checkpoint where the run has one; where it cannot, the run's status says so.
    /// - Parameter isExtended: the run gets a new budget, so patience that was lost counts from zero again.
    public convenience init(
        run: RunDirectory, settings: TrainingSettings, data: TrainingData, device: Device, isExtended: Bool = false,
        report: @escaping (Report) -> Void
    ) throws {
        do {
            try self.init(preparing: run, settings: settings, data: data, device: device, report: report)
        } catch {
            try? run.write(RunStatus(state: .failed, lastError: "\(error)"))
            throw error
        }
        if isExtended { checkpoint.validationsWithoutGain = 0 }
    }

    private init(
        preparing run: RunDirectory, settings: TrainingSettings, data: TrainingData, device: Device,
        report: @escaping (Report) -> Void
    ) throws {
        (self.run, self.settings, self.data, self.device, self.report) = (run, settings, data, device, report)
        log = try RunLog(run.logPath)
        let models = try Models(settings, channels: data.channels, device: device)
        self.models = models
        let latest = run.checkpointPath(.latest)
        if FileManager.default.fileExists(atPath: latest) {
            checkpoint = try Checkpoint.read(latest, into: models)
            try log.append("going on after step \(checkpoint.step)")
        } else {
            checkpoint = Checkpoint()
        }
        try MetricsLog.truncate(run.metricsPath, afterStep: checkpoint.step)
        metrics = try MetricsLog(run.metricsPath)
        (secondsBefore, stepsBefore) = (checkpoint.seconds, checkpoint.step)
        sampler = CropSampler(
            data.training, height: settings.cropHeight, width: settings.cropWidth, classes: settings.classes,
            augmentation: settings.augmentation)
        let vgg = try settings.vgg.map { try VGGLoss(path: $0, device: device) }
        cycleStep = models.cycle.map {
            CycleStep(settings: settings, models: models, cycle: $0, vgg: vgg, device: device)
        }
        if models.cycle != nil && settings.styleSource == .encoder {
            let recombined = DenseMaskSampler(
                data.training.map(\.labels), height: settings.cropHeight, width: settings.cropWidth,
                classes: settings.classes)
            dense = recombined.cellCount > 0 ? recombined : nil
        } else {
            dense = nil
        }
        if models.cycle != nil && vgg == nil && settings.weights.matchedFeatures > 0 {
            try log.append("no --vgg file: the discriminator's features take the place of VGG19's")
        }
    }

    /// Trains to the end of the budget, or until asked to stop; the state is then in the run's checkpoints.
    public func train() throws -> Ending {
        do {
            try writeStatus(.running)
            let ending = try loop()
            try save(.latest)
            try writePreview()
            try writeReport()
            switch ending {
            case .budget, .patience: try writeStatus(.finished)
            case .stopRequested: try writeStatus(.stopped)
            case .interrupted: try writeStatus(.interrupted)
            }
            try log.append("ended after step \(checkpoint.step): \(ending.rawValue)")
            return ending
        } catch {
            try? log.append("failed: \(error)")
            try? writeStatus(.failed, error: "\(error)")
            throw error
        }
    }

    private func loop() throws -> Ending {
        var lastSave = ContinuousClock.now
        while true {
            if let ending = try ending() { return ending }
            losses = try step(checkpoint.step + 1)
            checkpoint.step += 1
            if settings.budget.minutes != nil { checkpoint.seconds = secondsBefore + elapsed }
            if checkpoint.step % Self.metricsInterval == 0 { try writeMetrics() }
            if checkpoint.step % validationSteps == 0 { try validate() }
            let isDue = settings.checkpointSteps.map { checkpoint.step % $0 == 0 } ?? false
            if isDue || ContinuousClock.now - lastSave > Self.checkpointInterval {
                try save(.latest)
                try writePreview()
                lastSave = ContinuousClock.now
            }
            if ContinuousClock.now - lastStatus > .seconds(1) { try writeStatus(.running) }
        }
    }

    /// Why to end before the next step, if there is a reason.
    private func ending() throws -> Ending? {
        if Interruption.received != nil { return .interrupted }
        for request in run.control.pending() {
            try run.control.acknowledge(request)
            switch request {
            case .stop: return .stopRequested
            case .checkpoint:
                try save(.latest)
                try log.append("checkpoint after step \(checkpoint.step), as asked")
            case .pause: if let ending = try pause() { return ending }
            case .resume: break
            }
        }
        if let fraction = spent, fraction >= 1 { return .budget }
        return checkpoint.validationsWithoutGain >= settings.patience ? .patience : nil
    }

    /// Waits until asked to go on; time that passes so is not training time.
    private func pause() throws -> Ending? {
        try writeStatus(.paused)
        try log.append("paused after step \(checkpoint.step)")
        while Interruption.received == nil {
            let requests = run.control.pending()
            if requests.contains(.stop) {
                try run.control.acknowledge(.stop)
                return .stopRequested
            }
            if requests.contains(.resume) {
                try run.control.acknowledge(.resume)
                try writeStatus(.running)
                return nil
            }
            usleep(200_000)
            paused += 0.2
            if ContinuousClock.now - lastStatus > .seconds(5) { try writeStatus(.paused) }
        }
        return .interrupted
    }

    private var paused = 0.0

    /// Seconds trained in this process.
    private var elapsed: Double {
        let duration = ContinuousClock.now - started
        return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18 - paused
    }

    private var stepsPerEpoch: Int { max(1, data.training.count / settings.batch) }

    /// Steps between validations: as set, but so many that validating takes no more than about a tenth of the time.
    private var validationSteps: Int {
        let validated = data.validation.reduce(0) { $0 + $1.width * $1.height }
        // A step looks at every pixel of its crops about three times: once forwards, twice backwards.
        let trained = 3 * settings.batch * settings.cropHeight * settings.cropWidth
        return max(settings.validationSteps ?? stepsPerEpoch, 10 * validated / trained)
    }

    private var totalSteps: Int? {
        let byEpochs = settings.budget.epochs.map { $0 * stepsPerEpoch }
        return [settings.budget.steps, byEpochs].compactMap { $0 }.min()
    }

    /// The part of the budget that is spent; nil without one.
    private var spent: Double? {
        let bySteps = totalSteps.map { Double(checkpoint.step) / Double(max(1, $0)) }
        let byTime = settings.budget.minutes.map { (secondsBefore + elapsed) / ($0 * 60) }
        return [bySteps, byTime].compactMap { $0 }.max()
    }

    /// One step; its random numbers depend on the seed and its number alone, so that a resumed run repeats them.
    private func step(_ number: Int) throws -> [(name: String, value: Tensor)] {
        let decay = settings.learningRateDecay
        let rest = 1 - (spent ?? 0)
        models.setLearningRate(
            settings.learningRate * (decay > 0 ? min(1, max(0, rest / decay)) : 1),
            discriminatorPace: settings.discriminatorPace)
        models.isTraining = true
        var generator = SeededGenerator(seed: settings.seed, part: UInt64(number))
        try Torch.seed(generator.next())
        guard let cycleStep else { return try segmenterStep(part: number) }
        let batch = try tensors(sampler.batch(count: settings.batch, seed: settings.seed, step: number))
        // Every other step the generator draws recombined masks, where only the discriminator and the segmenter judge.
        let recombined = try number % 2 == 0 ? dense.map { try denseTarget($0, number) } : nil
        let losses = try cycleStep(
            images: batch.images, target: batch.target, recombined: recombined, using: &generator)
        for extra in 0..<settings.segmenterSteps {
            // Numbers that no other batch has.
            _ = try segmenterStep(part: -(number * settings.segmenterSteps + extra) - 1)
        }
        return losses
    }

    /// A step of the segmenter alone.
    private func segmenterStep(part: Int) throws -> [(name: String, value: Tensor)] {
        let batch = try tensors(sampler.batch(count: settings.batch, seed: settings.seed, step: part))
        let loss = try Torch.autocast(settings.precision == .bf16 ? .bfloat16 : nil, on: device) {
            try SegmentationLoss.value(models.segmenter(batch.images), target: batch.target)
        }
        try (loss * settings.weights.segmentation).backward()
        try models.segmenterOptimizer.update()
        return [("segmentation", try loss.detach())]
    }

    private func tensors(_ batch: CropSampler.Batch) throws -> (images: Tensor, target: Tensor) {
        let images = try Tensor(batch.images, shape: [batch.count, batch.channels, batch.height, batch.width])
        let target = try Tensor(batch.classes, shape: [batch.count, batch.height, batch.width])
        return (try images.to(device: device).contiguous(device.imageFormat), try target.to(device: device))
    }

    private func denseTarget(_ sampler: DenseMaskSampler, _ step: Int) throws -> Tensor {
        let classes = sampler.batch(count: settings.batch, seed: settings.seed, step: step)
        return try Tensor(classes, shape: [settings.batch, settings.cropHeight, settings.cropWidth])
            .to(device: device)
    }

    // MARK: What a training leaves behind

    private func writeMetrics() throws {
        let values = try readLosses()
        try metrics.append(
            step: checkpoint.step,
            values + [("learningRate", models.segmenterOptimizer.learningRate), ("stepsPerSecond", rate)])
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

    private var rate: Double { Double(checkpoint.step - stepsBefore) / max(elapsed, 1e-6) }

    private func validate() throws {
        if data.validation.isEmpty { return }
        let scores = try Segmentation(models.segmenter, device: device, precision: settings.precision)
            .scores(on: data.validation)
        let f1 = scores.pooled.f1
        let result = Checkpoint.Best(
            f1: f1[0], meanF1: f1.reduce(0, +) / Double(f1.count), step: checkpoint.step)
        try metrics.append(
            step: checkpoint.step,
            [("validationF1", result.f1), ("validationMeanF1", result.meanF1), ("validationDice", scores.dice)])
        if result.isBetter(than: checkpoint.best) {
            checkpoint.best = result
            checkpoint.validationsWithoutGain = 0
            try save(.best)
        } else {
            checkpoint.validationsWithoutGain += 1
        }
    }

    /// Writes a checkpoint, unless losses or weights are not finite: the file there is then the last good one.
    private func save(_ choice: CheckpointChoice) throws {
        try readLosses()
        guard try models.areFinite() else { throw TrainingError.weightsNotFinite(step: checkpoint.step) }
        let styles = try StyleBank.encode(data.training, models: models, settings: settings, device: device)
        try checkpoint.write(models, styles: styles, to: run.checkpointPath(choice))
    }

    private func writeReport() throws {
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

    private func writePreview() throws {
        let preview = try Preview.image(models: models, data: data, settings: settings, device: device)
        let digits = String(checkpoint.step)
        let name = String(repeating: "0", count: max(0, 8 - digits.count)) + digits
        try ImageFile.write(preview, to: run.previewsPath + "/\(name).png")
    }

    private func writeStatus(_ state: RunStatus.State, error: String? = nil) throws {
        lastStatus = .now
        let isTraining = state == .running
        let eta = spent.flatMap { fraction -> Double? in
            guard isTraining, fraction > 0, rate > 0 else { return nil }
            if let total = totalSteps, settings.budget.minutes == nil {
                return Double(total - checkpoint.step) / rate
            }
            return (secondsBefore + elapsed) * (1 / fraction - 1)
        }
        try run.write(
            RunStatus(
                state: state, step: checkpoint.step, totalSteps: totalSteps, epoch: checkpoint.step / stepsPerEpoch,
                rate: isTraining ? rate : nil, eta: eta, lastError: error, bestScore: checkpoint.best?.f1,
                bestStep: checkpoint.best?.step))
    }
}

/// Why a training cannot go on.
public enum TrainingError: Error, CustomStringConvertible {
    case notFinite(loss: String, step: Int)
    case weightsNotFinite(step: Int)

    public var description: String {
        switch self {
        case .weightsNotFinite(let step):
            "weights are not finite after step \(step); the last good checkpoint is kept: try a lower --lr"
        case .notFinite(let loss, let step):
            "the loss \(loss) is not finite at step \(step); the last good checkpoint is kept: try a lower --lr"
        }
    }
}

extension Trainer {
    /// The best validation so far in words; empty without one.
    public var bestText: String {
        guard let best = checkpoint.best else { return "" }
        return "best validation F1@0.5 \(String(format: "%.3f", best.f1)) at step \(best.step)"
    }
}
