/// The order that samples are shown in.
public struct CurationOrder: Equatable, Sendable {
    public enum Key: Hashable, Sendable {
        /// As they were made.
        case made
        case name, decision, stars
        /// The most suspect first.
        case suspicion
        case score(String)

        public var title: String {
            switch self {
            case .made: "as made"
            case .name: "name"
            case .decision: "decision"
            case .stars: "stars"
            case .suspicion: "suspicion"
            case .score(let name): name
            }
        }
    }

    public var key: Key
    public var isReversed: Bool

    public init(_ key: Key = .made, isReversed: Bool = false) {
        self.key = key
        self.isReversed = isReversed
    }

    /// The places of those samples that the filter accepts, in this order. Scores come the least first, stars and
    /// suspicions the most; what has no such score comes last either way, and equals keep the order of their making.
    public func places(in samples: [CuratedSample], _ filter: CurationFilter = .all) -> [Int] {
        let places = filter.isEmpty ? Array(samples.indices) : samples.indices.filter { filter.accepts(samples[$0]) }
        switch key {
        case .made: return isReversed ? places.reversed() : places
        case .name: return sorted(places) { samples[$0].sample.name }
        case .decision: return sorted(places) { CurationDecision.allCases.firstIndex(of: samples[$0].verdict.decision) }
        case .stars: return sorted(places) { -samples[$0].verdict.stars }
        case .suspicion: return sorted(places) { -samples[$0].suspicions.count }
        case .score(let name): return sorted(places) { samples[$0].sample.scores[name] }
        }
    }

    private func sorted<Value: Comparable>(_ places: [Int], by value: (Int) -> Value?) -> [Int] {
        var known: [(place: Int, value: Value)] = []
        var unknown: [Int] = []
        for place in places {
            if let value = value(place) { known.append((place, value)) } else { unknown.append(place) }
        }
        known.sort { first, second in
            if first.value == second.value { return first.place < second.place }
            return isReversed ? first.value > second.value : first.value < second.value
        }
        return known.map(\.place) + unknown
    }
}
