import Foundation

/// Replacing a file so that a reader, or a crash at any moment, finds the old content or the new, whole.
package enum AtomicFile {
    /// Replaces the file at `path` (or makes it) by what `body` hands, piece by piece, to the function it gets; `synced`
    /// has it on the disk before this returns.
    /// - Throws: `InputError` where the folder or the disk refuses, and what `body` throws; the old file then stays.
    package static func write(
        to path: String, synced: Bool, _ body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) throws {
        let folder = (path as NSString).deletingLastPathComponent
        // Hidden, and with a short name of its own: the file's may be as long as names can be.
        let name = ".\(getpid())-\(UInt32.random(in: 0...UInt32.max)).partial"
        let beside = folder.isEmpty ? name : folder + "/" + name
        let file = try Descriptor(beside, O_WRONLY | O_CREAT | O_EXCL, subject: path)
        do {
            try body { try file.write($0) }
            if synced { try file.sync() }
        } catch {
            unlink(beside)
            throw error
        }
        guard rename(beside, path) == 0 else {
            let error = InputError(path, "cannot be written: \(systemError())")
            unlink(beside)
            throw error
        }
        if synced { try syncFolder(folder, of: path) }
    }

    /// Makes the rename itself survive a power cut.
    private static func syncFolder(_ folder: String, of path: String) throws {
        // A folder that may not be read cannot be synced either.
        guard let folder = try? Descriptor(folder.isEmpty ? "." : folder, O_RDONLY, subject: path) else { return }
        try folder.sync()
    }
}
