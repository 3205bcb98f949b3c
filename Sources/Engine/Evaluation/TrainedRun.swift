import Datasets
import Foundation
import Imaging
import Runs
import Torch

/// A run's networks, ready for use.
public struct TrainedRun {
    /// The checkpoint's path.
    public let checkpointPath: String
    let run: RunDirectory
    let description: RunDescription<TrainingSettings>
    let file: TensorFile
    let device: Device

    public var settings: TrainingSettings { description.settings }

    /// Opens a run's checkpoint: the chosen one, else the other where that is the only one.
    /// - Throws: `InputError` where the folder is no run or has no checkpoint yet; `TensorFileError` where it is damaged.
    public init(_ run: RunDirectory, choice: CheckpointChoice, device: Device) throws {
        self.run = run
        description = try run.trainingDescription()
        let order: [CheckpointChoice] = choice == .best ? [.best, .latest] : [.latest, .best]
        let paths = order.map(run.checkpointPath)
        guard let path = paths.first(where: FileManager.default.fileExists) else {
            throw InputError(
                run.path, "has no checkpoint yet", advice: "wait for the first one, or go on with `petri resume`")
        }
        checkpointPath = path
        file = try TensorFile.open(path)
        self.device = device
    }

    /// The trained segmenter, which sees each image in so many orientations: one will do for scores of many images.
    public func segmentation(orientations: Int = 1) throws -> Segmentation {
        let network = try settings.segmenter.make(
            channels: settings.channels, classes: settings.classes, base: settings.base, device: device)
        try network.store.load(from: file, prefix: Checkpoint.prefix("segmenter", in: file))
        network.store.isTraining = false
        return Segmentation(
            network, device: device, precision: settings.precision,
            recovery: try Checkpoint.recovery(file) ?? .published, scale: settings.scale ?? 1,
            orientations: orientations)
    }

    /// The trained generator.
    /// - Throws: `InputError` if the run trained none.
    public func synthesis() throws -> Synthesis {
        guard settings.arm.hasGenerator else {
            throw InputError(
                checkpointPath, "holds no generator", advice: "train one with --arm cyclegan or synthetic")
        }
        let network = try StyleUNet(settings, channels: settings.channels, device: device)
        try network.store.load(from: file, prefix: Checkpoint.prefix("generator", in: file))
        network.store.isTraining = false
        let bank = try StyleBank(
            latents: Checkpoint.styles(file), names: description.dataset.training, kept: run.styles(),
            tones: settings.tellsTones ? Checkpoint.tones(file, channels: settings.channels) : [])
        return Synthesis(generator: network, settings: settings, bank: bank, device: device)
    }

    /// The pairs that the run was trained on.
    /// - Throws: `InputError` where they cannot be read or are others by now.
    public func trainingPairs() throws -> [Pair] {
        let dataSet = try DataSet(recorded: description)
        let names = Set(description.dataset.training)
        return dataSet.pairs.filter { names.contains($0.name) }
    }
}

extension DataSet {
    /// The images that a run began with, training and validation.
    /// - Throws: `InputError` where they cannot be read or are others by now.
    public init(recorded description: RunDescription<TrainingSettings>) throws {
        let recorded = description.dataset
        let whole =
            recorded.paths.count == 2
            ? try DataSet(images: recorded.paths[0], masks: recorded.paths[1])
            : try DataSet(recorded.paths.first ?? "")
        let wanted = Set(recorded.training + recorded.validation)
        self = try whole.choosing(names: whole.pairs.map(\.name).filter(wanted.contains))
            .taking(description.settings.plane)
        try check(recorded.fingerprint, as: recorded.paths.joined(separator: " and "))
    }

    /// The synthetic samples that a run began with.
    /// - Throws: `InputError` where they cannot be read or are others by now.
    public init(recorded samples: RunDescription<TrainingSettings>.Dataset.Synthetic) throws {
        self = try DataSet(samples.path).choosing(names: samples.names)
        try check(samples.fingerprint, as: samples.path)
    }

    private func check(_ recorded: String, as name: String) throws {
        guard try fingerprint() == recorded else {
            throw InputError(
                name, "has changed since the run began", advice: "put the images back, or begin a new run")
        }
    }
}
