import Foundation
import Imaging

/// A value of a synthesis: one option of `petri masks` or of `petri generate`.
public struct SynthesisOption: Sendable {
    /// Which of the two commands has it, and so the form's part.
    public enum Group: String, CaseIterable, Sendable {
        case samples, masks

        public var title: String {
            switch self {
            case .samples: "Samples"
            case .masks: "Masks"
            }
        }
    }

    public let name: String
    public let group: Group
    public let meaning: String
    /// What is valid, in words.
    public let range: String
    /// The value where none is given, in words or as it would be given.
    public let usual: String
    /// The values that can be gone through without typing.
    public let choices: [String]?
    private let isValid: @Sendable (String) -> Bool

    /// What is wrong with a value, as the rest of a sentence, or nil.
    public func problem(_ text: String) -> String? {
        isValid(text) ? nil : "must be \(range), not \(text.isEmpty ? "empty" : text.printable)"
    }

    /// All options, in the form's order.
    public static let all: [SynthesisOption] = [
        whole("count", .samples, 1...1_000_000, "100", "How many samples."),
        SynthesisOption(
            name: "seed", group: .samples, meaning: "Decides masks, styles and noise.",
            range: "a whole number from 0 to \(UInt64.max)", usual: "42", choices: nil
        ) { UInt64($0) != nil },
        SynthesisOption(
            name: "style", group: .samples,
            meaning:
                "random, bank (between those of two training images), mixed (coarse of one, fine of another), the name "
                + "of a style that was kept, A:B (anywhere between two), or A:B:0.3.",
            range: "random, bank, mixed, a name, A:B or A:B:0.3",
            usual: "bank where the run learned styles, else random",
            choices: nil
        ) { (try? StyleChoice($0)) != nil },
        choice("checkpoint", .samples, ["latest", "best"], "Which checkpoint of the run."),
        SynthesisOption(
            name: "device", group: .samples, meaning: "Where the generator runs.",
            range: TrainingOption["device"]?.range ?? "", usual: "auto", choices: nil
        ) { TrainingOption["device"]?.problem($0) == nil },
        choice(
            "masks", .masks, SynthesisRequest.Masks.allCases.map(\.rawValue),
            "real: the source's masks as they are; dense: new ones of its cells; drawn: new ones of cells like its own."
        ),
        number("density", .masks, .closed(0.001, 1000), "1", "Cells, as a multiple of the source's own for an area."),
        whole("cells", .masks, 0...65535, "as density says", "Cells of a mask, instead of a density."),
        number(
            "cover", .masks, .above(0, to: 1), "as density says", "Share that cells are to cover, instead of a density."
        ),
        choice("layout", .masks, ["flat", "colony", "gradient", "confluent"], "Where cells lie."),
        SynthesisOption(
            name: "size", group: .masks, meaning: "Height and width of masks and images in pixels.",
            range: "HxW, both from 1 to 32768", usual: "the source's most usual", choices: nil
        ) { text in
            PixelSizeText(text).map { [$0.height, $0.width].allSatisfy((1...32768).contains) } ?? false
        },
        number("touching", .masks, .closed(0, 1), "the source's", "Share of the cells that touch another."),
        whole(
            "gap", .masks, 0...1_000_000, "as touching says", "Pixels of background, at least, between any two cells."),
        SynthesisOption(
            name: "scale", group: .masks, meaning: "Factor of cells' diameters, from LO to HI.",
            range: "LO:HI, both from 0.1 to 10", usual: "0.75:1.25", choices: nil
        ) { text in
            let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
            return parts.count == 2 && parts[0] <= parts[1] && parts.allSatisfy((0.1...10).contains)
        },
        number(
            "elastic", .masks, .closed(0, 0.5), "0.05", "Strength of the elastic deformation, in radii of a cell."),
        number(
            "divisions", .masks, .closed(0, 1), "0", "Share of the cells that are daughters of a division, in pairs."),
    ]

    public static subscript(name: String) -> SynthesisOption? { all.first { $0.name == name } }

    private static func whole(
        _ name: String, _ group: Group, _ range: ClosedRange<Int>, _ usual: String, _ meaning: String
    ) -> SynthesisOption {
        SynthesisOption(
            name: name, group: group, meaning: meaning,
            range: "a whole number from \(range.lowerBound) to \(range.upperBound)", usual: usual, choices: nil
        ) { Int($0).map(range.contains) ?? false }
    }

