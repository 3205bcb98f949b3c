import Foundation

/// Long work's progress on standard error: a bar with count, speed and time left on a terminal; elsewhere a plain line
/// every few seconds.
///
///     var progress = ProgressLine("Training", total: steps, unit: "steps", quiet: options.json)
///     progress.update(step, note: "loss 0.12")
///     progress.finish()
public struct ProgressLine {
    /// How it is shown.
    enum Style: Equatable {
        case bar, lines, none
    }

    let label: String
    let style: Style
    private var pace: ProgressPace
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var lastShown: ContinuousClock.Instant?
    /// The time between two plain lines.
    private let interval: Duration

    /// `total` is the count of `unit`s to do, if known; `quiet` shows nothing, as wanted beside `--json` or `--quiet`.
    public init(
        _ label: String, total: Int? = nil, unit: String, quiet: Bool = false, interval: Duration = .seconds(10)
    ) {
        self.label = label
        self.interval = interval
        pace = ProgressPace(total: total, unit: unit)
        start = clock.now
        style = quiet ? .none : TerminalFacts().canRedraw ? .bar : .lines
        // The first plain line comes after one interval; a bar shows at once.
        lastShown = style == .lines ? start : nil
    }

    /// Takes note of where the work stands, cheap enough for every step. `fraction` (0 to 1) is for work bounded by other
    /// than a count, such as minutes; `note` ends the line.
    public mutating func update(_ done: Int, fraction: Double? = nil, note: String = "") {
        let now = clock.now
        pace.update(done: done, fraction: fraction, at: (now - start).seconds)
        let wait: Duration = style == .bar ? .milliseconds(100) : interval
        guard style != .none, lastShown.map({ now - $0 >= wait }) ?? true else { return }
        lastShown = now
        if style == .bar {
            let terminal = TerminalFacts()
            let line = Self.bar(label, pace, note: note, width: terminal.columns, isUTF8: terminal.isUTF8)
            StandardError.write("\r" + line + "\u{1B}[K")
        } else {
            StandardError.write(Self.plain(label, pace, note: note) + "\n")
        }
    }

    /// Ends the bar with a line about the whole.
    public mutating func finish(note: String = "") {
        guard style != .none else { return }
        pace.update(done: pace.done, fraction: pace.fraction, at: (clock.now - start).seconds)
        let parts = ["\(pace.done) \(pace.unit) in \(Duration.seconds(pace.elapsed).brief)", pace.speed ?? "", note]
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
