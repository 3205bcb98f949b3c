/// How long a training took, without its pauses.
struct TrainingClock {
    private let start = ContinuousClock.now
    private let budgetSecondsBefore: Double
    private let secondsBefore: Double
    private var paused = Duration.zero
    private var pausedAt: ContinuousClock.Instant?
    private var steps = 0
    private var mark: (steps: Int, seconds: Double) = (0, 0)

    /// - Parameters:
    ///   - budgetSeconds: what the checkpoint says was trained, in runs whose budget is time.
    ///   - seconds: what was trained in all, with what went lost.
    init(budgetSeconds: Double, seconds: Double) { (budgetSecondsBefore, secondsBefore) = (budgetSeconds, seconds) }

    /// Seconds trained in this process.
    private var elapsed: Double {
        ((pausedAt ?? ContinuousClock.now) - start - paused).seconds
    }

    /// Seconds that count against a budget of minutes.
    var budgetSeconds: Double { budgetSecondsBefore + elapsed }

    /// Seconds trained since the run began.
    var seconds: Double { secondsBefore + elapsed }

    /// Steps a second in this process.
    var rate: Double { Double(steps) / max(elapsed, 1e-6) }

    /// One step more was trained.
    mutating func count() { steps += 1 }

    /// Steps a second since this was asked last.
    mutating func rateSinceMark() -> Double {
        let now = elapsed
        defer { mark = (steps, now) }
        return Double(steps - mark.steps) / max(now - mark.seconds, 1e-6)
    }

    mutating func pause() { pausedAt = pausedAt ?? .now }

    mutating func goOn() {
        guard let began = pausedAt else { return }
        paused += .now - began
        pausedAt = nil
    }
}
