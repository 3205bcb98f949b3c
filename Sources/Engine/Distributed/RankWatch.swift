import Foundation
import Runs
import Synchronization
import Torch

/// Finds out which of the processes is gone: every one counts a number of its own up in the common table, and looks at the
/// others'. It does not matter what carries tensors, nor what the process is waiting for: where its own thread does not
/// end after a verdict, this ends the process.
final class RankWatch: Sendable {
    private struct State {
        /// Each rank's number, and when it last changed.
        var beats: [(number: Int, changed: SuspendingClock.Instant)]
        /// When the table last answered.
        var answered = SuspendingClock.now
        var verdict: (error: RankError, since: SuspendingClock.Instant)?
        /// Whether some process was asked to leave by a signal.
        var isInterrupted = false
        var hasEnded = false
        /// What is done before the process ends because its own thread could not.
        var lastWords: @Sendable (RankError) -> Void = { _ in }
    }

    private static let pace: UInt32 = 500_000
    /// How long a process may be silent: it is gone for sure...
    private static let silence = Duration.seconds(20)
    /// ...or, where an operation with the others has failed too, very likely.
    private static let silenceWhenBroken = Duration.seconds(4)
    /// How long the process's own thread has to end after a verdict.
    private static let grace = Duration.seconds(10)
    /// A number from which on a rank is not there any more, because it was done.
    private static let left = 1 << 40

    private let rank: Int
    private let names: [String]
    private let store: GroupStore
    private let state: Mutex<State>

    /// Begins to watch.
    /// - Parameter store: a connection to the common table for this watch alone.
    init(rank: Int, names: [String], store: GroupStore) {
        (self.rank, self.names, self.store) = (rank, names, store)
        state = Mutex(State(beats: names.map { _ in (0, .now) }))
        Thread.detachNewThread { [self] in
            while !state.withLock({ $0.hasEnded || $0.verdict != nil }) {
                look()
                usleep(Self.pace)
            }
        }
        // Another thread, since the table of a machine that is switched off never answers.
        Thread.detachNewThread { [self] in
            while !state.withLock({ $0.hasEnded }) {
                judge()
                usleep(Self.pace)
            }
        }
    }

    /// Whether a signal asked any of the processes to leave.
    var isInterrupted: Bool { state.withLock { $0.isInterrupted } }

    /// Sets what is done before the process ends because its own thread could not.
    func setLastWords(_ words: @escaping @Sendable (RankError) -> Void) { state.withLock { $0.lastWords = words } }

    /// Who is gone or failed, as far as that is known.
    var fault: RankError? { state.withLock { $0.verdict?.error } }

    /// Who is to blame for an operation that failed; nil where all are well.
    func verdict() -> RankError? {
        let deadline = SuspendingClock.now + Self.silence
        while SuspendingClock.now < deadline {
            let found = state.withLock { state -> RankError? in
                if let verdict = state.verdict { return verdict.error }
                return silent(state, for: Self.silenceWhenBroken)
            }
            if let found { return found }
            usleep(100_000)
        }
        return nil
    }

    /// Tells the others that this process failed, and why.
    func fail(_ message: String) {
        let text = "\(names[rank]) failed: \(message)"
        guard let first = try? store.add("failures", 1) == 1, first else { return }
        try? store.set("failure", "\(rank) \(text)")
        // The table is gone with rank 0.
        if rank == 0 { usleep(4 * Self.pace) }
    }

    /// Ends the watch; the others do not miss this process. Rank 0 waits a while until all have left.
    func leave() {
        state.withLock { $0.hasEnded = true }
        _ = try? store.add(Self.key(rank), Self.left)
        guard rank == 0 else { return }
        let deadline = SuspendingClock.now + .seconds(10)
        while SuspendingClock.now < deadline {
            let present = names.indices.contains { other in
                (try? store.add(Self.key(other), 0)).map { $0 < Self.left } ?? false
            }
            if !present { return }
            usleep(50_000)
        }
    }

    private static func key(_ rank: Int) -> String { "beat/\(rank)" }

    /// Gives a sign of life and looks for those of the others.
    private func look() {
        do {
            try store.add(Self.key(rank), 1)
            let interruptions = try store.add("interruptions", Interruption.received == nil ? 0 : 1)
            if try store.add("failures", 0) > 0, let text = try store.text("failure") {
                let parts = text.split(separator: " ", maxSplits: 1)
                condemn(RankError(Int(parts[0]) ?? 0, String(parts.last ?? "")))
            }
            let numbers = try names.indices.map { try $0 == rank ? 0 : store.add(Self.key($0), 0) }
            state.withLock { state in
                state.answered = .now
                if interruptions > 0 { state.isInterrupted = true }
                for (other, number) in numbers.enumerated() where other == rank || number != state.beats[other].number {
                    state.beats[other] = (number, .now)
                }
            }
        } catch {
            if state.withLock({ $0.hasEnded }) { return }
            condemn(RankError(0, names[0], gone: "the table of all ranks that it keeps is closed"))
        }
    }

    /// Ends what the process's own thread cannot end.
    private func judge() {
        let (now, state) = (SuspendingClock.now, state.withLock { $0 })
        if let verdict = state.verdict {
            guard now - verdict.since > Self.grace else { return }
            state.lastWords(verdict.error)
            let text = "petri: \(verdict.error)\n"
            _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) }
            _exit(70)
        }
        if now - state.answered > Self.silence {
            condemn(RankError(0, names[0], gone: "its machine does not answer"))
        } else if let silent = silent(state, for: Self.silence) {
            condemn(silent)
        }
    }

    /// The rank that has been silent for longest, where that is longer than `limit`.
    private func silent(_ state: State, for limit: Duration) -> RankError? {
        let now = SuspendingClock.now
        let present = state.beats.enumerated().filter { $0.offset != rank && $0.element.number < Self.left }
        guard let (other, beat) = present.min(by: { $0.element.changed < $1.element.changed }),
            now - beat.changed > limit
        else { return nil }
        let seconds = (now - beat.changed).components.seconds
        return RankError(other, names[other], gone: "no sign of life for \(seconds) s")
    }

    private func condemn(_ error: RankError) {
        state.withLock { if $0.verdict == nil { $0.verdict = (error, .now) } }
    }
}
