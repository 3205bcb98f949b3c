import Imaging
import Runs
import Torch

/// A trained generator at work on masks of any size.
public struct Synthesis {
    let generator: StyleUNet
    let settings: TrainingSettings
    public let bank: StyleBank
    let device: Device

    /// An image for `labels`. The same style and the same seed of the noise give the same image on the same machine.
    public func image(for labels: LabelImage, style: LatentStyle, seed: UInt64) throws -> Image {
        try picture(tensor(for: labels, style: style, seed: seed))
    }

    /// The same as a tensor 1,C,H,W of values about -1...1.
    func tensor(for labels: LabelImage, style: LatentStyle, seed: UInt64) throws -> Tensor {
        let scale = settings.scale ?? 1
        if scale == 1 { return try generated(for: labels, style: style, seed: seed) }
        return try Torch.withoutGradient {
            try generated(for: labels.scaled(by: scale), style: style, seed: seed).to(.float32)
                .bilinear(height: labels.height, width: labels.width, alignCorners: false)
        }
    }

    /// An image of the size that the generator was trained at.
    private func generated(for labels: LabelImage, style: LatentStyle, seed: UInt64) throws -> Tensor {
        try Torch.withoutGradient {
            try Torch.seed(seed)
            var random = SeededGenerator(seed: seed)
            let mask = try bank.condition(
                labels, style: style, settings: settings, device: device, using: &random)
            // One field for the whole image: neighbouring tiles see the same noise where they overlap.
            let tiling = Tiling(overlap: 128, granularity: 16)
            let noise = try Tensor.uniform(
                [1, labels.height + tiling.granularity, labels.width + tiling.granularity, 1], device: device)
            let styles = try style.tensors(device: device)
            return try tiling(mask) { tile, place in
                let field = try noise.narrowed(1, from: place.y, length: tile.size(2))
                    .narrowed(2, from: place.x, length: tile.size(3))
                return try Torch.autocast(settings.precision == .bf16 ? .bfloat16 : nil, on: device) {
                    try generator(tile, styles: styles, noise: field)
                }
            }
        }
    }

    /// A generated tensor 1,C,H,W in [-1, 1] as an image of the training images' depth.
    func picture(_ tensor: Tensor) throws -> Image {
        let (channels, height, width) = (tensor.size(1), tensor.size(2), tensor.size(3))
        let full = settings.bits > 8 ? 65535.0 : 255.0
        let scaled = try ((tensor.to(.float32) + 1) * (full / 2) + 0.5).clamped(to: 0...full).permuted([0, 2, 3, 1])
        let samples: Image.Samples =
            settings.bits > 8
            ? .uint16(try scaled.to(.int32).array(of: Int32.self).map(UInt16.init(clamping:)))
            : .uint8(try scaled.to(.uint8).array())
        return Image(width: width, height: height, channels: channels, samples: samples)
    }
}

extension LatentStyle {
    /// The latent vectors as the generator takes them, 1,128 each, with the number of levels they are for.
    func tensors(device: Device) throws -> [(latent: Tensor, levels: Int)] {
        func tensor(_ values: ArraySlice<Float>) throws -> Tensor {
            try Tensor(Array(values), shape: [1, Self.latentSize]).to(device: device)
        }
        if latents.count == Self.latentSize { return [(try tensor(latents[...]), Self.levels)] }
        return try (0..<Self.levels).map { (try tensor(latent(level: $0)), 1) }
    }
}
