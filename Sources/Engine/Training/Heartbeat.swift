import Foundation
import Runs
import Synchronization

/// Writes a run's status, and writes it again every few seconds where nothing new is said: a step or a validation may take
/// minutes, and a pause days.
final class Heartbeat: Sendable {
    private struct State {
        var status: RunStatus?
        var written = ContinuousClock.now
    }

    /// Seconds between two beats, well below those after which an engine elsewhere counts as lost.
    private static let interval = Duration.seconds(5)

    private let run: RunDirectory
    private let state = Mutex(State())

    init(_ run: RunDirectory) {
        self.run = run
        Thread.detachNewThread { [weak self] in
            while self?.beat() != nil { usleep(500_000) }
        }
    }

    /// How long the last status is old.
    var age: Duration { state.withLock { .now - $0.written } }

    /// Writes a status; from now on it is the one that is repeated.
    func write(_ status: RunStatus) throws {
        try state.withLock { state in
            (state.status, state.written) = (status, .now)
            try run.write(status)
        }
    }

    /// Repeats nothing any more, and waits for the write that may be under way.
    func end() { state.withLock { $0.status = nil } }

    private func beat() {
        state.withLock { state in
            guard var status = state.status, .now - state.written > Self.interval else { return }
            status.heartbeat = Date()
            state.written = .now
            // Where the disk is full, the training itself finds out.
            try? run.write(status)
        }
    }
}
