/// What is drawn in one pane.
struct CurvePane: Equatable, Sendable {
    var title: String
    /// The names of its series.
    var names: [String]
    /// Whether more is better; nil where neither is.
    var isScore: Bool?
}

extension CurvePane {
    /// Names that are axes, not curves.
    static let axes = ["epoch", "seconds"]

    private static let scores = ["validationF1", "validationMeanF1", "validationDice"]
    /// The losses of what plays against each other.
    private static let players = ["generator", "segmenter", "imageDiscriminator", "maskDiscriminator"]
    private static let terms = [
        "segmentation", "segmentationOfGenerated", "cyclePixels", "pixels", "cycleFeatures", "features", "latent",
    ]
    private static let schedule = ["learningRate", "stepsPerSecond"]

    /// The panes for these names: scores, the players' losses, each loss term, what else there is, then schedule and
    /// resources. Where several runs are drawn, each name has a pane of its own, for colours then tell the runs.
    static func panes(of names: [String], isShared: Bool) -> [CurvePane] {
        let all = Set(names)
        var panes: [CurvePane] = []
        func add(_ title: String, _ group: [String], _ isScore: Bool?) {
            let present = group.filter(all.contains)
            if isShared {
                panes += present.map { CurvePane(title: words($0), names: [$0], isScore: isScore) }
            } else if !present.isEmpty {
                panes.append(
                    CurvePane(title: present.count == 1 ? words(present[0]) : title, names: present, isScore: isScore))
            }
        }
        add("validation", scores, true)
        add("adversarial losses", players, nil)
        for term in terms { add("", [term], false) }
        let known = Set(scores + players + terms + schedule + axes)
        let others = names.filter { !known.contains($0) }
        let resources = others.filter { $0.hasPrefix("memory") || $0.hasPrefix("gpu") || $0.hasPrefix("peakMemory") }
        for name in others where !resources.contains(name) {
            add("", [name], name.hasPrefix("validation") ? true : nil)
        }
        for name in schedule + resources { add("", [name], nil) }
        return panes
    }

    /// A name of a metric as words: `learningRate` is "learning rate", `validationF1` is "validation F1".
    static func words(_ name: String) -> String {
        var words = ""
        var before: Character = " "
        for character in name.printable {
            if character.isUppercase, !before.isUppercase, !words.isEmpty { words.append(" ") }
            words.append(character)
            before = character
        }
        // What is one capital and digits, such as F1, is a name; other capitals only began words.
        return words.split(separator: " ").map { word in
            word.dropFirst().contains { $0.isLowercase } ? word.lowercased() : String(word)
        }.joined(separator: " ")
    }
}
