import ArgumentParser
import Command
import Foundation
import Imaging
import Runs

/// `petri runs`: the trainings there are, and what can be done with them.
struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List trainings, follow them, and pause, stop, go on with or delete them.",
        discussion: """
            Everything is read from the run directories and asked for by files in them, so that runs of other sessions and, \
            over a shared folder, of other hosts appear and obey alike.

            Example:
              petri runs
              petri runs my-study --json
              petri runs tail my-run
              petri runs pause my-run
              petri runs restart my-run --from best --run second-run --minutes 20
            """,
        subcommands: [
            RunsListCommand.self, RunsTailCommand.self, RunsPauseCommand.self, RunsStopCommand.self,
            RunsCheckpointCommand.self, RunsResumeCommand.self, RunsRestartCommand.self, RunsRenameCommand.self,
            RunsNoteCommand.self, RunsArchiveCommand.self, RunsDeleteCommand.self,
        ], defaultSubcommand: RunsListCommand.self)
}

/// `petri runs [PATH...]`: a table.
struct RunsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The runs under folders (the same as `petri runs [PATH]`).",
        discussion: """
            Example:
              petri runs list my-study --archived
            """)

    @Argument(help: "Folders to look for runs in (default: this one).", completion: .directory)
    var paths: [String] = []

    @Flag(help: "Show what was put away too.")
    var archived = false

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let folders = paths.isEmpty ? [FileManager.default.currentDirectoryPath] : paths
        for folder in folders where !DemoFolders.isFolder(folder) {
            throw InputError(folder, "is not a folder", advice: "name the folder that holds the runs")
        }
        var catalog = RunCatalog()
        catalog.refresh(under: folders)
        if catalog.isCut {
            StandardError.write(
                "petri: only the first \(RunCatalog.maximumFolders) folders were looked into; name a smaller one\n")
        }
        let runs = catalog.runs.filter { archived || !$0.isArchived }
        if json { return try JSONText.print(runs) }
        guard !runs.isEmpty else { return print("No runs here; `petri train DATASET --run DIR` makes one.") }
        print(RunTable(runs, here: FileManager.default.currentDirectoryPath).text, terminator: "")
    }
}

/// Runs in a table for people.
struct RunTable {
    let text: String

    /// Paths below `here` are shown relative to it.
    init(_ runs: [RunSummary], here: String) {
        var table = TextTable(header: ["run", "state", "arm", "step", "best F1", "steps/s", "left", "device", "note"])
        for run in runs {
            let inside = run.path.hasPrefix(here + "/") ? String(run.path.dropFirst(here.count + 1)) : run.path
            let isRenamed = run.name != (run.path as NSString).lastPathComponent
            table.rows.append([
                (isRenamed ? "\(run.name) (\(inside))" : inside).printable, run.state.rawValue,
                run.arm?.rawValue ?? "-", Self.step(run), run.bestScore.map { String(format: "%.3f", $0) } ?? "-",
                run.rate.map { String(format: "%.3g", $0) } ?? "-",
                run.eta.map { Duration.seconds($0).brief } ?? "-", (run.device ?? "-").printable,
                Self.remark(run),
            ])
        }
        text = table.text
    }

    private static func step(_ run: RunSummary) -> String {
        if let total = run.totalSteps { return "\(run.step)/\(total)" }
        return run.fraction.map { "\(run.step) (\(Int($0 * 100))%)" } ?? "\(run.step)"
    }

    private static func remark(_ run: RunSummary) -> String {
        var parts: [String] = []
        if let problem = run.problem { parts.append(problem) }
        if run.state == .failed, let error = run.lastError { parts.append(error) }
        parts += run.warnings.map { "! " + $0.message }
        if run.isArchived { parts.append("archived") }
        if !run.note.isEmpty { parts.append(run.note) }
        return parts.joined(separator: "; ").printable
    }
}

/// The run that a command is about.
struct RunArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"), completion: .directory)
    var folder: String

    func open() throws -> RunDirectory { try RunDirectory.open(folder) }

    /// The run, if an engine is at work on it or waits for its turn.
    func active() throws -> (run: RunDirectory, state: RunState) {
        let run = try open()
        let state = RunState(try run.status())
        guard state.isActive else {
            throw InputError(
                folder, "is not being trained (\(state.rawValue))", advice: "`petri runs resume` goes on with it")
        }
        return (run, state)
    }

    /// The run, if an engine is at work on it and does not wait for its turn.
    func training() throws -> RunDirectory {
        let (run, state) = try active()
        guard state != .queued else { throw InputError(folder, "waits for its turn and does not train yet") }
        return run
    }
}

/// Options of commands that start an engine.
struct LaunchOptions: ParsableArguments {
    @Option(help: "Instead of the run's own budget: end after so many steps in all.")
    var steps: Int?

    @Option(help: "Instead of the run's own budget: end after so many minutes in all.")
    var minutes: Double?

    @Flag(help: "Wait until nothing else trains on the device, and nothing that has waited longer.")
    var queue = false

    func validate() throws {
        for (name, value) in [("steps", steps.map(String.init)), ("minutes", minutes.map { "\($0)" })] {
            if let value, let problem = TrainingOption[name]?.problem(value) {
                throw ValidationError("--\(name) \(problem).")
            }
        }
    }

    var budget: TrainingSettings.Budget? {
        steps == nil && minutes == nil ? nil : TrainingSettings.Budget(steps: steps, minutes: minutes)
    }
}
