import Foundation
import Imaging

/// The folder of one training run: the contract between the engine, which fills it, and everything that looks on.
public struct RunDirectory: Equatable, Sendable {
    public let path: String

    /// What was asked, and on what: `RunDescription`.
    public var descriptionPath: String { inside("run.json") }
    /// Where the run stands: `RunStatus`.
    public var statusPath: String { inside("status.json") }
    /// The curves: `MetricsLog`, `MetricsReader`.
    public var metricsPath: String { inside("metrics.jsonl") }
    /// The engine's words: `RunLog`.
    public var logPath: String { inside("log.txt") }
    /// Requests to the engine: `ControlRequests`.
    public var controlPath: String { inside("control") }
    public var checkpointsPath: String { inside("checkpoints") }
    public var previewsPath: String { inside("previews") }
    /// The final scores.
    public var reportPath: String { inside("report.json") }
    /// What the user keeps about the run: `RunNotes`.
    public var notesPath: String { inside("notes.json") }
    /// Styles that the user keeps by name: `NamedStyle`.
    public var stylesPath: String { inside("styles.json") }
    /// Event files for TensorBoard, where asked for.
    public var tensorBoardPath: String { inside("tensorboard") }
    /// What a launched engine printed: errors from before its log, and crashes.
    public var outputPath: String { inside("engine.out") }
    /// What a run that was launched is to become: `TrainingRequest`.
    public var launchPath: String { inside("launch.json") }
    /// Held by the process that trains here: `RunLock`.
    public var lockPath: String { inside("lock") }
    /// Room for last words on a full disk: `DiskReserve`.
    var reservePath: String { inside("reserve") }

    /// The folder's name.
    public var name: String { (path as NSString).lastPathComponent }

    public var control: ControlRequests { ControlRequests(folder: controlPath) }

    /// A run directory known to be one, or about to be.
    public init(path: String) { self.path = path }

    /// Makes a run directory, with its parents; an empty folder may be there already, and one that was made for a launched
    /// engine (launch.json) becomes the run that it was made for.
    /// - Throws: `InputError` where the path holds something, or may not be written.
    public static func create(_ path: String) throws -> RunDirectory {
        let run = RunDirectory(path: path)
        if let content = try Folder.content(path) {
            guard !content.contains("run.json") else {
                throw InputError(
                    path, "holds a run already",
                    advice: "`petri resume` continues it; name another folder for a new one")
            }
            guard content.isEmpty || content.contains("launch.json") else {
                throw InputError(path, "exists and is not empty", advice: "name another folder for the run")
            }
        }
        for folder in [run.controlPath, run.checkpointsPath, run.previewsPath] { try Folder.make(folder) }
        return run
    }

    /// Whether the folder is a run's: one that began, or one that is launched and yet to begin.
    public static func isRun(_ path: String) -> Bool {
        let run = RunDirectory(path: path)
        return access(run.descriptionPath, F_OK) == 0 || access(run.launchPath, F_OK) == 0
    }

    /// Opens a run directory, which is known by its run.json; one that is launched and yet to begin has a launch.json.
    /// - Throws: `InputError` where there is none.
    public static func open(_ path: String) throws -> RunDirectory {
        let run = RunDirectory(path: path)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw InputError(path, "does not exist", advice: "name a run directory; `petri train --run DIR` makes one")
        }
        guard isFolder.boolValue, access(path, X_OK) == 0 || errno != EACCES else {
            throw InputError(path, isFolder.boolValue ? "may not be entered" : "is a file, not a run directory")
        }
        guard isRun(path) else {
            throw InputError(path, "is not a run directory: it has no run.json")
        }
        return run
    }

    private func inside(_ name: String) -> String { (path as NSString).appendingPathComponent(name) }
}
