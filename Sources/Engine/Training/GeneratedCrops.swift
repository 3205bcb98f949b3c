import Imaging
import Runs
import Torch

/// Crops that a trained generator makes afresh for every step: images for masks of recombined training cells, each in a
/// style between those of two training images, their values varied as those of real crops are.
struct GeneratedCrops {
    let generator: StyleUNet
    let masks: DenseMaskSampler
    /// The training images' styles and tones.
    let bank: StyleBank
    let settings: TrainingSettings
    let device: Device

    /// `count` crops, the same for the same seed and step.
    func batch(count: Int, seed: UInt64, step: Int) throws -> CropSampler.Batch {
        let (height, width, area) = (masks.height, masks.width, masks.height * masks.width)
        let labels = masks.labels(count: count, seed: seed, step: step)
        var random = SeededGenerator(seed: seed ^ Self.salt, part: UInt64(bitPattern: Int64(step)))
        let made = try images(for: labels, using: &random)
        let channels = made.size(1)
        let values: [Float] = try made.array()
        var (varied, targets): ([Float], [Int64]) = ([], [])
        varied.reserveCapacity(values.count)
        targets.reserveCapacity(count * area)
        for (crop, labels) in labels.enumerated() {
            let planes = (0..<channels).map { channel in
                let first = (crop * channels + channel) * area
                return Plane(width: width, height: height, values: Array(values[first..<first + area]))
            }
            var sample = VariedCrop(planes: planes, labels: labels)
            sample.varyValues(settings.augmentation, using: &random)
            for plane in sample.planes { varied.append(contentsOf: plane.values) }
            sample.labels.appendClasses(border: settings.classes == 3, to: &targets)
        }
        return CropSampler.Batch(
            images: varied, classes: targets, channels: channels, height: height, width: width, count: count)
    }

    /// Images N,C,H,W in -1...1.
    private func images(for labels: [LabelImage], using random: inout SeededGenerator) throws -> Tensor {
        try Torch.withoutGradient {
            let wasTraining = generator.store.isTraining
            generator.store.isTraining = false
            defer { generator.store.isTraining = wasTraining }
            let styles = try labels.map { _ in try bank.draw(nil, using: &random) }
            let condition = try Tensor.concatenated(
                zip(labels, styles).map { labels, style in
                    try bank.condition(labels, style: style, settings: settings, device: device, using: &random)
                }, dimension: 0)
            let noise = try Tensor.uniform([labels.count, masks.height, masks.width, 1], device: device)
            let latents = try Tensor.sending(
                styles.flatMap(\.latents), shape: [labels.count, StyleUNet.latentSize], to: device)
            return try Torch.autocast(settings.precision == .bf16 ? .bfloat16 : nil, on: device) {
                try generator(condition, styles: [(latents, StyleUNet.levels)], noise: noise)
                    .to(.float32).clamped(to: -1...1).contiguous()
            }
        }
    }

    /// Keeps the sequence of styles and changes apart from that of the masks.
    private static let salt: UInt64 = 0x7374_796C_6573_0001
}
