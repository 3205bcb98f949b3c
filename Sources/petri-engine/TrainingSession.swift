import Command
import Datasets
import Engine
import Foundation
import Imaging
import Runs
import Torch

/// One sitting of a training: new, or taken up again.
enum TrainingSession {
    /// Reads the data, makes the run directory and trains.
    static func start(
        settings: TrainingSettings, dataSet: DataSet, paths: [String], folder: String, device: Device
    ) throws {
        for warning in dataSet.warnings { StandardError.write("petri: \(warning.printable)\n") }
        let chosen = try settings.images.map { try dataSet.choosing($0, seed: settings.seed) } ?? dataSet
        let split = try chosen.preferredSplit(
            validationFraction: settings.validationFraction, seed: settings.seed)
        let data = try TrainingData(chosen, split: split)
        var settings = settings
        (settings.channels, settings.bits) = (data.channels, data.bits)
        let run = try RunDirectory.create(folder)
        try run.write(
            RunDescription(
                settings: settings,
                dataset: .init(
                    paths: paths.map { URL(fileURLWithPath: $0).standardizedFileURL.path },
                    fingerprint: try chosen.fingerprint(), training: split.training, validation: split.validation),
                seed: settings.seed, versions: ["petri": Version.petri, "libtorch": Torch.version],
                device: "\(device)", threads: Torch.threads, commandLine: CommandLine.arguments, created: Date()))
        try run.write(RunStatus(state: .starting))
        try train(run, settings: settings, data: data, device: device)
    }

    /// Takes a run up after its latest checkpoint.
    static func resume(_ folder: String, extending: TrainingSettings.Budget?, device: Device?) throws {
        let run = try RunDirectory.open(folder)
        if let status = try? run.status(), status.state.isActive, !status.isLost(), status.pid != getpid() {
            throw InputError(
                folder, "is being trained by process \(status.pid) on \(status.host)",
                advice: "stop that one first")
        }
        var description = try run.trainingDescription()
        let recorded = description.dataset
        let dataSet =
            recorded.paths.count == 2
            ? try DataSet(images: recorded.paths[0], masks: recorded.paths[1])
            : try DataSet(recorded.paths.first ?? "")
        let wanted = Set(recorded.training + recorded.validation)
        let chosen = try dataSet.choosing(names: dataSet.pairs.map(\.name).filter(wanted.contains))
        guard try chosen.fingerprint() == recorded.fingerprint else {
            throw InputError(
                recorded.paths.joined(separator: " and "), "has changed since the run began",
                advice: "put the images back, or begin a new run")
        }
        if let extending { description.settings.budget = extending }
        guard Device(description.device) != nil else {
            throw InputError(run.descriptionPath, "names an unknown device \(description.device)")
        }
        let device = try device ?? Device.present(description.device)
        // Sums are split among threads: only as many as before give the same bits.
        Torch.threads = max(1, description.threads)
        let split = Split(seed: description.seed, training: recorded.training, validation: recorded.validation)
        let data = try TrainingData(chosen, split: split)
        if extending != nil { try run.write(description) }
        try train(run, settings: description.settings, data: data, device: device)
    }

    private static func train(
        _ run: RunDirectory, settings: TrainingSettings, data: TrainingData, device: Device
    ) throws {
        let what = settings.arm == .cyclegan ? "CycleGAN and \(settings.segmenter)" : "\(settings.segmenter) alone"
        let said =
            "Training \(what) on \(data.training.count) images, validating on \(data.validation.count), "
            + "\(device), \(settings.precision), \(Torch.threads) threads, in \(run.path)"
        StandardError.write(said.printable + "\n")
        var progress: ProgressLine?
        let trainer = try Trainer(run: run, settings: settings, data: data, device: device) { report in
            if progress == nil { progress = ProgressLine("Training", total: report.totalSteps, unit: "steps") }
            let best = report.best.map { String(format: ", best F1 %.3f", $0.f1) } ?? ""
            let loss = report.losses["segmentation"].map { String(format: "loss %.3f", $0) } ?? ""
            progress?.update(report.step, fraction: report.fraction, note: loss + best)
        }
        let ending = try trainer.train()
        progress?.finish(note: trainer.bestText)
        switch ending {
        case .budget: break
        case .patience: StandardError.write("No better score for long: ended early.\n")
        case .stopRequested: StandardError.write("Stopped as asked; `petri resume` goes on.\n")
        case .interrupted:
            StandardError.write("Interrupted; the state is kept: petri resume \(run.path.printable)\n")
            throw Interrupted()
        }
    }
}
