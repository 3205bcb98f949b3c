import Foundation

/// status.json of an experiment: what is being done, replaced whenever that changes.
public struct ExperimentStatus: Codable, Equatable, Sendable {
    public enum State: String, Codable, Sendable {
        case running
        /// All cells have their scores.
        case finished
        /// Left by a signal; the same command goes on.
        case interrupted
        /// Cells failed; the same command tries them again.
        case failed
    }

    /// What is done for the cell.
    public enum Stage: String, Codable, Sendable { case training, segmenting, scoring }

    public var state: State
    /// The name of the cell in work.
    public var cell: String?
    public var stage: Stage?
    /// Why cells failed, by their names.
    public var failures: [String: String]
    public var pid: Int32
    public var host: String

    public init(
        state: State, cell: String? = nil, stage: Stage? = nil, failures: [String: String] = [:],
        pid: Int32 = getpid(), host: String = RunStatus.thisHost
    ) {
        (self.state, self.cell, self.stage) = (state, cell, stage)
        (self.failures, self.pid, self.host) = (failures, pid, host)
    }
}
