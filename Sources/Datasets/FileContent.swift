import Foundation
import Imaging

/// Files that are read whole.
enum FileContent {
    /// The bytes of the regular file at `path`.
    /// - Throws: `InputError` if it cannot be read or is longer than `maximumLength`.
    static func read(_ path: String, maximumLength: Int) throws -> [UInt8] {
        let file = try Descriptor(path, O_RDONLY)
        let length = try file.length()
        guard length <= maximumLength else {
            throw InputError(path, "is \(length) bytes long, more than Petri reads of such a file (\(maximumLength))")
        }
        return try [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            count = try file.read(at: 0, into: UnsafeMutableRawBufferPointer(buffer))
        }
    }
}
