import Imaging
import Runs
import Torch

/// Times the published generator on made-up masks: from labels to an image as it would be written.
public struct SynthesisBenchmark {
    private let synthesis: Synthesis
    private let labels: LabelImage

    public init(base: Int, height: Int, width: Int, precision: TrainingSettings.Precision, device: Device) throws {
        var settings = TrainingSettings(preset: .paper)
        (settings.base, settings.precision) = (base, precision)
        let generator = try StyleUNet(conditions: settings.classes - 1, imageChannels: 1, base: base, device: device)
        try Torch.seed(0)
        try generator.store.initialise()
        generator.store.isTraining = false
        synthesis = Synthesis(
            generator: generator, settings: settings, bank: try StyleBank(latents: nil, names: [], kept: []),
            device: device)
        // Squares of 24 pixels, 16 apart.
        var labels = LabelImage(width: width, height: height)
        for y in 0..<height {
            for x in 0..<width where y % 40 < 24 && x % 40 < 24 {
                labels[x, y] = Int32(y / 40 * ((width + 39) / 40) + x / 40 + 1)
            }
        }
        self.labels = labels
    }

    /// Seconds of each of `repeats` images, after one that is not counted.
    public func seconds(repeats: Int) throws -> [Double] {
        var random = SeededGenerator(seed: 0)
        return try (0...repeats).map { _ in
            let style = try synthesis.bank.draw(.random, using: &random)
            return try ContinuousClock().measure {
                _ = try synthesis.image(for: labels, style: style, seed: random.next())
            }.seconds
        }.dropFirst().map { $0 }
    }
}
