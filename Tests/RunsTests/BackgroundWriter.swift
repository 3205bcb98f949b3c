import Foundation

/// Work beside a test's own, on a thread of its own: a reader that loops would keep a task from ever running.
final class BackgroundWriter: @unchecked Sendable {
    private let done = DispatchSemaphore(value: 0)
    private var result: Result<Void, any Error> = .success(())

    init(_ body: @escaping @Sendable () throws -> Void) {
        Thread.detachNewThread { [self] in
            result = Result(catching: body)
            done.signal()
        }
    }

    /// Waits for the end of the work and throws what it threw.
    func finish() throws {
        done.wait()
        try result.get()
    }

    /// Whether the work has ended, after waiting a little.
    func hasEnded() -> Bool {
        guard done.wait(timeout: .now() + .milliseconds(1)) == .success else { return false }
        done.signal()
        return true
    }
}
