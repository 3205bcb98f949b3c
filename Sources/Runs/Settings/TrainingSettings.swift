import Imaging

/// Everything a training depends on besides the data; recorded in run.json.
public struct TrainingSettings: Codable, Equatable, Sendable {
    /// What is trained.
    public enum Arm: String, Codable, Sendable, CaseIterable {
        /// Generator, segmenter and both discriminators together.
        case cyclegan
        /// The segmenter alone on the same data: what the paper compares with.
        case conventional
        /// First the CycleGAN for the generator's sake, then a new segmenter on real crops and on crops that the generator
        /// makes afresh for recombined masks.
        case synthetic
        /// The segmenter alone, on real crops and on crops put together anew of the training images' cells and colours.
        case recombined

        /// Whether there is a generator.
        public var hasGenerator: Bool { self == .cyclegan || self == .synthetic }
    }

    /// Named sets of defaults.
    public enum Preset: String, Codable, Sendable, CaseIterable {
        /// For a processor: narrow networks, small crops.
        case tiny
        /// For a small graphics card.
        case small
        /// The published system.
        case paper
    }

    /// The arithmetic of the networks.
    public enum Precision: String, Codable, Sendable, CaseIterable { case float32, bf16 }

    /// Where the generator's styles come from in training.
    public enum StyleSource: String, Codable, Sendable, CaseIterable {
        /// Standard normal numbers, as published.
        case random
        /// A style encoder: the pixel losses get the style of the image they compare with.
        case encoder
    }

    /// What the generator is told beside the mask.
    public enum Tones: String, Codable, Sendable, CaseIterable {
        /// Nothing, as published: cells of one image differ in nothing but shape.
        case none
        /// How bright and uneven each object and the background are.
        case objects
    }

    /// How the segmenter's own masks enter the cycle.
    public enum MaskGradient: String, Codable, Sendable, CaseIterable {
        /// The class of the largest logit, as published: no gradient reaches the segmenter.
        case none
        /// The same mask forwards, the probabilities' gradient backwards (Bengio et al. 2013).
        case straightThrough
    }

    /// Whether the segmenter's loss on generated images reaches the generator.
    public enum ImageGradient: String, Codable, Sendable, CaseIterable {
        /// It does not: the segmenter learns from the images as they are.
        case none
        /// It does, as published: the two soon agree on outlines and one grey that make objects easy to find, which real
        /// images lack.
        case full
    }

    /// How the generator's decoder doubles the resolution.
    public enum Upsampling: String, Codable, Sendable, CaseIterable {
        /// 2x2 transposed convolution, as published; prone to checkerboards.
        case transposed
        /// Bilinear resampling and a 3x3 convolution (Odena et al. 2016). Its noise starts silent: with a random gain the
        /// background stays grainy through a short training.
        case resize
    }

    /// Which products a convolution's first weights are scaled by.
    public enum Fan: String, Codable, Sendable, CaseIterable {
        /// Those that an output sums: values keep their size from layer to layer.
        case `in`
        /// Those that an input enters, as published: a layer with few outputs, as every network's last, starts with
        /// values many times too large.
        case out
    }

    /// What the images' discriminator looks at.
    public enum DiscriminatorView: String, Codable, Sendable, CaseIterable {
        /// The image, its layers normalised by the batch, as published.
        case image
        /// The image beside its details magnified, not normalised.
        case details
    }

    /// What is done when a loss or a weight is no finite number any more; the checkpoints stay good in either case.
    public enum NonFinite: String, Codable, Sendable, CaseIterable {
        /// Goes back to the last good checkpoint, with other random numbers and half the learning rate, a few times.
        case back
        /// Ends the training as failed.
        case stop
    }

    /// Whose crops batch normalisation, and the Dice term of the segmenter's loss, take together where several processes
    /// share a batch.
    public enum BatchStatistics: String, Codable, Sendable, CaseIterable {
        /// Each process its own part's.
        case local
        /// The whole batch's, as one process would.
        case synchronised
    }

    /// How objects are found among the classes of pixels.
    public enum Recovery: String, Codable, Sendable, CaseIterable {
        /// The likeliest class decides, and objects under 15 pixels are dropped.
        case published
        /// They are parted where the network is less sure of the interior than on either side; how much less, and the least
        /// area, are those with which validation images and some training images score best.
        case fitted
    }

    /// What the curves are written as.
    public enum CurveFiles: String, Codable, Sendable {
        /// metrics.jsonl alone.
        case metrics
        /// Also event files that TensorBoard reads, in tensorboard/.
        case tensorBoard
    }

    /// How fast Adam forgets: 0 at once, towards 1 ever slower.
    public struct AdamDecay: Codable, Equatable, Sendable {
        public var mean: Double
        public var square: Double

        public init(mean: Double, square: Double) { (self.mean, self.square) = (mean, square) }
    }

    /// When a training ends; the first limit that is reached counts.
    public struct Budget: Codable, Equatable, Sendable {
        public var steps: Int?
        public var epochs: Int?
        public var minutes: Double?

