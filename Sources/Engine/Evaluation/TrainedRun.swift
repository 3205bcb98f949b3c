import Foundation
import Imaging
import Runs
import Torch

/// A run's networks, ready for use.
public struct TrainedRun {
    public let settings: TrainingSettings
    /// The checkpoint's path.
    public let checkpointPath: String
    let file: TensorFile
    let device: Device

    /// Opens a run's checkpoint: the chosen one, else the other where that is the only one.
    /// - Throws: `InputError` where the folder is no run or has no checkpoint yet; `TensorFileError` where it is damaged.
    public init(_ run: RunDirectory, choice: CheckpointChoice, device: Device) throws {
        settings = try run.trainingDescription().settings
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

    /// The trained segmenter.
    public func segmentation() throws -> Segmentation {
        let network = try settings.segmenter.make(
            channels: settings.channels, classes: settings.classes, base: settings.base, device: device)
        try network.store.load(from: file, prefix: "segmenter.")
        network.store.isTraining = false
        return Segmentation(network, device: device, precision: settings.precision)
    }

    /// The trained generator.
    /// - Throws: `InputError` if the run trained none.
    public func synthesis() throws -> Synthesis {
        guard settings.arm == .cyclegan else {
            throw InputError(
                checkpointPath, "holds no generator", advice: "train one without --conventional")
        }
        let network = try StyleUNet(
            conditions: settings.classes - 1, imageChannels: settings.channels, base: settings.base,
            upsampling: settings.upsampling, device: device)
        try network.store.load(from: file, prefix: "generator.")
        network.store.isTraining = false
        return Synthesis(
            generator: network, settings: settings, bank: StyleBank(styles: try Checkpoint.styles(file)),
            device: device)
    }
}
