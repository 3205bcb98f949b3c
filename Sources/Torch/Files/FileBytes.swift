import Foundation

/// A file open for reading at any offset. Reads copy (pread) and do not map: a file that shrinks under a map kills the
/// process.
final class FileBytes: Sendable {
    let path: String
    /// Bytes in the file when it was opened.
    let length: Int
    private let descriptor: Int32

    /// - Throws: `TensorFileError` where there is no such regular file or it may not be read.
    init(_ path: String) throws {
        // Without O_NONBLOCK, opening a named pipe would wait for its writer.
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw TensorFileError(path, "cannot be opened: \(systemError(errno))") }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw TensorFileError(path, "is not a file")
        }
        self.path = path
        self.descriptor = descriptor
        length = Int(facts.st_size)
    }

    deinit { close(descriptor) }

    /// Fills `buffer` with the bytes from `offset` on.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
        var done = 0
        while done < buffer.count {
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = pread(descriptor, part.baseAddress, part.count, off_t(offset + done))
            if count < 0 && errno == EINTR { continue }
            if count < 0 { throw TensorFileError(path, "cannot be read: \(systemError(errno))") }
            if count == 0 { throw TensorFileError(path, "is truncated: \(offset + done) of \(length) bytes") }
            done += count
        }
    }

    /// The bytes of `range`, which must lie within the file.
    func bytes(_ range: Range<Int>) throws -> [UInt8] {
        guard range.lowerBound >= 0, range.upperBound <= length else {
            throw TensorFileError(path, "is truncated: \(length) of \(range.upperBound) bytes")
        }
        return try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            let bytes = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<range.count])
            try read(at: range.lowerBound, into: bytes)
            count = range.count
        }
    }
}

/// What the system says of an error number: "No such file or directory".
func systemError(_ number: Int32) -> String { String(cString: strerror(number)) }