        /// The most steps or epochs there may be.
        public static let most = 1_000_000_000

        public init(steps: Int? = nil, epochs: Int? = nil, minutes: Double? = nil) {
            (self.steps, self.epochs, self.minutes) = (steps, epochs, minutes)
        }
    }

    public var arm = Arm.cyclegan
    public var preset: Preset
    public var segmenter = SegmenterKind.deepsea
    /// 2: background and object; 3: also the objects' borders, which keep touching objects apart.
    public var classes: Int
    /// How objects are found among the classes.
    public var recovery: Recovery
    /// The orientations, of the eight that turns and mirrors give, in which `petri segment` looks at an image;
    /// validations look at one. nil: 1.
    public var orientations: Int?
    /// Width of the networks, published 64.
    public var base: Int
    /// Size of the crops that are trained on.
    public var cropHeight: Int
    public var cropWidth: Int
    /// Crops a step, of all processes together.
    public var batch: Int
    public var batchStatistics = BatchStatistics.local
    public var learningRate: Double
    /// The step size of the generator and its style encoder as a multiple of the learning rate; nil: 1.
    public var generatorPace: Double?
    /// The discriminators' step size as a multiple of the generator's.
    public var discriminatorPace: Double
    /// Adam's decay of the mean gradient and of its square, for the generator and the discriminators.
    public var adversarialDecay: AdamDecay
    /// The last part of the budget over which the learning rate falls linearly to zero.
    public var learningRateDecay: Double
    public var precision = Precision.float32
    public var augmentation: Augmentation
    /// Probability that a call of DiffAugment changes its images.
    public var pDiff = 0.2
    /// How large the discriminators' first weights are.
    public var discriminatorFan: Fan
    public var discriminatorView: DiscriminatorView
    public var upsampling: Upsampling
    public var styleSource: StyleSource
    public var tones: Tones
    public var maskGradient: MaskGradient
    public var imageGradient: ImageGradient
    /// Steps of the segmenter alone after every full step of the CycleGAN.
    public var segmenterSteps: Int
    /// Arm synthetic: full steps of the CycleGAN, within half of a budget of time, before the new segmenter begins; nil in
    /// runs of other times.
    public var generatorSteps: Int?
    /// Arm synthetic: of the generator's steps one in so many goes the whole cycle; 0: none; nil: all.
    public var cycleEvery: Int?
    /// Steps of the segmenter alone before the first step of the CycleGAN; nil: none.
    public var warmUp: Int?
    /// What a pixel of the border between touching objects counts in the segmenter's cross-entropy, others counting 1; nil:
    /// as much.
    public var contactWeight: Double?
    /// Decay of the moving averages of the segmenter's and the generator's weights, which are used in their place; nil or
    /// 0: none are kept.
    public var averaging: Double?
    public var weights: LossWeights
    /// Side of the squares of pixels whose means the pixel losses compare; nil: 1.
    public var pixelSquare: Int?
    /// VGG19 weights for the perceptual loss; without them the discriminator's features take its place.
    public var vgg: String?
    /// A sample set that the segmenter learns from beside the real images, as `SyntheticSource` reads it.
    public var synthetic: String?
    /// Crops, of the set or made afresh, for each real one beside which they are in steps of the segmenter alone; nil: 1.
    public var syntheticRatio: Double?
    /// Arm synthetic: the part of the made crops that are put together anew as in arm recombined, the others being generated;
    /// nil: none.
    public var recombinedShare: Double?
    /// Arms synthetic and recombined: the part of the segmenter's budget over which the number of made crops falls to zero, so
    /// that it ends with real ones; nil: as many to the end.
    public var syntheticUntil: Double?
    /// Images that are used, drawn by the seed; nil: all.
    public var images: Int?
    /// Part of the images set aside for choosing the best checkpoint.
    public var validationFraction = 0.2
    /// Least number of steps between validations; nil: an epoch.
    public var validationSteps: Int?
    /// Validations without a better score after which training ends.
    public var patience: Int
    public var budget = Budget()
    /// Steps between checkpoints, beside those that come once a minute; nil: those alone.
    public var checkpointSteps: Int?
    /// What is done when the numbers run away.
    public var nonFinite = NonFinite.back
    public var curves = CurveFiles.metrics
    /// The plane taken of images with several.
    public var plane = PlaneSelection()
    /// The part of their size at which images are learned from and segmented; nil until it is found in the data, and in
    /// runs of other times: 1.
    public var scale: Double?
    /// Channels of the images, found in the data: 1 grey, 3 colour.
    public var channels = 1
    /// Depth of the images, found in the data: 8 or 16; generated images get the same.
    public var bits = 8
    public var seed: UInt64 = 42

