extension TrainingOption {
    /// Every option of `petri train` that says how to train, group by group. The data set, its masks and the run's folder
    /// are `TrainingRequest`'s own.
    public static let all: [TrainingOption] = method + budget + data + training + networks + weights + machine

    /// The option of this name.
    public static subscript(name: String) -> TrainingOption? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
    private static let counts = 1...TrainingSettings.Budget.most
    private static let probability = NumberRange.closed(0, 1)

    private static let method: [TrainingOption] = [
        choice(
            "preset", .method, \.preset,
            "The defaults: tiny for a processor, small for a small graphics card, paper as published."),
        choice(
            "arm", .method, \.arm,
            "What learns: all networks together; the segmenter alone, to compare with; first the CycleGAN, then a new "
                + "segmenter on real crops and on crops generated afresh; or the segmenter on real crops and on crops "
                + "recombined of their cells and colours."),
        TrainingOption(
            "published", .method, .flag,
            "The method as published, at the preset's sizes: two classes, no gradient through masks, random styles, "
                + "transposed convolutions, the published augmentation, nothing averaged or decayed.",
            read: { "\($0.hasPublishedMethod)" }, write: { if $1 == "true" { $0.takePublishedMethod() } }),
        choice("segmenter", .method, \.segmenter, "The segmentation network."),
        count(
            "classes", .method, \.classes, 2...3,
            "2: background and object. 3: also borders, which keep touching objects apart."),
        choice(
            "recovery", .method, \.recovery,
            "How objects are found among the classes: by the likeliest class as published, or parted where the network is less "
                + "sure of the interior than on either side, so deep and of such an area as do best."),
        count(
            "orientations", .method, \.orientations, 1...8,
            "How many of the eight orientations that turns and mirrors give petri segment looks at, averaging what the "
                + "network says of each (test-time augmentation)."),
        optionalText(
            "vgg", .method, .file, \.vgg,
            "torchvision's VGG19 weights for the perceptual loss: vgg19-dcbb9e9d.pth, checked by its hash."),
    ]

    private static let budget: [TrainingOption] = [
        count(
            "steps", .budget, \.budget.steps, counts, "End after so many steps; arm synthetic: of the new segmenter.",
            setting: "budget.steps"),
        count("epochs", .budget, \.budget.epochs, counts, "End after so many epochs.", setting: "budget.epochs"),
        number(
            "minutes", .budget, \.budget.minutes, .between(0, 1e6), "End after so many minutes.",
            setting: "budget.minutes"),
        count(
            "patience", .budget, \.patience, counts,
            "End after so many validations without a better score."),
    ]

    private static let data: [TrainingOption] = [
        count("images", .data, \.images, counts, "Use only so many images, drawn by the seed."),
        number(
            "validation", .data, \.validationFraction, .below(1, from: 0),
            "The part of the images set aside to choose the best checkpoint, where the data set has no split.",
            setting: "validationFraction"),
        optionalText(
            "synthetic", .data, .file, \.synthetic,
            "A sample set, or another data set, that the segmenter learns from beside the real images; SET:accepted takes "
                + "what was accepted."),
        number(
            "synthetic-ratio", .data, \.syntheticRatio, .closed(0, 8),
            "Synthetic or made crops beside each real one in steps of the segmenter alone (else: 1).",
            setting: "syntheticRatio"),
        number(
            "recombined-share", .data, \.recombinedShare, .closed(0, 1),
            "Arm synthetic: the part of the made crops that are put together anew as in arm recombined; the others are "
                + "generated (else: none).", setting: "recombinedShare"),
        number(
            "synthetic-until", .data, \.syntheticUntil, .above(0, to: 1),
            "Arms synthetic and recombined: the part of the segmenter's budget over which the number of made crops falls "
                + "to zero (else: it stays).", setting: "syntheticUntil"),
        number(
            "scale", .data, \.scale, .above(0.01, to: 1),
            "The part of their size at which images are learned from and segmented (else: all of it, or less where most "
                + "objects are more than 30 pixels across)."),
        count(
            "channel", .data, \.plane.channel, counts,
            "Channel to take of files with several, from 1 (else: all of RGB, or the first).", setting: "plane.channel"
        ),
        count(
            "slice", .data, \.plane.slice, counts,
            "Slice to take of a z-stack, from 1 (else: the middle one).", setting: "plane.slice"),
        count(
            "frame", .data, \.plane.frame, counts,
            "Frame to take of a time-lapse, or page of a plain TIFF, from 1 (else: the first).",
            setting: "plane.frame"),
    ]

