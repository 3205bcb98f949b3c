import Foundation
import Synchronization

/// One line on standard error that counts up, shown on a terminal only and only once the work has taken a second.
final class ProgressLine: Sendable {
    private let label: String
    private let total: Int
    private let start = ContinuousClock.now
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let lastShown = Mutex<ContinuousClock.Instant?>(nil)

    init(_ label: String, total: Int) {
        self.label = label
        self.total = total
    }

    /// Says that `done` of the total are done; shown at most ten times a second.
    func update(_ done: Int) {
        let now = ContinuousClock.now
        guard isTerminal, now - start > .seconds(1) else { return }
        lastShown.withLock { shown in
            if let last = shown, now - last < .milliseconds(100), done < total { return }
            shown = now
            FileHandle.standardError.write(Data("\r\(label) \(done)/\(total)".utf8))
        }
    }

    /// Takes the line away.
    func finish() {
        if lastShown.withLock({ $0 != nil }) { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    }
}
