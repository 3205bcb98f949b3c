import Foundation

/// An open file, closed when the value goes.
package final class Descriptor: Sendable {
    package let number: Int32
    /// The path that errors name.
    private let subject: String

    package init(_ path: String, _ flags: Int32, subject: String? = nil) throws {
        self.subject = subject ?? path
        // Without O_NONBLOCK, opening a named pipe would wait for its other end.
        number = open(path, flags | O_CLOEXEC | O_NONBLOCK, 0o666)
        guard number >= 0 else { throw InputError(self.subject, "cannot be opened: \(systemError())") }
    }

    /// Takes over a descriptor that is open already.
    package init(owning number: Int32, subject: String) { (self.number, self.subject) = (number, subject) }

    deinit { close(number) }

    /// What the system knows of the file.
    package func facts() throws -> stat {
        var facts = stat()
        guard fstat(number, &facts) == 0 else { throw InputError(subject, "cannot be examined: \(systemError())") }
        return facts
    }

    /// The length in bytes; anything but a regular file is an error.
    package func length() throws -> Int {
        let facts = try facts()
        guard facts.st_mode & S_IFMT == S_IFREG else { throw InputError(subject, "is not a file") }
        return Int(facts.st_size)
    }

    /// Reads up to `buffer.count` bytes from `offset` on; fewer only at the file's end.
    package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
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
    package func write(_ bytes: UnsafeRawBufferPointer) throws {
        var done = 0
        while done < bytes.count {
            let part = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = Foundation.write(number, part.baseAddress, part.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw InputError(subject, "cannot be written: \(systemError())") }
            done += count
        }
    }

    package func sync() throws {
        // Some file systems cannot sync folders (EINVAL); there, nothing more can be done.
        guard fsync(number) == 0 || errno == EINVAL else {
            throw InputError(subject, "cannot be synced: \(systemError())")
        }
    }

    package func truncate(to length: Int) throws {
        guard ftruncate(number, off_t(length)) == 0 else {
            throw InputError(subject, "cannot be shortened: \(systemError())")
        }
    }
}

/// What the system says of its last error: "No such file or directory".
package func systemError() -> String { String(cString: strerror(errno)) }
