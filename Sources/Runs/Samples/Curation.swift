/// What was decided of a sample.
public enum CurationDecision: String, Codable, CaseIterable, Sendable {
    case undecided, accepted, rejected

    /// What decides so, as a word of command.
    public var verb: String {
        switch self {
        case .undecided: "reset"
        case .accepted: "accept"
        case .rejected: "reject"
        }
    }
}

/// All that a person has said of a sample.
public struct Verdict: Codable, Equatable, Sendable {
    public var decision: CurationDecision
    /// 0...5; 0 says nothing.
    public var stars: Int
    /// In alphabetical order, each once.
    public var tags: [String]
    public var note: String

    public static let mostStars = 5
    /// Of what nothing was said yet.
    public static let none = Verdict()

    public init(decision: CurationDecision = .undecided, stars: Int = 0, tags: [String] = [], note: String = "") {
        self.decision = decision
        self.stars = stars
        self.tags = tags
        self.note = note
    }
}

/// A sample with what was said of it.
public struct CuratedSample: Equatable, Sendable {
    /// Without its style vectors: many samples are read at once, and nobody judges by them.
    public var sample: Sample
    public var verdict: Verdict
    /// What speaks against the sample, the gravest first.
    public let suspicions: [Suspicion]
    /// What never changes of the words that a filter looks for, in small letters.
    let words: String

    public init(_ sample: Sample, _ verdict: Verdict = .none, rules: RejectRules = RejectRules()) {
        self.sample = sample
        self.verdict = verdict
        suspicions = rules.suspicions(of: sample)
        words = [sample.name, sample.run, sample.maskSource, sample.styleSource].joined(separator: "\n").lowercased()
    }
}

/// One thing done to the verdicts of some samples.
public enum CurationEdit: Equatable, Sendable {
    case decide(CurationDecision)
    /// 0...5.
    case star(Int)
    case tag(adding: [String], removing: [String])
    case note(String)

    /// The verdict after the edit.
    public func applied(to verdict: Verdict) -> Verdict {
        var verdict = verdict
        switch self {
        case .decide(let decision): verdict.decision = decision
        case .star(let stars): verdict.stars = stars
        case .tag(let adding, let removing):
            verdict.tags = Set(verdict.tags).subtracting(removing).union(adding).sorted()
        case .note(let note): verdict.note = note
        }
        return verdict
    }

    /// What the edit does to so many samples: "reject 12 samples".
    public func words(count: Int) -> String {
        let samples = count == 1 ? "1 sample" : "\(count) samples"
        switch self {
        case .decide(let decision): return "\(decision.verb) \(samples)"
        case .star(0): return "take the stars off \(samples)"
        case .star(let stars): return "give \(samples) \(stars == 1 ? "1 star" : "\(stars) stars")"
        case .tag(let adding, let removing):
            let tags = adding.map { "+" + $0 } + removing.map { "-" + $0 }
            return "tag \(samples) \(tags.joined(separator: " "))"
        case .note(""): return "take the note off \(samples)"
        case .note: return "note something of \(samples)"
        }
    }

    /// What is wrong with the edit, as the rest of a sentence; nil where nothing is.
    public var problem: String? {
        switch self {
        case .decide: return nil
        case .star(let stars): return (0...Verdict.mostStars).contains(stars) ? nil : "must be 0 to 5 stars"
        case .note(let note): return note.utf8.count <= Self.longestNote ? nil : "is longer than a note may be"
        case .tag(let adding, let removing):
            if adding.isEmpty && removing.isEmpty { return "names no tag" }
            if !Set(adding).isDisjoint(with: removing) { return "adds and removes the same tag" }
            return (adding + removing).lazy.compactMap(Self.problem(ofTag:)).first
        }
    }

    private static let longestNote = 10_000
    private static let longestTag = 60

    private static func problem(ofTag tag: String) -> String? {
        if tag.isEmpty { return "has an empty tag" }
        if tag.count > longestTag { return "has a tag longer than \(longestTag) letters" }
        if tag.hasPrefix("-") { return "has a tag that begins with \"-\"" }
        let isPlain = tag.unicodeScalars.allSatisfy { scalar in
            !scalar.properties.isWhitespace && scalar != "," && scalar != "\""
                && scalar.properties.generalCategory != .control
        }
        return isPlain ? nil : "has a tag with a blank, a comma or a quotation mark"
    }

    /// The edit that typed words ask for: "good -blurred" adds one tag and removes another.
    public static func tags(_ text: String) -> CurationEdit {
        let words = text.split { $0.isWhitespace || $0 == "," }.map(String.init)
        let removed = words.filter { $0.hasPrefix("-") }.map { String($0.dropFirst()) }
        return .tag(adding: words.filter { !$0.hasPrefix("-") }, removing: removed)
    }
}

/// How many samples have which decision.
public struct CurationTally: Codable, Equatable, Sendable {
    public var undecided = 0
    public var accepted = 0
    public var rejected = 0

    public init(_ samples: some Sequence<CuratedSample> = []) {
        for sample in samples { add(sample.verdict.decision, 1) }
    }

    public var total: Int { undecided + accepted + rejected }

    /// Counts so many more.
    public mutating func add(_ decision: CurationDecision, _ count: Int) {
        switch decision {
        case .undecided: undecided += count
        case .accepted: accepted += count
        case .rejected: rejected += count
        }
    }
}
