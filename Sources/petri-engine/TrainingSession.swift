import Command
import Datasets
import Engine
import Foundation
import Imaging
import Runs
import Torch

/// One sitting of a training: new, or taken up again.
struct TrainingSession {
    let run: RunDirectory
    let device: Device
    /// Both go with the session: the right to train in the run, and its place on the device.
    private let lock: RunLock
    private let ticket: DeviceTicket?
    /// The processes that share every batch, of which this is rank 0; nil: none do.
    private let ranks: Ranks?

    /// Takes a place on the device for a run that is this process's; where `isQueued`, waits for its turn.
    /// - Throws: `Interrupted` where the user left the queue.
    private init(
        _ run: RunDirectory, lock: RunLock, device: Device, isQueued: Bool, ranks: Ranks?
    ) throws {
        (self.run, self.lock, self.device, self.ranks) = (run, lock, device, ranks)
        if isQueued {
            let since = ProcessInfo.processInfo.environment[RunLauncher.timeVariable].flatMap(UInt64.init)
            let ticket = try DeviceTicket(device: "\(device)", waits: true, since: since ?? DeviceTicket.now)
            self.ticket = ticket
            try QueueWait(run: run, ticket: ticket).wait()
        } else {
            // Who does not wait needs no place; that others see it is a courtesy.
            ticket = try? DeviceTicket(device: "\(device)", waits: false)
        }
        // What was reached stays to be seen.
        var status = (try? run.status()) ?? RunStatus(state: .starting)
        (status.state, status.heartbeat, status.lastError) = (.starting, Date(), nil)
        (status.pid, status.host) = (getpid(), RunStatus.thisHost)
        try run.write(status)
    }

    /// Begins a new run.
    struct Beginning {
        var settings: TrainingSettings
        let dataset: String
        let masks: String?
        let folder: String
        let device: Device
        let isQueued: Bool

        /// The data set's images, as the settings choose them.
        func data() throws -> Found {
            let dataSet = try (masks.map { try DataSet(images: dataset, masks: $0) } ?? DataSet(dataset)).forTraining()
                .taking(settings.plane)
            for warning in dataSet.warnings { StandardError.write("petri: \(warning.printable)\n") }
            let chosen = try settings.images.map { try dataSet.choosing($0, seed: settings.seed) } ?? dataSet
            let split = try chosen.preferredSplit(
                validationFraction: settings.validationFraction, seed: settings.seed)
            let synthetic = try settings.synthetic.map { text in
                let source = SyntheticSource(text)
                let samples = try DataSet(source.path).forTraining()
                // What is no sample set, as what `petri curate export` wrote, counts whole.
                let isSet = source.isCurated || SampleSet.isSet(source.path)
                return isSet ? try samples.choosing(names: source.names()) : samples
            }
            return Found(
                chosen: chosen, split: split, synthetic: synthetic,
                data: try TrainingData(chosen, split: split, synthetic: synthetic, scale: settings.scale))
        }
    }

    /// What a new run is to learn from.
    struct Found {
        let chosen: DataSet
        let split: Split
        let synthetic: DataSet?
        let data: TrainingData

        /// The settings with what was found in the data.
        func completing(_ settings: TrainingSettings) -> TrainingSettings {
            var settings = settings
            (settings.channels, settings.bits, settings.scale) = (data.channels, data.bits, data.scale)
            return settings
        }
    }

    /// Makes the run directory and trains. One that waits, or that was launched, has its directory before the data are
    /// read, so that it shows; else there is none before all is well.
    /// - Parameter ranks: the processes that share every batch: all but rank 0 only compute.
    static func start(_ beginning: Beginning, ranks: Ranks?) throws {
        if let ranks, !ranks.isFirst {
            let found = try beginning.data()
            return try follow(
                ranks, RunDirectory(path: beginning.folder), settings: found.completing(beginning.settings),
                data: found.data, device: beginning.device)
        }
        let isShown = beginning.isQueued || RunDirectory.isRun(beginning.folder)
        if isShown {
            let run = try RunDirectory.create(beginning.folder)
            let lock = try RunLock(run)
            try explainingFailure(of: run) {
                try TrainingSession(
                    run, lock: lock, device: beginning.device, isQueued: beginning.isQueued, ranks: ranks
                ).begin(beginning, beginning.data())
            }
        } else {
            let data = try beginning.data()
            let run = try RunDirectory.create(beginning.folder)
            try TrainingSession(
                run, lock: RunLock(run), device: beginning.device, isQueued: false, ranks: ranks
            ).begin(beginning, data)
        }
    }

