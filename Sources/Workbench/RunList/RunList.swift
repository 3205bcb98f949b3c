import Canvas
import Foundation
import Runs

/// What the screen of runs shows: the runs under the opened path, and of the one under the cursor more.
struct RunList: Sendable {
    /// As they are listed.
    var runs: [RunSummary] = []
    /// All that were found, by their paths.
    var paths: Set<String> = []
    /// Folders outside the opened one where runs were begun from here.
    var folders: [String] = []
    /// Those of them put away.
    var archived = 0
    /// Whether there are more folders than are looked through.
    var isCut = false
    /// Whether they were looked for yet.
    var isRead = false
    var showsArchived = false
    var scroll = Scroll()
    /// When the list was read last: ages are told from then.
    var now = Date()
    var details: RunDetails?
    var detailScroll = Scroll()
    var isDetailFocused = false

    var run: RunSummary? { runs.indices.contains(scroll.selected) ? runs[scroll.selected] : nil }
}

/// What is read of one run beside its summary.
struct RunDetails: Equatable, Sendable {
    var path: String
    /// Settings that differ from the preset's, by name.
    var settings: [Description.Row] = []
    var commandLine = ""
    var training = 0
    var validation = 0
    /// The last lines of the log, or of what the engine printed where there is no log.
    var log: [String] = []
    var previews = 0

    /// Reads what can change of a run, and what cannot unless it is `known`: run.json names every image of a data set.
    init(_ path: String, known: RunDetails? = nil) {
        self.path = path
        guard let run = try? RunDirectory.open(path) else { return }
        log = RunLog.lastLines(of: run.logPath, count: 40)
        if log.isEmpty { log = RunLog.lastLines(of: run.outputPath, count: 40) }
        previews = run.previews().count
        if let known, known.path == path, known.training > 0 {
            (settings, commandLine) = (known.settings, known.commandLine)
            (training, validation) = (known.training, known.validation)
        } else if let description = try? run.trainingDescription() {
            let request = TrainingRequest(like: description, run: path)
            settings = TrainingOption.all.compactMap { option in
                request.values[option.name].map { .init(name: option.name, value: $0) }
            }
            commandLine = ShellWords.quoted(description.commandLine)
            (training, validation) = (description.dataset.training.count, description.dataset.validation.count)
        } else if let request = try? run.launchRequest() {
            settings = request.values.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) }
            commandLine = request.commandLine
        }
    }
}

/// What is done with a run when it is asked for.
enum RunControl: Equatable, Sendable {
    case send(ControlRequests.Request, to: String)
    /// Goes on after the latest checkpoint, for so many minutes or steps more where they are given.
    case resume(String, minutes: Double?, steps: Int?)
    /// Begins a new run at a checkpoint.
    case restart(String, CheckpointChoice)
    case rename(String, String)
    case note(String, String)
    case archive(String, Bool)
    case delete(String)
    case start(TrainingRequest, queued: Bool)
}

extension RunState {
    /// The sign before a state: states are told apart without colours.
    var sign: String {
        switch self {
        case .queued: "."
        case .starting: "+"
        case .running: ">"
        case .paused: "="
        case .stopping: "-"
        case .finished: "*"
        case .stopped: "o"
        case .failed: "x"
        case .interrupted: "~"
        case .lost: "?"
        case .damaged: "!"
        }
    }

    var role: Role {
        switch self {
        case .queued, .stopped: .muted
        case .starting: .information
        case .running, .finished: .good
        case .paused, .stopping, .interrupted: .warning
        case .failed, .lost, .damaged: .error
        }
    }
}

extension Double {
    /// Seconds as people say them: "45 s", "12 min", "3 h 5", "2 d".
    var spoken: String {
        guard isFinite, self >= 0 else { return "-" }
        if self < 60 { return "\(Int(self)) s" }
        if self < 3600 { return "\(Int(self / 60)) min" }
        if self < 36 * 3600 { return "\(Int(self / 3600)) h " + String(format: "%02d", Int(self / 60) % 60) }
        return "\(Int(min(self / 86400, 1e6))) d"
    }
}
