import Foundation
import Imaging
import Runs

extension Performer {
    /// Looks for runs, thoroughly now and then, and else at those that are known.
    func watch(_ watch: RunWatch, send: Send) {
        let now = Date()
        let (catalog, isThorough) = catalogs.withLock { kept -> (RunCatalog?, Bool) in
            guard kept?.roots == watch.roots,
                now.timeIntervalSince(kept?.searched ?? .distantPast) <= Self.searchInterval
            else {
                var catalog = kept?.catalog ?? RunCatalog()
                catalog.refresh(under: watch.roots, now: now)
                kept = KeptCatalog(roots: watch.roots, catalog: catalog, searched: Date())
                return (catalog, true)
            }
            kept?.catalog.update(now: now)
            return (kept?.catalog, false)
        }
        let runs = catalog?.runs ?? []
        let path = watch.details ?? runs.first?.path
        send(
            .foundRuns(
                FoundRuns(
                    runs: runs, isCut: catalog?.isCut ?? false, now: now,
                    details: path.map { RunDetails($0, known: watch.known) }, isThorough: isThorough)))
    }

    /// Seconds between two searches for new runs; a search of a large folder takes a while.
    private static let searchInterval = 3.0

    /// What was known when runs were looked for last.
    struct KeptCatalog: Sendable {
        var roots: [String]
        var catalog: RunCatalog
        var searched: Date
    }

    /// Does what was asked for with a run, says so, and looks again.
    func control(_ control: RunControl, send: Send) throws {
        switch control {
        case .send(let request, let path):
            try RunDirectory.open(path).control.send(request)
            let words: String
            switch request {
            case .pause: words = "asked to pause after this step"
            case .resume: words = "asked to go on"
            case .stop: words = "asked to write a checkpoint and stop"
            case .checkpoint: words = "asked to write a checkpoint"
            }
            send(.said("\(path.lastPathComponent) \(words)", .information))
        case .resume(let path, let minutes, let steps):
            let budget =
                minutes == nil && steps == nil ? nil : TrainingSettings.Budget(steps: steps, minutes: minutes)
            try launcher.resume(try RunDirectory.open(path), extending: budget)
            send(.said("\(path.lastPathComponent) goes on", .information))
        case .restart(let path, let choice):
            let copy = Self.newFolder(path + "-\(choice.rawValue)")
            try launcher.restart(try RunDirectory.open(path), from: choice, as: copy)
            forgetRuns()
            send(.controlled(copy))
            send(.said("begun: \(copy.lastPathComponent)", .information))
            return
        case .rename(let path, let name):
            try RunDirectory.open(path).annotate { $0.name = name.isEmpty ? nil : name }
        case .note(let path, let note): try RunDirectory.open(path).annotate { $0.note = note }
        case .archive(let path, let isArchived):
            try RunDirectory.open(path).annotate { $0.isArchived = isArchived }
            send(.said(path.lastPathComponent + (isArchived ? " put away" : " taken back"), .information))
        case .delete(let path):
            let left = try RunDirectory.open(path).delete()
            forgetRuns()
            let rest = left.isEmpty ? "" : "; not its own and left: " + left.prefix(5).joined(separator: ", ")
            send(.said("deleted \(path)\(rest)", left.isEmpty ? .information : .warning))
        case .start(let request, let isQueued):
            let run = try launcher.start(request, queued: isQueued)
            forgetRuns()
            send(.controlled(run.path))
            send(.said("started in a session of its own: \(run.path)", .information))
            return
        }
        send(.controlled(nil))
    }

    private func forgetRuns() { catalogs.withLock { $0?.searched = .distantPast } }

    // MARK: - Setting up a training

    /// The path, with a number behind it where there is something already.
    static func newFolder(_ path: String) -> String {
        var free = path
        var number = 2
        while FileManager.default.fileExists(atPath: free) {
            free = "\(path)-\(number)"
            number += 1
        }
        return free
    }

    /// Runs stand beside the data sets of the folder that was opened; beside it, where it is one itself.
    func prepareLaunch(_ dataset: String, root: String) -> TrainingRequest {
        let folder = dataset == root ? (root as NSString).deletingLastPathComponent : root
        let name = dataset.isEmpty ? "run" : (dataset.lastPathComponent as NSString).deletingPathExtension
        return TrainingRequest(dataset: dataset, run: Self.newFolder("\(folder)/runs/\(name)"))
    }

    /// A request like that of a run.
    func request(like path: String) throws -> TrainingRequest {
        let run = try RunDirectory.open(path)
        let copy = Self.newFolder(path)
        if let description = try? run.trainingDescription() { return TrainingRequest(like: description, run: copy) }
        guard var request = try run.launchRequest() else {
            throw InputError(path, "does not tell how it was started")
        }
        request.run = copy
        return request
    }
}
