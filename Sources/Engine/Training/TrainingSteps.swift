import Foundation
import Imaging
import Runs
import Torch

/// The steps of a training: crops in, weights moved. With several processes each takes them with its part of every batch.
final class TrainingSteps {
    /// Where a training is, as far as a step depends on it.
    struct Stage {
        /// Returns from numbers that ran away: each brings other random numbers and halves the learning rate.
        var returns = 0
        /// Whether the CycleGAN of arm synthetic is trained.
        var isGenerators = false
        /// The part of the stage that is done, 0...1.
        var spent = 0.0
    }

    let settings: TrainingSettings
    let recombined: RecombinedCrops?
    private let models: Models
    private let data: TrainingData
    private let device: Device
    private let share: BatchShare
    private let group: ProcessGroup?
    private let sampler: CropSampler
    private let synthetic: CropSampler?
    private let dense: DenseMaskSampler?
    private let cycleStep: CycleStep?
    /// What the new segmenter of arm synthetic gets beside the real crops, once it is there.
    private var generated: GeneratedCrops?

    /// - Parameter ranks: the processes that share every batch; nil: this one has it whole.
    init(settings: TrainingSettings, models: Models, data: TrainingData, device: Device, ranks: Ranks?) throws {
        (self.settings, self.models, self.data, self.device) = (settings, models, data, device)
        (share, group) = (ranks?.share ?? .whole, ranks?.tensors)
        if settings.batchStatistics == .synchronised {
            for (_, store) in models.stores { store.statisticsGroup = group }
        }
        func crops(of images: [TrainingImage]) -> CropSampler {
            CropSampler(
                images, height: settings.cropHeight, width: settings.cropWidth, classes: settings.classes,
                augmentation: settings.augmentation)
        }
        sampler = crops(of: data.training)
        synthetic = data.synthetic.isEmpty ? nil : crops(of: data.synthetic)
        recombined = settings.arm == .recombined ? RecombinedCrops(data.training, crops: sampler) : nil
        let vgg = try settings.vgg.map { try VGGLoss(path: $0, device: device) }
        let (share, group) = (share, group)
        cycleStep = models.cycle.map {
            CycleStep(
                settings: settings, models: models, cycle: $0, vgg: vgg, device: device, share: share, group: group)
        }
        if models.cycle != nil && (settings.styleSource == .encoder || settings.arm == .synthetic) {
            let recombined = DenseMaskSampler(
                data.training.map(\.labels), height: settings.cropHeight, width: settings.cropWidth,
                classes: settings.classes)
            dense = recombined.cellCount > 0 ? recombined : nil
        } else {
            dense = nil
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

    /// One step; its random numbers depend on the seed and its number alone, so that a resumed run repeats them.
    func callAsFunction(_ number: Int, at stage: Stage) throws -> [(name: String, value: Tensor)] {
        let decay = settings.learningRateDecay
        let rest = 1 - stage.spent
        let halved = settings.learningRate / Double(1 << stage.returns)
        models.setLearningRate(
            halved * (decay > 0 ? min(1, max(0, rest / decay)) : 1),
            discriminatorPace: settings.discriminatorPace)
        models.isTraining = true
        let seed = seed(stage)
        var generator = SeededGenerator(seed: seed, part: UInt64(number))
        try Torch.seed(generator.next())
        guard let cycleStep, settings.arm == .cyclegan || stage.isGenerators, number > settings.warmUp ?? 0 else {
            return try segmenterStep(part: number, at: stage)
        }
        let batch = try tensors(sampler.batch(count: settings.batch, seed: seed, step: number))
        let isWhole = isWhole(number, at: stage)
        // Every other step the generator draws recombined masks, where only the discriminator and the segmenter judge.
        let recombined = try number % 2 == 0 ? dense.map { try denseTarget($0, number, seed) } : nil
        let losses = try cycleStep(
            images: batch.images, target: batch.target, recombined: recombined, isWhole: isWhole,
            using: &generator)
        try models.average("generator")?.update()
        if isWhole { try models.average("segmenter")?.update() }
        if stage.isGenerators { return losses }
        for extra in 0..<settings.segmenterSteps {
            // Numbers that no other batch has.
            _ = try segmenterStep(part: -(number * settings.segmenterSteps + extra) - 1, at: stage)
        }
        return losses
    }

    /// Whether a step of the CycleGAN trains the segmenter too.
    func isWhole(_ step: Int, at stage: Stage) -> Bool {
        !stage.isGenerators || step % (settings.cycleEvery ?? 1) == 0
    }

    /// The seed of the steps: another one after every return from numbers that ran away.
    private func seed(_ stage: Stage) -> UInt64 {
        settings.seed ^ UInt64(stage.returns) &* 0x9E37_79B9_7F4A_7C15
    }

    /// A step of the segmenter alone.
    private func segmenterStep(part: Int, at stage: Stage) throws -> [(name: String, value: Tensor)] {
        let batch = try tensors(segmenterBatch(part: part, at: stage))
        let loss = try Torch.autocast(settings.precision == .bf16 ? .bfloat16 : nil, on: device) {
            try SegmentationLoss.value(
                models.segmenter(batch.images), target: batch.target, borderWeight: settings.borderWeight ?? 1,
                over: settings.batchStatistics == .synchronised ? group : nil)
        }
        try (loss * settings.weights.segmentation)
            .backward(into: models.segmenter.store.trainable, averagedOver: group)
        try models.segmenterOptimizer.update()
        try models.average("segmenter")?.update()
        return [("segmentation", try loss.detach())]
    }

    /// Crops for the segmenter alone, of which a share comes from the synthetic images or is made afresh.
    private func segmenterBatch(part: Int, at stage: Stage) throws -> CropSampler.Batch {
        let seed = seed(stage)
        guard synthetic != nil || generated != nil || recombined != nil else {
            return sampler.batch(count: settings.batch, seed: seed, step: part)
        }
        // The share holds over the steps where it is no whole number of crops.
        var generator = SeededGenerator(seed: seed ^ Self.syntheticSalt, part: UInt64(bitPattern: Int64(part)))
        let wanted = Double(settings.batch) * (settings.syntheticRatio ?? 0.5) * madeShare(stage)
        let whole = Int(wanted.rounded(.down))
        let count = whole + (generator.happens(wanted - Double(whole)) ? 1 : 0)
        let real = sampler.batch(count: settings.batch - count, seed: seed, step: part)
        if count == 0 { return real }
        let salted = seed ^ Self.syntheticSalt
        if let synthetic { return real + synthetic.batch(count: count, seed: salted, step: part) }
        if let recombined { return real + recombined.batch(count: count, seed: salted, step: part) }
        if let generated { return real + (try generated.batch(count: count, seed: salted, step: part)) }
        return real
    }

    /// What is left of the share of crops made afresh in this step; samples of a set keep theirs.
    private func madeShare(_ stage: Stage) -> Double {
        guard synthetic == nil, let end = settings.syntheticUntil else { return 1 }
        return max(0, 1 - stage.spent / end)
    }

    /// Keeps the sequence of the synthetic crops apart from that of the real ones.
    private static let syntheticSalt: UInt64 = 0x7379_6E74_6800_0001

    /// This process's part of a batch.
    private func tensors(_ whole: CropSampler.Batch) throws -> (images: Tensor, target: Tensor) {
        let batch = share.part(of: whole)
        let images = try Tensor(batch.images, shape: [batch.count, batch.channels, batch.height, batch.width])
        let target = try Tensor(batch.classes, shape: [batch.count, batch.height, batch.width])
        return (try images.to(device: device).contiguous(device.imageFormat), try target.to(device: device))
    }

    private func denseTarget(_ sampler: DenseMaskSampler, _ step: Int, _ seed: UInt64) throws -> Tensor {
        let classes = sampler.batch(count: settings.batch, seed: seed, step: step)
        let whole = try Tensor(classes, shape: [settings.batch, settings.cropHeight, settings.cropWidth])
        return try share.part(of: whole).to(device: device)
    }
}
