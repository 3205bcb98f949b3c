import Canvas
import Drawing
import Foundation
import Imaging
import Runs
import Synchronization
import Terminal
import TestSupport

@testable import Workbench

/// A workbench without a terminal: effects are done at once, one after the other.
struct Harness {
    var state: State
    let performer: Performer
    /// What was left to the screen.
    var screenEffects: [Effect] = []

    static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let themes = ThemeLibrary(folders: [repository.appendingPathComponent("themes").path])

    /// Opens a path that lies in `home`.
    init(
        _ path: String, home: String, columns: Int = 120, rows: Int = 40, theme: String = "dark",
        export: String? = nil, places: UserPlaces? = nil, engine: String? = nil
    ) throws {
        let colors: ColorDepth = theme == "mono" ? .mono : .truecolor
        performer = Performer(
            themes: Self.themes, places: places, exportFolder: export ?? home, home: home, isUTF8: true,
            profiles: TrainingProfiles(folder: home + "/profiles"),
            launcher: RunLauncher(engine: EngineProgram(engine ?? "/nonexistent/petri-engine")))
        state = State(
            columns: columns, rows: rows, root: path, home: home, colors: colors, available: Symbols.allCases,
            symbols: theme == "mono" ? .braille : .half, theme: try Self.themes.theme(theme), themes: Self.themes.names)
        perform([.search(path)])
    }

    mutating func perform(_ effects: [Effect]) {
        for effect in effects {
            guard let lane = effect.lane else {
                screenEffects.append(effect)
                continue
            }
            // A clock that never ends.
            if lane == .tick { continue }
            switch effect {
            case .followCurves(_, isFirst: false), .watchRuns(_, isFirst: false), .watchPreviews(_, isFirst: false),
                .watchCuration, .watchSynthesis(_, isFirst: false), .watchExperiment(_, isFirst: false):
                continue
            default: break
            }
            let found = Mutex<[Message]>([])
            performer.perform(effect, send: { message in found.withLock { $0.append(message) } }, check: {})
            for message in found.withLock({ $0 }) { send(message) }
        }
    }

    /// Reads what is new in the logs of the curves shown.
    mutating func follow() {
        let effects = state.followCurves().map { effect in
            if case .followCurves(let follows, _) = effect {
                Effect.followCurves(follows, isFirst: true)
            } else {
                effect
            }
        }
        perform(effects)
    }

    mutating func send(_ message: Message) { perform(update(&state, message)) }

    /// Presses keys by their names.
    mutating func press(_ names: String...) {
        for name in names { if let key = Key(named: name) { send(.event(.key(key))) } }
    }

    mutating func type(_ text: String) {
        for character in text { send(.event(.key(character == " " ? Key(.character(" ")) : Key(character)))) }
    }

    mutating func resize(_ columns: Int, _ rows: Int) { send(.event(.resize(columns: columns, rows: rows))) }

    var text: String { state.view().plainText }
}

/// Small drawn data sets: train and test of nuclei, cells without masks, a run, in a folder of their own.
struct SmallData {
    let folder: TemporaryFolder
    var path: String { folder.path("lab") }
    var home: String { folder.url.path }

    init() throws {
        folder = try TemporaryFolder()
        for index in 1...6 {
            for part in ["train", "test"] {
                let name = "\(part)_0\(index)"
                let nuclei = Phantom.draw(.fluorescence, seed: UInt64(index + (part == "test" ? 100 : 0)))
                let folder = path + "/nuclei/" + part
                try write(nuclei.image, folder + "/images", name)
                try FileManager.default.createDirectory(atPath: folder + "/masks", withIntermediateDirectories: true)
                try nuclei.labels.write(to: folder + "/masks/\(name).png")
            }
        }
        for index in 1...3 {
            let cells = Phantom.draw(.phaseContrast, seed: UInt64(index))
            try write(cells.image, path + "/unlabelled", "test_0\(index)")
        }
    }

    private func write(_ image: Image, _ folder: String, _ name: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try ImageFile.write(image, to: "\(folder)/\(name).png")
    }
}

/// Made once: tests only read it.
enum SharedSmallData {
    static let data = Result { try SmallData() }
}