    private static let training: [TrainingOption] = [
        TrainingOption(
            "crop", .training, .size(32...4096, multipleOf: 16), "Crops of HxW pixels.",
            read: { "\($0.cropHeight)x\($0.cropWidth)" },
            write: { settings, text in
                guard let size = PixelSizeText(text) else { return }
                (settings.cropHeight, settings.cropWidth) = (size.height, size.width)
            }),
        count("batch", .training, \.batch, 1...1024, "Crops a step, of all processes together."),
        choice(
            "batch-statistics", .training, \.batchStatistics,
            "What batch normalisation takes together where several processes share a batch: each its own part, or all of it.",
            setting: "batchStatistics"),
        number("lr", .training, \.learningRate, .between(0, 1), "Learning rate.", setting: "learningRate"),
        number(
            "lr-decay", .training, \.learningRateDecay, probability,
            "The last part of the budget over which the learning rate falls to zero.", setting: "learningRateDecay"),
        number(
            "generator-pace", .training, \.generatorPace, .above(0, to: 100),
            "The generator's learning rate as a multiple of the segmenter's (else: 1).", setting: "generatorPace"),
        number(
            "discriminator-pace", .training, \.discriminatorPace, .above(0, to: 100),
            "The discriminators' learning rate as a multiple of the generator's.", setting: "discriminatorPace"),
        count(
            "segmenter-steps", .training, \.segmenterSteps, 0...1000,
            "Steps of the segmenter alone after every full step of the CycleGAN.", setting: "segmenterSteps"),
        count(
            "generator-steps", .training, \.generatorSteps, counts,
            "Arm synthetic: steps of the CycleGAN before the segmenter's own, which take half of --minutes at most.",
            setting: "generatorSteps"),
        count(
            "cycle-every", .training, \.cycleEvery, 0...1000,
            "Arm synthetic: of the generator's steps one in so many goes the whole cycle (0: none), the others without the "
                + "segmenter.",
            setting: "cycleEvery"),
        count(
            "warm-up", .training, \.warmUp, 0...TrainingSettings.Budget.most,
            "Steps of the segmenter alone before the first of the CycleGAN.", setting: "warmUp"),
        number(
            "contact-weight", .training, \.contactWeight, .above(0, to: 1000),
            "What a pixel of the border between touching objects counts in the segmenter's cross-entropy, others counting 1.",
            setting: "contactWeight"),
        number(
            "averaging", .training, \.averaging, .below(1, from: 0),
            "Decay of a moving average of the weights, which is used in their place: 0.99 forgets in about 100 steps.",
            setting: "averaging"),
        number(
            "p-vanilla", .training, \.augmentation.pVanilla, probability, "Probability of the published augmentation.",
            setting: "augmentation.pVanilla"),
        number(
            "p-diff", .training, \.pDiff, probability, "Probability of DiffAugment before the discriminator.",
            setting: "pDiff"),
        count(
            "validate-every", .training, \.validationSteps, counts,
            "Least number of steps between validations (else: an epoch).", setting: "validationSteps"),
        TrainingOption(
            "seed", .training, .seed, "The seed of everything random.", read: { "\($0.seed)" },
            write: { $0.seed = UInt64($1) ?? $0.seed }),
        choice(
            "on-nonfinite", .training, \.nonFinite,
            "Where a loss is no finite number any more: back to the last good checkpoint, or stop.",
            setting: "nonFinite"),
    ]

    private static let networks: [TrainingOption] = [
        count("base", .networks, \.base, 4...512, "Width of the networks (published 64)."),
        choice(
            "upsampling", .networks, \.upsampling,
            "How the generator doubles the resolution: transposed convolution as published, or resize and convolve."),
        choice(
            "styles", .networks, \.styleSource,
            "Where styles come from in training: random as published, or an encoder of the image to compare with.",
            setting: "styleSource"),
        choice(
            "tones", .networks, \.tones,
            "What the generator is told beside the mask: none as published, or of objects and background how bright and "
                + "uneven they are."),
        choice(
            "mask-gradient", .networks, \.maskGradient,
            "Whether the adversarial loss of masks reaches the segmenter: none as published, or straightThrough.",
            setting: "maskGradient"),
        choice(
            "image-gradient", .networks, \.imageGradient,
            "Whether the segmenter's loss on generated images reaches the generator: full as published, or none.",
            setting: "imageGradient"),
        choice(
            "discriminator-fan", .networks, \.discriminatorFan,
            "What scales the discriminators' first weights: out as published, or in.", setting: "discriminatorFan"),
        choice(
            "discriminator-view", .networks, \.discriminatorView,
            "What the images' discriminator looks at: image as published, or details, magnified beside it.",
            setting: "discriminatorView"),
    ]

