import Canvas
import Datasets
import Imaging
import Runs
import Terminal

/// All that the workbench's screens show.
struct State: Sendable {
    enum Screen { case browser, viewer, curves, runs, launch, pictures, synthesis, curate, compare, experiment }

    /// Cells of the terminal.
    var columns: Int
    var rows: Int
    /// What was opened.
    let root: String
    /// The user's folder, which paths are shown without.
    let home: String
    let colors: ColorDepth
    /// The glyphs that the terminal can show.
    let available: [Symbols]
    var symbols: Symbols
    var theme: Theme
    let themes: [String]
    /// The theme that was asked for last; one that comes later than another was asked for is not taken.
    var wantedTheme: String?
    let bindings: KeyBindings<Action>
    var screen = Screen.browser
    var browser = Browser()
    var viewer = Viewer()
    var curves = Curves()
    var runList = RunList()
    var launch = Launch()
    var synthesis = Synthesis()
    var pictures = Pictures()
    var compare = Compare()
    var curate = Curate()
    var experiment = Experiment()
    /// The screens that going back leads to, the last one first to be gone to.
    var screensBefore: [Screen] = []
    /// The run that is to be under the cursor as soon as it is found.
    var wantedRun: String?
    /// The line that is asked for at the foot, if any.
    var prompt: Prompt?
    var question: Question?
    var popup: Popup?
    var notices: [Notice] = []
    /// How many of the notices, counted from the end, nobody has seen.
    var unread = 0
    /// How many were said since the last key.
    var fresh = 0
    /// Where the mouse was last while it drags.
    var dragged: Position?
    /// What effects were asked for last, so that nothing is asked for twice.
    var requested = Requested()

    init(
        columns: Int, rows: Int, root: String, home: String, colors: ColorDepth, available: [Symbols], symbols: Symbols,
        theme: Theme, themes: [String], bindings: KeyBindings<Action> = .workbench
    ) {
        self.columns = columns
        self.rows = rows
        self.root = root
        self.home = home
        self.colors = colors
        self.available = available
        self.symbols = symbols
        self.theme = theme
        self.themes = themes
        self.bindings = bindings
    }

    /// Where keys are looked up now.
    var context: Context {
        if popup != nil { return .menu }
        if question != nil { return .question }
        if prompt != nil { return .menu }
        if screen == .browser, browser.filterInput != nil { return .menu }
        if screen == .curate, curate.filterInput != nil { return .menu }
        return screen.context
    }

    var area: Area { Area(columns: columns, rows: rows) }

    /// Smaller terminals are told so.
    static let least = (columns: 60, rows: 16)
    var isTooSmall: Bool { columns < Self.least.columns || rows < Self.least.rows }

    /// Of what was said since the last key, or else of all that was not yet read, the last of the gravest.
    var noticeInSight: Notice? { gravest(fresh > 0 ? min(fresh, unread) : unread) }

    private func gravest(_ count: Int) -> Notice? {
        notices.suffix(count).reversed().max { $0.level.rawValue < $1.level.rawValue }
    }

    /// What was in sight when a key asked for something was read; what is graver than information stays until `close`,
    /// which does nothing else then. Whether it did.
    mutating func readNotices(_ action: Action) -> Bool {
        let isClosed = noticeInSight != nil && action == .close
        fresh = 0
        if isClosed || gravest(unread)?.level == .information { unread = 0 }
        return isClosed
    }

    mutating func say(_ text: String, _ level: Notice.Level = .information) {
        if let last = notices.last, last.text == text, last.level == level, unread > 0 { return }
        notices.append(Notice(level: level, text: text))
        if notices.count > 500 { notices.removeFirst(notices.count - 500) }
        unread = min(unread + 1, notices.count)
        fresh += 1
    }
}

extension State.Screen {
    var context: Context {
        switch self {
        case .browser: .browser
        case .viewer: .viewer
        case .curves: .curves
        case .runs: .runs
        case .launch: .launch
        case .pictures: .pictures
        case .compare: .compare
        case .curate: .curate
        case .synthesis: .synthesis
        case .experiment: .experiment
        }
    }
}

/// Something said to the user; it stays in sight until it can have been read, and in `:messages`.
struct Notice: Equatable, Sendable {
    enum Level: Int, Sendable { case information, warning, error }

    var level: Level
    var text: String

    var role: Role {
        switch level {
        case .information: .information
        case .warning: .warning
        case .error: .error
        }
    }
}

/// A list over the screen, narrowed by what is typed.
struct Popup: Equatable, Sendable {
    enum Choice: Equatable, Sendable {
        case action(Action)
        case theme(String)
        case symbols(Symbols)
        case colorMap(ColorMap)
        case layer(Scene.Layer)
        case sort(SortKey)
        case export(ExportFormat)
        case send(SendTarget)
        /// A run to be drawn over those shown, or no more.
        case overlay(String)
        case exportCurves(CurvesExport)
        case control(RunControl)
        case profile(String)
        /// The real set in this folder; nil asks for a path.
        case compareWith(String?)
        /// A sample set to be curated, the order of its samples, and the layout that the accepted ones are written in.
        case curate(String)
        case sortSamples(CurationOrder.Key)
        case exportSamples(Conversion.Layout)
        /// Only to be read.
        case text(Notice.Level)
    }

    struct Entry: Equatable, Sendable {
        var title: String
        /// Keys, or what else stands at the right.
        var detail: String
        var choice: Choice
    }

    /// Columns of titles and details that are shown at most.
    static let widest = 92

    var title: String
    var entries: [Entry]
    var input = TextInput()
    var scroll = Scroll()
    /// The theme to go back to where one was only looked at.
    var themeBefore: Theme?

    /// The entries that have the typed characters in order, the best first; see `Fuzzy`.
    var matches: [Int] { Fuzzy.matches(input.text, in: entries.map(\.title)) }

    var selected: Entry? {
        let matches = matches
        return matches.indices.contains(scroll.selected) ? entries[matches[scroll.selected]] : nil
    }
}

enum ExportFormat: String, CaseIterable, Sendable {
    case png = "PNG"
    case text = "text with colours"
}

/// What was asked for last.
struct Requested: Equatable, Sendable {
    /// The path of the entry that was to be opened.
    var entry: String?
    var preview: PreviewRequest?
    /// The entry whose values were asked for, and of which images; or of all.
    var valuesOf: String?
    var values: Set<Int> = []
    var isAll = false
    var thumbnails: Set<Int> = []
    /// Of the screen of curation.
    var samples: Set<Int> = []
    var image: ImageRequest?
    var frame: FrameRequest?
    var tiles: PreviewFrame?
    var pair: ComparedPair?
    var pairFrame: PairFrame?
    var compareTiles: Set<CompareTile> = []
    var neighbours: NeighbourRequest?
}
