import Foundation
import Imaging

/// A training as it is asked for: what `petri train` takes, and what a profile keeps.
public struct TrainingRequest: Codable, Equatable, Sendable {
    /// The data set, or the folder of its images where `masks` is given.
    public var dataset: String
    public var masks: String?
    /// The run's folder, which is new.
    public var run: String
    /// What is asked for beside the preset's defaults, by the names of `TrainingOption.all`.
    public var values: [String: String]

    public init(dataset: String, masks: String? = nil, run: String, values: [String: String] = [:]) {
        (self.dataset, self.masks, self.run, self.values) = (dataset, masks, run, values)
    }

    /// The flag that stands for `--arm conventional`, and which profiles of older times hold.
    private static let conventional = "conventional"

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        dataset = try container.decode(String.self, forKey: .dataset)
        masks = try container.decodeIfPresent(String.self, forKey: .masks)
        run = try container.decode(String.self, forKey: .run)
        values = try container.decode([String: String].self, forKey: .values)
        if values.removeValue(forKey: Self.conventional) == "true" { values["arm"] = Self.conventional }
    }

    /// A request that makes a run like another one again, in a folder of its own.
    public init(like description: RunDescription<TrainingSettings>, run: String) {
        let settings = description.settings
        let defaults = TrainingSettings.defaults(settings.preset)
        var method = defaults
        if settings.hasPublishedMethod { method.takePublishedMethod() }
        let hasOwnBudget = settings.budget != defaults.budget
        var values: [String: String] = [:]
        for option in TrainingOption.all {
            guard let value = option.value(in: settings) else { continue }
            let isNews = option.group == .budget && hasOwnBudget && option.name != "patience"
            let usual =
                switch option.name {
                case "preset": option.defaultValue(.tiny)
                case "precision", "published": option.defaultValue(settings.preset)
                default: option.value(in: method)
                }
            if isNews || value != usual { values[option.name] = value }
        }
        values["device"] = description.device
        let paths = description.dataset.paths
        self.init(
            dataset: paths.first ?? "", masks: paths.count > 1 ? paths[1] : nil, run: run, values: values)
    }

    /// The preset asked for; one that does not exist counts as the default.
    public var preset: TrainingSettings.Preset {
        values["preset"].flatMap(TrainingSettings.Preset.init(rawValue:)) ?? .tiny
    }

    /// The value that holds for an option: the one asked for, else the preset's.
    public func value(of option: TrainingOption) -> String? {
        if let asked = values[option.name] { return asked }
        let isLimit = option.setting.hasPrefix("budget.")
        return isLimit && hasBudget ? nil : option.defaultValue(preset)
    }

    /// Whether a limit is asked for; then those of the preset do not count.
    private var hasBudget: Bool { ["steps", "epochs", "minutes"].contains { values[$0] != nil } }

    /// What is wrong with the values, as the rest of a sentence, by the options' names.
    public var problems: [String: String] {
        values.reduce(into: [:]) { problems, given in
            guard let option = TrainingOption[given.key] else {
                problems[given.key] = "is no option"
                return
            }
            problems[given.key] = option.problem(given.value)
        }
    }

    /// The settings asked for. Where no precision is, it is float32 here, and the engine takes bf16 on a graphics card.
    /// - Throws: `InputError` that names the first option whose value is none of its own.
    public func settings() throws -> TrainingSettings {
        if let unknown = values.keys.filter({ TrainingOption[$0] == nil }).min() {
            throw InputError("--" + unknown, "is no option of petri train")
        }
        try values["preset"].map { text in
            if let problem = TrainingOption["preset"]?.problem(text) { throw InputError("--preset", problem) }
        }
        var settings = TrainingSettings.defaults(preset)
        if hasBudget { settings.budget = TrainingSettings.Budget() }
        for option in TrainingOption.all {
            if let text = values[option.name] { try option.apply(text, to: &settings) }
        }
        return settings
    }

    /// The words after `petri train`.
    public var arguments: [String] {
        let path = ShellWords.path
        var words = [path(dataset)]
        if let masks { words += ["--masks", path(masks)] }
        if !run.isEmpty { words += ["--run", path(run)] }
        for option in TrainingOption.all {
            guard let value = values[option.name] else { continue }
            if option.kind == .flag {
                if value == "true" { words.append("--" + option.name) }
            } else {
                words += ["--" + option.name, value]
            }
        }
        return words
    }

    /// The command as it would be typed into a shell.
    public var commandLine: String { ShellWords.quoted(["petri", "train"] + arguments) }

    /// Reads the words after `petri train` back.
    /// - Throws: `InputError` where a word is no option, or a value is missing.
    public init(arguments: [String]) throws {
        self.init(dataset: "", run: "")
        var rest = arguments[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("--") else {
                guard dataset.isEmpty else { throw InputError(word, "is one word too many") }
                dataset = word
                continue
            }
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts.first ?? "")
            if name == Self.conventional {
                values["arm"] = Self.conventional
                continue
            }
            let option = TrainingOption[name]
            guard option != nil || name == "run" || name == "masks" else {
                throw InputError("--" + name, "is no option of petri train")
            }
            if option?.kind == .flag {
                values[name] = "true"
                continue
            }
            guard let value = parts.count > 1 ? String(parts[1]) : rest.popFirst() else {
                throw InputError("--" + name, "lacks its value")
            }
            switch name {
            case "run": run = value
            case "masks": masks = value
            default: values[name] = value
            }
        }
    }
}

/// Words as a shell takes them.
public enum ShellWords {
    private static let plain = CharacterSet(
        charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,+@%")

    /// A path as a command takes it: one that begins with a dash would be read as an option.
    static func path(_ text: String) -> String { text.hasPrefix("-") ? "./" + text : text }

    /// The words in one line, quoted where they must be.
    public static func quoted(_ words: [String]) -> String {
        words.map { word in
            let isPlain = !word.isEmpty && word.unicodeScalars.allSatisfy(plain.contains)
            return isPlain ? word : "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
        }.joined(separator: " ")
    }
}
