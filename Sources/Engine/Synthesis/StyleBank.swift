import Imaging
import Runs
import Torch

/// Styles for generated images: those of the training images where a style encoder was trained, else random ones.
struct StyleBank {
    /// Latent vectors of the training images, N,128.
    let styles: Tensor?

    /// The styles of the training images' middles, N,128; nil without a style encoder.
    static func encode(
        _ images: [TrainingImage], models: Models, settings: TrainingSettings, device: Device
    ) throws -> Tensor? {
        guard let encoder = models.cycle?.encoder else { return nil }
        return try Torch.withoutGradient {
            let latents = try images.map { image -> Tensor in
                let classes = image.labels.classes(border: settings.classes == 3).map(Int64.init)
                let (height, width) = (image.labels.height, image.labels.width)
                let (h, w) = (min(height, settings.cropHeight), min(width, settings.cropWidth))
                let target = try Tensor(classes, shape: [1, height, width]).to(device: device)
                let mask = try SegmentationLoss.foreground(target, classes: settings.classes)
                func middle(_ tensor: Tensor) throws -> Tensor {
                    try tensor.narrowed(2, from: (height - h) / 2, length: h)
                        .narrowed(3, from: (width - w) / 2, length: w)
                }
                return try encoder(middle(image.tensor().to(device: device)), mask: middle(mask))
            }
            return try Tensor.concatenated(latents, dimension: 0)
        }
    }

    /// A style for one image: between two of the bank's, or standard normal numbers.
    func draw(using generator: inout SeededGenerator) throws -> Tensor {
        guard let styles else {
            let values = (0..<StyleUNet.latentSize).map { _ in Float(generator.normal()) }
            return try Tensor(values, shape: [1, StyleUNet.latentSize])
        }
        func entry() throws -> Tensor {
            try styles.narrowed(0, from: generator.index(below: styles.size(0)), length: 1)
        }
        let (first, second) = (try entry(), try entry())
        return try first.interpolated(to: second, weight: generator.uniform())
    }
}
