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
    var metrics: MetricsLog
    var events: EventFile?
    let heartbeat: Heartbeat
    let report: (Report) -> Void
    var checkpoint: Checkpoint
    var health: HealthMonitor
    /// The last step's losses, not yet read back: reading waits for the device.
    var losses: [(name: String, value: Tensor)] = []
    var clock: TrainingClock
    let steps: TrainingSteps
    /// The processes that share every batch, of which this is rank 0; nil: none do.
    let ranks: Ranks?
    /// Looks for how objects are best told apart; nil where that is not asked for.
    private(set) lazy var recoveryFit =
        settings.recovery == .fitted
        ? RecoveryFit(training: data.training, pixels: validationPixels - Self.pixels(of: data.validation)) : nil
    let reserve: DiskReserve
    /// Bytes that were free on the device before the training took any, where that is known.
    private(set) var freeMemory: Int?
    /// Called before every step; tests let the device fail here.
    var beforeStep: (Int) throws -> Void = { _ in }

    /// Steps between two lines of metrics.
    static let metricsInterval = 10
    /// Seconds between two checkpoints and between two previews.
    private static let checkpointInterval = Duration.seconds(60)

    /// Prepares a training, from its latest checkpoint where the run has one; where it cannot, the run's status says so.
    /// - Parameters:
    ///   - isExtended: the run gets a new budget, so patience that was lost counts from zero again.
    ///   - ranks: the processes that share every batch, of which this must be rank 0.
    public convenience init(
        run: RunDirectory, settings: TrainingSettings, data: TrainingData, device: Device, isExtended: Bool = false,
        ranks: Ranks? = nil, report: @escaping (Report) -> Void
    ) throws {
        let free = ProcessMemory.free(on: device)
        do {
            try self.init(
                preparing: run, settings: settings, data: data, device: device, ranks: ranks, report: report)
        } catch {
            let error = TrainingFailure.explaining(error, of: settings, on: device, in: run, free: free)
            try? run.write(RunStatus(state: .failed, lastError: "\(error)"))
            throw error
        }
        freeMemory = free
        if isExtended { checkpoint.validationsWithoutGain = 0 }
    }

    private init(
        preparing run: RunDirectory, settings: TrainingSettings, data: TrainingData, device: Device, ranks: Ranks?,
        report: @escaping (Report) -> Void
    ) throws {
        (self.run, self.settings, self.data, self.device, self.report) = (run, settings, data, device, report)
        self.ranks = ranks
        log = try RunLog(run.logPath)
        reserve = DiskReserve(run)
        let models = try Models(settings, channels: data.channels, device: device)
        self.models = models
        let latest = run.checkpointPath(.latest)
        if FileManager.default.fileExists(atPath: latest) {
            checkpoint = try Checkpoint.read(latest, into: models)
            try log.append("going on after step \(checkpoint.step)")
        } else {
            checkpoint = Checkpoint()
        }
        let step = checkpoint.step
        try MetricsLog.truncate(run.metricsPath, afterStep: step)
        metrics = try MetricsLog(run.metricsPath)
        events =
            settings.curves == .tensorBoard ? try EventFile(folder: run.tensorBoardPath, afterStep: step) : nil
        for preview in run.previews() where preview.step > step { unlink(preview.path) }
        let trained = (try? run.status())?.seconds ?? 0
        clock = TrainingClock(budgetSeconds: checkpoint.seconds, seconds: max(trained, checkpoint.seconds))
        health = HealthMonitor(patience: settings.patience)
        heartbeat = Heartbeat(run)
        steps = try TrainingSteps(settings: settings, models: models, data: data, device: device, ranks: ranks)
        if checkpoint.segmenterStart != nil { try steps.makeGeneratedCrops() }
        ranks?.keepLastWords(in: run) { [heartbeat] in heartbeat.end() }
        if models.cycle != nil && settings.vgg == nil && settings.weights.matchedFeatures > 0 {
            try log.append("no --vgg file: the discriminator's features take the place of VGG19's")
        }
    }

    /// Trains to the end of the budget, or until asked to stop; the state is then in the run's checkpoints.
    public func train() throws -> Ending {
        defer { heartbeat.end() }
        do {
            try writeStatus(.running)
            try ranks?.agree(on: settings, data)
            try giveState()
            let ending = try trainAndSave()
            try ranks?.tell(.end(ending))
            try writePreview()
            try writeReport()
            // Before the last words: whoever reads them finds all there.
            try log.append("ended after step \(checkpoint.step): \(ending.rawValue)")
            for line in health.news() { try log.append(line) }
            switch ending {
            case .budget, .patience: try writeLastStatus(.finished)
            case .stopRequested: try writeLastStatus(.stopped)
            case .interrupted: try writeLastStatus(.interrupted)
            }
            return ending
        } catch {
            let fault = ranks?.explained(error) ?? error
            // The disk may be full.
            reserve.shrink()
            // All that libtorch says; the status has what it means.
            try? log.append("failed: \(fault)")
            let explained = TrainingFailure.explaining(fault, of: settings, on: device, in: run, free: freeMemory)
            try? writeLastStatus(.failed, error: "\(explained)")
            throw explained
        }
    }

    /// Gives the weights and all else that steps depend on to the other processes.
    func giveState() throws {
        try ranks?.tell(.state)
        try ranks?.synchronise(models, &checkpoint)
    }

    private func trainAndSave() throws -> Ending {
        while true {
            do {
                let ending = try loop()
                if ending != .budget && ending != .patience { try writeStatus(.stopping) }
                try save(.latest)
                return ending
            } catch let error as TrainingError {
                try goBack(after: error)
            }
        }
    }

    private func loop() throws -> Ending {
        var lastSave = ContinuousClock.now
        while true {
            if let ending = try ending() {
                // What was learnt since the last validation counts too.
                if ending == .budget && !isGeneratorStage && checkpoint.validated < checkpoint.step { try validate() }
                return ending
            }
            if isGeneratorReady { try beginSegmenter() }
            try beforeStep(checkpoint.step + 1)
            losses = try step(checkpoint.step + 1)
            checkpoint.step += 1
            clock.count()
            if settings.budget.minutes != nil { checkpoint.seconds = clock.budgetSeconds }
            if checkpoint.step % Self.metricsInterval == 0 {
                if let ranks { losses = try ranks.mean(losses) }
                try writeMetrics()
            }
            if !isGeneratorStage && checkpoint.step % validationSteps == 0 { try validate() }
            let isDue = settings.checkpointSteps.map { checkpoint.step % $0 == 0 } ?? false
            if isDue || ContinuousClock.now - lastSave > Self.checkpointInterval {
                try save(.latest)
                try writePreview()
                lastSave = ContinuousClock.now
            }
            if heartbeat.age > .seconds(1) { try writeStatus(.running) }
        }
    }

    /// Why to end before the next step, if there is a reason.
    private func ending() throws -> Ending? {
        if isInterrupted { return .interrupted }
        for request in run.control.pending() {
            try run.control.acknowledge(request)
            switch request {
            case .stop: return .stopRequested
            case .checkpoint: try saveAsAsked()
            case .pause: if let ending = try pause() { return ending }
            case .resume: break
            }
        }
        if let fraction = spent, fraction >= 1 { return .budget }
        return checkpoint.validationsWithoutGain >= settings.patience ? .patience : nil
    }

    /// Whether a signal asked this process, or one that it computes with, to leave.
    private var isInterrupted: Bool { Interruption.received != nil || ranks?.isInterrupted == true }

    private func saveAsAsked() throws {
        try save(.latest)
        try log.append("checkpoint after step \(checkpoint.step), as asked")
    }

    /// Waits until asked to go on; time that passes so is not training time.
    private func pause() throws -> Ending? {
        clock.pause()
        defer { clock.goOn() }
        try writeStatus(.paused)
        try log.append("paused after step \(checkpoint.step)")
        while !isInterrupted {
            for request in run.control.pending() {
                try run.control.acknowledge(request)
                switch request {
                case .stop: return .stopRequested
                case .checkpoint: try saveAsAsked()
                case .pause: break
                case .resume:
                    try log.append("going on after step \(checkpoint.step)")
                    try writeStatus(.running)
                    return nil
                }
            }
            usleep(200_000)
        }
        return .interrupted
    }

    var stepsPerEpoch: Int { max(1, data.training.count / settings.batch) }

    /// Steps between validations: as set, but so many that validating takes no more than about a tenth of the time.
    var validationSteps: Int {
        max(leastValidationSteps, 10 * Self.pixels(of: data.validation) / pixelsPerStep)
    }

    private var leastValidationSteps: Int { settings.validationSteps ?? stepsPerEpoch }

    /// Pixels that a validation may look at where they come no more seldom than is set.
    private var validationPixels: Int { leastValidationSteps * pixelsPerStep / 10 }

    /// A step looks at every pixel of its crops about three times: once forwards, twice backwards.
    private var pixelsPerStep: Int { 3 * settings.batch * settings.cropHeight * settings.cropWidth }

    private static func pixels(of images: [TrainingImage]) -> Int { images.reduce(0) { $0 + $1.width * $1.height } }

    /// Steps of the whole budget; nil where it is none of steps.
    public var totalSteps: Int? {
        let byEpochs = settings.budget.epochs.map { $0 * stepsPerEpoch }
        let steps = [settings.budget.steps, byEpochs].compactMap { $0 }.min()
        return steps.map { $0 + stepsBeforeSegmenter }
    }

    /// The part of the budget that is spent; nil without one.
    public var spent: Double? { spent(since: .init(step: 0, seconds: 0)) }

    /// The part that is spent of what the budget had left at a moment.
    func spent(since start: Checkpoint.Moment) -> Double? {
        let bySteps = totalSteps.map { Double(checkpoint.step - start.step) / Double(max(1, $0 - start.step)) }
        let byTime = settings.budget.minutes.map { minutes in
            (clock.budgetSeconds - start.seconds) / max(minutes * 60 - start.seconds, 1e-3)
        }
        return [bySteps, byTime].compactMap { $0 }.max()
    }

    /// One step, taken together with the other processes.
    func step(_ number: Int) throws -> [(name: String, value: Tensor)] {
        let stage = stage
        try ranks?.tell(.step(spent: stage.spent))
        return try steps(number, at: stage)
    }
}
