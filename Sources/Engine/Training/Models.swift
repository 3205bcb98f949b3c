import Runs
import Torch

/// The networks of one training and their optimisers, on one device.
public final class Models {
    public let segmenter: any Segmenter
    /// The networks of the cycle; nil in a conventional training.
    public let cycle: Cycle?
    let segmenterOptimizer: Adam
    /// Moving averages of the networks that are used after training, by their names in checkpoints.
    let averages: [(name: String, average: WeightAverage)]

    /// What a CycleGAN trains beside the segmenter.
    public struct Cycle {
        public let generator: StyleUNet
        public let encoder: StyleEncoder?
        let imageDiscriminator: PatchDiscriminator
        let maskDiscriminator: PatchDiscriminator
        /// Steps the generator and its style encoder.
        let generatorOptimizer: Adam
        /// Steps both discriminators.
        let discriminatorOptimizer: Adam

        init(_ settings: TrainingSettings, channels: Int, device: Device) throws {
            let conditions = settings.classes - 1
            generator = try StyleUNet(settings, channels: channels, device: device)
            encoder =
                settings.styleSource == .encoder
                ? try StyleEncoder(channels: channels + conditions, base: settings.base, device: device) : nil
            imageDiscriminator = try PatchDiscriminator(settings, channels: channels, device: device)
            maskDiscriminator = try PatchDiscriminator(
                channels: conditions, base: settings.base, fan: ParameterStore.Fan(settings.discriminatorFan),
                device: device)
            let decay = (settings.adversarialDecay.mean, settings.adversarialDecay.square)
            generatorOptimizer = try Adam(
                generator.store.trainable + (encoder?.store.trainable ?? []), learningRate: settings.learningRate,
                decay: decay, device: device)
            discriminatorOptimizer = try Adam(
                imageDiscriminator.store.trainable + maskDiscriminator.store.trainable,
                learningRate: settings.learningRate, decay: decay, device: device)
        }
    }

    /// Untrained networks. `channels` are the images'; the same seed gives the same networks on every device.
    public init(_ settings: TrainingSettings, channels: Int, device: Device) throws {
        segmenter = try settings.segmenter.make(
            channels: channels, classes: settings.classes, base: settings.base, device: device)
        segmenterOptimizer = try Adam(
            segmenter.store.trainable, learningRate: settings.learningRate, device: device)
        cycle = settings.arm.hasGenerator ? try Cycle(settings, channels: channels, device: device) : nil
        let averaged = [("segmenter", segmenter.store)] + (cycle.map { [("generator", $0.generator.store)] } ?? [])
        let decay = settings.averaging ?? 0
        averages = decay > 0 ? try averaged.map { ($0.0, try WeightAverage(of: $0.1, decay: decay)) } : []
        try begin(seed: settings.seed)
    }

    /// Makes the networks and the optimisers what they are before a training.
    func begin(seed: UInt64) throws {
        try Torch.seed(seed)
        for (_, store) in stores { try store.initialise() }
        for (_, optimizer) in optimizers { try optimizer.reset() }
        for (_, average) in averages { try average.reset() }
    }

    /// Runs `body` with the averaged weights in place of the last ones, where averages are kept.
    func averaged<Result>(_ body: () throws -> Result) throws -> Result {
        for (_, average) in averages { try average.exchange() }
        do {
            let result = try body()
            for (_, average) in averages { try average.exchange() }
            return result
        } catch {
            for (_, average) in averages { try average.exchange() }
            throw error
        }
    }

    /// The average of one network; nil where none is kept.
    func average(_ name: String) -> WeightAverage? { averages.first { $0.name == name }?.average }

    /// Makes the segmenter and its optimiser what they are before a training.
    func beginSegmenter(seed: UInt64) throws {
        try Torch.seed(seed)
        try segmenter.store.initialise()
        try segmenterOptimizer.reset()
        try average("segmenter")?.reset()
        // The generator is ready: what is used from now on is its average.
        try average("generator")?.exchange()
        try average("generator")?.reset()
    }

    /// The networks' parameters under the names they have in checkpoints.
    var stores: [(name: String, store: ParameterStore)] {
        var stores = [("segmenter", segmenter.store)]
        if let cycle {
            stores.append(("generator", cycle.generator.store))
            if let encoder = cycle.encoder { stores.append(("encoder", encoder.store)) }
            stores.append(("imageDiscriminator", cycle.imageDiscriminator.store))
            stores.append(("maskDiscriminator", cycle.maskDiscriminator.store))
        }
        return stores
    }

    /// The optimisers under the names they have in checkpoints.
    var optimizers: [(name: String, optimizer: Adam)] {
        var optimizers = [("segmenter", segmenterOptimizer)]
        if let cycle {
            optimizers.append(("generator", cycle.generatorOptimizer))
            optimizers.append(("discriminators", cycle.discriminatorOptimizer))
        }
        return optimizers
    }

    /// Switches all networks between training and use.
    var isTraining: Bool {
        get { segmenter.store.isTraining }
        set { for (_, store) in stores { store.isTraining = newValue } }
    }

    /// Whether no weight is NaN or infinite.
    func areFinite() throws -> Bool {
        try stores.allSatisfy { _, store in
            try store.entries.allSatisfy { try $0.tensor.isFinite().all().item() != 0 }
        }
    }

    /// Sets the step size of all optimisers: `rate` is the segmenter's, and the settings have the others' pace.
    func setLearningRate(_ rate: Double, _ settings: TrainingSettings) {
        segmenterOptimizer.learningRate = rate
        guard let cycle else { return }
        cycle.generatorOptimizer.learningRate = rate * (settings.generatorPace ?? 1)
        cycle.discriminatorOptimizer.learningRate =
            cycle.generatorOptimizer.learningRate * settings.discriminatorPace
    }
}

extension StyleUNet {
    /// The generator of a run, of images of so many channels.
    convenience init(_ settings: TrainingSettings, channels: Int, device: Device) throws {
        try self.init(
            conditions: settings.conditions(channels: channels), imageChannels: channels, base: settings.base,
            upsampling: settings.upsampling,
            // Textures are made of noise; that of the finest level, which nothing smooths, is seldom wanted.
            noise: settings.weights.texture ?? 0 > 0 ? StyleUNet.levels - 1 : nil,
            hasGrain: settings.hasGrain, device: device)
    }
}

extension PatchDiscriminator {
    /// The discriminator of a run's images, of so many channels.
    convenience init(_ settings: TrainingSettings, channels: Int, device: Device) throws {
        try self.init(
            channels: channels, base: settings.base, fan: ParameterStore.Fan(settings.discriminatorFan),
            view: settings.discriminatorView, device: device)
    }
}

extension TrainingSettings {
    /// Channels of what a generator of images of so many channels is given.
    fileprivate func conditions(channels: Int) -> Int {
        classes - 1 + (tellsTones ? ObjectTones.planes(channels: channels, hasGrain: hasGrain) : 0)
    }

    /// Whether there is a generator that is told tones.
    var tellsTones: Bool { arm.hasGenerator && tones == .objects }

    /// Whether a generator that is told tones sees noise beside them, as texture to be formed: only a discriminator that sees
    /// details asks for any.
    var hasGrain: Bool { tellsTones && discriminatorView == .details }
}

extension ParameterStore.Fan {
    init(_ setting: TrainingSettings.Fan) { self = setting == .in ? .in : .out }
}
