import Foundation

/// status.json: where a run stands; replaced whole at every heartbeat.
public struct RunStatus: Codable, Equatable, Sendable {
    public enum State: String, Codable, CaseIterable, Sendable {
        case queued, starting, running, paused, stopping
        /// The end was reached.
        case finished
        /// Left early because the user asked.
        case stopped
        /// Left early because of an error; `lastError` tells.
        case failed
        /// Left early because of a signal; can be resumed.
        case interrupted

        /// Whether a process must be there; one that is queued waits for its turn.
        public var isActive: Bool {
            switch self {
            case .queued, .starting, .running, .paused, .stopping: true
            case .finished, .stopped, .failed, .interrupted: false
            }
        }
    }

    public var state: State
    /// Training steps done.
    public var step: Int
    /// Training steps to do, where that is known.
    public var totalSteps: Int?
    public var epoch: Int
    /// The part of the budget that is spent, 0...1.
    public var fraction: Double?
    /// Seconds trained since the run began, without pauses and without the times between two sittings.
    public var seconds: Double?
    /// Training steps a second.
    public var rate: Double?
    /// Seconds to the end.
    public var eta: Double?
    /// When the engine last wrote this.
    public var heartbeat: Date
    /// The engine's process and the machine it is on.
    public var pid: Int32
    public var host: String
    public var lastError: String?
    /// The best validation score so far, and the step it was reached at.
    public var bestScore: Double?
    public var bestStep: Int?
    /// What goes wrong, if anything does.
    public var warnings: [HealthWarning]?
    /// The graphics card that the engine computes on, and what it does.
    public var card: GraphicsCard?

    public init(
        state: State, step: Int = 0, totalSteps: Int? = nil, epoch: Int = 0, fraction: Double? = nil,
        seconds: Double? = nil, rate: Double? = nil, eta: Double? = nil, heartbeat: Date = Date(),
        pid: Int32 = getpid(), host: String = RunStatus.thisHost, lastError: String? = nil, bestScore: Double? = nil,
        bestStep: Int? = nil, warnings: [HealthWarning]? = nil, card: GraphicsCard? = nil
    ) {
        self.state = state
        self.step = step
        self.totalSteps = totalSteps
        self.epoch = epoch
        self.fraction = fraction
        self.seconds = seconds
        self.rate = rate
        self.eta = eta
        self.heartbeat = heartbeat
        self.pid = pid
        self.host = host
        self.lastError = lastError
        self.bestScore = bestScore
        self.bestStep = bestStep
        self.warnings = warnings
        self.card = card
    }

    /// This machine's name, as it calls itself; Foundation's would ask the network.
    public static let thisHost: String = {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }()

    /// Seconds without a heartbeat after which an engine elsewhere counts as lost.
    static let silenceElsewhere = 60.0
    /// The same here, where its process can be seen; long, for a step may be slow, but not for ever, for a number of a
    /// process is given anew.
    static let silenceHere = 600.0

    /// Whether the run should have an engine but has none any more: killed, or its machine went down.
    public func isLost(
        now: Date = Date(), host: String = RunStatus.thisHost, exists: (Int32) -> Bool = RunStatus.processExists
    ) -> Bool {
        guard state.isActive else { return false }
        let silence = now.timeIntervalSince(heartbeat)
        return host == self.host ? silence > Self.silenceHere || !exists(pid) : silence > Self.silenceElsewhere
    }

    /// Whether this machine has a process of this number, whoever's it is.
    public static func processExists(_ pid: Int32) -> Bool { pid > 0 && (kill(pid, 0) == 0 || errno == EPERM) }
}

extension RunDirectory {
    /// Replaces status.json.
    public func write(_ status: RunStatus) throws { try RunDocuments.write(status, to: statusPath) }

    /// Reads status.json.
    /// - Throws: `InputError` where it is absent or damaged.
    public func status() throws -> RunStatus { try RunDocuments.read(RunStatus.self, from: statusPath) }
}
