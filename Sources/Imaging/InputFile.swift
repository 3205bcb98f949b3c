import Foundation

/// A regular file open for reading, closed when the value goes.
final class InputFile {
    let path: String
    let descriptor: CInt
    /// Bytes, when it was opened.
    let count: Int

    /// Opens `path`; throws `InputError` where it is absent, no regular file, unreadable or empty.
    init(_ path: String) throws {
        // Without O_NONBLOCK a pipe given by mistake would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw InputError(path, "cannot be opened: \(systemMessage(errno))")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            close(descriptor)
            throw InputError(path, isFolder ? "is a folder, not an image file" : "is not a regular file")
        }
        guard status.st_size > 0 else {
            close(descriptor)
            throw InputError(path, "is empty")
        }
        self.path = path
        self.descriptor = descriptor
        count = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// The first `limit` bytes, or all of them.
    func bytes(upTo limit: Int = .max) throws -> [UInt8] {
        let wanted = min(limit, count)
        let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, done in
            while done < wanted {
                let got = pread(descriptor, buffer.baseAddress.map { $0 + done }, wanted - done, off_t(done))
                if got < 0 && errno == EINTR { continue }
                if got <= 0 { break }
                done += got
            }
        }
        guard bytes.count == wanted else { throw InputError(path, "cannot be read: \(systemMessage(errno))") }
        return bytes
    }
}

/// A file that appears under its name whole or not at all.
enum AtomicFile {
    /// Writes `bytes` to a temporary file beside `path`, then renames it; throws `InputError` where the folder is
    /// missing or not writable or the disk is full.
    static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws {
        let url = URL(fileURLWithPath: path)
        let temporary = url.deletingLastPathComponent()
            .appendingPathComponent(".\(UUID().uuidString).partial").path
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw InputError(path, "cannot be written: \(systemMessage(errno))") }
        var problem: CInt = 0
        var done = 0
        while done < bytes.count, problem == 0 {
            let put = systemWrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
            if put < 0 { problem = errno == EINTR ? 0 : errno } else { done += put }
        }
        if close(descriptor) != 0 && problem == 0 { problem = errno }
        if problem == 0 && rename(temporary, path) != 0 { problem = errno }
        guard problem == 0 else {
            unlink(temporary)
            throw InputError(path, "cannot be written: \(systemMessage(problem))")
        }
    }

    /// `write(2)`, which the function above hides.
    private static func systemWrite(_ descriptor: CInt, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
        #if canImport(Darwin)
            Darwin.write(descriptor, bytes, count)
        #else
            Glibc.write(descriptor, bytes, count)
        #endif
    }
}

/// What the system says about an error number.
private func systemMessage(_ number: CInt) -> String {
    number == 0 ? "it ended early" : String(cString: strerror(number))
}
