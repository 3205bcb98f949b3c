import Foundation

/// A regular file that holds something, open for reading.
final class InputFile {
    let path: String
    private let file: Descriptor
    /// Bytes, when it was opened.
    let count: Int

    /// Opens `path`; throws `InputError` where it is absent, no regular file, unreadable or empty.
    init(_ path: String) throws {
        file = try Descriptor(path, O_RDONLY)
        let facts = try file.facts()
        guard facts.st_mode & S_IFMT == S_IFREG else {
            let isFolder = facts.st_mode & S_IFMT == S_IFDIR
            throw InputError(path, isFolder ? "is a folder, not an image file" : "is not a regular file")
        }
        guard facts.st_size > 0 else { throw InputError(path, "is empty") }
        self.path = path
        count = Int(facts.st_size)
    }

    /// The number by which the system knows the open file.
    var descriptor: CInt { file.number }

    /// The first `limit` bytes, or all of them.
    func bytes(upTo limit: Int = .max) throws -> [UInt8] {
        let wanted = min(limit, count)
        let bytes = try [UInt8](unsafeUninitializedCapacity: wanted) { buffer, done in
            done = try file.read(at: 0, into: UnsafeMutableRawBufferPointer(buffer))
        }
        guard bytes.count == wanted else { throw InputError(path, "cannot be read: it ended early") }
        return bytes
    }
}