    private static let weights: [TrainingOption] = [
        weight("adversarial", \.weights.adversarial, "the discriminators' verdicts"),
        weight(
            "generated-segmentation", \.weights.segmentationOfGenerated, "the segmenter on generated images",
            "segmentationOfGenerated"),
        weight("segmentation", \.weights.segmentation, "the segmenter on real images"),
        weight(
            "cycle-pixels", \.weights.cyclePixels, "pixels of the image made from the segmenter's mask", "cyclePixels"),
        weight("cycle-features", \.weights.cycleFeatures, "features of the same, through VGG19", "cycleFeatures"),
        weight("pixels", \.weights.pixels, "pixels of the image made from the true mask"),
        weight("features", \.weights.features, "features of the same, through VGG19"),
        weight(
            "matched-features", \.weights.matchedFeatures, "the discriminator's features, without VGG19",
            "matchedFeatures"),
        number(
            "weight-texture", .weights, \.weights.texture, .closed(0, 1e6),
            "Weight of the loss of textures, class by class, against the image whose style is asked for.",
            setting: "weights.texture"),
        count(
            "pixel-square", .weights, \.pixelSquare, 1...16,
            "Side of the squares of pixels whose means the losses of pixels compare.", setting: "pixelSquare"),
        weight("latent", \.weights.latent, "the style encoder's vectors, towards the standard normal distribution"),
    ]

    private static let machine: [TrainingOption] = [
        TrainingOption(
            "device", .machine, .device, "What computes: auto, cpu, cuda or cuda:N.", read: { _ in nil },
            write: { _, _ in }),
        choice(
            "precision", .machine, \.precision,
            "The networks' arithmetic (else: float32 on a processor, bf16 on a graphics card)."),
        count(
            "checkpoint-every", .machine, \.checkpointSteps, counts,
            "Write a checkpoint after so many steps, not only once a minute.", setting: "checkpointSteps"),
        TrainingOption(
            "tensorboard", .machine, .flag, "Write event files for TensorBoard too.", setting: "curves",
            read: { "\($0.curves == .tensorBoard)" }, write: { $0.curves = $1 == "true" ? .tensorBoard : .metrics }),
    ]

    // MARK: Kinds of settings

    private static func count(
        _ name: String, _ group: Group, _ path: any WritableKeyPath<TrainingSettings, Int> & Sendable,
        _ range: ClosedRange<Int>, _ meaning: String, setting: String? = nil
    ) -> TrainingOption {
        TrainingOption(
            name, group, .count(range), meaning, setting: setting, read: { "\($0[keyPath: path])" },
            write: { $0[keyPath: path] = Int($1) ?? $0[keyPath: path] })
    }

    private static func count(
        _ name: String, _ group: Group, _ path: any WritableKeyPath<TrainingSettings, Int?> & Sendable,
        _ range: ClosedRange<Int>, _ meaning: String, setting: String? = nil
    ) -> TrainingOption {
        TrainingOption(
            name, group, .count(range), meaning, setting: setting, read: { $0[keyPath: path].map { "\($0)" } },
            write: { $0[keyPath: path] = Int($1) })
    }

    private static func number(
        _ name: String, _ group: Group, _ path: any WritableKeyPath<TrainingSettings, Double> & Sendable,
        _ range: NumberRange, _ meaning: String, setting: String? = nil
    ) -> TrainingOption {
        TrainingOption(
            name, group, .number(range), meaning, setting: setting, read: { NumberRange.text($0[keyPath: path]) },
            write: { $0[keyPath: path] = Double($1) ?? $0[keyPath: path] })
    }

    private static func number(
        _ name: String, _ group: Group, _ path: any WritableKeyPath<TrainingSettings, Double?> & Sendable,
        _ range: NumberRange, _ meaning: String, setting: String? = nil
    ) -> TrainingOption {
        TrainingOption(
            name, group, .number(range), meaning, setting: setting,
            read: { $0[keyPath: path].map(NumberRange.text) }, write: { $0[keyPath: path] = Double($1) })
    }

    private static func weight(
        _ name: String, _ path: any WritableKeyPath<TrainingSettings, Double> & Sendable, _ what: String,
        _ setting: String? = nil
    ) -> TrainingOption {
        number(
            "weight-" + name, .weights, path, .closed(0, 1e6), "Weight of the loss of \(what).",
            setting: "weights." + (setting ?? name))
    }

    private static func choice<Value: RawRepresentable<String> & CaseIterable & Sendable>(
        _ name: String, _ group: Group, _ path: any WritableKeyPath<TrainingSettings, Value> & Sendable,
        _ meaning: String, setting: String? = nil
    ) -> TrainingOption {
        TrainingOption(
            name, group, .choice(Value.allCases.map(\.rawValue)), meaning, setting: setting,
            read: { $0[keyPath: path].rawValue },
            write: { $0[keyPath: path] = Value(rawValue: $1) ?? $0[keyPath: path] })
    }

    private static func optionalText(
        _ name: String, _ group: Group, _ kind: Kind,
        _ path: any WritableKeyPath<TrainingSettings, String?> & Sendable, _ meaning: String
    ) -> TrainingOption {
        TrainingOption(
            name, group, kind, meaning, read: { $0[keyPath: path] }, write: { $0[keyPath: path] = $1 })
    }
}
