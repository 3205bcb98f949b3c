import Foundation
import Imaging

/// Which samples are meant, as it is typed: words that a sample's name, tags, note or provenance has, and terms such as
/// `tag:good`, `decision:accepted`, `run:a`, `is:suspect`, `stars>=3` and `alignment<0.5`. All must hold; a "-" before
/// one turns it around, and quotation marks hold blanks.
public struct CurationFilter: Equatable, Sendable {
    enum Comparison: String, CaseIterable, Sendable {
        // Those of two characters are looked for first.
        case atMost = "<="
        case atLeast = ">="
        case below = "<"
        case above = ">"
        case equal = "="

        func holds(_ value: Double, _ bound: Double) -> Bool {
            switch self {
            case .atMost: value <= bound
            case .atLeast: value >= bound
            case .below: value < bound
            case .above: value > bound
            case .equal: value == bound
            }
        }
    }

    enum Condition: Equatable, Sendable {
        case words(String)
        case tag(String)
        case decision(CurationDecision)
        case run(String)
        case suspect
        case stars(Comparison, Double)
        case score(String, Comparison, Double)
    }

    struct Term: Equatable, Sendable {
        var condition: Condition
        var isTurned = false
    }

    let terms: [Term]

    /// All samples.
    public static let all = CurationFilter(terms: [])

    public var isEmpty: Bool { terms.isEmpty }

    private init(terms: [Term]) { self.terms = terms }

    /// The filter that the text says. Scores are those that Petri takes and the ones named.
    /// - Throws: `InputError` that names the term which makes no sense.
    public init(_ text: String, scores: Set<String> = []) throws {
        let known = scores.union(SampleScore.allCases.map(\.rawValue))
        terms = try Self.pieces(text).map { piece in
            let isTurned = piece.count > 1 && piece.hasPrefix("-")
            let words = isTurned ? String(piece.dropFirst()) : piece
            return Term(condition: try Self.condition(words, known), isTurned: isTurned)
        }
    }

    /// The pieces between blanks; within quotation marks blanks are kept.
    private static func pieces(_ text: String) -> [String] {
        var pieces: [String] = []
        var piece = ""
        var isQuoted = false
        for character in text {
            if character == "\"" {
                isQuoted.toggle()
            } else if character.isWhitespace && !isQuoted {
                if !piece.isEmpty { pieces.append(piece) }
                piece = ""
            } else {
                piece.append(character)
            }
        }
        return piece.isEmpty ? pieces : pieces + [piece]
    }

    private static func condition(_ piece: String, _ scores: Set<String>) throws -> Condition {
        for comparison in Comparison.allCases {
            guard let place = piece.range(of: comparison.rawValue) else { continue }
            let name = piece[..<place.lowerBound].lowercased()
            let number = String(piece[place.upperBound...])
            guard let bound = Double(number), bound.isFinite else {
                throw InputError("the filter", "compares \(name) with \"\(number)\", which is no number")
            }
            if name == "stars" { return .stars(comparison, bound) }
            guard let score = scores.first(where: { $0.lowercased() == name }) else {
                throw InputError(
                    "the filter", "names a score \"\(name)\" that there is not",
                    advice: "there are \(scores.sorted().joined(separator: ", ")) and stars")
            }
            return .score(score, comparison, bound)
        }
        guard let colon = piece.firstIndex(of: ":") else { return .words(piece.lowercased()) }
        let value = String(piece[piece.index(after: colon)...])
        switch piece[..<colon].lowercased() {
        case "tag": return .tag(value.lowercased())
        case "run": return .run(value.lowercased())
        case "decision":
            let fitting = CurationDecision.allCases.filter { $0.rawValue.hasPrefix(value.lowercased()) }
            guard fitting.count == 1 else {
                throw InputError(
                    "the filter", "names a decision \"\(value)\" that there is not",
                    advice: "there are \(CurationDecision.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return .decision(fitting[0])
        case "is":
            guard !value.isEmpty, "suspect".hasPrefix(value.lowercased()) else {
                throw InputError("the filter", "says \"is:\(value)\"", advice: "there is is:suspect")
            }
            return .suspect
        default: return .words(piece.lowercased())
        }
    }

    /// Whether the sample is one of those meant.
    public func accepts(_ sample: CuratedSample) -> Bool {
        terms.allSatisfy { Self.holds($0.condition, sample) != $0.isTurned }
    }

    private static func holds(_ condition: Condition, _ sample: CuratedSample) -> Bool {
        let verdict = sample.verdict
        switch condition {
        case .words(let words):
            return sample.words.has(words) || verdict.note.lowercased().has(words)
                || verdict.tags.contains { $0.lowercased().has(words) }
        case .tag(let tag): return verdict.tags.contains { $0.lowercased() == tag }
        case .decision(let decision): return verdict.decision == decision
        case .run(let run): return sample.sample.run.lowercased().has(run)
        case .suspect: return !sample.suspicions.isEmpty
        case .stars(let comparison, let bound): return comparison.holds(Double(verdict.stars), bound)
        case .score(let name, let comparison, let bound):
            return sample.sample.scores[name].map { comparison.holds($0, bound) } ?? false
        }
    }
}

extension String {
    /// Whether the other text is a part of this one, byte by byte: many times quicker than by characters.
    fileprivate func has(_ other: String) -> Bool {
        withCString { text in other.withCString { strstr(text, $0) != nil } }
    }
}
