import Foundation
import Imaging

/// The runs under some folders, summed up; what has not changed since the last look is not read again.
public struct RunCatalog: Sendable {
    /// The runs found, the newest first; those whose age is unknown come last, by path.
    public private(set) var runs: [RunSummary] = []
    /// Whether there are more folders than are looked through.
    public private(set) var isCut = false

    /// How deep under a folder runs are looked for.
    public static let depth = 4
    /// The most folders looked into.
    public static let maximumFolders = 20_000

    private var known: [String: Documents] = [:]

    public init() {}

    /// Looks for runs under the folders (each may be a run itself) and at where each stands.
    /// - Returns: whether anything but the time has changed.
    @discardableResult public mutating func refresh(under folders: [String], now: Date = Date()) -> Bool {
        let before = runs
        let found = RunFinder.find(under: folders)
        isCut = found.isCut
        var documents: [String: Documents] = [:]
        runs = found.runs.map { path in
            var own = known[path] ?? Documents()
            let summary = own.summary(of: RunDirectory(path: path), now: now)
            documents[path] = own
            return summary
        }.sorted { ($0.created ?? .distantPast, $1.path) > ($1.created ?? .distantPast, $0.path) }
        known = documents
        return runs != before
    }

    /// Looks again at the runs found last, without a search for others.
    @discardableResult public mutating func update(now: Date = Date()) -> Bool {
        let before = runs
        runs = runs.map { run in
            known[run.path, default: Documents()].summary(of: RunDirectory(path: run.path), now: now)
        }
        return runs != before
    }

    /// The documents of one run, each with the state of the file it was read from.
    private struct Documents: Sendable {
        private var description: (stamp: Stamp, value: Result<RunSummary.Facts, InputError>)?
        private var status: (stamp: Stamp, value: Result<RunStatus, InputError>)?
        private var notes: (stamp: Stamp, value: Result<RunNotes, InputError>)?

        mutating func summary(of run: RunDirectory, now: Date) -> RunSummary {
            let described = access(run.descriptionPath, F_OK) == 0 ? run.descriptionPath : run.launchPath
            return RunSummary(
                run, description: Self.current(&description, described) { try RunSummary.Facts(run) },
                status: Self.current(&status, run.statusPath) { try run.status() },
                notes: Self.current(&notes, run.notesPath) { try run.notes() }, now: now)
        }

        private static func current<Value>(
            _ kept: inout (stamp: Stamp, value: Result<Value, InputError>)?, _ path: String, _ read: () throws -> Value
        ) -> Result<Value, InputError> {
            // Taken before reading: what changes meanwhile is read again the next time.
            let stamp = Stamp(path)
            if let kept, kept.stamp == stamp { return kept.value }
            let value = RunDirectory.trying(read)
            kept = (stamp, value)
            return value
        }
    }

    /// What tells one state of a file from another: it is replaced, never changed.
    private struct Stamp: Equatable, Sendable {
        private var file: UInt64 = 0
        private var length: Int64 = -1
        private var seconds = 0
        private var nanoseconds = 0

        init(_ path: String) {
            var facts = stat()
            guard stat(path, &facts) == 0 else { return }
            (file, length) = (UInt64(facts.st_ino), Int64(facts.st_size))
            (seconds, nanoseconds) = (Int(facts.st_mtim.tv_sec), Int(facts.st_mtim.tv_nsec))
        }
    }
}

/// Finds run directories.
public enum RunFinder {
    /// The runs under the folders, each once, sorted by path. Hidden folders and links are passed over, and nothing is
    /// looked for within a run.
    public static func find(
        under folders: [String], depth: Int = RunCatalog.depth, limit: Int = RunCatalog.maximumFolders
    ) -> (runs: [String], isCut: Bool) {
        var runs: Set<String> = []
        var level = folders.map(\.absolutePath)
        var looked = 0
        for remaining in stride(from: depth, through: 0, by: -1) {
            var next: [String] = []
            for folder in level {
                looked += 1
                if looked > limit { return (runs.sorted(), true) }
                if RunDirectory.isRun(folder) {
                    runs.insert(folder)
                } else if remaining > 0 {
                    next += subfolders(of: folder)
                }
            }
            level = next
        }
        return (runs.sorted(), false)
    }

    private static func subfolders(of folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var found: [String] = []
        while let entry = readdir(directory) {
            let name = entry.name
            if name.hasPrefix(".") { continue }
            let path = folder == "/" ? "/" + name : folder + "/" + name
            if entry.pointee.d_type == UInt8(DT_DIR) {
                found.append(path)
            } else if entry.pointee.d_type == UInt8(DT_UNKNOWN) {
                // Some file systems do not say.
                var facts = stat()
                if lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR { found.append(path) }
            }
        }
        return found.sorted()
    }
}