    private func begin(
        _ beginning: Beginning, _ found: Found
    ) throws {
        let settings = found.completing(beginning.settings)
        let paths = [beginning.dataset] + (beginning.masks.map { [$0] } ?? [])
        try run.write(
            RunDescription(
                settings: settings,
                dataset: .init(
                    paths: paths.map(\.absolutePath),
                    fingerprint: try found.chosen.fingerprint(), training: found.split.training,
                    validation: found.split.validation,
                    synthetic: try found.synthetic.map { synthetic in
                        .init(
                            path: synthetic.path.absolutePath,
                            fingerprint: try synthetic.fingerprint(), names: synthetic.pairs.map(\.name))
                    }),
                seed: settings.seed, versions: ["petri": Version.petri, "libtorch": Torch.version],
                device: "\(device)", threads: Torch.threads, commandLine: CommandLine.arguments, created: Date()))
        try train(settings: settings, data: found.data)
    }

    /// Takes a run up after its latest checkpoint.
    static func resume(
        _ folder: String, extending: TrainingSettings.Budget?, device asked: Device?, isQueued: Bool,
        environment: RankEnvironment?
    ) throws {
        let run = try RunDirectory.open(folder)
        var description = try run.trainingDescription()
        guard Device(description.device) != nil else {
            throw InputError(run.descriptionPath, "names an unknown device \(description.device)")
        }
        // Each process has a card of its own.
        let recorded = environment != nil && description.device.hasPrefix("cuda") ? "cuda" : description.device
        let device = try asked ?? Device.present(recorded, for: environment)
        if let environment, description.settings.batch % environment.count != 0 {
            throw InputError(
                run.descriptionPath,
                "has a batch of \(description.settings.batch), which is no multiple of the \(environment.count) processes"
            )
        }
        if let extending { description.settings.budget = extending }
        try Ranks.together(environment, on: device) { ranks in
            if let ranks, !ranks.isFirst {
                Torch.threads = max(1, description.threads)
                return try follow(
                    ranks, run, settings: description.settings, data: recordedData(description), device: device)
            }
            try resume(
                run, description, isExtended: extending != nil, device: device, isQueued: isQueued, ranks: ranks)
        }
    }

    private static func resume(
        _ run: RunDirectory, _ description: RunDescription<TrainingSettings>, isExtended: Bool, device: Device,
        isQueued: Bool, ranks: Ranks?
    ) throws {
        let lock = try RunLock(run)
        // Whoever asked, asked the process that is gone.
        for request in run.control.pending() { try run.control.acknowledge(request) }
        try explainingFailure(of: run) {
            let session = try TrainingSession(run, lock: lock, device: device, isQueued: isQueued, ranks: ranks)
            let data = try recordedData(description)
            if isExtended { try run.write(description) }
            // Sums are split among threads: only as many as before give the same bits. Another device gives others anyway.
            if description.device == "\(device)" { Torch.threads = max(1, description.threads) }
            try session.train(settings: description.settings, data: data, isExtended: isExtended)
        }
    }

    /// The images that the run began with.
    private static func recordedData(_ description: RunDescription<TrainingSettings>) throws -> TrainingData {
        let recorded = description.dataset
        let split = Split(seed: description.seed, training: recorded.training, validation: recorded.validation)
        return try TrainingData(
            DataSet(recorded: description), split: split, synthetic: recorded.synthetic.map(DataSet.init(recorded:)),
            scale: description.settings.scale ?? 1)
    }