    private static func number(
        _ name: String, _ group: Group, _ range: NumberRange, _ usual: String, _ meaning: String
    ) -> SynthesisOption {
        SynthesisOption(
            name: name, group: group, meaning: meaning, range: "a number \(range)", usual: usual, choices: nil
        ) { Double($0).map(range.contains) ?? false }
    }

    private static func choice(
        _ name: String, _ group: Group, _ words: [String], _ meaning: String
    ) -> SynthesisOption {
        SynthesisOption(
            name: name, group: group, meaning: meaning,
            range: words.dropLast().joined(separator: ", ") + " or " + (words.last ?? ""), usual: words[0],
            choices: words
        ) { words.contains($0) }
    }
}

/// A sample set as it is asked for: what `petri masks`, where it is needed, and `petri generate` take.
public struct SynthesisRequest: Codable, Equatable, Sendable {
    /// Where masks come from.
    public enum Masks: String, CaseIterable, Sendable { case real, dense, drawn }

    /// The run whose generator makes the images.
    public var run: String
    /// The data set or label images that masks are, or are made of.
    public var source: String
    /// The set's folder: new, or one that was begun with the same request.
    public var out: String
    /// What is asked for beside the defaults, by the names of `SynthesisOption.all`.
    public var values: [String: String]

    public init(run: String, source: String, out: String, values: [String: String] = [:]) {
        (self.run, self.source, self.out, self.values) = (run, source, out, values)
    }

    public var masks: Masks { values["masks"].flatMap(Masks.init(rawValue:)) ?? .real }
    /// Samples to make.
    public var count: Int { values["count"].flatMap { Int($0) } ?? 100 }
    /// Where new masks go: beside the set, whose own folder must be empty at first.
    public var masksPath: String { out + "-masks" }

    /// Whether the option says anything: those of new masks say nothing of real ones.
    public func isUsed(_ option: SynthesisOption) -> Bool {
        option.group == .samples || option.name == "masks" || masks != .real
    }

    /// What is wrong with the values, as the rest of a sentence, by the options' names.
    public var problems: [String: String] {
        var problems: [String: String] = [:]
        for (name, text) in values {
            guard let option = SynthesisOption[name] else {
                problems[name] = "is no option"
                continue
            }
            if isUsed(option) { problems[name] = option.problem(text) }
        }
        for rivals in [["cells", "cover", "density"], ["gap", "touching"]] where masks != .real {
            let given = rivals.filter { values[$0] != nil }
            for name in given.dropFirst() where problems[name] == nil {
                problems[name] = "cannot be given beside \(given[0])"
            }
        }
        return problems
    }

    /// The words after `petri` that make the masks; nil where they are there.
    public var masksArguments: [String]? {
        if masks == .real { return nil }
        var words = ["masks", ShellWords.path(source), "--out", ShellWords.path(masksPath), "--count", "\(count)"]
        if let seed = values["seed"] { words += ["--seed", seed] }
        if masks == .drawn { words += ["--source", "drawn"] }
        for option in SynthesisOption.all where option.group == .masks && option.name != "masks" {
            if let value = values[option.name] { words += ["--" + option.name, value] }
        }
        return words
    }

    /// The words after `petri` that make the samples.
    public var generateArguments: [String] {
        var words = [
            "generate", ShellWords.path(run), "--masks", ShellWords.path(masks == .real ? source : masksPath),
            "--count",
            "\(count)", "--out", ShellWords.path(out),
        ]
        for option in SynthesisOption.all where option.group == .samples && option.name != "count" {
            if let value = values[option.name] { words += ["--" + option.name, value] }
        }
        return words
    }

    /// The commands as they would be typed into a shell.
    public var commandLine: String {
        [masksArguments, generateArguments].compactMap { $0 }.map { ShellWords.quoted(["petri"] + $0) }
            .joined(separator: " && ")
    }

    /// The request with its paths made absolute.
    var absolute: SynthesisRequest {
        SynthesisRequest(
            run: run.absolutePath, source: source.absolutePath, out: out.absolutePath, values: values)
    }
}
