import Canvas
import Foundation
import Imaging
import Runs

/// A line of the form for a sample set.
enum SynthesisRow: Equatable, Sendable {
    case heading(String)
    case run, source, out
    /// An option of `petri masks` or `petri generate`, by its name.
    case option(String)

    var option: SynthesisOption? {
        if case .option(let name) = self { SynthesisOption[name] } else { nil }
    }

    var name: String {
        switch self {
        case .heading(let title): title
        case .run: "run"
        case .source: "masks from"
        case .out: "set folder"
        case .option(let name): name
        }
    }

    var meaning: String {
        switch self {
        case .heading: ""
        case .run: "The run whose generator makes the images."
        case .source: "A data set, or a folder of label images: its masks are used, or new ones are made of its cells."
        case .out: "A new folder for the samples, or one that was begun with the same values."
        case .option: option?.meaning ?? ""
        }
    }

    /// All lines, in order.
    static let all: [SynthesisRow] = {
        var rows: [SynthesisRow] = [.heading("Run and set"), .run, .source, .out]
        for group in SynthesisOption.Group.allCases {
            rows.append(.heading(group.title))
            rows += SynthesisOption.all.filter { $0.group == group }.map { .option($0.name) }
        }
        return rows
    }()
}

/// What the form for a sample set shows: the set as it would be made, and how far the making of one is.
struct Synthesis: Sendable {
    var request = SynthesisRequest(run: "", source: "", out: "")
    var scroll = Scroll(selected: 1)
    /// Of the set's folder, where a job was started for it.
    var progress: SynthesisProgress?

    var row: SynthesisRow { SynthesisRow.all[min(max(scroll.selected, 0), SynthesisRow.all.count - 1)] }

    /// The value that holds for a line, and whether it was asked for.
    func value(of row: SynthesisRow) -> (text: String, isAsked: Bool) {
        switch row {
        case .heading: return ("", false)
        case .run: return (request.run, true)
        case .source: return (request.source, true)
        case .out: return (request.out, true)
        case .option(let name):
            guard let option = SynthesisOption[name], request.isUsed(option) else { return ("", false) }
            return (request.values[name] ?? option.usual, request.values[name] != nil)
        }
    }

    /// What is wrong with a line, as the rest of a sentence.
    func problem(of row: SynthesisRow) -> String? {
        switch row {
        case .run: request.run.isEmpty ? "is not named" : nil
        case .source: request.source.isEmpty ? "is not named" : nil
        case .out: request.out.isEmpty ? "is not named" : nil
        case .option(let name): request.problems[name]
        case .heading: nil
        }
    }

    /// The first line with something wrong.
    var firstProblem: (place: Int, text: String)? {
        for (place, row) in SynthesisRow.all.enumerated() {
            if let problem = problem(of: row) { return (place, "\(row.name) \(problem)") }
        }
        return nil
    }

    /// Takes a value; none, or for an option the usual one, takes the line back to its default.
    mutating func set(_ row: SynthesisRow, _ text: String) {
        switch row {
        case .heading: break
        case .run: request.run = text
        case .source: request.source = text
        case .out: request.out = text
        case .option(let name): request.values[name] = text.isEmpty || text == row.option?.usual ? nil : text
        }
    }
}

/// What is done with a sample set when it is asked for.
enum SynthesisControl: Equatable, Sendable {
    /// Begins, or goes on with what was begun.
    case start(SynthesisRequest)
    case cancel(String)
}
