import Imaging
import Runs
import Torch

/// A picture of where a training stands: a row for each of a few fixed crops, showing the real image, its classes, the
/// segmenter's classes and, in a CycleGAN, the generated image of the true classes, or one of the crops that arm
/// recombined makes. Crops and noise are the same at every step and in every sitting: they come from seed 0 and the data.
struct PreviewSheet {
    let image: Image
    let grid: PreviewGrid
    /// How much another, random style changes the generated images: mean absolute difference, as a part of the real
    /// images' mean absolute deviation. Nil without a generator, or where the real images are flat.
    let styleSpread: Double?

    private static let rows = 4

    /// - Parameter isSegmenterTrained: false leaves the segmenter's column empty.
    init(
        models: Models, data: TrainingData, recombined: RecombinedCrops?, isSegmenterTrained: Bool = true,
        settings: TrainingSettings, device: Device
    ) throws {
        let rows = Self.rows
        let sources = (data.validation + data.training).prefix(rows)
        let (height, width) = (settings.cropHeight, settings.cropWidth)
        let sampler = CropSampler(
            Array(sources), height: height, width: width, classes: settings.classes, augmentation: .none)
        let batch = sampler.batch(count: 8 * rows, seed: 0, step: 0, withTones: settings.tellsTones).fullest(rows)
        let wasTraining = models.isTraining
        models.isTraining = false
        defer { models.isTraining = wasTraining }
        var names: [PreviewGrid.Column] = [.image, .mask, .segmented]
        var (columns, spread) = try Torch.withoutGradient { () -> ([Tensor], Double?) in
            try Torch.seed(0)
            let images = try Tensor(batch.images, shape: [rows, data.channels, height, width]).to(device: device)
            let target = try Tensor(batch.classes, shape: [rows, height, width]).to(device: device)
            let shade = 2 / Double(settings.classes - 1)
            func shades(_ classes: Tensor) throws -> Tensor {
                let grey = try classes.unsqueezed(1).to(.float32) * shade - 1
                return try grey.repeated([1, data.channels, 1, 1])
            }
            let found = isSegmenterTrained ? try models.segmenter(images).argmax(1) : try target * 0
            let columns = [images, try shades(target), try shades(found)]
            guard let cycle = models.cycle else { return (columns, nil) }
            names.append(.generated)
            let mask = try SegmentationLoss.foreground(target, classes: settings.classes)
            func random() throws -> Tensor { try .normal([rows, StyleUNet.latentSize], device: device) }
            let latent = try cycle.encoder?(images, mask: mask) ?? random()
            let told = try batch.toldTones(hasGrain: settings.hasGrain, device: device)
            let condition = try StyleUNet.condition(mask, tones: told)
            let noise = try Tensor.uniform([rows, height, width, 1], device: device)
            func generated(_ latent: Tensor) throws -> Tensor {
                try cycle.generator(condition, styles: [(latent, StyleUNet.levels)], noise: noise).to(.float32)
            }
            let shown = try generated(latent)
            let difference = try shown.l1Loss(generated(random())).item()
            let contrast = try images.l1Loss(images.mean().repeated([rows, data.channels, height, width])).item()
            return (columns + [shown], contrast > 0 ? difference / contrast : nil)
        }
        if let made = recombined?.batch(count: rows, seed: 0, step: 0) {
            names.append(.recombined)
            columns.append(try Tensor(made.images, shape: [rows, data.channels, height, width]).to(device: device))
        }
        // Columns side by side, rows below one another, channels last.
        let sheet = try Tensor.concatenated(columns.map { try $0.to(.float32) }, dimension: 3)
        let bytes: [UInt8] = try ((sheet + 1) * 127.5).clamped(to: 0...255).permuted([0, 2, 3, 1]).to(.uint8).array()
        image = Image(
            width: width * columns.count, height: height * rows, channels: data.channels, samples: .uint8(bytes))
        grid = PreviewGrid(
            tileWidth: width, tileHeight: height, rows: rows, columns: names)
        styleSpread = spread
    }
}

extension CropSampler.Batch {
    /// The `count` crops that objects cover most, in their order: empty ones show nothing of a training.
    fileprivate func fullest(_ count: Int) -> CropSampler.Batch {
        let size = height * width
        let cover = (0..<self.count).map { crop in classes[crop * size..<(crop + 1) * size].count { $0 != 0 } }
        return choosing(cover.indices.sorted { (cover[$1], $0) < (cover[$0], $1) }.prefix(count).sorted())
    }
}
