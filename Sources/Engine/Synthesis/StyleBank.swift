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

    /// How the objects of the training images look; none where the generator is told no tones.
    private let tones: [ObjectTones]

    /// The bank of a run with its kept styles, and with `latents`, N,128, and tones of the training images called `names`.
    init(latents: Tensor?, names: [String], kept: [NamedStyle], tones: [ObjectTones] = []) throws {
        (self.kept, self.tones) = (kept, tones)
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

    /// What a generator is given for these labels in this style, 1,C,H,W: the mask, and tones drawn for the objects where
    /// it is told them.
    func condition(
        _ labels: LabelImage, style: LatentStyle, settings: TrainingSettings, device: Device,
        using generator: inout SeededGenerator
    ) throws -> Tensor {
        try labels.condition(settings, device: device) { labels in
            guard let tones = tones(of: style, count: Int(labels.maximum), using: &generator) else {
                throw TorchError.parameters("the training images' tones are not there")
            }
            return tones
        }
    }

    /// Tones for `count` objects of an image in this style: those of the two training images whose styles are nearest,
    /// mixed as the style lies between them; of any two where they have none. Nil where the generator is told no tones.
    func tones(of style: LatentStyle, count: Int, using generator: inout SeededGenerator) -> ObjectTones? {
        guard !tones.isEmpty else { return nil }
        var (first, second) = (generator.index(below: tones.count), generator.index(below: tones.count))
        var weight = generator.uniform()
        if training.count == tones.count {
            let distances = training.map { style.distance(to: $0.style) }
            let order = distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
            (first, second) = (order[0], order[min(1, order.count - 1)])
            let sum = distances[first] + distances[second]
            weight = sum > 0 ? distances[first] / sum : 0
        }
        return ObjectTones.drawn(count, from: tones[first], tones[second], weight: weight, using: &generator)
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

extension LatentStyle {
    /// How far two styles are from each other, over all levels.
    fileprivate func distance(to other: LatentStyle) -> Double {
        (0..<Self.levels).reduce(0.0) { sum, level in
            zip(latent(level: level), other.latent(level: level)).reduce(sum) {
                $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1))
            }
        }.squareRoot()
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
