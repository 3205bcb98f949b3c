import Foundation
import Imaging

/// The making of a sample set in processes that outlive the program that started them. What it was asked for, its process
/// and what it printed are in a folder beside the set; as long as it works, its output file is locked.
public struct SynthesisJob: Sendable {
    /// The set's folder.
    public let path: String

    private var folder: String { path + ".job" }
    private var recordPath: String { folder + "/job.json" }
    private var outputPath: String { folder + "/output.txt" }

    private struct Record: Codable {
        var request: SynthesisRequest
        /// The shell that leads the job's session and process group.
        var pid: Int32
        var host: String
    }

    public init(path: String) { self.path = path.absolutePath }

    /// What was asked for last; nil where no job was started for the set.
    public var request: SynthesisRequest? { try? record().request }

    private func record() throws -> Record { try RunDocuments.read(Record.self, from: recordPath) }

    /// Whether its processes work, on this machine.
    public var isRunning: Bool { FileLock.isHeld(outputPath) }

    /// Starts the commands of the request one after the other, in a session of their own. What an earlier job of the same
    /// request has done is kept, and the rest made.
    /// - Parameter engine: `petri` lies beside it.
    /// - Throws: `InputError` where a value is none, the set is being made, or no process can be started.
    @discardableResult
    public static func start(_ request: SynthesisRequest, engine: EngineProgram = .beside) throws -> SynthesisJob {
        if let (name, problem) = request.problems.min(by: { $0.key < $1.key }) {
            throw InputError("--" + name, problem)
        }
        for (name, value) in [("run", request.run), ("source", request.source), ("set's folder", request.out)]
        where value.isEmpty {
            throw InputError("the \(name)", "is not named")
        }
        let request = request.absolute
        let job = SynthesisJob(path: request.out)
        try Folder.make(job.folder)
        let output = try Descriptor(job.outputPath, O_WRONLY | O_APPEND | O_CREAT)
        // The processes get the descriptor, and with it the lock.
        guard flock(output.number, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
            throw InputError(job.path, "is being made", advice: "wait for its end, or cancel it first")
        }
        // The shell stays when it is interrupted, to write down how its commands ended.
        let petri = URL(fileURLWithPath: engine.path).deletingLastPathComponent().appendingPathComponent("petri").path
        let commands =
            [request.masksArguments.map { [petri] + $0 }, [engine.path] + request.generateArguments]
            .compactMap { $0 }.map(ShellWords.quoted)
        let script = "trap : INT TERM; \(commands.joined(separator: " && ")); echo \"\(Self.endMark)$?\""
        let nothing = try Descriptor("/dev/null", O_RDONLY)
        var start = ProcessStart()
        (start.input, start.output, start.errors) = (nothing.number, output.number, output.number)
        (start.isDetached, start.environment) = (true, EngineProgram.environment)
        do {
            let pid = try withExtendedLifetime((nothing, output)) { try start("/bin/sh", ["-c", script]) }
            Thread.detachNewThread {
                // Lest its number seem alive for ever.
                var result: Int32 = 0
                while waitpid(pid, &result, 0) < 0 && errno == EINTR {}
            }
            try RunDocuments.write(Record(request: request, pid: pid, host: RunStatus.thisHost), to: job.recordPath)
        } catch let failure as ProcessStart.Failure {
            throw InputError("/bin/sh", "cannot be started: \(failure)")
        }
        return job
    }

    /// What the shell says at the end, with the exit code behind it.
    private static let endMark = "petri: ended with "

    /// Asks its processes to leave; what they have made stays, and starting the same request goes on.
    /// - Throws: `InputError` where it does not work, or works on another machine.
    public func cancel() throws {
        guard isRunning, let record = try? record() else { throw InputError(path, "is not being made") }
        guard record.host == RunStatus.thisHost else {
            throw InputError(path, "is being made on \(record.host)", advice: "cancel it there")
        }
        // Not SIGINT: what a shell starts in the background ignores it, and so would all that comes of it.
        kill(-record.pid, SIGTERM)
    }

    /// How far it is.
    public func progress() -> SynthesisProgress? {
        guard let request else { return nil }
        let lines = RunLog.lastLines(of: outputPath, count: 12)
        let samples = Self.images(in: path + "/images")
        var progress = SynthesisProgress(path: path, state: .failed, samples: samples, count: request.count)
        if request.masks != .real { progress.masks = Self.images(in: request.masksPath + "/masks") }
        let words = lines.filter { !$0.hasPrefix(Self.endMark) }
        progress.lastWords = words.last
        let code = lines.last { $0.hasPrefix(Self.endMark) }.flatMap { Int($0.dropFirst(Self.endMark.count)) }
        if isRunning {
            progress.state = samples == 0 && progress.masks.map { $0 < request.count } ?? false ? .masks : .samples
        } else if samples >= request.count {
            progress.state = .finished
        } else if code == nil || code == 130 || code == 128 + Int(SIGTERM) {
            progress.state = .interrupted
        }
        return progress
    }

    /// The image files in the folder, but those still being written.
    private static func images(in folder: String) -> Int {
        guard let stream = opendir(folder) else { return 0 }
        defer { closedir(stream) }
        return stream.names.count { !$0.hasPrefix(".") }
    }
}

/// How far the making of a sample set is.
public struct SynthesisProgress: Equatable, Sendable {
    public enum State: String, Sendable { case masks, samples, finished, interrupted, failed }

    /// The set's folder.
    public var path: String
    public var state: State
    /// Masks that are there, where new ones are made.
    public var masks: Int?
    /// Samples that are there, and are to be.
    public var samples: Int
    public var count: Int
    /// The last line that the commands printed.
    public var lastWords: String?

    public init(
        path: String, state: State, masks: Int? = nil, samples: Int, count: Int, lastWords: String? = nil
    ) {
        (self.path, self.state, self.masks) = (path, state, masks)
        (self.samples, self.count, self.lastWords) = (samples, count, lastWords)
    }

    /// Whether processes work at it.
    public var isActive: Bool { state == .masks || state == .samples }
}
