import Runs

/// Watches a training's figures for signs that it goes wrong. Pure: it is told what the training sees anyway.
struct HealthMonitor {
    /// What holds now, in the order in which it came up.
    private(set) var warnings: [HealthWarning] = []
    private let patience: Int
    /// The last values of the losses that are watched, oldest first.
    private var recent: [String: [Double]] = [:]
    private var unsaid: [String] = []

    /// - Parameter patience: validations without gain after which the training ends.
    init(patience: Int) { self.patience = patience }

    /// What has changed since this was asked last, a line for the log each.
    mutating func news() -> [String] {
        defer { unsaid = [] }
        return unsaid
    }

    // MARK: Discriminators

    /// Readings over which losses are averaged, ten steps apart: a discriminator may win for a while.
    static let window = 10
    /// A least-squares discriminator that guesses has a loss of 1/4. At 0.02 its verdicts are off by 0.14 on average...
    static let winning = 0.02
    /// ...and where what it judges has a loss of 1 (verdict 0) or nearly so, no gradient to speak of is left.
    static let beaten = 0.8
    /// Above this the warning goes.
    static let fair = 0.05

    /// Takes note of the losses of a step.
    mutating func observe(_ losses: [(name: String, value: Double)], step: Int) {
        for (name, value) in losses { recent[name] = (recent[name] ?? []).suffix(Self.window - 1) + [value] }
        let pairs = [
            (
                "imageDiscriminator", "generator", "images",
                "lower --discriminator-pace, raise --p-diff, or lower --weight-adversarial"
            ),
            (
                "maskDiscriminator", "segmenter", "masks",
                "lower --discriminator-pace, or set --mask-gradient straightThrough"
            ),
        ]
        var problems: [(message: String, advice: String)] = []
        var isFair = true
        for (judge, judged, what, advice) in pairs {
            guard let loss = average(judge), let other = average(judged) else { continue }
            if loss < Self.winning && other > Self.beaten {
                let figures = "its loss \(Self.text(loss)) (0.25 is guessing), the \(judged)'s \(Self.text(other)) of 1"
                problems.append(("the discriminator of \(what) wins outright: \(figures)", advice))
            }
            if loss < Self.fair && other > Self.beaten { isFair = false }
        }
        if let problem = problems.first {
            raise(.discriminatorWins, step, problem.message, problem.advice)
        } else if isFair {
            clear(.discriminatorWins, step)
        }
    }

    /// The mean of the last readings, once there are enough.
    private func average(_ name: String) -> Double? {
        guard let values = recent[name], values.count == Self.window else { return nil }
        return values.reduce(0, +) / Double(values.count)
    }

    // MARK: Collapse

    /// Before this many steps the styles have had no time to matter.
    static let youth = 200

    /// Takes note of how much pictures of one mask differ with the style: mean absolute difference over the real images'
    /// mean absolute deviation.
    mutating func observe(styleSpread: Double, step: Int) {
        guard step >= Self.youth else { return }
        if styleSpread < StyleDiversity.leastSpread {
            raise(
                .outputsCollapse, step,
                "different styles give the same picture: they differ by \(Self.text(100 * styleSpread)) % of the real "
                    + "images' contrast",
                "set --styles encoder, lower --weight-pixels and --weight-cycle-pixels, or raise --weight-adversarial")
        } else if styleSpread > 2 * StyleDiversity.leastSpread {
            clear(.outputsCollapse, step)
        }
    }

    // MARK: Validation

    /// Takes note of a validation.
    mutating func validated(step: Int, best: (score: Double, step: Int)?, withoutGain: Int) {
        guard withoutGain >= max(10, patience / 3) else { return clear(.validationStalled, step) }
        let reached = best.map { "; the best was \(Self.text($0.score)) at step \($0.step)" } ?? ""
        raise(
            .validationStalled, step,
            "no better score in \(withoutGain) validations\(reached); training ends after \(patience)",
            "stop and use the best checkpoint, or begin anew with more images, another --segmenter or a lower --lr")
    }

    // MARK: Numbers

    /// Takes note of a return because of numbers that ran away.
    mutating func wentBack(from failed: Int, to step: Int, because what: String, times: Int) {
        recent = [:]
        clear(.notFinite, step)
        raise(
            .notFinite, failed, "\(what); went back to step \(step), for the \(Self.ordinal(times)) time",
            "begin anew with a lower --lr, or with --precision float32")
    }

    private static func ordinal(_ number: Int) -> String { ["first", "second", "third"][min(number, 3) - 1] }

    // MARK: Disk

    /// Takes note of the room on the disk, bytes: a checkpoint is written beside the one that it replaces, and there are
    /// two; pictures and logs come on top.
    mutating func observe(freeSpace: Int, checkpointSize: Int, step: Int) {
        let needed = 3 * checkpointSize + 200 << 20
        if freeSpace < needed {
            raise(
                .diskFilling, step,
                "the disk is filling: \(freeSpace >> 20) MB are free, and checkpoints and pictures want \(needed >> 20)",
                "free some space, or delete runs that are done with (petri runs delete RUN)")
        } else if freeSpace > needed + needed / 2 {
            clear(.diskFilling, step)
        }
    }

    // MARK: What is said

    private mutating func raise(_ kind: HealthWarning.Kind, _ step: Int, _ message: String, _ advice: String) {
        if let place = warnings.firstIndex(where: { $0.kind == kind }) {
            // Since when it holds stays; the figures are today's.
            (warnings[place].message, warnings[place].advice) = (message, advice)
        } else {
            warnings.append(HealthWarning(kind: kind, step: step, message: message, advice: advice))
            unsaid.append("warning: \(message); \(advice)")
        }
    }

    private mutating func clear(_ kind: HealthWarning.Kind, _ step: Int) {
        guard let place = warnings.firstIndex(where: { $0.kind == kind }) else { return }
        unsaid.append("no longer, at step \(step): \(warnings[place].message)")
        warnings.remove(at: place)
    }

    private static func text(_ value: Double) -> String {
        let rounded = (value * 1000).rounded() / 1000
        return "\(rounded)"
    }
}
