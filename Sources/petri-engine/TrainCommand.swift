import ArgumentParser
import Command
import Datasets
import Engine
import Foundation
import Imaging
import Runs
import Torch

/// `petri train`: a new run.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: EngineWord.train.abstract,
        discussion: """
            Without a budget, tiny and small train for 10 minutes, paper for 2500 epochs. SIGINT and SIGTERM write a \
            checkpoint and leave; `petri resume` goes on.

            EXAMPLE
              petri train my-data --run my-run --minutes 10
              petri train my-data --run plain-run --conventional --minutes 10 --seed 1
              petri train my-data/images --masks "my-data/label masks" --run my-run --steps 2000
            """)

    @Argument(help: "The data set: a folder of images and masks (see `petri info`).")
    var dataset: String

    @Option(help: "The folder of the masks, where DATASET is the folder of the images.")
    var masks: String?

    @Option(name: .customLong("run"), help: ArgumentHelp("A new folder for the run.", valueName: "folder"))
    var folder: String

    @Option(help: "The defaults: tiny for a processor, small for a small graphics card, paper as published.")
    var preset = TrainingSettings.Preset.tiny

    @Option(help: "The segmentation network: deepsea, cellpose or unet.")
    var segmenter = SegmenterKind.deepsea

    @Flag(help: "Train the segmenter alone on the same data, to compare with.")
    var conventional = false

    @Option(help: "Use only so many images, drawn by the seed.")
    var images: Int?

    @Option(help: "End after so many steps.")
    var steps: Int?

    @Option(help: "End after so many epochs.")
    var epochs: Int?

    @Option(help: "End after so many minutes.")
    var minutes: Double?

    @Option(help: "The seed of everything random.")
    var seed: UInt64 = 42

    @OptionGroup var device: DeviceOption

    @Option(help: "float32, or bf16 (the default where the device computes it natively).")
    var precision: TrainingSettings.Precision?

    @Option(help: "2: background and object. 3: also borders, which keep touching objects apart.")
    var classes: Int?

    @Option(help: "Crops of HxW pixels, both divisible by 16.")
    var crop: CropSize?

    @Option(help: "Crops a step.")
    var batch: Int?

    @Option(help: "Width of the networks (published 64).")
    var base: Int?

    @Option(help: "Learning rate.")
    var lr: Double?

    @Option(help: "Probability of the published augmentation.")
    var pVanilla: Double?

    @Option(help: "Probability of DiffAugment before the discriminator.")
    var pDiff: Double?

    @Option(help: "Write a checkpoint after so many steps, not only once a minute.")
    var checkpointEvery: Int?

    @Option(help: "torchvision's VGG19 weights (.pth or .safetensors) for the perceptual loss.")
    var vgg: String?

    func validate() throws {
        func check(_ condition: Bool, _ message: String) throws {
            if !condition { throw ValidationError(message) }
        }
        try check(classes.map { $0 == 2 || $0 == 3 } ?? true, "--classes must be 2 or 3.")
        try check(images.map { $0 >= 1 } ?? true, "--images must be at least 1.")
        for (name, value) in [("--steps", steps), ("--epochs", epochs), ("--checkpoint-every", checkpointEvery)] {
            try check(
                value.map { (1...TrainingSettings.Budget.most).contains($0) } ?? true,
                "\(name) must be between 1 and \(TrainingSettings.Budget.most).")
        }
        try check(minutes.map { $0 > 0 && $0 < 1e6 } ?? true, "--minutes must be more than 0.")
        try check(batch.map { (1...1024).contains($0) } ?? true, "--batch must be between 1 and 1024.")
        try check(base.map { (4...512).contains($0) } ?? true, "--base must be between 4 and 512.")
        try check(lr.map { $0 > 0 && $0 < 1 } ?? true, "--lr must be between 0 and 1.")
        for (name, value) in [("--p-vanilla", pVanilla), ("--p-diff", pDiff)] {
            try check(value.map { (0...1).contains($0) } ?? true, "\(name) must be between 0 and 1.")
        }
        if let crop {
            let valid = crop.height % 16 == 0 && crop.width % 16 == 0
            try check(
                valid && (32...4096).contains(crop.height) && (32...4096).contains(crop.width),
                "--crop must be HxW, both divisible by 16 and between 32 and 4096.")
        }
    }

    func run() throws {
        try explaining {
            Interruption.watch()
            let device = try device.resolve()
            let dataSet = try (masks.map { try DataSet(images: dataset, masks: $0) } ?? DataSet(dataset)).forTraining()
            try TrainingSession.start(
                settings: settings(on: device), dataSet: dataSet, paths: [dataset] + (masks.map { [$0] } ?? []),
                folder: folder, device: device)
        }
    }

    /// The preset's settings with what the user asked for.
    private func settings(on device: Device) -> TrainingSettings {
        var settings = TrainingSettings(preset: preset)
        settings.arm = conventional ? .conventional : .cyclegan
        settings.segmenter = segmenter
        settings.images = images
        settings.seed = seed
        settings.vgg = vgg
        settings.checkpointSteps = checkpointEvery
        settings.precision = precision ?? (Processor.hasFastBFloat16(device) ? .bf16 : .float32)
        if let classes { settings.classes = classes }
        if let crop { (settings.cropHeight, settings.cropWidth) = (crop.height, crop.width) }
        if let batch { settings.batch = batch }
        if let base { settings.base = base }
        if let lr { settings.learningRate = lr }
        if let pVanilla { settings.augmentation.pVanilla = pVanilla }
        if let pDiff { settings.pDiff = pDiff }
        if steps != nil || epochs != nil || minutes != nil {
            settings.budget = .init(steps: steps, epochs: epochs, minutes: minutes)
        } else if settings.budget == .init() {
            settings.budget.minutes = 10
        }
        return settings
    }
}
