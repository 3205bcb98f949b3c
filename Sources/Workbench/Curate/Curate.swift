import Canvas
import Datasets
import Imaging
import Runs
import Terminal

/// What the screen of curation shows: a set's samples, and what was said of each. Verdicts are those that the database
/// has; what was asked for and is not yet on the disk is not shown.
struct Curate: Sendable {
    /// The sample set's folder.
    var path = ""
    /// All of the set, in the order they were made, and their places by name.
    var samples: [CuratedSample] = []
    private(set) var placeOfName: [String: Int] = [:]
    /// Names of all scores that samples have.
    private(set) var scoreNames: Set<String> = []
    private(set) var tally = CurationTally()
    var isRead = false
    var problem: InputError?

    var order = CurationOrder()
    var filter = CurationFilter.all
    /// The filter as it was typed; and while it is typed.
    var filterText = ""
    var filterInput: TextInput?
    /// What is wrong with what is being typed.
    var filterProblem: String?
    /// The samples that are shown, in their order.
    var shown: [Int] = []
    var scroll = Scroll()

    /// Names of the selected samples, and the one that a range began at.
    var selection: Set<String> = []
    var rangeStart: String?

    var isSingle = false
    var hasFacts = true
    var isFactsFocused = false
    var factScroll = Scroll()
    /// Whether the thumbnails have the masks' outlines.
    var hasOutlines = true
    var thumbnails: (request: ThumbnailRequest, pictures: [Int: Canvas])?
    /// The training image that is most like the sample, where there is room for it.
    var nearest: (request: PreviewRequest, picture: Result<Canvas, InputError>)?
    /// Counts how often a set was opened, so that what looks for changes ends with the set it looks at.
    var watch = 0

    var isEmpty: Bool { shown.isEmpty }

    /// The place, among all samples, of the one under the cursor.
    var place: Int? { shown.indices.contains(scroll.selected) ? shown[scroll.selected] : nil }
    var sample: CuratedSample? { place.map { samples[$0] } }

    /// Takes what the database has. Whether samples that were known have gone or were made anew; their pictures are then
    /// dropped.
    mutating func take(_ samples: [CuratedSample]) -> Bool {
        let kept = zip(self.samples, samples).map { before, now in
            before.sample.name == now.sample.name && before.sample.created == now.sample.created
        }
        let isChanged = kept.count < self.samples.count || kept.contains(false)
        if let pictures = thumbnails?.pictures, isChanged {
            thumbnails?.pictures = pictures.filter { place, _ in kept.indices.contains(place) && kept[place] }
        }
        self.samples = samples
        (isRead, problem) = (true, nil)
        placeOfName = samples.enumerated().reduce(into: [:]) { $0[$1.element.sample.name] = $1.offset }
        scoreNames = samples.reduce(into: []) { $0.formUnion($1.sample.scores.keys) }
        tally = CurationTally(samples)
        selection = selection.filter { placeOfName[$0] != nil }
        return isChanged
    }

    /// Takes what was done and is on the disk.
    mutating func take(_ action: CurationAction) {
        for (name, change) in action.changes {
            guard let place = placeOfName[name] else { continue }
            tally.add(samples[place].verdict.decision, -1)
            tally.add(change.after.decision, 1)
            samples[place].verdict = change.after
        }
    }

    /// Rows between the range's start and the cursor; nil where there is no range.
    var range: ClosedRange<Int>? {
        guard let start = rangeStart.flatMap({ placeOfName[$0] }), let row = shown.firstIndex(of: start) else {
            return nil
        }
        return min(row, scroll.selected)...max(row, scroll.selected)
    }

    /// The names selected, those of the range that is being made among them.
    var selected: Set<String> {
        guard let range else { return selection }
        return selection.union(shown[range.clamped(to: 0...max(shown.count - 1, 0))].map { samples[$0].sample.name })
    }

    /// The names that an action is for: the selected ones, or the one under the cursor.
    var target: [String] {
        let selected = selected
        return selected.isEmpty ? sample.map { [$0.sample.name] } ?? [] : selected.sorted()
    }

    /// How many of these the filter hides.
    func hidden(_ names: [String]) -> Int {
        let places = Set(names.compactMap { placeOfName[$0] })
        return places.count - shown.count(where: places.contains)
    }

    /// The pair of a sample, for it to be looked at.
    func item(_ place: Int, withMask: Bool = true) -> Item {
        let name = samples[place].sample.name
        let image = path + "/images/" + name
        let pair = Pair(name: name, imagePath: image, maskFiles: .whole(path + "/masks/" + name))
        return Item(name: name, imagePath: image, pair: withMask ? pair : nil)
    }
}

/// What is done to a set's verdicts.
enum CurationRequest: Equatable, Sendable {
    case edit(CurationEdit, [String])
    case undo, redo
}

extension CurationDecision {
    /// The sign before a sample: decisions are told apart without colours.
    var sign: String {
        switch self {
        case .undecided: "."
        case .accepted: "+"
        case .rejected: "x"
        }
    }

    var role: Role {
        switch self {
        case .undecided: .undecided
        case .accepted: .accepted
        case .rejected: .rejected
        }
    }
}

/// Where the parts of the screen of curation are.
struct CurateLayout: Equatable {
    /// The line that counts decisions.
    let counts: Area
    /// Thumbnails, or the picture of one sample; with its frame.
    let pictures: Area
    /// With its frame; empty where there is no room or it is not wanted.
    let facts: Area
    /// The training image most like the sample, inside the facts' frame; empty where there is no room.
    let nearest: Area
    /// The facts' text.
    let text: Area

    init(_ area: Area, hasFacts: Bool) {
        let rows = area.split(rows: [.fixed(1), .flexible()])
        counts = rows[0]
        let width = area.columns >= 150 ? 46 : area.columns >= 100 ? 38 : 30
        let parts = rows[1].split(columns: [.flexible(minimum: 20), .fixed(hasFacts ? width : 0)])
        (pictures, facts) = (parts[0], parts[1])
        let inside = Box.inside(facts)
        // So large that the resemblance can be seen, and the text has its place first.
        let height = inside.rows >= 50 ? 16 : inside.rows >= 34 ? 10 : 0
        let lines = inside.split(rows: [.flexible(), .fixed(height)])
        (text, nearest) = (lines[0], lines[1])
    }

    /// Where thumbnails are.
    var sheet: SheetLayout { SheetLayout(filling: Box.inside(pictures)) }
}
