import Canvas
import Foundation
import Imaging
import Runs
import TestSupport

@testable import Workbench

/// Folders with runs in all states, made for tests.
struct SampleRuns {
    let folder: TemporaryFolder
    var path: String { folder.path("lab") }

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// A run of this name that stands as its status says.
    @discardableResult
    func add(_ name: String, _ status: RunStatus, created: Date = Date(timeIntervalSince1970: 1_790_000_000)) throws
        -> RunDirectory
    {
        let run = try RunDirectory.create("\(path)/\(name)")
        try run.write(
            RunDescription(
                settings: TrainingSettings.defaults(.tiny),
                dataset: .init(paths: ["/data/nuclei"], fingerprint: "0", training: ["a", "b"], validation: ["c"]),
                seed: 42, versions: [:], device: "cpu", threads: 2, commandLine: ["petri", "train", "/data/nuclei"],
                created: created))
        try run.write(status)
        return run
    }

    /// Previews of a run: two crops, three columns of 16 x 16 pixels, as bright as their step says.
    static func addPreviews(_ run: RunDirectory, steps: [Int]) throws {
        try run.write(PreviewGrid(tileWidth: 16, tileHeight: 16, rows: 2, columns: [.image, .mask, .generated]))
        for step in steps {
            // In each tile a disc, as bright as its column and the step say.
            let samples = (0..<48 * 32).map { index in
                let (x, y) = (index % 48, index / 48)
                let (dx, dy) = (x % 16 - 8, y % 16 - 8)
                return UInt8(clamping: dx * dx + dy * dy < 36 ? 80 + x / 16 * 60 + step / 10 : 10)
            }
            try ImageFile.write(
                Image(width: 48, height: 32, channels: 1, samples: .uint8(samples)), to: run.previewPath(step: step))
        }
    }

    func workbench(columns: Int = 120, rows: Int = 40, theme: String = "dark", engine: String? = nil) throws -> Harness
    {
        try Harness(
            path, home: folder.url.path, columns: columns, rows: rows, theme: theme, engine: engine)
    }
}

extension Harness {
    /// Looks at the runs again, as it happens every second.
    mutating func watch() {
        perform(
            state.watchRuns().map { effect in
                if case .watchRuns(let watch, _) = effect { Effect.watchRuns(watch, isFirst: true) } else { effect }
            })
    }
}

/// Runs as they might stand, with fixed times and places, for screens that must always look the same.
enum StandingRuns {
    static func found() throws -> FoundRuns {
        let text = """
            [{"path":"/home/lab/runs/nuclei","name":"nuclei","state":"running","arm":"cyclegan","segmenter":"deepsea",
            "preset":"tiny","dataset":["/home/lab/nuclei"],"step":4200,"totalSteps":10000,"epoch":84,"fraction":0.42,
            "seconds":1264,"rate":3.4,"eta":1706,"bestScore":0.8731,"bestStep":3900,"device":"cuda:0","host":"bench",
            "pid":4711,"created":1000,"heartbeat":2998,"note":"second try, wider borders","isArchived":false,
            "warnings":[{"kind":"discriminatorWins","step":3100,"message":"the image discriminator is right every time",
            "advice":"a lower --discriminator-pace"}]},
            {"path":"/home/lab/runs/plain","name":"plain segmenter","state":"finished","arm":"conventional",
            "segmenter":"unet","preset":"tiny","dataset":["/home/lab/nuclei"],"step":10000,"totalSteps":10000,
            "epoch":200,"fraction":1,"seconds":3600,"bestScore":0.812,"bestStep":8800,"device":"cpu","created":-90000,
            "heartbeat":-80000,"note":"","isArchived":false,"warnings":[]},
            {"path":"/home/lab/runs/broken","name":"broken","state":"failed","dataset":["/home/lab/cells"],"step":120,
            "epoch":2,"fraction":0.01,"device":"cpu","created":-200000,"note":"","isArchived":false,"warnings":[],
            "lastError":"the loss generator is not finite at step 120"},
            {"path":"/home/lab/runs/gone","name":"gone","state":"lost","dataset":["/home/lab/cells"],"step":777,
            "epoch":9,"fraction":0.2,"device":"cpu","created":-300000,"note":"","isArchived":false,"warnings":[]}]
            """
        let decoder = JSONDecoder()
        let runs = try decoder.decode([RunSummary].self, from: Data(text.utf8))
        var details = RunDetails("/home/lab/runs/nuclei")
        details.settings = [.init(name: "minutes", value: "50"), .init(name: "seed", value: "7")]
        details.commandLine = "petri train nuclei --run runs/nuclei --minutes 50 --seed 7"
        (details.training, details.validation, details.previews) = (24, 6, 12)
        details.log = ["2026-11-23T10:00:00Z began", "2026-11-23T10:21:04Z checkpoint after step 4200, as asked"]
        return FoundRuns(runs: runs, isCut: false, now: Date(timeIntervalSinceReferenceDate: 3000), details: details)
    }
}
