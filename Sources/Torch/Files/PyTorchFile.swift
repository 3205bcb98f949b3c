/// Reading the weights of a `.pth` file (what `torch.save` of a state dict writes: since PyTorch 1.6 a zip, before that
/// pickles and data in turn) without running it.
public enum PyTorchFile {
    /// Bytes from which `begins` can tell.
    static let signatureLength = 16

    /// The longest pickle accepted, in bytes: a state dict needs about 200 for each tensor.
    static let maximumPickle = 16 << 20
    /// Values visited when looking for tensors: a pickle can hold one list many times over.
    private static let maximumVisits = 1 << 18
    private static let maximumDepth = 32
    /// Bytes of all names together: a key may be long and stand for many tensors.
    private static let maximumNames = 1 << 26

    /// Whether a file that begins with these bytes is a zip or a pickle and so perhaps PyTorch's.
    static func begins(_ bytes: [UInt8]) -> Bool { isZip(bytes) || isLegacy(bytes) }

    /// Opens a file and finds its tensors. Where the top of it has a dictionary `state_dict`, that is the state dict;
    /// otherwise nested names are joined by dots ("model.e1.weight").
    /// - Throws: `TensorFileError`, also where the pickle names anything but tensors.
    public static func open(_ path: String) throws -> TensorFile {
        let file = try FileBytes(path)
        let start = try file.bytes(0..<min(file.length, signatureLength))
        do {
            if isLegacy(start) { return try openLegacy(file) }
            if isZip(start) { return try openZip(file) }
        } catch let fault as Unpickler.Fault {
            throw TensorFileError(path, fault.problem, advice: fault.advice)
        }
        throw TensorFileError(path, "is not a .pth file: it does not begin as torch.save's do")
    }

    /// The format since PyTorch 1.6: a zip with the pickle `data.pkl` and a storage in each `data/<key>`.
    private static func openZip(_ file: FileBytes) throws -> TensorFile {
        let path = file.path
        let archive = try ZipDirectory(file)
        let pickles = archive.names.filter { $0.split(separator: "/").count == 2 && $0.hasSuffix("/data.pkl") }
        guard let pickle = pickles.first, pickles.count == 1 else {
            throw TensorFileError(path, "is a zip, but not one of torch.save: it has no data.pkl")
        }
        let root = pickle.dropLast("data.pkl".count)
        guard !archive.names.contains("\(root)constants.pkl") else {
            throw TensorFileError(
                path, "is a TorchScript module", advice: "save model.state_dict() with torch.save instead")
        }
        if let order = try archive.range(of: "\(root)byteorder"),
            try file.bytes(order.prefix(16)) != Array("little".utf8)
        {
            throw TensorFileError(path, "was written on a big-endian machine", advice: "save it on another")
        }
        guard let place = try archive.range(of: pickle), place.count <= maximumPickle else {
            throw TensorFileError(path, "holds a pickle too long for weights")
        }
        return try file.bytes(place).withUnsafeBytes { bytes in
            var unpickler = Unpickler(bytes)
            let value = try unpickler.load()
            return try tensors(of: value, unpickler, in: file) { try archive.range(of: "\(root)data/\($0)") }
        }
    }

    /// The tensors in a pickle's value.
    /// - Parameter entry: the bytes of the file that hold the storage of a key, or nil where it has none.
    static func tensors(
        of value: Unpickler.Value, _ pickle: Unpickler, in file: FileBytes, entry: (String) throws -> Range<Int>?
    ) throws -> TensorFile {
        let stored = try named(in: value, pickle).map { try located($0, $1, pickle, entry: entry) }
        return try TensorFile(file: file, tensors: stored, metadata: [:])
    }

