import Imaging
import Runs
import Torch

/// Finds the style with which a generator best reproduces a given image of known objects, by descent through the generator.
public struct StyleFit {
    /// What was found, and how far the image stays from it.
    public struct Finding {
        public let style: LatentStyle
        /// Mean absolute difference of scaled pixels (0...2) with the best style to begin from, and with the one found.
        public let before: Double
        public let after: Double
    }

    private let synthesis: Synthesis
    private let discriminator: PatchDiscriminator?

    /// Styles that are tried to begin from, beside those of the training images.
    private static let trials = 16
    private static let learningRate = 0.05

    /// A search through a run's generator; its discriminator's features count beside the pixels.
    public init(_ trained: TrainedRun) throws {
        synthesis = try trained.synthesis()
        discriminator = try trained.imageDiscriminator()
        try synthesis.generator.store.setRequiresGradient(false)
        try discriminator?.store.setRequiresGradient(false)
    }

    /// Fits the style of `image`, a latent vector for each level, in so many steps on crops of the size trained on.
    public func style(
        of image: TrainingImage, steps: Int, seed: UInt64, progress: (Int, Double) throws -> Void
    ) throws -> Finding {
        let (settings, device) = (synthesis.settings, synthesis.device)
        let image = image.scaled(by: settings.scale ?? 1)
        var random = SeededGenerator(seed: seed)
        try Torch.seed(random.next())
        let mask = try image.labels.condition(settings, device: device) { ObjectTones(of: image.planes, in: $0) }
        let pixels = try image.tensor().to(device: device)
        let window = Window(image, settings)
        /// The middle of the image beside what a style makes of its mask.
        func distance(_ style: LatentStyle) throws -> Double {
            let (y, x) = window.middle
            let made = try generated(mask, y, x, window, style.tensors(device: device))
            return try made.l1Loss(window.cut(pixels, y, x)).item()
        }
        let start = try Torch.withoutGradient {
            var start = try
                (synthesis.bank.training.map(\.style)
                + (0..<Self.trials).map { _ in try synthesis.bank.draw(.random, using: &random) })
                .map { ($0, try distance($0)) }
            start.sort { $0.1 < $1.1 }
            return start[0]
        }
        let latents = try (0..<LatentStyle.levels).map { level in
            let latent = try Tensor(Array(start.0.latent(level: level)), shape: [1, LatentStyle.latentSize])
                .to(device: device)
            try latent.setRequiresGradient(true)
            return latent
        }
        let optimizer = try Adam(latents, learningRate: Self.learningRate, device: device)
        for step in 1...steps {
            let (y, x) = window.place(using: &random)
            let real = try window.cut(pixels, y, x)
            let made = try generated(mask, y, x, window, latents.map { ($0, 1) })
            var loss = try made.l1Loss(real)
            if let discriminator {
                let truth = try Torch.withoutGradient { try discriminator.verdict(real).features }
                loss = try loss + FeatureMatching.value(discriminator.verdict(made).features, truth)
            }
            try loss.backward(into: latents)
            try optimizer.update()
            try progress(step, loss.item())
        }
        let found = LatentStyle(
            latents: try latents.flatMap { try $0.detach().array(of: Float.self) }, source: "fitted")
        let after = try Torch.withoutGradient { try distance(found) }
        // A descent on few crops may end beside the middle's best.
        let style = after <= start.1 ? found : LatentStyle(latents: start.0.latents, source: "fitted")
        return Finding(style: style, before: start.1, after: min(after, start.1))
    }

    private func generated(
        _ mask: Tensor, _ y: Int, _ x: Int, _ window: Window, _ styles: [(latent: Tensor, levels: Int)]
    ) throws -> Tensor {
        let noise = try Tensor.uniform([1, window.height, window.width, 1], device: synthesis.device)
        return try synthesis.generator(window.cut(mask, y, x), styles: styles, noise: noise)
    }

    /// A crop of an image, of the size trained on or of what there is, divisible by 16.
    private struct Window {
        let height: Int
        let width: Int
        private let rows: Int
        private let columns: Int

        init(_ image: TrainingImage, _ settings: TrainingSettings) {
            height = min(settings.cropHeight, image.height / 16 * 16)
            width = min(settings.cropWidth, image.width / 16 * 16)
            (rows, columns) = (image.height - height, image.width - width)
        }

        var middle: (Int, Int) { (rows / 2, columns / 2) }

        func place(using random: inout SeededGenerator) -> (Int, Int) {
            (random.index(below: rows + 1), random.index(below: columns + 1))
        }

        func cut(_ tensor: Tensor, _ y: Int, _ x: Int) throws -> Tensor {
            try tensor.narrowed(2, from: y, length: height).narrowed(3, from: x, length: width)
        }
    }
}
