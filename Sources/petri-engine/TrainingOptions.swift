import ArgumentParser
import Runs

/// Options of `petri train` as the table `TrainingOption.all` has them; here they only get their places in the help.
protocol TrainingOptionGroup {
    /// The options' names and what was given for them.
    var given: [(name: String, value: String?)] { get }
}

struct MethodOptions: ParsableArguments, TrainingOptionGroup {
    @Option("preset") var preset: String?
    @Option("arm") var arm: String?
    @Flag(help: "The same as --arm conventional.") var conventional = false
    @Flag("published") var published = false
    @Option("segmenter") var segmenter: String?
    @Option("classes") var classes: String?
    @Option("recovery") var recovery: String?
    @Option("orientations") var orientations: String?
    @Option("vgg") var vgg: String?

    var given: [(name: String, value: String?)] {
        [
            ("preset", preset), ("arm", conventional ? "conventional" : arm), ("published", published ? "true" : nil),
            ("segmenter", segmenter), ("classes", classes), ("recovery", recovery),
            ("orientations", orientations), ("vgg", vgg),
        ]
    }
}

struct BudgetOptions: ParsableArguments, TrainingOptionGroup {
    @Option("steps") var steps: String?
    @Option("epochs") var epochs: String?
    @Option("minutes") var minutes: String?
    @Option("patience") var patience: String?

    var given: [(name: String, value: String?)] {
        [("steps", steps), ("epochs", epochs), ("minutes", minutes), ("patience", patience)]
    }
}

struct DataOptions: ParsableArguments, TrainingOptionGroup {
    @Option("images") var images: String?
    @Option("validation") var validation: String?
    @Option("synthetic") var synthetic: String?
    @Option("synthetic-ratio") var syntheticRatio: String?
    @Option("recombined-share") var recombinedShare: String?
    @Option("synthetic-until") var syntheticUntil: String?
    @Option("scale") var scale: String?
    @Option("channel") var channel: String?
    @Option("slice") var slice: String?
    @Option("frame") var frame: String?

    var given: [(name: String, value: String?)] {
        [
            ("images", images), ("validation", validation), ("synthetic", synthetic),
            ("synthetic-ratio", syntheticRatio), ("recombined-share", recombinedShare),
            ("synthetic-until", syntheticUntil), ("scale", scale), ("channel", channel), ("slice", slice),
            ("frame", frame),
        ]
    }
}

struct TrainingStepOptions: ParsableArguments, TrainingOptionGroup {
    @Option("crop") var crop: String?
    @Option("batch") var batch: String?
    @Option("batch-statistics") var batchStatistics: String?
    @Option("lr") var lr: String?
    @Option("lr-decay") var lrDecay: String?
    @Option("generator-pace") var generatorPace: String?
    @Option("discriminator-pace") var discriminatorPace: String?
    @Option("segmenter-steps") var segmenterSteps: String?
    @Option("generator-steps") var generatorSteps: String?
    @Option("cycle-every") var cycleEvery: String?
    @Option("warm-up") var warmUp: String?
    @Option("contact-weight") var contactWeight: String?
    @Option("averaging") var averaging: String?
    @Option("p-vanilla") var pVanilla: String?
    @Option("p-diff") var pDiff: String?
    @Option("validate-every") var validateEvery: String?
    @Option("seed") var seed: String?
    @Option("on-nonfinite") var onNonfinite: String?

    var given: [(name: String, value: String?)] {
        [
            ("crop", crop), ("batch", batch), ("batch-statistics", batchStatistics), ("lr", lr), ("lr-decay", lrDecay),
            ("generator-pace", generatorPace), ("discriminator-pace", discriminatorPace),
            ("segmenter-steps", segmenterSteps), ("generator-steps", generatorSteps),
            ("cycle-every", cycleEvery), ("warm-up", warmUp), ("contact-weight", contactWeight),
            ("averaging", averaging),
            ("p-vanilla", pVanilla), ("p-diff", pDiff), ("validate-every", validateEvery), ("seed", seed),
            ("on-nonfinite", onNonfinite),
        ]
    }
}

