import Foundation
import Imaging

extension RunDirectory {
    /// Deletes the run: what the engine and Petri put there, never what a link leads to.
    /// - Returns: the names of what others put there, which stays with the folder; none where the folder is gone.
    /// - Throws: `InputError` where the run is being trained, or something may not be removed.
    @discardableResult public func delete() throws -> [String] {
        let lock = try RunLock(self)
        defer { withExtendedLifetime(lock) {} }
        let root = try OpenFolder(path)
        for (folder, names) in Self.folders {
            guard let folder = try root.folder(folder) else { continue }
            for name in try folder.names() where names(name) || Self.isPartial(name) { try folder.remove(name) }
        }
        for (name, _) in Self.folders { root.removeIfEmpty(name) }
        // run.json last: until then the folder is known for what it is.
        let files = Self.files + ["launch.json", "run.json"]
        for name in try root.names() where Self.isPartial(name) { try root.remove(name) }
        for name in files { try root.remove(name) }
        let rest = try root.names()
        if rest.isEmpty, rmdir(path) != 0 { throw InputError(path, "cannot be removed: \(systemError())") }
        return rest
    }

    private static let files = [
        "status.json", "metrics.jsonl", "log.txt", "report.json", "notes.json", "styles.json",
        "engine.out", "lock", "reserve",
    ]

    /// The folders of a run, and which names in them are its own.
    private static let folders: [(String, @Sendable (String) -> Bool)] = [
        ("control", { ControlRequests.Request(rawValue: $0) != nil }),
        ("checkpoints", { $0.hasSuffix(".safetensors") }),
        ("previews", { $0.hasSuffix(".png") || $0.hasSuffix(".json") }),
        ("tensorboard", { $0.hasPrefix("events.out.tfevents.") }),
    ]

    /// What a killed `AtomicFile` left.
    private static func isPartial(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(".partial") }
}

/// A folder held open, so that nobody can put a link in its place meanwhile.
private struct OpenFolder {
    private let file: Descriptor
    private let path: String

    /// Opens a folder; a link to one is refused.
    init(_ path: String) throws {
        self.path = path
        file = try Descriptor(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    }

    private init(file: Descriptor, path: String) { (self.file, self.path) = (file, path) }

    /// The folder of this name in it; nil where there is none, or something else.
    func folder(_ name: String) throws -> OpenFolder? {
        let number = openat(file.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard number >= 0 else { return nil }
        return OpenFolder(file: Descriptor(owning: number, subject: path + "/" + name), path: path + "/" + name)
    }

    func names() throws -> [String] {
        let copy = openat(file.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let directory = fdopendir(copy) else {
            throw InputError(path, "cannot be read: \(systemError())")
        }
        defer { closedir(directory) }
        return directory.names.sorted()
    }

    /// Removes a file, or a link itself; an absent one is as good as removed, a folder stays.
    func remove(_ name: String) throws {
        guard unlinkat(file.number, name, 0) == 0 || errno == ENOENT || errno == EISDIR else {
            throw InputError(path + "/" + name, "cannot be removed: \(systemError())")
        }
    }

    func removeIfEmpty(_ name: String) { unlinkat(file.number, name, Int32(AT_REMOVEDIR)) }
}
