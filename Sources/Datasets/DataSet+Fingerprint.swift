import Foundation
import Imaging

extension DataSet {
    /// 16 hexadecimal digits that tell this data set from another: the same wherever and whenever the folder is copied,
    /// another as soon as a name, a size or a byte differs. Not proof against forgery.
    ///
    /// A 64-bit hash (see `Hash64`), for every pair in order over its name, then for each of its files over the file's
    /// name, its size and its content.
    /// - Throws: `InputError` if a file cannot be read.
    public func fingerprint() throws -> String {
        let hashes = try concurrentMap(pairs) { pair in
            var hash = Hash64()
            hash.add(pair.name)
            var paths = [pair.imagePath]
            if case .annotations(let annotations) = pair.maskFiles {
                // The file holds the objects of all images: hashed is what it says of this one.
                try annotations.bytes().withUnsafeBytes { hash.add($0) }
            } else {
                paths += pair.maskFiles.paths
            }
            for path in paths {
                hash.add(path.lastName)
                try hash.add(contentOf: path)
            }
            return hash.value
        }
        var hash = Hash64()
        for value in hashes { hash.add(value) }
        return hash.digits
    }
}

/// 16 hexadecimal digits that tell a file's content from another's; see `DataSet.fingerprint`.
/// - Throws: `InputError` if the file cannot be read.
public func fingerprint(ofFile path: String) throws -> String {
    var hash = Hash64()
    try hash.add(contentOf: path)
    return hash.digits
}

/// A hash after Fowler, Noll and Vo (FNV-1a, 64 bits) that takes whole words instead of bytes.
public struct Hash64 {
    /// The hash of what was added so far.
    public private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    /// The hash of nothing.
    public init() {}

    /// The value in 16 hexadecimal digits.
    var digits: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    mutating func add(_ word: UInt64) {
        value = (value ^ word) &* 0x0000_0100_0000_01B3
        // Products only carry upwards: without this the high bits of a word would never reach the low ones.
        value ^= value >> 32
    }

    /// Adds a text's bytes, each as a word, and their number.
    public mutating func add(_ text: String) {
        for byte in text.utf8 { add(UInt64(byte)) }
        add(UInt64(text.utf8.count))
    }

    /// Adds bytes as little-endian words, the last one filled up with zeros.
    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        let whole = bytes.count & ~7
        for offset in stride(from: 0, to: whole, by: 8) {
            add(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        }
        var rest: UInt64 = 0
        for offset in whole..<bytes.count { rest |= UInt64(bytes[offset]) << UInt64(8 * (offset - whole)) }
        if whole < bytes.count { add(rest) }
    }

    /// Adds a file's content as little-endian words, the last one filled up with zeros, and its number of bytes.
    mutating func add(contentOf path: String) throws {
        guard let file = FileHandle(forReadingAtPath: path) else { throw InputError(path, "cannot be opened") }
        defer { try? file.close() }
        var size = 0
        var part = Data()
        repeat {
            do {
                // A regular file gives less than it is asked for only at its end, so parts are whole words.
                part = try file.read(upToCount: 1 << 20) ?? Data()
            } catch {
                throw InputError(path, "cannot be read: \(error.localizedDescription)")
            }
            size += part.count
            part.withUnsafeBytes { add($0) }
        } while part.count == 1 << 20
        add(UInt64(size))
    }
}
