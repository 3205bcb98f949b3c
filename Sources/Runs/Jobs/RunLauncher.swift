import Foundation
import Imaging

/// Starts engines that outlive the program that starts them: in a session of their own, with what they print appended to
/// the run's engine.out. Everything else about them is in the run directory.
public struct RunLauncher: Sendable {
    public let engine: EngineProgram

    public init(engine: EngineProgram = .beside) { self.engine = engine }

    /// The variable that tells the engine since when it waits, in nanoseconds since 1970: loading takes engines of
    /// different length, and the first launched is to be the first.
    public static let timeVariable = "PETRI_QUEUED_AT"

    /// Starts a new run. The folder is made at once and shows as starting; what the engine finds wrong with the data set
    /// shows there as the reason of its failure.
    /// - Parameter queued: waits until the device has no other run.
    /// - Throws: `InputError` where a value is none, the folder is not new, or the engine does not start.
    @discardableResult
    public func start(_ request: TrainingRequest, queued: Bool = false) throws -> RunDirectory {
        _ = try request.settings()
        guard !request.dataset.isEmpty else { throw InputError("the data set", "is not named") }
        guard !request.run.isEmpty else { throw InputError("the run's folder", "is not named") }
        let request = request.absolute
        guard !RunDirectory.isRun(request.run) else {
            throw InputError(request.run, "holds a run already", advice: "name another folder for a new one")
        }
        let run = try RunDirectory.create(request.run)
        try RunDocuments.write(request, to: run.launchPath)
        try launch(run, ["train"] + request.arguments, queued: queued)
        return run
    }

    /// Goes on with a run that has no engine, after its latest checkpoint.
    /// - Parameters:
    ///   - extending: the budget from now on; nil keeps the run's own.
    ///   - device: another device than the run began on.
    /// - Throws: `InputError` where the run is being trained.
    public func resume(
        _ run: RunDirectory, extending budget: TrainingSettings.Budget? = nil, device: String? = nil,
        queued: Bool = false
    ) throws {
        let run = RunDirectory(path: run.path.absolutePath)
        try run.checkIdle()
        if access(run.descriptionPath, F_OK) != 0, let request = try run.launchRequest() {
            // It never came to begin.
            return try launch(run, ["train"] + request.arguments, queued: queued)
        }
        var words = ["resume", run.path]
        if let steps = budget?.steps { words += ["--steps", "\(steps)"] }
        if let minutes = budget?.minutes { words += ["--minutes", NumberRange.text(minutes)] }
        if let device { words += ["--device", device] }
        try launch(run, words, queued: queued)
    }

    /// Begins a new run with the weights, the optimisers and the curves of a checkpoint of another one, which stays as it
    /// is, whether it trains or not.
    /// - Throws: `InputError` where the run has no such checkpoint, or the folder is not new.
    @discardableResult
    public func restart(
        _ run: RunDirectory, from choice: CheckpointChoice, as path: String,
        extending budget: TrainingSettings.Budget? = nil, queued: Bool = false
    ) throws -> RunDirectory {
        let copy = try run.branch(at: choice, to: path)
        try resume(copy, extending: budget, queued: queued)
        return copy
    }

    /// Waits until the engine of a run just launched trains or waits for its turn; where it takes longer (a large data
    /// set), until the timeout.
    /// - Returns: what it says.
    /// - Throws: `InputError` with the reason where it left instead.
    public func waitUntilTaken(_ run: RunDirectory, timeout: Duration = .seconds(60)) throws -> RunStatus {
        let deadline = ContinuousClock.now + timeout
        while ContinuousClock.now < deadline {
            let status = try run.status()
            if status.state == .failed {
                throw InputError(run.path, "failed: \(status.lastError ?? "for no known reason")")
            }
            if status.pid != getpid() && status.state != .starting { return status }
            usleep(50_000)
        }
        if let status = try? run.status(), status.pid != getpid() { return status }
        throw InputError(run.path, "has no engine yet", advice: "see \(run.outputPath)")
    }

    /// Waits until the engine has taken the run over.
    /// - Returns: a line that says how to follow it.
    /// - Throws: `InputError` with the reason where it left instead.
    public func announcement(of run: RunDirectory) throws -> String {
        let status = try waitUntilTaken(run)
        let what = status.state == .queued ? "Queued" : "Training"
        return "\(what) in the background, process \(status.pid): petri runs tail \(ShellWords.quoted([run.path]))"
            .printable
    }

