import Testing

/// Suites of several targets run side by side in one process; those with this trait take turns.
public struct TakingTurns: SuiteTrait, TestScoping {
    fileprivate let resource: Resource

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        await resource.take()
        do {
            try await function()
        } catch {
            await resource.leave()
            throw error
        }
        await resource.leave()
    }

    fileprivate actor Resource {
        private var isTaken = false
        private var waiting: [CheckedContinuation<Void, Never>] = []

        func take() async {
            guard isTaken else {
                isTaken = true
                return
            }
            await withCheckedContinuation { waiting.append($0) }
        }

        /// Hands over to who waits longest.
        func leave() {
            if waiting.isEmpty {
                isTaken = false
            } else {
                waiting.removeFirst().resume()
            }
        }
    }
}

extension Trait where Self == TakingTurns {
    /// libtorch has one random generator for the process, and its threads want all cores.
    public static var alone: TakingTurns { TakingTurns(resource: libtorch) }
}

private let libtorch = TakingTurns.Resource()
