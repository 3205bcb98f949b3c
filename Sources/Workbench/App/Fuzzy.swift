/// Finding by a few typed characters.
enum Fuzzy {
    /// The places of the texts that have all characters of the query in their order, best first: those with the query in
    /// one piece, at the start of a word, early. All of them, in their order, where nothing was typed.
    static func matches(_ query: String, in texts: [String]) -> [Int] {
        let query = query.lowercased().filter { !$0.isWhitespace }
        if query.isEmpty { return Array(texts.indices) }
        let scored = texts.indices.compactMap { index in score(query, texts[index]).map { (index, $0) } }
        return scored.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.map(\.0)
    }

    /// How well a text fits; nil where it lacks a character.
    static func score(_ query: String, _ text: String) -> Int? {
        let text = Array(text.lowercased())
        let query = Array(query)
        var best: Int?
        // The first character decides where the rest is looked for.
        for start in text.indices where text[start] == query[0] {
            var place = start
            var score = start == 0 || !text[start - 1].isLetter ? 20 : 0
            score -= min(start, 10)
            var isComplete = true
            for character in query.dropFirst() {
                guard let next = text[(place + 1)...].firstIndex(of: character) else {
                    isComplete = false
                    break
                }
                if next == place + 1 { score += 10 } else { score -= min(next - place, 10) }
                if !text[next - 1].isLetter { score += 8 }
                place = next
            }
            if isComplete { best = max(best ?? .min, score) }
        }
        return best
    }
}
