import Foundation

/// Where a run stands as it is shown: what its status says, unless its engine is gone.
public enum RunState: String, Codable, CaseIterable, Sendable {
    case queued, starting, running, paused, stopping, finished, stopped, failed, interrupted
    /// An engine should be there but is none: killed, or its machine went down. `petri resume` goes on.
    case lost
    /// The run's files make no sense.
    case damaged

    /// The state as shown at `now`.
    public init(_ status: RunStatus, now: Date = Date()) {
        self = status.isLost(now: now) ? .lost : RunState(status.state)
    }

    init(_ state: RunStatus.State) {
        self =
            switch state {
            case .queued: .queued
            case .starting: .starting
            case .running: .running
            case .paused: .paused
            case .stopping: .stopping
            case .finished: .finished
            case .stopped: .stopped
            case .failed: .failed
            case .interrupted: .interrupted
            }
    }

    /// Whether an engine is at work on the run, or waits for its turn.
    public var isActive: Bool {
        switch self {
        case .queued, .starting, .running, .paused, .stopping: true
        case .finished, .stopped, .failed, .interrupted, .lost, .damaged: false
        }
    }
}
