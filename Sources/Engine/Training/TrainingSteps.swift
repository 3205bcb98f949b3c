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
    let models: Models
    let data: TrainingData
    let device: Device
    let share: BatchShare
    private let group: ProcessGroup?
    /// Draws the crops of the steps.
    let loader: CropLoader
    let dense: DenseMaskSampler?
    /// Those of the training images, where the generator is told tones; else none.
    let tones: [ObjectTones]
    private let cycleStep: CycleStep?
    /// What the new segmenter of arm synthetic gets beside the real crops, once it is there.
    private(set) var generated: GeneratedCrops?

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
        tones = settings.tellsTones ? data.training.map(\.tones) : []
        let sampler = crops(of: data.training)
        let synthetic = data.synthetic.isEmpty ? nil : crops(of: data.synthetic)
        let hasRecombined =
            settings.arm == .recombined || settings.arm == .synthetic && settings.recombinedShare ?? 0 > 0
        recombined = hasRecombined ? RecombinedCrops(data.training, crops: sampler) : nil
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
        let sources = CropSources(real: sampler, synthetic: synthetic, recombined: recombined, masks: dense)
        loader = CropLoader(isAhead: Self.drawsAhead(for: device), sources.batch)
        // Crops, and the images that are validated on, come again in the same sizes.
        Torch.tuneConvolutions()
    }

    /// Puts the generator to work for the segmenter.
    func makeGeneratedCrops() throws {
        guard let cycle = models.cycle, let dense else { return }
        let styles = try StyleBank.encode(data.training, models: models, settings: settings, device: device)
        generated = GeneratedCrops(
            generator: cycle.generator, masks: dense,
            bank: try StyleBank(latents: styles, names: data.training.map(\.name), kept: [], tones: tones),
            settings: settings, device: device)
    }

    /// One step; its random numbers depend on the seed and its number alone, so that a resumed run repeats them.
    func callAsFunction(_ number: Int, at stage: Stage) throws -> [(name: String, value: Tensor)] {
        let decay = settings.learningRateDecay
        let rest = 1 - stage.spent
        let halved = settings.learningRate / Double(1 << stage.returns)
        models.setLearningRate(halved * (decay > 0 ? min(1, max(0, rest / decay)) : 1), settings)
        models.isTraining = true
        var generator = SeededGenerator(seed: seed(stage), part: UInt64(number))
        try Torch.seed(generator.next())
        loader.foresee(wishes(of: number, at: stage) + wishes(of: number + 1, at: stage))
        guard let cycleStep, isCycle(number, at: stage) else { return try segmenterStep(part: number, at: stage) }
        let real = loader.batch(cycleWish(number, at: stage))
        let batch = try tensors(real)
        let isWhole = isWhole(number, at: stage)
        // Every other step the generator draws recombined masks, where only the discriminator and the segmenter judge.
        let recombined = try maskWish(number, at: stage).map { wish in
            var masks = loader.batch(wish)
            // Each mask is drawn in the style of the crop beside it, and its cells in tones that are there.
            masks.tones = zip(real.tones, masks.regions).map { tones, regions in
                tones.drawn(regions.count, others: real.tones, using: &generator)
            }
            return try condition(masks)
        }
        let losses = try cycleStep(
            images: batch.images, condition: .init(target: batch.target, tones: told(real)), recombined: recombined,
            isWhole: isWhole, using: &generator)
        try models.average("generator")?.update()
        if isWhole { try models.average("segmenter")?.update() }
        if stage.isGenerators { return losses }
        for part in extraParts(of: number) { _ = try segmenterStep(part: part, at: stage) }
        return losses
    }

    /// Whether a step of the CycleGAN trains the segmenter too.
    func isWhole(_ step: Int, at stage: Stage) -> Bool {
        guard stage.isGenerators else { return true }
        let every = settings.cycleEvery ?? 1
        return every > 0 && step % every == 0
    }

    /// The seed of the steps: another one after every return from numbers that ran away.
    func seed(_ stage: Stage) -> UInt64 {
        settings.seed ^ UInt64(stage.returns) &* 0x9E37_79B9_7F4A_7C15
    }

    /// A step of the segmenter alone.
    private func segmenterStep(part: Int, at stage: Stage) throws -> [(name: String, value: Tensor)] {
        let (real, made) = try segmenterCrops(part: part, at: stage)
        let batch = try tensors(made.map { real + $0 } ?? real)
        if share.rank > 0 {
            // Each process drops other features; what all of them draw alike is drawn by now.
            let seed = seed(stage) &+ UInt64(share.rank)
            var generator = SeededGenerator(seed: seed, part: UInt64(bitPattern: Int64(part)))
            try Torch.seed(generator.next())
        }
        let loss = try Torch.autocast(settings.precision == .bf16 ? .bfloat16 : nil, on: device) {
            try SegmentationLoss.value(
                models.segmenter(batch.images), target: batch.target, for: settings, sharedBy: group)
        }
        try (loss * settings.weights.segmentation)
            .backward(into: models.segmenter.store.trainable, averagedOver: group)
        try models.segmenterOptimizer.update()
        try models.average("segmenter")?.update()
        return [("segmentation", try loss.detach())]
    }
}
