import Foundation
import Imaging

/// Replacing a file so that a reader, or a crash at any moment, finds the old content or the new, whole.
public enum AtomicFile {
    /// Replaces the file at `path` (or makes it) by `content`, synced to disk.
    /// - Throws: `InputError` where the folder or the disk refuses; the old file then stays.
    public static func write(_ content: Data, to path: String) throws {
        try write(to: path) { write in try content.withUnsafeBytes { try write($0) } }
    }

    /// Replaces the file at `path` by what `body` hands, piece by piece, to the function it gets.
    /// - Throws: `InputError` as above, and what `body` throws.
    static func write(to path: String, _ body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void) throws {
        let beside = path + ".\(getpid())-\(UInt32.random(in: 0...UInt32.max)).partial"
        let file = try Descriptor(beside, O_WRONLY | O_CREAT | O_EXCL, subject: path)
        do {
            try body { try file.write($0) }
            try file.sync()
        } catch {
            unlink(beside)
            throw error
        }
        guard rename(beside, path) == 0 else {
            let error = InputError(path, "cannot be replaced: \(systemError())")
            unlink(beside)
            throw error
        }
        try syncFolder(of: path)
    }

    /// Makes the rename itself survive a power cut.
    private static func syncFolder(of path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        // A folder that may not be read cannot be synced either.
        guard let folder = try? Descriptor(folder.isEmpty ? "." : folder, O_RDONLY, subject: path) else { return }
        try folder.sync()
    }
}

/// An open file, closed when the value goes.
final class Descriptor: Sendable {
    let number: Int32
    /// The path that errors name.
    private let subject: String

    init(_ path: String, _ flags: Int32, subject: String? = nil) throws {
        self.subject = subject ?? path
        // Without O_NONBLOCK, opening a named pipe would wait for its other end.
        number = open(path, flags | O_CLOEXEC | O_NONBLOCK, 0o644)
        guard number >= 0 else { throw InputError(self.subject, "cannot be opened: \(systemError())") }
    }

    deinit { close(number) }

    /// What the system knows of the file.
    func facts() throws -> stat {
        var facts = stat()
        guard fstat(number, &facts) == 0 else { throw InputError(subject, "cannot be examined: \(systemError())") }
        return facts
    }

    /// The length in bytes; anything but a regular file is an error.
    func length() throws -> Int {
        let facts = try facts()
        guard facts.st_mode & S_IFMT == S_IFREG else { throw InputError(subject, "is not a file") }
        return Int(facts.st_size)
    }

    /// Reads up to `buffer.count` bytes from `offset` on; fewer only at the file's end.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var done = 0
        while done < buffer.count {
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = pread(number, part.baseAddress, part.count, off_t(offset + done))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw InputError(subject, "cannot be read: \(systemError())") }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Writes all bytes, in one call to the system where it takes them all.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var done = 0
        while done < bytes.count {
            let part = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = Foundation.write(number, part.baseAddress, part.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw InputError(subject, "cannot be written: \(systemError())") }
            done += count
        }
    }

    func sync() throws {
        // Some file systems cannot sync folders (EINVAL); there, nothing more can be done.
        guard fsync(number) == 0 || errno == EINVAL else {
            throw InputError(subject, "cannot be synced: \(systemError())")
        }
    }

    func truncate(to length: Int) throws {
        guard ftruncate(number, off_t(length)) == 0 else {
            throw InputError(subject, "cannot be shortened: \(systemError())")
        }
    }
}

/// What the system says of its last error: "No such file or directory".
func systemError() -> String { String(cString: strerror(errno)) }