    private static func isZip(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) }

    /// The tensors in a pickle's value with their names, in the pickle's order.
    private static func named(
        in value: Unpickler.Value, _ pickle: Unpickler
    ) throws(Unpickler.Fault) -> [(String, Unpickler.Tensor)] {
        var found: [(String, Unpickler.Tensor)] = []
        var (visits, names) = (0, 0)
        func visit(_ value: Unpickler.Value, _ path: [String]) throws(Unpickler.Fault) {
            visits += 1
            switch value {
            case .list(let place), .tuple(let place), .dictionary(let place): visits += pickle.containers[place].count
            default: break
            }
            guard visits <= maximumVisits, path.count <= maximumDepth else {
                throw Unpickler.Fault(problem: "nests too many objects for weights")
            }
            switch value {
            case .tensor(let index):
                guard let tensor = pickle.tensors[index] else {
                    throw Unpickler.Fault(problem: "is damaged: it has a parameter without its tensor")
                }
                let name = path.joined(separator: ".")
                names += name.utf8.count
                guard names <= maximumNames else {
                    throw Unpickler.Fault(problem: "names its tensors at too great length")
                }
                found.append((name, tensor))
            case .list(let place), .tuple(let place):
                for (index, element) in pickle.containers[place].enumerated() {
                    try visit(element, path + [String(index)])
                }
            case .dictionary(let place):
                for (key, value) in pairs(pickle.containers[place]) { try visit(value, path + [key]) }
            default: break
            }
        }
        var top = value
        if case .dictionary(let place) = value,
            let inner = pairs(pickle.containers[place]).last(where: { $0.0 == "state_dict" }),
            case .dictionary = inner.1
        {
            top = inner.1
        }
        try visit(top, [])
        guard !found.isEmpty else { throw Unpickler.Fault(problem: "holds no tensors") }
        return found
    }

    /// The items of a dictionary whose keys are strings or integers.
    private static func pairs(_ values: [Unpickler.Value]) -> [(String, Unpickler.Value)] {
        stride(from: 0, to: values.count - 1, by: 2).compactMap { index in
            switch values[index] {
            case .string(let key): (key, values[index + 1])
            case .integer(let key): (String(key), values[index + 1])
            default: nil
            }
        }
    }

    /// Checks a tensor against its storage, and the storage against the file.
    private static func located(
        _ name: String, _ tensor: Unpickler.Tensor, _ pickle: Unpickler, entry: (String) throws -> Range<Int>?
    ) throws -> StoredTensor {
        let storage = pickle.storages[tensor.storage]
        let size = storage.type.size
        guard let bytes = try entry(storage.key) else {
            throw Unpickler.Fault(problem: "is damaged: it lacks the data of \"\(name)\"")
        }
        guard storage.count <= bytes.count / size else {
            throw Unpickler.Fault(
                problem: "is truncated: \"\(name)\" needs \(storage.count) elements, its data are \(bytes.count) bytes")
        }
        guard tensor.shape.count == tensor.strides.count, (tensor.shape + tensor.strides).allSatisfy({ $0 >= 0 }),
            let byteCount = StoredTensor.byteCount(of: tensor.shape, storage.type), tensor.offset >= 0,
            tensor.offset <= storage.seen.count
        else { throw Unpickler.Fault(problem: "is damaged: \"\(name)\" has an impossible shape") }
        // Else a few bytes could ask for any amount of memory.
        guard byteCount / size <= storage.seen.count else {
            throw Unpickler.Fault(
                problem: "has \"\(name)\" as an expanded view", advice: "save it with .contiguous()")
        }
        var last = tensor.offset
        for (length, stride) in zip(tensor.shape, tensor.strides) where byteCount > 0 {
            let (span, overflow) = (length - 1).multipliedReportingOverflow(by: stride)
            let (next, carry) = last.addingReportingOverflow(span)
            guard !overflow, !carry, next < storage.seen.count else {
                throw Unpickler.Fault(problem: "is damaged: \"\(name)\" reaches beyond its storage")
            }
            last = next
        }
        let base = bytes.lowerBound + storage.seen.lowerBound * size
        let start = base + tensor.offset * size
        let end = byteCount == 0 ? start : base + (last + 1) * size
        // A stride that is never taken may hold anything; 0 cannot overflow.
        let strides = zip(tensor.shape, tensor.strides).map { $0 > 1 ? $1 : 0 }
        return StoredTensor(
            name: name, type: storage.type, shape: tensor.shape, strides: strides, fileRange: start..<end)
    }
}