struct NetworkOptions: ParsableArguments, TrainingOptionGroup {
    @Option("base") var base: String?
    @Option("upsampling") var upsampling: String?
    @Option("styles") var styles: String?
    @Option("tones") var tones: String?
    @Option("mask-gradient") var maskGradient: String?
    @Option("image-gradient") var imageGradient: String?
    @Option("discriminator-fan") var discriminatorFan: String?
    @Option("discriminator-view") var discriminatorView: String?

    var given: [(name: String, value: String?)] {
        [
            ("base", base), ("upsampling", upsampling), ("styles", styles),
            ("tones", tones), ("mask-gradient", maskGradient), ("image-gradient", imageGradient),
            ("discriminator-fan", discriminatorFan), ("discriminator-view", discriminatorView),
        ]
    }
}

struct WeightOptions: ParsableArguments, TrainingOptionGroup {
    @Option("weight-adversarial") var adversarial: String?
    @Option("weight-generated-segmentation") var generatedSegmentation: String?
    @Option("weight-segmentation") var segmentation: String?
    @Option("weight-cycle-pixels") var cyclePixels: String?
    @Option("weight-cycle-features") var cycleFeatures: String?
    @Option("weight-pixels") var pixels: String?
    @Option("weight-features") var features: String?
    @Option("weight-matched-features") var matchedFeatures: String?
    @Option("weight-texture") var texture: String?
    @Option("pixel-square") var pixelSquare: String?
    @Option("weight-latent") var latent: String?

    var given: [(name: String, value: String?)] {
        [
            ("weight-adversarial", adversarial), ("weight-generated-segmentation", generatedSegmentation),
            ("weight-segmentation", segmentation), ("weight-cycle-pixels", cyclePixels),
            ("weight-cycle-features", cycleFeatures), ("weight-pixels", pixels), ("weight-features", features),
            ("weight-matched-features", matchedFeatures), ("weight-texture", texture),
            ("pixel-square", pixelSquare), ("weight-latent", latent),
        ]
    }
}

struct MachineOptions: ParsableArguments, TrainingOptionGroup {
    @Option("device") var device: String?
    @Option("precision") var precision: String?
    @Option("checkpoint-every") var checkpointEvery: String?
    @Flag("tensorboard") var tensorboard = false

    var given: [(name: String, value: String?)] {
        [
            ("device", device), ("precision", precision), ("checkpoint-every", checkpointEvery),
            ("tensorboard", tensorboard ? "true" : nil),
        ]
    }
}

extension Option where Value == String? {
    /// The option of this name in the table.
    init(_ name: String) { self.init(name: .customLong(name), help: TrainingOption.help(name)) }
}

extension Flag where Value == Bool {
    /// The flag of this name in the table.
    init(wrappedValue: Bool, _ name: String) {
        self.init(wrappedValue: wrappedValue, name: .customLong(name), help: TrainingOption.help(name))
    }
}

extension TrainingOption {
    /// The meaning, the valid values and the defaults.
    fileprivate static func help(_ name: String) -> ArgumentHelp {
        guard let option = Self[name] else { preconditionFailure("no option --\(name) in the table") }
        if option.kind == .flag { return ArgumentHelp(stringLiteral: option.meaning) }
        var facts = [option.range]
        let defaults = TrainingSettings.Preset.allCases.map { ($0.rawValue, option.defaultValue($0)) }
        if let first = defaults.first?.1 {
            let isSame = name == "preset" || defaults.allSatisfy { $0.1 == first }
            let said = isSame ? first : defaults.map { "\($0.0) \($0.1 ?? "none")" }.joined(separator: ", ")
            facts.append("default: \(said)")
        }
        return ArgumentHelp(stringLiteral: "\(option.meaning) (\(facts.joined(separator: "; ")))")
    }
}
