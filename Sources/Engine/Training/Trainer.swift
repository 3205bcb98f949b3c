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
    /// Draws the crops of the steps.
    let loader: CropLoader
    let recombined: RecombinedCrops?
    /// Looks for how objects are best told apart; nil where that is not asked for.
    let recoveryFit: RecoveryFit?
    let dense: DenseMaskSampler?
    private let cycleStep: CycleStep?
    /// What the new segmenter of arm synthetic gets beside the real crops, once it is there.
    private(set) var generated: GeneratedCrops?
    let reserve: DiskReserve
    /// Bytes that were free on the device before the training took any, where that is known.
    private var freeMemory: Int?
    /// Called before every step; tests let the device fail here.
    var beforeStep: (Int) throws -> Void = { _ in }

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
        let free = ProcessMemory.free(on: device)
        do {
            try self.init(preparing: run, settings: settings, data: data, device: device, report: report)
        } catch {
            let error = TrainingFailure.explaining(error, of: settings, on: device, in: run, free: free)
            try? run.write(RunStatus(state: .failed, lastError: "\(error)"))
            throw error
        }
        freeMemory = free
        if isExtended { checkpoint.validationsWithoutGain = 0 }
    }

    private init(
        preparing run: RunDirectory, settings: TrainingSettings, data: TrainingData, device: Device,
        report: @escaping (Report) -> Void
    ) throws {
        (self.run, self.settings, self.data, self.device, self.report) = (run, settings, data, device, report)
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
        let sampler = CropSampler(
            data.training, height: settings.cropHeight, width: settings.cropWidth, classes: settings.classes,
            augmentation: settings.augmentation)
        let synthetic =
            data.synthetic.isEmpty
            ? nil
            : CropSampler(
                data.synthetic, height: settings.cropHeight, width: settings.cropWidth, classes: settings.classes,
                augmentation: settings.augmentation)
        recoveryFit = settings.recovery == .fitted ? RecoveryFit(objects: data.training.map(\.labels)) : nil
        recombined = settings.arm == .recombined ? RecombinedCrops(data.training, crops: sampler) : nil
        let vgg = try settings.vgg.map { try VGGLoss(path: $0, device: device) }
        cycleStep = models.cycle.map {
            CycleStep(settings: settings, models: models, cycle: $0, vgg: vgg, device: device)
        }
        if models.cycle != nil && (settings.styleSource == .encoder || settings.arm == .synthetic) {
            let recombined = DenseMaskSampler(
                data.training.map(\.labels), height: settings.cropHeight, width: settings.cropWidth,
                classes: settings.classes)
            dense = recombined.cellCount > 0 ? recombined : nil
        } else {
            dense = nil
        }
        let sources = CropSources(real: sampler, synthetic: synthetic, recombined: recombined, masks: dense)
        loader = CropLoader(isAhead: Self.drawsAhead(for: device), sources.batch)
        // Crops, and the images that are validated on, come again in the same sizes.
        Torch.tuneConvolutions()
        if checkpoint.segmenterStart != nil { try makeGeneratedCrops() }
        if models.cycle != nil && vgg == nil && settings.weights.matchedFeatures > 0 {
            try log.append("no --vgg file: the discriminator's features take the place of VGG19's")
        }
    }

    /// Puts the generator to work for the segmenter.
    func makeGeneratedCrops() throws {
        guard let cycle = models.cycle, let dense else { return }
        generated = GeneratedCrops(
            generator: cycle.generator, masks: dense,
            styles: try StyleBank.encode(data.training, models: models, settings: settings, device: device),
            settings: settings, device: device)
    }

    /// Trains to the end of the budget, or until asked to stop; the state is then in the run's checkpoints.
    public func train() throws -> Ending {
        defer { heartbeat.end() }
        do {
            try writeStatus(.running)
            let ending = try trainAndSave()
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
            // The disk may be full.
            reserve.shrink()
            // All that libtorch says; the status has what it means.
            try? log.append("failed: \(error)")
            let error = TrainingFailure.explaining(error, of: settings, on: device, in: run, free: freeMemory)
            try? writeLastStatus(.failed, error: "\(error)")
            throw error
        }
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
            if let ending = try ending() { return ending }
            if isGeneratorReady { try beginSegmenter() }
            try beforeStep(checkpoint.step + 1)
            losses = try step(checkpoint.step + 1)
            checkpoint.step += 1
            clock.count()
            if settings.budget.minutes != nil { checkpoint.seconds = clock.budgetSeconds }
            if checkpoint.step % Self.metricsInterval == 0 { try writeMetrics() }
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
        if Interruption.received != nil { return .interrupted }
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
        while Interruption.received == nil {
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
        let validated = data.validation.reduce(0) { $0 + $1.width * $1.height }
        // A step looks at every pixel of its crops about three times: once forwards, twice backwards.
        let trained = 3 * settings.batch * settings.cropHeight * settings.cropWidth
        return max(settings.validationSteps ?? stepsPerEpoch, 10 * validated / trained)
    }

    var totalSteps: Int? {
        let byEpochs = settings.budget.epochs.map { $0 * stepsPerEpoch }
        let steps = [settings.budget.steps, byEpochs].compactMap { $0 }.min()
        return steps.map { $0 + stepsBeforeSegmenter }
    }

    /// The part of the budget that is spent; nil without one.
    var spent: Double? { spent(since: .init(step: 0, seconds: 0)) }

    /// The part that is spent of what the budget had left at a moment.
    func spent(since start: Checkpoint.Moment) -> Double? {
        let bySteps = totalSteps.map { Double(checkpoint.step - start.step) / Double(max(1, $0 - start.step)) }
        let byTime = settings.budget.minutes.map { minutes in
            (clock.budgetSeconds - start.seconds) / max(minutes * 60 - start.seconds, 1e-3)
        }
        return [bySteps, byTime].compactMap { $0 }.max()
    }

    /// The seed of the steps: another one after every return from numbers that ran away.
    var seed: UInt64 { settings.seed ^ UInt64(checkpoint.returns) &* 0x9E37_79B9_7F4A_7C15 }

    /// One step; its random numbers depend on the seed and its number alone, so that a resumed run repeats them.
    func step(_ number: Int) throws -> [(name: String, value: Tensor)] {
        let decay = settings.learningRateDecay
        let rest = 1 - (spentOfStage ?? 0)
        let halved = settings.learningRate / Double(1 << checkpoint.returns)
        models.setLearningRate(
            halved * (decay > 0 ? min(1, max(0, rest / decay)) : 1),
            discriminatorPace: settings.discriminatorPace)
        models.isTraining = true
        var generator = SeededGenerator(seed: seed, part: UInt64(number))
        try Torch.seed(generator.next())
        loader.foresee(wishes(of: number) + wishes(of: number + 1))
        guard let cycleStep, isCycle(number) else { return try segmenterStep(part: number) }
        let batch = try tensors(loader.batch(realWish(number)))
        // Every other step the generator draws recombined masks, where only the discriminator and the segmenter judge.
        let recombined = try maskWish(number).map { try target(loader.batch($0)) }
        let losses = try cycleStep(
            images: batch.images, target: batch.target, recombined: recombined, isWhole: isWhole(number),
            using: &generator)
        try models.average("generator")?.update()
        if isWhole(number) { try models.average("segmenter")?.update() }
        if isGeneratorStage { return losses }
        for part in extraParts(of: number) { _ = try segmenterStep(part: part) }
        return losses
    }

    /// A step of the segmenter alone.
    private func segmenterStep(part: Int) throws -> [(name: String, value: Tensor)] {
        let batch = try tensors(segmenterBatch(part: part))
        let loss = try Torch.autocast(settings.precision == .bf16 ? .bfloat16 : nil, on: device) {
            try SegmentationLoss.value(
                models.segmenter(batch.images), target: batch.target, borderWeight: settings.borderWeight ?? 1)
        }
        try (loss * settings.weights.segmentation).backward()
        try models.segmenterOptimizer.update()
        try models.average("segmenter")?.update()
        return [("segmentation", try loss.detach())]
    }
}
