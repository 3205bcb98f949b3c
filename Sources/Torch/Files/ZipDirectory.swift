/// The stored (uncompressed) entries of a zip archive, as `torch.save` writes them: zip64 or not.
/// Source: PKWARE's APPNOTE.TXT, 4.3 and 4.5.3.
struct ZipDirectory {
    /// The names of the entries, folders left out.
    var names: some Collection<String> { entries.keys }

    private var entries: [String: Entry] = [:]
    private let file: FileBytes
    /// Where the central directory begins and the entries end.
    private let limit: Int

    /// The longest central directory accepted, in bytes: half a million entries or so.
    private static let maximumDirectory = 64 << 20

    /// - Throws: `TensorFileError` where the archive is damaged or spans disks.
    init(_ file: FileBytes) throws {
        let directory = try Self.directory(of: file)
        self.file = file
        limit = directory.lowerBound
        let bytes = try file.bytes(directory)
        try bytes.withUnsafeBytes { bytes in
            var reader = LittleEndianReader(bytes)
            while reader.remaining > 0 {
                guard let entry = Entry(&reader) else {
                    throw TensorFileError(file.path, "is damaged: its zip directory is broken")
                }
                if entry.name.hasSuffix("/") { continue }
                guard entries.updateValue(entry, forKey: entry.name) == nil else {
                    throw TensorFileError(file.path, "is damaged: it holds \(entry.name) twice")
                }
            }
        }
    }

    /// An entry of the central directory.
    private struct Entry {
        var name: String
        var isEncrypted: Bool
        var isStored: Bool
        var size: UInt64
        var compressedSize: UInt64
        var header: UInt64

        init?(_ reader: inout LittleEndianReader) {
            guard reader.integer(4) == 0x0201_4b50, reader.skip(4), let flags = reader.integer(2),
                let method = reader.integer(2), reader.skip(8), let compressedSize = reader.integer(4),
                let size = reader.integer(4), let nameLength = reader.integer(2), let extraLength = reader.integer(2),
                let commentLength = reader.integer(2), reader.skip(8), let header = reader.integer(4),
                let nameBytes = reader.bytes(Int(nameLength)), let name = String(validating: nameBytes, as: UTF8.self),
                let extra = reader.bytes(Int(extraLength)), reader.skip(Int(commentLength))
            else { return nil }
            self.name = name
            isEncrypted = flags & 1 != 0
            isStored = method == 0
            self.size = size
            self.compressedSize = compressedSize
            self.header = header
            guard readZip64(LittleEndianReader(extra)) else { return nil }
        }

        /// Takes the 64-bit values that stand in the extra field for 32-bit ones of all ones.
        private mutating func readZip64(_ extra: LittleEndianReader) -> Bool {
            var extra = extra
            let full: UInt64 = 0xFFFF_FFFF
            guard size == full || compressedSize == full || header == full else { return true }
            while let tag = extra.integer(2), let length = extra.integer(2), let field = extra.bytes(Int(length)) {
                guard tag == 1 else { continue }
                var values = LittleEndianReader(field)
                for key in [\Entry.size, \.compressedSize, \.header] where self[keyPath: key] == full {
                    guard let value = values.integer(8) else { return false }
                    self[keyPath: key] = value
                }
                return true
            }
            return false
        }
    }

