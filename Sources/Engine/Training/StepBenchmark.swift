import Imaging
import Runs
import Torch

/// Times full training steps on made-up images: the published losses without VGG.
public struct StepBenchmark {
    private var step: CycleStep
    private let images: Tensor
    private let condition: CycleStep.Condition
    private let device: Device
    private let memoryBefore: Int

    public init(
        base: Int, batch: Int, height: Int, width: Int, precision: TrainingSettings.Precision, device: Device
    ) throws {
        memoryBefore = CardLibrary.card(of: device)?.memoryUsed ?? 0
        Torch.tuneConvolutions()
        var settings = TrainingSettings(preset: .paper)
        (settings.base, settings.batch, settings.precision) = (base, batch, precision)
        settings.weights.matchedFeatures = 0
        let models = try Models(settings, channels: 1, device: device)
        guard let cycle = models.cycle else { throw TorchError.failed("the paper's preset trains a cycle") }
        step = CycleStep(settings: settings, models: models, cycle: cycle, vgg: nil, device: device)
        images = try (Tensor.uniform([batch, 1, height, width], device: device) * 2 - 1)
        condition = .init(
            target: try Tensor.uniform([batch, height, width], device: device).isGreater(than: 0.7).to(.int64))
        self.device = device
    }

    /// What was measured of `repeats` steps, after one that is not counted.
    public struct Times {
        /// Of each step.
        public let seconds: [Double]
        /// Floating-point operations of the convolutions and matrix products of a step, on average, as
        /// `Torch.countingOperations` counts them: the styles, which are drawn, change them a little.
        public let operations: Double
    }

    public func times(repeats: Int) throws -> Times {
        var random = SeededGenerator(seed: 0)
        var (seconds, operations) = ([Double](), [Int]())
        for _ in 0...repeats {
            seconds.append(
                try ContinuousClock().measure {
                    operations.append(
                        try Torch.countingOperations {
                            _ = try step(images: images, condition: condition, recombined: nil, using: &random)
                        })
                    try Torch.wait(for: device)
                }.seconds)
        }
        let counted = operations.dropFirst()
        return Times(
            seconds: Array(seconds.dropFirst()), operations: Double(counted.reduce(0, +)) / Double(counted.count))
    }

    /// The part of a step that a phase takes.
    public struct Phase: Encodable, Equatable, Sendable {
        public let name: String
        /// The median.
        public let seconds: Double
    }

    /// The phases of `repeats` further steps, in order; waiting for the device after each makes these steps slower.
    public func phases(repeats: Int) throws -> [Phase] {
        var random = SeededGenerator(seed: 0)
        var (names, times) = ([String](), [String: [Double]]())
        var last = ContinuousClock.now
        var marked = step
        marked.mark = { [device] name in
            try Torch.wait(for: device)
            let now = ContinuousClock.now
            if times[name] == nil { names.append(name) }
            times[name, default: []].append((now - last).seconds)
            last = now
        }
        for _ in 0..<repeats {
            try Torch.wait(for: device)
            last = .now
            _ = try marked(images: images, condition: condition, recombined: nil, using: &random)
        }
        return names.map { name in
            let sorted = (times[name] ?? []).sorted()
            return Phase(name: name, seconds: sorted[sorted.count / 2])
        }
    }

    /// The most bytes that the steps so far took: on a graphics card those in use more than before, on the processor all that
    /// the process had in memory.
    public var peakMemory: Int {
        // libtorch gives nothing back to a card while it runs.
        CardLibrary.card(of: device).map { $0.memoryUsed - memoryBefore } ?? ProcessMemory.peak
    }

    /// The card's name; nil on the processor.
    public var card: String? { CardLibrary.card(of: device)?.name }
}