    /// The defaults of a preset.
    public init(preset: Preset) {
        self.preset = preset
        switch preset {
        case .tiny, .small:
            let isTiny = preset == .tiny
            (classes, base, batch) = (3, isTiny ? 16 : 32, isTiny ? 4 : 8)
            (recovery, orientations) = (.fitted, 8)
            (cropHeight, cropWidth) = isTiny ? (128, 128) : (256, 256)
            (learningRate, learningRateDecay) = (isTiny ? 1e-3 : 5e-4, 0.4)
            (discriminatorPace, adversarialDecay) = (0.5, AdamDecay(mean: 0.5, square: 0.99))
            augmentation = .strong
            (discriminatorFan, discriminatorView) = (.in, .image)
            (upsampling, styleSource, tones) = (.resize, .encoder, .objects)
            (maskGradient, imageGradient) = (.straightThrough, .none)
            (segmenterSteps, validationSteps, patience) = (isTiny ? 2 : 0, 100, 50)
            (generatorSteps, cycleEvery, recombinedShare) = (isTiny ? 700 : 2000, 0, 0.5)
            weights = LossWeights()
        case .paper:
            (classes, base, batch) = (2, 64, 2)
            (recovery, orientations) = (.published, 1)
            (cropHeight, cropWidth) = (512, 768)
            (learningRate, learningRateDecay) = (1e-4, 0)
            (discriminatorPace, adversarialDecay) = (1, AdamDecay(mean: 0.9, square: 0.999))
            augmentation = .published
            (discriminatorFan, discriminatorView) = (.out, .image)
            (upsampling, styleSource, tones) = (.transposed, .random, .none)
            (maskGradient, imageGradient) = (.none, .full)
            (segmenterSteps, generatorSteps, patience) = (0, 10_000, 500)
            budget.epochs = 2500
            scale = 1
            weights = LossWeights()
        }
    }
}

extension TrainingSettings {
    /// Takes networks, losses, augmentation and schedule as published, whatever the preset; sizes, batch and learning rate
    /// stay the preset's.
    mutating func takePublishedMethod() {
        let paper = TrainingSettings(preset: .paper)
        (classes, recovery, orientations) = (paper.classes, paper.recovery, paper.orientations)
        learningRateDecay = paper.learningRateDecay
        (generatorPace, discriminatorPace) = (paper.generatorPace, paper.discriminatorPace)
        (adversarialDecay, augmentation) = (paper.adversarialDecay, paper.augmentation)
        (discriminatorFan, discriminatorView) = (paper.discriminatorFan, paper.discriminatorView)
        upsampling = paper.upsampling
        (styleSource, tones) = (paper.styleSource, paper.tones)
        (maskGradient, imageGradient) = (paper.maskGradient, paper.imageGradient)
        (segmenterSteps, cycleEvery, warmUp) = (paper.segmenterSteps, paper.cycleEvery, paper.warmUp)
        recombinedShare = paper.recombinedShare
        (contactWeight, averaging) = (paper.contactWeight, paper.averaging)
        scale = 1
    }

    /// Whether the method is the published one, apart from what options of their own may have changed.
    var hasPublishedMethod: Bool {
        var published = self
        published.takePublishedMethod()
        published.augmentation.pVanilla = augmentation.pVanilla
        return augmentation == published.augmentation && adversarialDecay == published.adversarialDecay
    }
}

// Runs made before these settings were there have none of them in their run.json.
extension KeyedDecodingContainer {
    func decode(_: TrainingSettings.NonFinite.Type, forKey key: Key) throws -> TrainingSettings.NonFinite {
        try decodeIfPresent(TrainingSettings.NonFinite.self, forKey: key) ?? .stop
    }

    func decode(_: TrainingSettings.CurveFiles.Type, forKey key: Key) throws -> TrainingSettings.CurveFiles {
        try decodeIfPresent(TrainingSettings.CurveFiles.self, forKey: key) ?? .metrics
    }

    func decode(
        _: TrainingSettings.BatchStatistics.Type, forKey key: Key
    ) throws -> TrainingSettings.BatchStatistics {
        try decodeIfPresent(TrainingSettings.BatchStatistics.self, forKey: key) ?? .local
    }

    func decode(_: TrainingSettings.Recovery.Type, forKey key: Key) throws -> TrainingSettings.Recovery {
        try decodeIfPresent(TrainingSettings.Recovery.self, forKey: key) ?? .published
    }

    func decode(_: TrainingSettings.Tones.Type, forKey key: Key) throws -> TrainingSettings.Tones {
        try decodeIfPresent(TrainingSettings.Tones.self, forKey: key) ?? .none
    }

    func decode(_: TrainingSettings.ImageGradient.Type, forKey key: Key) throws -> TrainingSettings.ImageGradient {
        try decodeIfPresent(TrainingSettings.ImageGradient.self, forKey: key) ?? .full
    }

    func decode(
        _: TrainingSettings.DiscriminatorView.Type, forKey key: Key
    ) throws -> TrainingSettings.DiscriminatorView {
        try decodeIfPresent(TrainingSettings.DiscriminatorView.self, forKey: key) ?? .image
    }

    func decode(_: PlaneSelection.Type, forKey key: Key) throws -> PlaneSelection {
        try decodeIfPresent(PlaneSelection.self, forKey: key) ?? PlaneSelection()
    }
}
