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
        return [cycleWish(step, at: stage), maskWish(step, at: stage)].compactMap(\.self) + extra
    }

    /// The same crops for a step of the CycleGAN.
    func cycleWish(_ step: Int, at stage: Stage) -> CropWish {
        var wish = realWish(step, at: stage)
        wish.withTones = settings.tellsTones
        return wish
    }

    /// The real crops of a step, which every arm learns from alike.
    func realWish(_ part: Int, at stage: Stage) -> CropWish {
        CropWish(source: .real, count: settings.batch, seed: seed(stage), step: part)
    }

    /// Every other step of the CycleGAN has masks of recombined cells beside the images.
    func maskWish(_ step: Int, at stage: Stage) -> CropWish? {
        guard step % 2 == 0, dense != nil else { return nil }
        return CropWish(
            source: .masks, count: settings.batch, seed: seed(stage), step: step, withTones: settings.tellsTones)
    }

    /// The numbers of the segmenter's own steps in a step of the CycleGAN, which no other batch has.
    func extraParts(of step: Int) -> [Int] {
        (0..<settings.segmenterSteps).map { -(step * settings.segmenterSteps + $0) - 1 }
    }

    private func segmenterWishes(part: Int, at stage: Stage) -> [CropWish] {
        let counts = madeCounts(part: part, at: stage)
        return [realWish(part, at: stage), drawnWish(part: part, count: counts.drawn, at: stage)].compactMap(\.self)
    }

    /// How many crops, beside the real ones, come from synthetic images or are put together anew, and how many are generated.
    private func madeCounts(part: Int, at stage: Stage) -> (drawn: Int, generated: Int) {
        guard !data.synthetic.isEmpty || generated != nil || recombined != nil else { return (0, 0) }
        var generator = SeededGenerator(seed: seed(stage) ^ Self.syntheticSalt, part: UInt64(bitPattern: Int64(part)))
        // A ratio or a share holds over the steps where it is no whole number of crops.
        func whole(_ wanted: Double) -> Int {
            let least = Int(wanted.rounded(.down))
            return least + (generator.happens(wanted - Double(least)) ? 1 : 0)
        }
        let count = whole(Double(settings.batch) * (settings.syntheticRatio ?? 1) * madeShare(stage))
        if generated == nil { return (count, 0) }
        let drawn = whole(Double(count) * (recombined == nil ? 0 : settings.recombinedShare ?? 0))
        return (drawn, count - drawn)
    }

    /// Those crops that no generator makes.
    private func drawnWish(part: Int, count: Int, at stage: Stage) -> CropWish? {
        guard count > 0 else { return nil }
        return CropWish(
            source: data.synthetic.isEmpty ? .recombined : .synthetic, count: count,
            seed: seed(stage) ^ Self.syntheticSalt, step: part)
    }

    /// Crops for the segmenter alone, and those beside them that come from the synthetic images or are made afresh.
    func segmenterCrops(part: Int, at stage: Stage) throws -> (real: CropSampler.Batch, made: CropSampler.Batch?) {
        let counts = madeCounts(part: part, at: stage)
        let real = loader.batch(realWish(part, at: stage))
        let drawn = drawnWish(part: part, count: counts.drawn, at: stage).map(loader.batch)
        guard counts.generated > 0, let generated else { return (real, drawn) }
        let made = try generated.batch(count: counts.generated, seed: seed(stage) ^ Self.syntheticSalt, step: part)
        return (real, drawn.map { $0 + made } ?? made)
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
    func told(_ whole: CropSampler.Batch) throws -> Tensor? {
        try share.part(of: whole).toldTones(hasGrain: settings.hasGrain, device: device)
    }

    /// This process's part of masks without images, on its way to the device.
    func condition(_ whole: CropSampler.Batch) throws -> CycleStep.Condition {
        try .init(target: target(ofPart: share.part(of: whole)), tones: told(whole))
    }

    private func target(ofPart batch: CropSampler.Batch) throws -> Tensor {
        try .sending(batch.classes, shape: [batch.count, batch.height, batch.width], to: device)
    }
}
