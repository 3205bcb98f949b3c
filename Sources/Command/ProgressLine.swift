import Foundation
import Synchronization

/// Long work's progress on standard error: a bar with count, speed and time left on a terminal; elsewhere a plain line
/// every few seconds. Safe to call from several threads.
///
///     let progress = ProgressLine("Training", total: steps, unit: "steps", quiet: options.json)
///     progress.update(step, note: "loss 0.12")
///     progress.finish()
public final class ProgressLine: Sendable {
    /// How it is shown.
    enum Style: Equatable {
        case bar, lines, none
    }

    let label: String
    let style: Style
    private let start = ContinuousClock.now
    /// The time between two plain lines.
    private let interval: Duration
    /// Work that takes less time shows nothing at all.
    private let delay: Duration

    private struct State {
        var pace: ProgressPace
        var lastShown: ContinuousClock.Instant?
    }
    private let state: Mutex<State>

    /// `total` is the count of `unit`s to do, if known; `quiet` shows nothing, as wanted beside `--quiet`; `delay` keeps
    /// silent about work that takes less than that.
    public init(
        _ label: String, total: Int? = nil, unit: String, quiet: Bool = false, interval: Duration = .seconds(10),
        delay: Duration = .zero
    ) {
        self.label = label
        self.interval = interval
        self.delay = delay
        state = Mutex(State(pace: ProgressPace(total: total, unit: unit)))
        style = quiet ? .none : TerminalFacts().canRedraw ? .bar : .lines
    }

    /// Takes note of where the work stands, cheap enough for every step. `fraction` (0 to 1) is for work bounded by other
    /// than a count, such as minutes; `remaining` are the seconds still to go where the pace tells them badly; `note` ends
    /// the line.
    public func update(_ done: Int, fraction: Double? = nil, remaining: Double? = nil, note: String = "") {
        let now = ContinuousClock.now
        state.withLock { state in
            state.pace.update(done: done, fraction: fraction, remaining: remaining, at: (now - start).seconds)
            guard isDue(at: now, after: state.lastShown) else { return }
            state.lastShown = now
            if style == .bar {
                let terminal = TerminalFacts()
                let line = Self.bar(label, state.pace, note: note, width: terminal.columns, isUTF8: terminal.isUTF8)
                StandardError.write("\r" + line + "\u{1B}[K")
            } else {
                StandardError.write(Self.plain(label, state.pace, note: note) + "\n")
            }
        }
    }

    /// A bar shows at once and ten times a second; the first plain line comes after one interval.
    private func isDue(at now: ContinuousClock.Instant, after lastShown: ContinuousClock.Instant?) -> Bool {
        guard now - start >= delay else { return false }
        switch style {
        case .none: return false
        case .bar: return lastShown.map { now - $0 >= .milliseconds(100) } ?? true
        case .lines: return now - (lastShown ?? start) >= interval
        }
    }

    /// Writes a line of its own; a bar comes back below it with the next update.
    public func say(_ line: String) {
        guard style != .none else { return }
        state.withLock { state in
            StandardError.write((style == .bar ? "\r\u{1B}[K" : "") + line.printable + "\n")
            if style == .bar { state.lastShown = nil }
        }
    }

    /// Ends the bar with a line about the whole; `done` where that is more than was last told of.
    public func finish(_ done: Int? = nil, note: String = "") {
        let elapsed = ContinuousClock.now - start
        guard style != .none, elapsed >= delay else { return }
        var pace = state.withLock(\.pace)
        pace.update(done: done ?? pace.done, fraction: pace.fraction, at: elapsed.seconds)
        let parts = ["\(pace.doneCount) in \(Duration.seconds(pace.elapsed).brief)", pace.speed ?? "", note]
        let line = label + ": " + parts.filter { !$0.isEmpty }.joined(separator: ", ").printable
        StandardError.write((style == .bar ? "\r\u{1B}[K" : "") + line + "\n")
    }

    /// "Training  ━━━━━━╸      42%  1234/5000 steps  12.3 steps/s  2 min 03 s left  loss 0.12", less what does not fit
    /// into the width; the last column stays free, as some terminals wrap there.
    static func bar(_ label: String, _ pace: ProgressPace, note: String, width: Int, isUTF8: Bool) -> String {
        let room = max(width - 1, 1)
        var line = label
        if let fraction = pace.fraction {
            let length = min(24, max(room / 4, 4))
            line += "  " + gauge(fraction, length: length, isUTF8: isUTF8)
            let percent = "\(Int(fraction * 100))%"
            line += String(repeating: " ", count: 5 - percent.count) + percent
        }
        for fact in facts(pace, note: note) where line.count + 2 + fact.count <= room { line += "  " + fact }
        return String(line.prefix(room))
    }

    /// "Training: 42%, 1234/5000 steps, 12.3 steps/s, 2 min 03 s left, loss 0.12".
    static func plain(_ label: String, _ pace: ProgressPace, note: String) -> String {
        let percent = pace.fraction.map { ["\(Int($0 * 100))%"] } ?? []
        return label + ": " + (percent + facts(pace, note: note)).joined(separator: ", ")
    }

    private static func facts(_ pace: ProgressPace, note: String) -> [String] {
        let left = pace.remaining.map { Duration.seconds($0).brief + " left" }
        return [pace.count, pace.speed, left, note.printable].compactMap { $0 }.filter { !$0.isEmpty }
    }

    private static func gauge(_ fraction: Double, length: Int, isUTF8: Bool) -> String {
        let halves = Int((fraction * Double(2 * length)).rounded(.down))
        let full = String(repeating: isUTF8 ? "━" : "#", count: halves / 2)
        let tip = isUTF8 && halves % 2 == 1 ? "╸" : ""
        let rest = String(repeating: isUTF8 ? " " : ".", count: length - full.count - tip.count)
        return full + tip + rest
    }
}
