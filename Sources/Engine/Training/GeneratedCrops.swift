import Imaging
import Runs
import Torch

/// Crops that a trained generator makes afresh for every step, each in a style between those of two training images, their
/// values varied as those of real crops are.
struct GeneratedCrops {
    /// What crops are made from.
    enum Source {
        /// Masks of recombined training cells, which the generator fills with images.
        case masks(DenseMaskSampler)
        /// Real crops with further cells laid into them: the generator changes their light and colour, not their detail.
        case crops(DenseCropSampler)
    }

    /// The most of the generator's light and colour that a real crop gets: a young generator knows them roughly.
    private static let mostLight: Float = 0.5

    let generator: StyleUNet
    let source: Source
    /// Styles of the training images, N,128; nil: random ones.
    let styles: Tensor?
    let settings: TrainingSettings
    let device: Device

    /// `count` crops, the same for the same seed and step.
    func batch(count: Int, seed: UInt64, step: Int) throws -> CropSampler.Batch {
        var random = SeededGenerator(seed: seed ^ Self.salt, part: UInt64(bitPattern: Int64(step)))
        var samples: [VariedCrop]
        switch source {
        case .masks(let masks):
            let labels = masks.labels(count: count, seed: seed, step: step)
            samples = try images(for: labels, own: nil, using: &random)
        case .crops(let crops):
            let real = (0..<count).map { _ in crops.crop(using: &random) }
            let made = try images(for: real.map(\.sample.labels), own: real.map(\.image), using: &random)
            samples = zip(real, made).map { real, made in
                real.sample.lit(as: made, by: Self.mostLight * Float(random.uniform()))
            }
        }
        var (values, targets): ([Float], [Int64]) = ([], [])
        for index in samples.indices {
            samples[index].varyValues(settings.augmentation, using: &random)
            for plane in samples[index].planes { values.append(contentsOf: plane.values) }
            samples[index].labels.appendClasses(border: settings.classes == 3, to: &targets)
        }
        return CropSampler.Batch(
            images: values, classes: targets, channels: settings.channels, height: settings.cropHeight,
            width: settings.cropWidth, count: count)
    }

    /// The generator's images of masks, in -1...1.
    /// - Parameter own: the training images whose styles are one end of those drawn; nil: any.
    private func images(
        for labels: [LabelImage], own: [Int]?, using random: inout SeededGenerator
    ) throws -> [VariedCrop] {
        let latents = try latents(labels.count, own: own, using: &random)
        let (height, width, area) = (settings.cropHeight, settings.cropWidth, settings.cropHeight * settings.cropWidth)
        let made = try Torch.withoutGradient {
            let wasTraining = generator.store.isTraining
            generator.store.isTraining = false
            defer { generator.store.isTraining = wasTraining }
            let condition = try Tensor.concatenated(
                labels.map { try $0.condition(classes: settings.classes, device: device) }, dimension: 0)
            let noise = try Tensor.uniform([labels.count, height, width, 1], device: device)
            return try Torch.autocast(settings.precision == .bf16 ? .bfloat16 : nil, on: device) {
                try generator(condition, styles: [(latents, StyleUNet.levels)], noise: noise)
                    .to(.float32).clamped(to: -1...1).contiguous()
            }
        }
        let values: [Float] = try made.array()
        let channels = made.size(1)
        return labels.enumerated().map { crop, labels in
            let planes = (0..<channels).map { channel in
                let first = (crop * channels + channel) * area
                return Plane(width: width, height: height, values: Array(values[first..<first + area]))
            }
            return VariedCrop(planes: planes, labels: labels)
        }
    }

    private func latents(_ count: Int, own: [Int]?, using random: inout SeededGenerator) throws -> Tensor {
        guard let styles else { return try .normal([count, StyleUNet.latentSize], device: device) }
        func chosen(_ indices: [Int]) throws -> Tensor {
            try styles.selected(0, Tensor(indices.map(Int64.init), shape: [count]).to(device: device))
        }
        func drawn() -> [Int] { (0..<count).map { _ in random.index(below: styles.size(0)) } }
        let (first, second) = (try chosen(own ?? drawn()), try chosen(drawn()))
        let weights = (0..<count).map { _ in Float(random.uniform()) }
        return try first + (second - first) * Tensor(weights, shape: [count, 1]).to(device: device)
    }

    /// Keeps the sequence of styles and changes apart from that of the masks.
    private static let salt: UInt64 = 0x7374_796C_6573_0001
}

extension VariedCrop {
    /// What is finer than this, in pixels, is detail.
    private static let detail = 3.0

    /// The crop with its own detail and, by the share `share`, the light and colour of another of the same mask.
    func lit(as other: VariedCrop, by share: Float) -> VariedCrop {
        var lit = self
        for index in planes.indices {
            var change = other.planes[index]
            for place in change.values.indices { change.values[place] -= planes[index].values[place] }
            let smooth = change.gaussianBlurred(size: 13, sigma: Self.detail)
            for place in smooth.values.indices {
                let value = planes[index].values[place] + share * smooth.values[place]
                lit.planes[index].values[place] = min(max(value, -1), 1)
            }
        }
        return lit
    }
}