    private func launch(_ run: RunDirectory, _ words: [String], queued: Bool) throws {
        for request in run.control.pending() { try run.control.acknowledge(request) }
        let output = try Descriptor(run.outputPath, O_WRONLY | O_APPEND | O_CREAT)
        let nothing = try Descriptor("/dev/null", O_RDONLY)
        var start = ProcessStart()
        (start.input, start.output, start.errors) = (nothing.number, output.number, output.number)
        start.isDetached = true
        start.environment = EngineProgram.environment.merging([Self.timeVariable: "\(DeviceTicket.now)"]) { $1 }
        var status = (try? run.status()) ?? RunStatus(state: .starting)
        (status.state, status.heartbeat, status.lastError) = (.starting, Date(), nil)
        (status.pid, status.host) = (getpid(), RunStatus.thisHost)
        // Before the engine writes its own: this one must not come on top of it.
        try run.write(status)
        do {
            let pid = try withExtendedLifetime((nothing, output)) {
                try start(engine.path, words + (queued ? ["--queue"] : []))
            }
            Thread.detachNewThread { Self.reap(pid, of: run) }
        } catch {
            let problem = engine.missing(reason: "\(error)")
            (status.state, status.lastError) = (.failed, problem.description)
            try? run.write(status)
            throw problem
        }
    }

    /// Asks the engine for what a few steps of this training take; a minute at most.
    /// - Parameter isCancelled: asked now and then; the engine is ended where it says so.
    /// - Throws: `InputError` with what the engine finds wrong with the request or the data set; `CancellationError`.
    public func probe(_ request: TrainingRequest, isCancelled: () -> Bool = { false }) throws -> TrainingProbe {
        _ = try request.settings()
        var request = request.absolute
        request.run = ""
        let answer = try TemporaryFile()
        let errors = try TemporaryFile()
        let nothing = try Descriptor("/dev/null", O_RDONLY)
        var start = ProcessStart()
        (start.input, start.output, start.errors) = (nothing.number, answer.number, errors.number)
        (start.isDetached, start.environment) = (true, EngineProgram.environment)
        let pid: pid_t
        do {
            pid = try withExtendedLifetime(nothing) {
                try start(engine.path, ["train"] + request.arguments + ["--probe", "--json"])
            }
        } catch {
            throw engine.missing(reason: "\(error)")
        }
        let deadline = ContinuousClock.now + .seconds(60)
        var result: Int32 = 0
        while waitpid(pid, &result, WNOHANG) == 0 {
            if isCancelled() || ContinuousClock.now > deadline {
                kill(pid, SIGKILL)
                waitpid(pid, &result, 0)
                if isCancelled() { throw CancellationError() }
                throw InputError(
                    "the probe", "took longer than a minute", advice: "take smaller crops or a smaller batch")
            }
            usleep(20_000)
        }
        if result == 0, let probe = try? JSONDecoder().decode(TrainingProbe.self, from: answer.data()) { return probe }
        let words = String(decoding: errors.data(), as: UTF8.self).split(separator: "\n").last.map(String.init)
        throw InputError("the probe", "failed: \(words ?? "the engine left without a word")")
    }

    /// Waits for the engine's end, lest its number seem alive for ever; where it went before it could say why, says so.
    private static func reap(_ pid: pid_t, of run: RunDirectory) {
        var result: Int32 = 0
        while waitpid(pid, &result, 0) < 0 && errno == EINTR {}
        guard result != 0, var status = try? run.status(), status.state == .starting, status.pid == getpid() else {
            return
        }
        status.state = .failed
        status.lastError = RunLog.lastLines(of: run.outputPath, count: 1).last ?? "petri-engine left without a word"
        try? run.write(status)
    }
}

extension TrainingRequest {
    /// The request with its paths made absolute.
    var absolute: TrainingRequest {
        var request = self
        request.dataset = dataset.absolutePath
        request.masks = masks.map(\.absolutePath)
        if !run.isEmpty { request.run = run.absolutePath }
        request.values = absoluteValues
        return request
    }

    /// The values, those that name files made absolute.
    public var absoluteValues: [String: String] {
        values.reduce(into: [:]) { values, given in
            values[given.key] =
                TrainingOption[given.key]?.kind == .file ? given.value.absolutePath : given.value
        }
    }
}
