import Canvas
import Foundation
import Imaging
import Runs

/// A line of the launch form.
enum LaunchRow: Equatable, Sendable {
    case heading(String)
    case dataset, masks, run
    /// An option of `petri train`, by its name.
    case option(String)

    var option: TrainingOption? {
        if case .option(let name) = self { TrainingOption[name] } else { nil }
    }

    var name: String {
        switch self {
        case .heading(let title): title
        case .dataset: "data set"
        case .masks: "masks"
        case .run: "run folder"
        case .option(let name): name
        }
    }

    var meaning: String {
        switch self {
        case .heading: ""
        case .dataset: "The data set: a folder of images and masks, or of the images alone where masks is given."
        case .masks: "The folder of the masks, where the data set is the folder of the images."
        case .run: "A new folder for the run: checkpoints, curves, pictures and log."
        case .option: option?.meaning ?? ""
        }
    }

    /// All lines, in order.
    static let all: [LaunchRow] = {
        var rows: [LaunchRow] = [.heading("Data set and run"), .dataset, .masks, .run]
        for group in TrainingOption.Group.allCases {
            let options = TrainingOption.all.filter { $0.group == group }
            guard !options.isEmpty else { continue }
            rows.append(.heading(group.title))
            rows += options.map { .option($0.name) }
        }
        return rows
    }()
}

/// What the launch form shows: a training as it would be started.
struct Launch: Sendable {
    /// The folder for the run after that in this one: "cells-2" after "cells".
    static func folder(after path: String) -> String {
        let parts = path.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count > 1, let last = parts.last, let number = Int(last), (2..<1_000_000).contains(number) else {
            return path + "-2"
        }
        return path.dropLast(last.count) + "\(number + 1)"
    }

    var request = TrainingRequest(dataset: "", run: "")
    var scroll = Scroll(selected: 1)
    /// Whether it waits until its device is free.
    var isQueued = false
    /// What a few steps told, and of which request; nil while they are made.
    var probe: (request: TrainingRequest, result: Result<TrainingProbe, InputError>?)?
    var profiles: [String] = []

    var row: LaunchRow { LaunchRow.all[min(max(scroll.selected, 0), LaunchRow.all.count - 1)] }

    /// The value that holds for a line, and whether it was asked for.
    func value(of row: LaunchRow) -> (text: String, isAsked: Bool) {
        switch row {
        case .heading: return ("", false)
        case .dataset: return (request.dataset, true)
        case .masks: return (request.masks ?? "", true)
        case .run: return (request.run, true)
        case .option(let name):
            guard let option = TrainingOption[name] else { return ("", false) }
            return (request.value(of: option) ?? "", request.values[name] != nil)
        }
    }

    /// What is wrong with a line, as the rest of a sentence.
    func problem(of row: LaunchRow) -> String? {
        switch row {
        case .dataset: request.dataset.isEmpty ? "is not named" : nil
        case .run: request.run.isEmpty ? "is not named" : nil
        case .option(let name): request.problems[name]
        case .heading, .masks: nil
        }
    }

    /// The first line with something wrong.
    var firstProblem: (place: Int, text: String)? {
        for (place, row) in LaunchRow.all.enumerated() {
            if let problem = problem(of: row) { return (place, "\(row.name) \(problem)") }
        }
        return nil
    }

    /// Takes a value; none, or for an option the one that holds anyway, takes the line back to its default.
    mutating func set(_ row: LaunchRow, _ text: String) {
        switch row {
        case .heading: break
        case .dataset: request.dataset = text
        case .masks: request.masks = text.isEmpty ? nil : text
        case .run: request.run = text
        case .option(let name):
            request.values[name] = nil
            guard !text.isEmpty, let option = TrainingOption[name], text != request.value(of: option) else { return }
            request.values[name] = text
        }
    }

    /// The values that can be gone through without typing.
    static func choices(of row: LaunchRow) -> [String]? {
        switch row.option?.kind {
        case .flag: ["false", "true"]
        case .choice(let words): words
        default: nil
        }
    }
}
