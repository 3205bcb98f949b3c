import ArgumentParser
import Command
import Foundation
import Imaging
import Runs

/// `petri runs pause`.
struct RunsPauseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Have a run wait until it is told to go on.",
        discussion: "Example:\n  petri runs pause my-run")
    @OptionGroup var chosen: RunArgument

    func run() throws { try chosen.training().control.send(.pause) }
}

/// `petri runs stop`.
struct RunsStopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Have a run write a checkpoint and leave; one that waits leaves the queue.",
        discussion: "Example:\n  petri runs stop my-run")
    @OptionGroup var chosen: RunArgument

    func run() throws { try chosen.active().run.control.send(.stop) }
}

/// `petri runs checkpoint`.
struct RunsCheckpointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint", abstract: "Have a run write a checkpoint now.",
        discussion: "Example:\n  petri runs checkpoint my-run")
    @OptionGroup var chosen: RunArgument

    func run() throws { try chosen.training().control.send(.checkpoint) }
}

/// `petri runs resume`.
struct RunsResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a run in the background: a paused one, a stopped or lost one, a finished one for longer.",
        discussion: """
            One that waits for its turn begins at once. `petri resume` goes on in the foreground.

            Example:
              petri runs resume my-run --steps 5000
            """)
    @OptionGroup var chosen: RunArgument
    @OptionGroup var launch: LaunchOptions

    @Option(help: "Another device than the run began on: cpu, cuda or cuda:N.")
    var device: String?

    func validate() throws {
        if let device, let problem = TrainingOption["device"]?.problem(device) {
            throw ValidationError("--device \(problem).")
        }
    }

    func run() throws {
        let directory = try chosen.open()
        let state = (try? directory.status()).map { RunState($0) }
        if let state, state.isActive {
            guard state == .paused || state == .queued else {
                throw InputError(chosen.folder, "is being trained (\(state.rawValue))")
            }
            guard launch.budget == nil, device == nil else {
                throw InputError(
                    chosen.folder, "is \(state.rawValue)", advice: "stop it first, to change its budget or device")
            }
            return try directory.control.send(.resume)
        }
        let launcher = RunLauncher()
        try launcher.resume(directory, extending: launch.budget, device: device, queued: launch.queue)
        StandardError.write(try launcher.announcement(of: directory) + "\n")
    }
}

/// `petri runs restart`.
struct RunsRestartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart",
        abstract: "Begin a new run in the background at a checkpoint of another, which stays as it is.",
        discussion: """
            The new run has the other's settings and data, its weights and optimisers, and its curves up to there.

            Example:
              petri runs restart my-run --from best --run second-run --minutes 20
            """)
    @OptionGroup var chosen: RunArgument

    @Option(
        help: "Which checkpoint: best (default) or latest.",
        transform: { text in
            guard let choice = CheckpointChoice(rawValue: text) else { throw ValidationError("It is best or latest.") }
            return choice
        })
    var from = CheckpointChoice.best

    @Option(name: .customLong("run"), help: ArgumentHelp("A new folder for the new run.", valueName: "folder"))
    var folder: String

    @OptionGroup var launch: LaunchOptions

    func run() throws {
        let launcher = RunLauncher()
        let begun = try launcher.restart(
            chosen.open(), from: from, as: folder, extending: launch.budget, queued: launch.queue)
        StandardError.write(try launcher.announcement(of: begun) + "\n")
    }
}

/// `petri runs rename`.
struct RunsRenameCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename", abstract: "Show a run under another name; its folder stays.",
        discussion: "Example:\n  petri runs rename my-run \"ten images, wide\"")
    @OptionGroup var chosen: RunArgument
    @Argument(help: "The name; empty for the folder's own.") var name: String

    func run() throws { try chosen.open().annotate { $0.name = name.isEmpty ? nil : name } }
}

/// `petri runs note`.
struct RunsNoteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "note", abstract: "Keep a remark about a run.",
        discussion: "Example:\n  petri runs note my-run \"the one for the figure\"")
    @OptionGroup var chosen: RunArgument
    @Argument(help: "The remark, in place of an earlier one.") var text: String

    func run() throws { try chosen.open().annotate { $0.note = text } }
}

/// `petri runs archive`.
struct RunsArchiveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive", abstract: "Put a run away: it is listed with --archived only. Nothing is moved.",
        discussion: "Example:\n  petri runs archive my-run")
    @OptionGroup var chosen: RunArgument
    @Flag(help: "Take it back.") var undo = false

    func run() throws { try chosen.open().annotate { $0.isArchived = !undo } }
}

/// `petri runs delete`.
struct RunsDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a run for good; never one that is being trained.",
        discussion: """
            Only what Petri put into the folder goes; what links lead to stays.

            Example:
              petri runs delete my-run --yes
            """)
    @OptionGroup var chosen: RunArgument
    @Flag(help: "Do it; without this, what would go is said only.") var yes = false

    func run() throws {
        let directory = try chosen.open()
        guard yes else {
            throw InputError(chosen.folder, "would be deleted with its checkpoints", advice: "say --yes to do it")
        }
        let rest = try directory.delete()
        if !rest.isEmpty {
            StandardError.write(
                "petri: \(chosen.folder.printable) stays, for others put there: \(rest.joined(separator: ", ").printable)\n"
            )
        }
    }
}
