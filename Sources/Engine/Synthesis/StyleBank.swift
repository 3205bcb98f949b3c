import Imaging
import Runs
import Torch

/// Where generated images get their styles from: those of the training images where a style encoder was trained, those
/// that the user kept, or random ones.
public struct StyleBank: Sendable {
    /// The styles of the training images, called as these are.
    public let training: [NamedStyle]
    /// Those that the user kept.
    public let kept: [NamedStyle]

    /// The bank of a run with its kept styles and `latents`, N,128, of the training images called `names`.
    init(latents: Tensor?, names: [String], kept: [NamedStyle]) throws {
        self.kept = kept
        let values: [Float] = try latents?.to(device: .cpu).array() ?? []
        let count = values.count / LatentStyle.latentSize
        // A run of older times may have other images than styles: then they have numbers.
        let isNamed = names.count == count
        training = (0..<count).map { index in
            let name = isNamed ? names[index] : "\(index + 1)"
            let latent = Array(values[index * LatentStyle.latentSize..<(index + 1) * LatentStyle.latentSize])
            return NamedStyle(name: name, style: LatentStyle(latents: latent, source: "of \(name)"))
        }
    }

    /// A style for one image, as `choice` says; nil: as it comes, from the training images where they have styles.
    /// - Throws: `InputError` where there is no style of the name, or no training image has one.
    public func draw(_ choice: StyleChoice?, using generator: inout SeededGenerator) throws -> LatentStyle {
        switch choice {
        case nil: return training.isEmpty ? random(using: &generator) : try draw(.bank, using: &generator)
        case .random: return random(using: &generator)
        case .bank:
            guard !training.isEmpty else {
                throw InputError(
                    "--style bank", "is not there: the run learned no style encoder",
                    advice: "use --style random, or train with --styles encoder")
            }
            let first = training[generator.index(below: training.count)]
            let second = training[generator.index(below: training.count)]
            return between(first, second, weight: generator.uniform())
        case .mixed:
            let (first, second) = (try draw(nil, using: &generator), try draw(nil, using: &generator))
            let level = 1 + generator.index(below: LatentStyle.levels - 1)
            return first.mixed(
                with: second, from: level, source: "\(first.source), from level \(level + 1) on \(second.source)")
        case .named(let name): return try named(name).style
        case .between(let first, let second, let weight):
            return between(try named(first), try named(second), weight: weight ?? generator.uniform())
        }
    }

    private func random(using generator: inout SeededGenerator) -> LatentStyle {
        LatentStyle(latents: (0..<LatentStyle.latentSize).map { _ in Float(generator.normal()) }, source: "random")
    }

    private func between(_ first: NamedStyle, _ second: NamedStyle, weight: Double) -> LatentStyle {
        let hundredths = Int((weight * 100).rounded())
        return first.style.interpolated(
            to: second.style, weight: weight, source: "\(hundredths) % from \(first.name) to \(second.name)")
    }

    private func named(_ name: String) throws -> NamedStyle {
        if let style = kept.first(where: { $0.name == name }) {
            return NamedStyle(name: name, style: LatentStyle(latents: style.style.latents, source: "kept as \(name)"))
        }
        if let style = training.first(where: { $0.name == name }) { return style }
        throw InputError(
            "--style \(name)", "is neither a style that was kept nor a training image with one",
            advice: "see `petri styles RUN`")
    }

    /// The styles of the training images' middles, N,128; nil without a style encoder.
    static func encode(
        _ images: [TrainingImage], models: Models, settings: TrainingSettings, device: Device
    ) throws -> Tensor? {
        guard let encoder = models.cycle?.encoder else { return nil }
        return try Torch.withoutGradient {
            let latents = try images.map { image -> Tensor in
                let (height, width) = (image.labels.height, image.labels.width)
                let (h, w) = (min(height, settings.cropHeight), min(width, settings.cropWidth))
                let mask = try image.labels.condition(classes: settings.classes, device: device)
                func middle(_ tensor: Tensor) throws -> Tensor {
                    try tensor.narrowed(2, from: (height - h) / 2, length: h)
                        .narrowed(3, from: (width - w) / 2, length: w)
                }
                return try encoder(middle(image.tensor().to(device: device)), mask: middle(mask))
            }
            return try Tensor.concatenated(latents, dimension: 0)
        }
    }
}

extension LabelImage {
    /// The mask as a generator takes it: one channel of zeros and ones for every class but background, 1,classes-1,H,W.
    func condition(classes: Int, device: Device) throws -> Tensor {
        let target = try Tensor(
            self.classes(border: classes == 3).map(Int64.init), shape: [1, height, width]
        ).to(device: device)
        return try SegmentationLoss.foreground(target, classes: classes)
    }
}
