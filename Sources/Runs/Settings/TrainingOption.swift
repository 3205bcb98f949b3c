import Imaging

/// One option of `petri train`: its name, its meaning, the values it takes and the setting it is for. The command, the
/// launch form and the check of a run's settings all go by the one table `TrainingOption.all`.
public struct TrainingOption: Identifiable, Sendable {
    /// Which values an option takes.
    public enum Kind: Equatable, Sendable {
        /// Given or not; as a value "true" or "false".
        case flag
        /// A whole number.
        case count(ClosedRange<Int>)
        case number(NumberRange)
        /// One of these words.
        case choice([String])
        /// Height and width in pixels, each in the range and a multiple: "128x192".
        case size(ClosedRange<Int>, multipleOf: Int)
        /// A whole number from 0 to 2^64 - 1.
        case seed
        /// "auto", "cpu", "cuda" or "cuda:N"; whether it is here, the engine knows.
        case device
        /// The path of a file.
        case file
    }

    /// What options of a form stand together.
    public enum Group: String, CaseIterable, Sendable {
        case method, budget, data, training, networks, weights, machine

        /// The heading of such options.
        public var title: String {
            switch self {
            case .method: "Method"
            case .budget: "Budget"
            case .data: "Data"
            case .training: "Training"
            case .networks: "Networks"
            case .weights: "Weights of the losses"
            case .machine: "Machine and files"
            }
        }
    }

    /// The name as it follows "--": "p-diff".
    public let name: String
    public let group: Group
    public let kind: Kind
    /// One sentence.
    public let meaning: String
    /// The name in run.json, under `settings`, where it differs from the option's.
    let setting: String
    private let read: @Sendable (TrainingSettings) -> String?
    private let write: @Sendable (inout TrainingSettings, String) -> Void

    public var id: String { name }

    init(
        _ name: String, _ group: Group, _ kind: Kind, _ meaning: String, setting: String? = nil,
        read: @escaping @Sendable (TrainingSettings) -> String?,
        write: @escaping @Sendable (inout TrainingSettings, String) -> Void
    ) {
        (self.name, self.group, self.kind, self.meaning) = (name, group, kind, meaning)
        self.setting = setting ?? name
        (self.read, self.write) = (read, write)
    }

    /// The value that the settings have, as the option would be given; nil where they have none.
    public func value(in settings: TrainingSettings) -> String? { read(settings) }

    /// The value that holds where the option is not given; nil where there is none, or the data or the device decide.
    public func defaultValue(_ preset: TrainingSettings.Preset) -> String? {
        name == "precision" ? nil : read(.defaults(preset))
    }

    /// What is wrong with a value, as the rest of a sentence ("must be a whole number from 1 to 1024, not 0"), or nil.
    public func problem(_ text: String) -> String? {
        isValid(text) ? nil : "must be \(range), not \(text.isEmpty ? "empty" : text.printable)"
    }

    /// The valid values in words: "a whole number from 1 to 1024".
    public var range: String {
        switch kind {
        case .flag: "true or false"
        case .count(let range):
            range.upperBound - range.lowerBound == 1
                ? "\(range.lowerBound) or \(range.upperBound)"
                : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range): "a number \(range)"
        case .choice(let words): words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
        case .size(let range, let multiple):
            "HxW, both divisible by \(multiple) and from \(range.lowerBound) to \(range.upperBound)"
        case .seed: "a whole number from 0 to \(UInt64.max)"
        case .device: "auto, cpu, cuda or cuda:N"
        case .file: "the path of a file"
        }
    }

    private func isValid(_ text: String) -> Bool {
        switch kind {
        case .flag: text == "true" || text == "false"
        case .count(let range): Int(text).map(range.contains) ?? false
        case .number(let range): Double(text).map(range.contains) ?? false
        case .choice(let words): words.contains(text)
        case .size(let range, let multiple):
            PixelSizeText(text).map { size in
                [size.height, size.width].allSatisfy { range.contains($0) && $0 % multiple == 0 }
            } ?? false
        case .seed: UInt64(text) != nil
        case .device:
            ["auto", "cpu", "cuda"].contains(text)
                || text.hasPrefix("cuda:") && Int(text.dropFirst(5)).map { (0..<1024).contains($0) } ?? false
        case .file: !text.isEmpty && !text.contains("\0")
        }
    }

    /// Puts a value into the settings.
    /// - Throws: `InputError` that names the option where the value is none of its own.
    public func apply(_ text: String, to settings: inout TrainingSettings) throws {
        if let problem = problem(text) { throw InputError("--" + name, problem) }
        write(&settings, text)
    }
}

/// "HxW" in pixels.
package struct PixelSizeText: Equatable, Sendable {
    package let height: Int
    package let width: Int

    package init?(_ text: String) {
        let parts = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let height = parts[0], let width = parts[1] else { return nil }
        (self.height, self.width) = (height, width)
    }
}

extension TrainingSettings {
    /// What a training with nothing but this preset does: without a budget of their own, tiny and small take 10 minutes.
    public static func defaults(_ preset: Preset) -> TrainingSettings {
        var settings = TrainingSettings(preset: preset)
        if settings.budget == Budget() { settings.budget.minutes = 10 }
        return settings
    }
}
