import Foundation
import Imaging

/// The folder of an experiment: the contract between the command that works on it and everything that looks on.
public struct ExperimentFolder: Equatable, Sendable {
    public let path: String

    public init(_ path: String) { self.path = path }

    /// What is to be done: `ExperimentPlan`.
    public var planPath: String { inside("experiment.json") }
    /// What is being done, and what failed: `ExperimentStatus`.
    public var statusPath: String { inside("status.json") }
    /// What came out: `ExperimentReport`, written anew after every cell.
    public var reportPath: String { inside("report.json") }
    /// The same for people.
    public var pagePath: String { inside("report.md") }
    public var plotsPath: String { inside("plots") }
    public var examplesPath: String { inside("examples") }
    /// A folder for each cell, which is its run: `RunDirectory`.
    public var runsPath: String { inside("runs") }
    /// What the engine printed for each cell.
    public var logsPath: String { inside("logs") }
    /// Held by the process that keeps the experiment, and by each that helps it.
    func lockPath(rank: Int) -> String { inside(rank == 0 ? "lock" : "lock-\(rank)") }

    public func run(of cell: ExperimentCell) -> RunDirectory { RunDirectory(path: runsPath + "/" + cell.name) }
    /// What the cell came to: `CellScores`.
    public func scoresPath(of cell: ExperimentCell) -> String { run(of: cell).path + "/scores.json" }
    /// The label images that the cell's segmenter made of the test images.
    public func masksPath(of cell: ExperimentCell) -> String { run(of: cell).path + "/test-masks" }
    public func logPath(of cell: ExperimentCell) -> String { logsPath + "/" + cell.name + ".txt" }

    /// Whether the folder is an experiment's.
    public static func isExperiment(_ path: String) -> Bool {
        access(ExperimentFolder(path).planPath, F_OK) == 0 && !RunDirectory.isRun(path)
    }

    /// Makes the folder where it is absent.
    /// - Throws: `InputError` where it holds something else, or may not be written.
    public static func create(_ path: String) throws -> ExperimentFolder {
        let folder = ExperimentFolder(path)
        if let content = try Folder.content(path), !isExperiment(path), !content.allSatisfy({ $0 == "lock" }) {
            throw InputError(
                path, "exists and is no experiment's folder", advice: "name a new or an empty folder with --out")
        }
        for part in [folder.runsPath, folder.plotsPath, folder.examplesPath, folder.logsPath] { try Folder.make(part) }
        return folder
    }

    private func inside(_ name: String) -> String { (path as NSString).appendingPathComponent(name) }
}

// MARK: - Documents

extension ExperimentFolder {
    /// Reads experiment.json.
    /// - Throws: `InputError` where it is absent or damaged.
    public func plan() throws -> ExperimentPlan {
        guard access(planPath, F_OK) == 0 else {
            throw InputError(
                path, "holds no experiment",
                advice: "name data sets and options too; see `petri experiment --help`")
        }
        let plan = try RunDocuments.read(ExperimentPlan.self, from: planPath)
        if let problem = plan.problem { throw InputError(planPath, problem, advice: "begin a new experiment") }
        return plan
    }

    /// Reads status.json; nil where no work was done yet.
    /// - Throws: `InputError` where it is damaged.
    public func status() throws -> ExperimentStatus? {
        try access(statusPath, F_OK) == 0 ? RunDocuments.read(ExperimentStatus.self, from: statusPath) : nil
    }

    /// Reads report.json; nil where there is none yet.
    /// - Throws: `InputError` where it is damaged.
    public func report() throws -> ExperimentReport? {
        try access(reportPath, F_OK) == 0 ? RunDocuments.read(ExperimentReport.self, from: reportPath) : nil
    }

    /// Reads a cell's scores.json; nil where the cell is not done.
    /// - Throws: `InputError` where it is damaged.
    public func scores(of cell: ExperimentCell) throws -> CellScores? {
        let path = scoresPath(of: cell)
        guard access(path, F_OK) == 0 else { return nil }
        let scores = try RunDocuments.read(CellScores.self, from: path)
        guard scores.cell == cell, scores.isSane else {
            throw InputError(path, "is damaged", advice: "delete it: the test images are then scored again")
        }
        return scores
    }

    public func write(_ plan: ExperimentPlan) throws { try RunDocuments.write(plan, to: planPath) }
    public func write(_ status: ExperimentStatus) throws { try RunDocuments.write(status, to: statusPath) }
    public func write(_ report: ExperimentReport) throws { try RunDocuments.write(report, to: reportPath) }
    public func write(_ scores: CellScores) throws { try RunDocuments.write(scores, to: scoresPath(of: scores.cell)) }
}

/// The right to work on an experiment, which one process of a machine has at a time, and each of those that help it.
public final class ExperimentLock: Sendable {
    private let file: FileLock

    /// - Parameter rank: 0 for the process that keeps the experiment, else a helper's number.
    /// - Throws: `InputError` where another process works on it.
    public init(_ folder: ExperimentFolder, rank: Int = 0) throws {
        guard let file = try FileLock(folder.lockPath(rank: rank)) else {
            let status = try? folder.status()
            throw InputError(
                folder.path, "is being worked on by \(status.map { "process \($0.pid)" } ?? "another process")",
                advice: "watch it with `petri \(folder.path)`, or stop that process first")
        }
        self.file = file
    }

    /// Whether the process of this rank works on it; of others than this machine's only where their folder's locks are.
    public static func isHeld(_ folder: ExperimentFolder, rank: Int = 0) -> Bool {
        FileLock.isHeld(folder.lockPath(rank: rank))
    }
}
