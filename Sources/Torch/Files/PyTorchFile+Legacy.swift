extension PyTorchFile {
    /// The number 0x1950a86a20f9469cfc6c, pickled.
    private static let legacyMagic: [UInt8] = [
        0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
    ]
    private static let legacyVersion = 1001

    /// Whether a file begins as those of `torch.save` before PyTorch 1.6.
    static func isLegacy(_ bytes: [UInt8]) -> Bool { bytes.starts(with: legacyMagic) }

    /// The format before PyTorch 1.6: the pickles of a magic number, a version, the machine's sizes of numbers, the state
    /// dict and the keys of its storages, then for each key the number of elements (int64) and the elements, little-endian
    /// on every machine.
    static func openLegacy(_ file: FileBytes) throws -> TensorFile {
        // Where the pickles end is known only when they are read.
        try file.bytes(0..<min(file.length, maximumPickle)).withUnsafeBytes { bytes in
            var unpickler = Unpickler(bytes, from: legacyMagic.count)
            guard case .integer(legacyVersion) = try unpickler.load() else {
                throw Unpickler.Fault(problem: "is in an unknown version of PyTorch's format from before 1.6")
            }
            _ = try unpickler.load()
            let value = try unpickler.load()
            guard case .list(let keys) = try unpickler.load() else { throw unpickler.damaged }
            let ranges = try storages(unpickler.containers[keys], unpickler, in: file, from: unpickler.position)
            return try tensors(of: value, unpickler, in: file) { ranges[$0] }
        }
    }

    /// The bytes of the storages of `keys`, which lie one after the other from `start` on.
    private static func storages(
        _ keys: [Unpickler.Value], _ pickle: Unpickler, in file: FileBytes, from start: Int
    ) throws -> [String: Range<Int>] {
        // Where one storage is named more than once, PyTorch too goes by the first.
        let named = Dictionary(pickle.storages.map { ($0.key, $0) }) { first, _ in first }
        var ranges: [String: Range<Int>] = [:]
        var position = start
        for key in keys {
            guard case .string(let key) = key, let storage = named[key], ranges[key] == nil else {
                throw Unpickler.Fault(problem: "is damaged: its list of storages is not that of its tensors")
            }
            let truncated = Unpickler.Fault(problem: "is truncated: it ends within the data of its tensors")
            guard position <= file.length - 8 else { throw truncated }
            let count = try file.bytes(position..<position + 8).withUnsafeBytes {
                Int(littleEndian: $0.loadUnaligned(as: Int.self))
            }
            guard count == storage.count else {
                throw Unpickler.Fault(
                    problem: "is damaged: a storage of \(storage.count) elements is said to have \(count)")
            }
            position += 8
            guard count <= (file.length - position) / storage.type.size else { throw truncated }
            ranges[key] = position..<position + count * storage.type.size
            position += count * storage.type.size
        }
        return ranges
    }
}
