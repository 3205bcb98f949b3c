import ArgumentParser
import Command
import Foundation
import Imaging
import Runs

/// `petri curate SET`: how far the curation is.
struct CurateSummaryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summary", abstract: "How many samples have which decision (the same as `petri curate SET`).",
        discussion: """
            Example:
              petri curate summary my-samples --json
            """)
    @OptionGroup var chosen: SampleSetArgument

    @Option(name: .customLong("where"), help: "Only samples that a filter accepts.")
    var filter: String?

    @Flag(help: "Print JSON.")
    var json = false

    private struct Summary: Encodable {
        struct Score: Encodable {
            var samples: Int
            var least: Double
            var median: Double
            var most: Double
        }

        var set: String
        var samples: Int
        var decisions: CurationTally
        /// Those that scores speak against.
        var suspect: Int
        /// Samples with so many stars, from none to five.
        var stars: [Int]
        var tags: [String: Int]
        var scores: [String: Score]
        var names: [String]
    }

    func run() throws {
        let all = try chosen.open().curated()
        let names = all.reduce(into: Set<String>()) { $0.formUnion($1.sample.scores.keys) }
        let filter = try filter.map { try CurationFilter($0, scores: names) } ?? .all
        let samples = all.filter(filter.accepts)
        var summary = Summary(
            set: chosen.folder, samples: samples.count, decisions: CurationTally(samples),
            suspect: samples.count { !$0.suspicions.isEmpty },
            stars: (0...Verdict.mostStars).map { stars in samples.count { $0.verdict.stars == stars } },
            tags: [:], scores: [:], names: samples.map(\.sample.name))
        for tag in samples.flatMap(\.verdict.tags) { summary.tags[tag, default: 0] += 1 }
        for name in names {
            let values = samples.compactMap { $0.sample.scores[name] }.sorted()
            guard let least = values.first, let most = values.last else { continue }
            summary.scores[name] = .init(
                samples: values.count, least: least, median: values[values.count / 2], most: most)
        }
        if json { return try JSONText.print(summary) }
        print(summary)
    }

    private func print(_ summary: Summary) {
        let tally = summary.decisions
        Swift.print(
            "\(chosen.folder.printable): \(summary.samples) samples, \(tally.undecided) undecided, "
                + "\(tally.accepted) accepted, \(tally.rejected) rejected; \(summary.suspect) suspect")
        if !summary.tags.isEmpty {
            let tags = summary.tags.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            Swift.print("tags: " + tags.map { "\($0.key.printable) \($0.value)" }.joined(separator: ", "))
        }
        let stars = summary.stars.enumerated().dropFirst().filter { $0.element > 0 }
        if !stars.isEmpty {
            Swift.print("stars: " + stars.map { "\($0.element) with \($0.offset)" }.joined(separator: ", "))
        }
        guard !summary.scores.isEmpty else { return }
        var table = TextTable(header: ["score", "samples", "least", "median", "most"])
        for (name, score) in summary.scores.sorted(by: { $0.key < $1.key }) {
            let values = [score.least, score.median, score.most].map { String(format: "%.3f", $0) }
            table.rows.append([name.printable, "\(score.samples)"] + values)
        }
        Swift.print(table.text, terminator: "")
    }
}

/// `petri curate history`.
struct CurateHistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Who decided what, and when, the latest first.",
        discussion: "Example:\n  petri curate history my-samples --last 20")
    @OptionGroup var chosen: SampleSetArgument
    @Option(help: "How many actions.") var last = 20
    @Flag(help: "Print JSON, with every verdict before and after.") var json = false

    private struct Entry: Encodable {
        struct Change: Encodable {
            var sample: String
            var before: Verdict
            var after: Verdict
        }

        var id: Int64
        var date: Date
        var who: String
        var kind: CurationAction.Kind
        var what: String
        var changes: [Change]
    }

    func validate() throws {
        guard last > 0 else { throw ValidationError("--last must be 1 or more.") }
    }

    func run() throws {
        let history = try chosen.open().history(last: last)
        if json {
            return try JSONText.print(
                history.map { action in
                    Entry(
                        id: action.id, date: action.date, who: action.who, kind: action.kind, what: action.what,
                        changes: action.changes.sorted { $0.key < $1.key }.map {
                            .init(sample: $0.key, before: $0.value.before, after: $0.value.after)
                        })
                })
        }
        guard !history.isEmpty else { return print("\(chosen.folder.printable): nothing was decided yet") }
        for action in history {
            let words = action.kind == .edit ? action.what : "\(action.kind.rawValue): \(action.what)"
            print("\(action.date.formatted(.iso8601))  \(action.who.printable)  \(words.printable)")
        }
    }
}
