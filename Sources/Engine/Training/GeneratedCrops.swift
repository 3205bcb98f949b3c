import Imaging
import Runs
import Torch

/// Crops that a trained generator makes afresh for every step: images for masks of recombined training cells, each in a
/// style between those of two training images.
struct GeneratedCrops {
    let generator: StyleUNet
    let masks: DenseMaskSampler
    /// Styles of the training images, N,128; nil: random ones.
    let styles: Tensor?
    let settings: TrainingSettings
    let device: Device

    /// `count` images N,C,H,W of about -1...1 and their classes N,H,W; the same for the same seed and step.
    func batch(count: Int, seed: UInt64, step: Int) throws -> (images: Tensor, target: Tensor) {
        let (height, width) = (settings.cropHeight, settings.cropWidth)
        let target = try Tensor(
            masks.batch(count: count, seed: seed, step: step), shape: [count, height, width]
        ).to(device: device)
        let images = try Torch.withoutGradient { () -> Tensor in
            let wasTraining = generator.store.isTraining
            generator.store.isTraining = false
            defer { generator.store.isTraining = wasTraining }
            let condition = try SegmentationLoss.foreground(target, classes: settings.classes)
            let noise = try Tensor.uniform([count, height, width, 1], device: device)
            return try Torch.autocast(settings.precision == .bf16 ? .bfloat16 : nil, on: device) {
                try generator(
                    condition, styles: [(latents(count, seed: seed, step: step), StyleUNet.levels)], noise: noise
                )
                .to(.float32).clamped(to: -1...1)
            }
        }
        return (images, target)
    }

    private func latents(_ count: Int, seed: UInt64, step: Int) throws -> Tensor {
        guard let styles else { return try .normal([count, StyleUNet.latentSize], device: device) }
        var generator = SeededGenerator(seed: seed ^ Self.salt, part: UInt64(bitPattern: Int64(step)))
        func drawn() throws -> Tensor {
            let indices = (0..<count).map { _ in Int64(generator.index(below: styles.size(0))) }
            return try styles.selected(0, Tensor(indices, shape: [count]).to(device: device))
        }
        let (first, second) = (try drawn(), try drawn())
        let weights = (0..<count).map { _ in Float(generator.uniform()) }
        let weight = try Tensor(weights, shape: [count, 1]).to(device: device)
        return try first + (second - first) * weight
    }

    /// Keeps the styles' sequence apart from that of the masks.
    private static let salt: UInt64 = 0x7374_796C_6573_0001
}
