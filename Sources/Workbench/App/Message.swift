import Canvas
import Datasets
import Imaging
import Runs
import Terminal

/// What can happen to the state.
enum Message: Sendable {
    case event(Event)
    // What effects found.
    /// The names of some images, while the folder is still being listed.
    case glimpsed([String])
    case found([Entry])
    case searched(SearchOutcome)
    case opened(String, Result<Source, InputError>)
    case described(String, Description)
    case arranged(Arrangement, [Int32]?)
    case values([(index: Int, values: PairValues)], of: String)
    case previewed(PreviewRequest, Result<Canvas, InputError>)
    case thumbnail(ThumbnailRequest, Int, Canvas)
    case loaded(ImageRequest, Result<Loaded, InputError>)
    case rendered(FrameRequest, [Canvas])
    case foundRuns(FoundRuns)
    /// What was asked for with a run was done; with the run that it made.
    case controlled(String?)
    case launchPrepared(TrainingRequest)
    case profiles([String])
    case profile(TrainingRequest)
    case probed(TrainingRequest, Result<TrainingProbe, InputError>)
    case synthesisPrepared(SynthesisRequest)
    /// How far a sample set is, by its folder; nil where no job was started for it.
    case synthesisProgress(String, SynthesisProgress?)
    case previews(String, Result<FoundPreviews, InputError>)
    case tiles(PreviewFrame, Result<[Canvas], InputError>)
    case openedSets(ComparePaths, SetsOutcome)
    case pairLoaded(ComparedPair, Result<LoadedPair, InputError>)
    case pairRendered(PairFrame, [Canvas])
    case comparedTile(TileFrame, CompareTile, Canvas)
    case measuring(MeasureRequest, done: Int, total: Int)
    case measured(MeasureRequest, MeasuredSets)
    case neighbours(NeighbourRequest, [Neighbour])
    /// The samples of a set with what was said of them.
    case curation(String, Result<[CuratedSample], InputError>)
    /// What was done to a set's verdicts, now on the disk; nil where nothing was to be done.
    case curated(String, CurationRequest, Result<CurationAction?, InputError>)
    /// Whether others changed the set was looked at.
    case watchedCuration(String, Int)
    /// Where the experiment in a folder stands.
    case experiment(String, Result<ExperimentSnapshot, InputError>)
    case grown(CurveGrowth)
    /// The logs of the curves in sight were read to their ends.
    case followed
    case themed(Result<Theme, InputError>)
    case said(String, Notice.Level)
    case tick
}

/// What is to be done outside. Each runs in the lane of its kind; a later one of a lane cancels an earlier.
enum Effect: Sendable {
    case search(String)
    case open(Entry)
    case describe(Entry, Source?)
    case arrange(Arrangement, Source, [PairValues?])
    case readValues([Int], of: String, Source)
    case preview(PreviewRequest)
    case thumbnails(ThumbnailRequest, [(Int, Item)])
    case load(ImageRequest)
    case render(FrameRequest, Loaded)
    case export(FrameRequest, Loaded, ExportFormat)
    case send(SendTarget, Selection, to: String)
    case watchRuns(RunWatch, isFirst: Bool)
    case control(RunControl)
    case prepareLaunch(String, root: String)
    case likeRun(String)
    case listProfiles
    case loadProfile(String)
    case saveProfile(TrainingRequest, as: String)
    case probe(TrainingRequest)
    case prepareSynthesis(run: String, source: String?, root: String)
    case synthesis(SynthesisControl)
    case watchSynthesis(String, isFirst: Bool)
    case watchPreviews(String, isFirst: Bool)
    case drawTiles(PreviewFrame)
    case openSets(ComparePaths)
    case loadPair(ComparedPair)
    case renderPair(PairFrame, LoadedPair)
    case drawCompareTiles(TileFrame, [(CompareTile, Item)])
    case measureSets(MeasureRequest, ComparedSets)
    case findNeighbours(NeighbourRequest, Item, MeasuredSets)
    case readCuration(String)
    /// Reads the set again if others have changed it; the number is that of `Curate.watch`.
    case watchCuration(String, Int)
    case curate(String, CurationRequest)
    case exportSamples(String, Conversion.Layout, to: String)
    case watchExperiment(String, isFirst: Bool)
    case writeCSV([CurveTable], names: [String], stem: String)
    case writePlots(PlotSheet, stem: String)
    case followCurves([CurveFollow], isFirst: Bool)
    case loadTheme(String)
    case keep(Settings.Choice)
    case tick
    case remember(String)
    case repaint, suspend, resume
    case quit(signal: Int32?)
}

/// How the search under the opened path ended.
enum SearchOutcome: Equatable, Sendable {
    case done(folders: Int)
    /// More folders than are looked into.
    case bounded(folders: Int)
    /// The path cannot be read, or holds nothing.
    case failed(InputError)
    /// It is an image file.
    case image(String)
}

/// What the facts pane shows of an entry.
struct Description: Equatable, Sendable {
    var warnings: [String] = []
    var rows: [Row] = []
    /// How many of how many pairs were read so far; nil at the end.
    var progress: Double?

    struct Row: Equatable, Sendable {
        var name: String
        var value: String
    }
}

/// Which images a table shows, and in which order.
struct Arrangement: Equatable, Sendable {
    /// The entry's path.
    var path: String
    var filter = ""
    var sort = SortKey.name
    var isReversed = false
    /// How many values were known when this was asked for; sorting by values asks anew as they come.
    var known = 0
}

/// A picture beside the table.
struct PreviewRequest: Equatable, Sendable {
    var item: Item
    var columns: Int
    var rows: Int
    var symbols: Symbols
    var colors: ColorDepth
}

/// Pictures of a contact sheet: their size, and of which entry.
struct ThumbnailRequest: Equatable, Sendable {
    var path: String
    var columns: Int
    var rows: Int
    var symbols: Symbols
    var colors: ColorDepth
    var indices: [Int] = []

    /// Whether pictures made for the other fit here.
    func isAlike(_ other: ThumbnailRequest) -> Bool {
        var other = other
        other.indices = indices
        return self == other
    }
}

/// A plane of an image, and its mask.
struct ImageRequest: Equatable, Sendable {
    var item: Item
    var plane = PlaneSelection()
}