    /// Runs `body`; where it fails before the training itself could say so, the run's status does.
    private static func explainingFailure(of run: RunDirectory, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            var status = (try? run.status()) ?? RunStatus(state: .starting)
            if status.state.isActive {
                try? RunLog(run.logPath).append("failed: \(error)")
                (status.state, status.lastError, status.heartbeat) = (.failed, "\(error)", Date())
                try? run.write(status)
            }
            throw error
        }
    }

    /// Trains as one of several processes that is not rank 0.
    private static func follow(
        _ ranks: Ranks, _ run: RunDirectory, settings: TrainingSettings, data: TrainingData, device: Device
    ) throws {
        // That others see it is a courtesy.
        let ticket = try? DeviceTicket(device: "\(device)", waits: false)
        defer { withExtendedLifetime(ticket) {} }
        let follower = try Follower(of: ranks, run: run, settings: settings, data: data, device: device)
        if try follower.train() == .interrupted { throw Interrupted() }
    }

    private func train(settings: TrainingSettings, data: TrainingData, isExtended: Bool = false) throws {
        let what =
            switch settings.arm {
            case .cyclegan: "CycleGAN and \(settings.segmenter)"
            case .conventional: "\(settings.segmenter) alone"
            case .recombined: "\(settings.segmenter) with recombined crops"
            case .synthetic: "CycleGAN, then \(settings.segmenter) with generated crops,"
            }
        let size = data.scale == 1 ? "" : String(format: " at %.0f %% of their size", 100 * data.scale)
        let said =
            "Training \(what) on \(counted(data.training.count, "image"))\(size), validating on \(data.validation.count), "
            + "\(device), \(settings.precision), \(Torch.threads) threads, in \(run.path)"
            + (ranks.map { ", on \($0.count) processes by \($0.carrier)" } ?? "")
        StandardError.write(said.printable + "\n")
        var progress: ProgressLine?
        let trainer = try Trainer(
            run: run, settings: settings, data: data, device: device, isExtended: isExtended, ranks: ranks
        ) { report in
            let best = report.best.map { String(format: ", best F1 %.3f", $0.f1) } ?? ""
            let loss = report.losses["segmentation"].map { String(format: "loss %.3f", $0) } ?? ""
            progress?.update(report.step, fraction: report.fraction, note: loss + best)
        }
        let stepsBefore = trainer.stepsDone
        progress = ProgressLine("Training", total: trainer.totalSteps, unit: "steps")
        progress?.update(stepsBefore, fraction: trainer.spent)
        let ending = try trainer.train()
        // The last report may be some steps old.
        progress?.finish(trainer.stepsDone, note: trainer.bestText)
        switch ending {
        case .budget, .patience:
            if trainer.stepsDone == stepsBefore {
                StandardError.write(
                    "Its budget was spent already: `petri resume \(run.path.printable) --steps N` or --minutes M, in all, "
                        + "trains for longer.\n")
            } else if ending == .patience {
                StandardError.write("No better score for long: ended early.\n")
            }
        case .stopRequested: StandardError.write("Stopped as asked; `petri resume` goes on.\n")
        case .interrupted:
            StandardError.write("Interrupted; the state is kept: petri resume \(run.path.printable)\n")
            throw Interrupted()
        }
    }
}

/// The wait of a queued run for its device.
struct QueueWait {
    let run: RunDirectory
    let ticket: DeviceTicket

    /// Runs that are queued one right after the other come here in any order: the first waits this long for those before
    /// it, seconds.
    private static let settling = 2.0

    /// Returns when the turn has come, or the user said `resume`.
    /// - Throws: `Interrupted` on a signal or where the user asked to stop; the status says so.
    func wait() throws {
        let log = try RunLog(run.logPath)
        var status = (try? run.status()) ?? RunStatus(state: .queued)
        (status.state, status.pid, status.host, status.lastError) = (.queued, getpid(), RunStatus.thisHost, nil)
        let began = Date()
        var lastBeat = Date.distantPast
        try log.append("queued")
        while true {
            if Date().timeIntervalSince(lastBeat) > 5 {
                (status.heartbeat, lastBeat) = (Date(), Date())
                try run.write(status)
            }
            if Interruption.received != nil { throw try left(log, .interrupted, status) }
            for request in run.control.pending() {
                try run.control.acknowledge(request)
                switch request {
                case .stop: throw try left(log, .stopped, status)
                case .resume:
                    try log.append("begins at once, as asked")
                    return try ticket.jump()
                case .pause, .checkpoint: break
                }
            }
            if Date().timeIntervalSince(began) >= Self.settling, try ticket.isTurn() {
                return try log.append("its turn has come")
            }
            usleep(200_000)
        }
    }

    private func left(_ log: RunLog, _ state: RunStatus.State, _ status: RunStatus) throws -> Interrupted {
        var status = status
        (status.state, status.heartbeat) = (state, Date())
        try log.append("left the queue")
        try run.write(status)
        return Interrupted()
    }
}