    /// The range of the central directory, found from the end record.
    private static func directory(of file: FileBytes) throws -> Range<Int> {
        let endLength = 22
        let tail = max(0, file.length - endLength - 0xFFFF)
        let bytes = try file.bytes(tail..<file.length)
        let damaged = TensorFileError(file.path, "is truncated or damaged: its zip directory is not found")
        let range: (offset: UInt64, length: UInt64)? = try bytes.withUnsafeBytes { bytes in
            guard bytes.count >= endLength else { return nil }
            for start in (0...bytes.count - endLength).reversed() {
                guard bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self).littleEndian == 0x0605_4b50 else {
                    continue
                }
                var end = LittleEndianReader(UnsafeRawBufferPointer(rebasing: bytes[(start + 4)...]))
                guard let disk = end.integer(2), end.skip(6), let length = end.integer(4), let offset = end.integer(4),
                    let comment = end.integer(2), end.remaining == Int(comment)
                else { continue }
                guard disk == 0 || disk == 0xFFFF else { throw TensorFileError(file.path, "is a zip of many parts") }
                guard length == 0xFFFF_FFFF || offset == 0xFFFF_FFFF || disk == 0xFFFF else { return (offset, length) }
                return try directory64(of: file, end: tail + start)
            }
            return nil
        }
        guard let range, range.length <= UInt64(maximumDirectory), range.offset <= UInt64(file.length),
            range.length <= UInt64(file.length) - range.offset
        else { throw damaged }
        return Int(range.offset)..<Int(range.offset + range.length)
    }

    /// The central directory of a zip64 archive, whose locator ends where the end record begins.
    private static func directory64(of file: FileBytes, end: Int) throws -> (offset: UInt64, length: UInt64)? {
        guard end >= 20 else { return nil }
        let place: UInt64? = try file.bytes(end - 20..<end).withUnsafeBytes { bytes in
            var locator = LittleEndianReader(bytes)
            guard locator.integer(4) == 0x0706_4b50, locator.skip(4) else { return nil }
            return locator.integer(8)
        }
        guard let place, end >= 56, place <= UInt64(end - 56) else { return nil }
        return try file.bytes(Int(place)..<Int(place) + 56).withUnsafeBytes { bytes in
            var record = LittleEndianReader(bytes)
            guard record.integer(4) == 0x0606_4b50, record.skip(36), let length = record.integer(8),
                let offset = record.integer(8)
            else { return nil }
            return (offset, length)
        }
    }

    /// Where an entry's bytes lie in the file (after its local header, before the directory), or nil where there is none.
    /// - Throws: `TensorFileError` where it lies elsewhere, is encrypted or compressed.
    func range(of name: String) throws -> Range<Int>? {
        guard let entry = entries[name] else { return nil }
        guard !entry.isEncrypted else { throw TensorFileError(file.path, "is an encrypted zip") }
        guard entry.isStored, entry.size == entry.compressedSize else {
            throw TensorFileError(
                file.path, "is a compressed zip (\(entry.name))",
                advice: "save it with torch.save, which stores plainly")
        }
        let headerLength = 30
        let damaged = TensorFileError(file.path, "is truncated or damaged: \(entry.name) lies outside the file")
        guard limit >= headerLength, entry.header <= UInt64(limit - headerLength) else { throw damaged }
        let header = Int(entry.header)
        let lengths: (UInt64, UInt64)? = try file.bytes(header..<header + headerLength).withUnsafeBytes { bytes in
            var reader = LittleEndianReader(bytes)
            guard reader.integer(4) == 0x0403_4b50, reader.skip(22), let name = reader.integer(2),
                let extra = reader.integer(2)
            else { return nil }
            return (name, extra)
        }
        guard let lengths else { throw TensorFileError(file.path, "is damaged: \(entry.name) has no header") }
        let start = header + headerLength + Int(lengths.0 + lengths.1)
        guard start <= limit, entry.size <= UInt64(limit - start) else { throw damaged }
        return start..<start + Int(entry.size)
    }
}

/// Reads numbers from bytes in turn; nil at the end.
struct LittleEndianReader {
    private let source: UnsafeRawBufferPointer
    private(set) var position = 0

    init(_ source: UnsafeRawBufferPointer) { self.source = source }

    var remaining: Int { source.count - position }

    /// The next number of `size` bytes (at most 8).
    mutating func integer(_ size: Int) -> UInt64? {
        bytes(size)?.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func bytes(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count >= 0, count <= remaining else { return nil }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: source[position..<position + count])
    }

    /// The bytes up to the next `delimiter`, which is passed over.
    mutating func bytes(upTo delimiter: UInt8) -> UnsafeRawBufferPointer? {
        guard let end = source[position...].firstIndex(of: delimiter), let found = bytes(end - position) else {
            return nil
        }
        position += 1
        return found
    }

    mutating func skip(_ count: Int) -> Bool { bytes(count) != nil }
}
