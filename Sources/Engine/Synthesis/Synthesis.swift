import Imaging
import Runs
import Torch

/// A trained generator at work on masks of any size.
public struct Synthesis {
    let generator: StyleUNet
    let settings: TrainingSettings
    let bank: StyleBank
    let device: Device

    /// A generated image and the style it was given.
    public struct Result {
        public let image: Image
        /// The latent vector, 128 numbers.
        public let style: [Float]
    }

    /// An image for `labels`. The same seed gives the same image on the same machine.
    public func image(for labels: LabelImage, seed: UInt64) throws -> Result {
        var random = SeededGenerator(seed: seed)
        return try Torch.withoutGradient {
            try Torch.seed(random.next())
            let style = try bank.draw(using: &random)
            let (height, width) = (labels.height, labels.width)
            let classes = labels.classes(border: settings.classes == 3).map(Int64.init)
            let target = try Tensor(classes, shape: [1, height, width]).to(device: device)
            let mask = try SegmentationLoss.foreground(target, classes: settings.classes)
            // One field for the whole image: neighbouring tiles see the same noise where they overlap.
            let tiling = Tiling(granularity: 16)
            let noise = try Tensor.uniform([1, height + tiling.tile, width + tiling.tile, 1], device: device)
            let latent = try style.to(device: device)
            let image = try tiling(mask) { tile, place in
                let field = try noise.narrowed(1, from: place.y, length: tile.size(2))
                    .narrowed(2, from: place.x, length: tile.size(3))
                return try Torch.autocast(settings.precision == .bf16 ? .bfloat16 : nil, on: device) {
                    try generator(tile, styles: [(latent, StyleUNet.levels)], noise: field)
                }
            }
            return Result(image: try picture(image), style: try style.array())
        }
    }

    /// A generated tensor 1,C,H,W in [-1, 1] as an image of the training images' depth.
    private func picture(_ tensor: Tensor) throws -> Image {
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
