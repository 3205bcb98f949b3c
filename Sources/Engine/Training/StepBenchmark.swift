import Imaging
import Runs
import Torch

/// Times full training steps on made-up images: the published losses without VGG.
public struct StepBenchmark {
    private let step: CycleStep
    private let images: Tensor
    private let target: Tensor
    private let device: Device

    public init(
        base: Int, batch: Int, height: Int, width: Int, precision: TrainingSettings.Precision, device: Device
    ) throws {
        var settings = TrainingSettings(preset: .paper)
        (settings.base, settings.batch, settings.precision) = (base, batch, precision)
        settings.weights.matchedFeatures = 0
        let models = try Models(settings, channels: 1, device: device)
        guard let cycle = models.cycle else { throw TorchError.failed("the paper's preset trains a cycle") }
        step = CycleStep(settings: settings, models: models, cycle: cycle, vgg: nil, device: device)
        images = try (Tensor.uniform([batch, 1, height, width], device: device) * 2 - 1)
        target = try Tensor.uniform([batch, height, width], device: device).isGreater(than: 0.7).to(.int64)
        self.device = device
    }

    /// Seconds of each of `repeats` steps, after one that is not counted.
    public func seconds(repeats: Int) throws -> [Double] {
        var random = SeededGenerator(seed: 0)
        return try (0...repeats).map { _ in
            try ContinuousClock().measure {
                let losses = try step(images: images, target: target, recombined: nil, using: &random)
                // Reading a loss back waits for the device.
                for loss in losses { _ = try loss.value.item() }
            }.seconds
        }.dropFirst().map { $0 }
    }
}
