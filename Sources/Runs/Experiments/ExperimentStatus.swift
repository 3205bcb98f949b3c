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

    /// What is done for a cell.
    public enum Stage: String, Codable, Sendable { case training, segmenting, scoring }

    public var state: State
    /// The cells in work, by their names.
    public var inWork: [String: Stage]
    /// Why cells failed, by their names.
    public var failures: [String: String]
    public var pid: Int32
    public var host: String

    public init(
        state: State, inWork: [String: Stage] = [:], failures: [String: String] = [:], pid: Int32 = getpid(),
        host: String = RunStatus.thisHost
    ) {
        (self.state, self.inWork) = (state, inWork)
        (self.failures, self.pid, self.host) = (failures, pid, host)
    }
}
