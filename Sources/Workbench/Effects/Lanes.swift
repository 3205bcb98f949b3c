import Dispatch
import Synchronization

/// Runs effects outside the screen's thread, each kind in a lane of its own. A later effect of a lane cancels the one
/// before, whose findings are dropped, except in the lanes that write; effects that keys can ask for quickly wait a
/// little, for the last one to be done.
final class Lanes: Sendable {
    enum Lane: CaseIterable {
        case search, open, describe, arrange, values, preview, thumbnails, load, render, write, theme, tick, remember
        case curves, runs, control, launch, profiles, probe, previews, tiles, curation, synthesis
        case sets, pair, pairFrame, compareTiles, measures, neighbours, experiment

        /// Whether a later effect takes the place of an earlier one; what is written is written, each, and what is asked of
        /// one run or sample is done, whatever is asked of another.
        var isReplaced: Bool { self != .write && self != .control && self != .curation }
    }

    private let performer: Performer
    private let post: @Sendable (Message) -> Void
    private let queues: [Lane: DispatchQueue]
    private let latest = Mutex<[Lane: Int]>([:])
    /// What is being written or done to a run or a set, which leaving must not cut off.
    private let writing = DispatchGroup()
    private let isAbandoned = Mutex(false)

    init(_ performer: Performer, post: @escaping @Sendable (Message) -> Void) {
        self.performer = performer
        self.post = post
        queues = Dictionary(
            uniqueKeysWithValues: Lane.allCases.map { ($0, DispatchQueue(label: "petri.\($0)", qos: .utility)) })
    }

    func run(_ effect: Effect) {
        guard let lane = effect.lane, let queue = queues[lane] else { return }
        let number = latest.withLock { latest in
            latest[lane, default: 0] += 1
            return latest[lane, default: 0]
        }
        let isWanted: @Sendable () -> Bool = { [self] in !lane.isReplaced || latest.withLock { $0[lane] == number } }
        let isToGoOn: @Sendable () -> Bool = { [self] in isWanted() && !isAbandoned.withLock { $0 } }
        let work: @Sendable () -> Void = { [self] in
            guard isWanted() else { return }
            performer.perform(
                effect, send: { [post] message in if isWanted() { post(message) } },
                check: { if !isToGoOn() { throw CancellationError() } })
        }
        // Two timers of the same moment may go off in any order; what is written must be written in its own.
        if effect.delay == 0 {
            queue.async(group: lane.isReplaced ? nil : writing, execute: work)
        } else {
            queue.asyncAfter(deadline: .now() + .milliseconds(effect.delay), execute: work)
        }
    }

    /// Waits for what is being written, so many seconds at most. Whether all of it is done.
    func settle(within seconds: Double) -> Bool { writing.wait(timeout: .now() + seconds) == .success }

    /// Has long writing end where it is; what was decided is kept all the same.
    func abandon() { isAbandoned.withLock { $0 = true } }
}

extension Effect {
    /// nil for what the screen's thread does itself.
    var lane: Lanes.Lane? {
        switch self {
        case .search: .search
        case .open: .open
        case .describe: .describe
        case .arrange: .arrange
        case .readValues: .values
        case .preview: .preview
        case .thumbnails: .thumbnails
        case .load: .load
        case .render: .render
        case .export, .send, .keep, .writeCSV, .writePlots, .exportSamples: .write
        case .loadTheme: .theme
        case .tick: .tick
        case .remember: .remember
        case .followCurves: .curves
        case .watchRuns: .runs
        case .control, .saveProfile, .synthesis: .control
        case .prepareLaunch, .likeRun, .prepareSynthesis: .launch
        case .listProfiles, .loadProfile: .profiles
        case .probe: .probe
        case .watchPreviews: .previews
        case .watchSynthesis: .synthesis
        case .drawTiles: .tiles
        case .openSets: .sets
        case .loadPair: .pair
        case .renderPair: .pairFrame
        case .drawCompareTiles: .compareTiles
        case .measureSets: .measures
        case .findNeighbours: .neighbours
        case .watchExperiment: .experiment
        // In one lane, so that what is read never goes behind what was decided after it.
        case .readCuration, .watchCuration, .curate: .curation
        case .repaint, .suspend, .resume, .quit: nil
        }
    }

    /// Milliseconds that are waited for a later one.
    fileprivate var delay: Int {
        switch self {
        case .preview, .readValues, .thumbnails, .open, .loadPair, .drawCompareTiles, .findNeighbours: 30
        case .describe: 150
        case .tick: 500
        // How often curves move.
        case .followCurves(_, isFirst: false): 200
        case .watchRuns(_, isFirst: false), .watchPreviews(_, isFirst: false), .watchCuration,
            .watchSynthesis(_, isFirst: false), .watchExperiment(_, isFirst: false):
            1000
        default: 0
        }
    }
}
