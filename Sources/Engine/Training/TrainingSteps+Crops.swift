import Foundation
import Imaging
import Runs
import Torch

// What a step is given to learn from.
extension TrainingSteps {
    /// Whether crops are drawn while the engine computes: always beside a graphics card; on the processor where libtorch
    /// leaves a core to others.
    static func drawsAhead(for device: Device) -> Bool {
        device != .cpu || Torch.threads < ProcessInfo.processInfo.activeProcessorCount
    }

    /// Whether a step is one of the CycleGAN.
    func isCycle(_ step: Int, at stage: Stage) -> Bool {
        models.cycle != nil && (settings.arm == .cyclegan || stage.isGenerators) && step > settings.warmUp ?? 0
    }

    /// All that a step takes, in the order in which it does.
    func wishes(of step: Int, at stage: Stage) -> [CropWish] {
        guard isCycle(step, at: stage) else { return segmenterWishes(part: step, at: stage) }
        let extra =
            stage.isGenerators ? [] : extraParts(of: step).flatMap { segmenterWishes(part: $0, at: stage) }
        return [realWish(step, at: stage)] + (maskWish(step, at: stage).map { [$0] } ?? []) + extra
    }

    /// The real crops of a step, which every arm learns from alike.
    func realWish(_ part: Int, at stage: Stage) -> CropWish {
        CropWish(source: .real, count: settings.batch, seed: seed(stage), step: part)
    }

    /// Every other step of the CycleGAN has masks of recombined cells beside the images.
    func maskWish(_ step: Int, at stage: Stage) -> CropWish? {
        guard step % 2 == 0, dense != nil else { return nil }
        return CropWish(source: .masks, count: settings.batch, seed: seed(stage), step: step)
    }

    /// The numbers of the segmenter's own steps in a step of the CycleGAN, which no other batch has.
    func extraParts(of step: Int) -> [Int] {
        (0..<settings.segmenterSteps).map { -(step * settings.segmenterSteps + $0) - 1 }
    }

    private func segmenterWishes(part: Int, at stage: Stage) -> [CropWish] {
        let made = madeWish(part: part, count: madeCount(part: part, at: stage), at: stage)
        return [realWish(part, at: stage)] + (made.map { [$0] } ?? [])
    }

    /// How many crops, beside the real ones, come from synthetic images or are made afresh.
    private func madeCount(part: Int, at stage: Stage) -> Int {
        guard !data.synthetic.isEmpty || generated != nil || recombined != nil else { return 0 }
        // The ratio holds over the steps where it is no whole number of crops.
        var generator = SeededGenerator(seed: seed(stage) ^ Self.syntheticSalt, part: UInt64(bitPattern: Int64(part)))
        let wanted = Double(settings.batch) * (settings.syntheticRatio ?? 1) * madeShare(stage)
        let whole = Int(wanted.rounded(.down))
        return whole + (generator.happens(wanted - Double(whole)) ? 1 : 0)
    }

    /// Those crops, where no generator makes them.
    private func madeWish(part: Int, count: Int, at stage: Stage) -> CropWish? {
        guard count > 0, !data.synthetic.isEmpty || recombined != nil else { return nil }
        return CropWish(
            source: data.synthetic.isEmpty ? .recombined : .synthetic, count: count,
            seed: seed(stage) ^ Self.syntheticSalt, step: part)
    }

    /// Crops for the segmenter alone, and those beside them that come from the synthetic images or are made afresh.
    func segmenterCrops(part: Int, at stage: Stage) throws -> (real: CropSampler.Batch, made: CropSampler.Batch?) {
        let count = madeCount(part: part, at: stage)
        let real = loader.batch(realWish(part, at: stage))
        if count == 0 { return (real, nil) }
        if let wish = madeWish(part: part, count: count, at: stage) { return (real, loader.batch(wish)) }
        let salted = seed(stage) ^ Self.syntheticSalt
        return (real, try generated?.batch(count: count, seed: salted, step: part))
    }

    /// What is left of the share of crops made afresh in this step; samples of a set keep theirs.
    private func madeShare(_ stage: Stage) -> Double {
        guard data.synthetic.isEmpty, let end = settings.syntheticUntil else { return 1 }
        return max(0, 1 - stage.spent / end)
    }

    /// Keeps the sequence of the synthetic crops apart from that of the real ones.
    private static let syntheticSalt: UInt64 = 0x7379_6E74_6800_0001

    /// This process's part of a batch on its way to the device.
    func tensors(_ whole: CropSampler.Batch) throws -> (images: Tensor, target: Tensor) {
        let batch = share.part(of: whole)
        let shape = [batch.count, batch.channels, batch.height, batch.width]
        let images = try Tensor.sending(batch.images, shape: shape, to: device).contiguous(device.imageFormat)
        return (images, try target(ofPart: batch))
    }

    /// What a generator is told of this process's part of a batch, on its way to the device.
    func told(_ whole: CropSampler.Batch) throws -> Tensor? { try share.part(of: whole).toldTones(device: device) }

    /// This process's part of masks without images, on its way to the device.
    func condition(_ whole: CropSampler.Batch) throws -> CycleStep.Condition {
        try .init(target: target(ofPart: share.part(of: whole)), tones: told(whole))
    }

    private func target(ofPart batch: CropSampler.Batch) throws -> Tensor {
        try .sending(batch.classes, shape: [batch.count, batch.height, batch.width], to: device)
    }
}
