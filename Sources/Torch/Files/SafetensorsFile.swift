/// Reading and writing `.safetensors`: 8 bytes header length, JSON header, the tensors' bytes without gaps.
/// Source: https://github.com/huggingface/safetensors (format, and the limits its own reader sets).
public enum SafetensorsFile {
    /// The longest header accepted, in bytes; the reference reader's limit.
    public static let maximumHeader = 100_000_000

    /// Opens a file and checks all of its header: known types, sizes that fit, no overlaps and no holes.
    /// - Throws: `TensorFileError`.
    public static func open(_ path: String) throws -> TensorFile {
        let file = try FileBytes(path)
        guard file.length >= 8 else { throw TensorFileError(path, "is not safetensors: \(file.length) bytes long") }
        let length = try file.bytes(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(maximumHeader) else {
            throw TensorFileError(path, "is not safetensors: its first bytes state a header of \(length) bytes")
        }
        guard Int(length) <= file.length - 8 else {
            throw TensorFileError(path, "is truncated: \(file.length) bytes, header of \(length) bytes")
        }
        let data = 8 + Int(length)
        let header: SafetensorsHeader
        do {
            header = try file.bytes(8..<data).withUnsafeBytes { try SafetensorsHeader($0) }
        } catch let fault as SafetensorsHeader.Fault {
            throw TensorFileError(path, fault.problem)
        }
        let tensors = try header.entries.map { try tensor($0, path: path, dataLength: file.length - data, from: data) }
        try checkTiling(tensors, data..<file.length, path: path)
        return try TensorFile(file: file, tensors: tensors, metadata: header.metadata)
    }

    private static func tensor(
        _ entry: SafetensorsHeader.Entry, path: String, dataLength: Int, from data: Int
    ) throws -> StoredTensor {
        guard let type = DataType(safetensorsName: entry.type) else {
            throw TensorFileError(
                path, "has \"\(entry.name)\" in the element type \"\(entry.type)\"",
                advice: "use one of " + DataType.allCases.map(\.safetensorsName).joined(separator: ", "))
        }
        guard entry.begin <= entry.end, entry.end <= dataLength else {
            throw TensorFileError(
                path,
                "is truncated or damaged: \"\(entry.name)\" is at \(entry.begin)-\(entry.end) of \(dataLength) bytes")
        }
        guard StoredTensor.byteCount(of: entry.shape, type) == entry.end - entry.begin else {
            throw TensorFileError(
                path,
                "is damaged: \"\(entry.name)\" has \(entry.end - entry.begin) bytes, not those of its shape \(entry.shape)"
            )
        }
        return StoredTensor(
            name: entry.name, type: type, shape: entry.shape,
            strides: StoredTensor.rowMajorStrides(entry.shape), fileRange: data + entry.begin..<data + entry.end)
    }

    /// Checks that the tensors cover `data` exactly once.
    private static func checkTiling(_ tensors: [StoredTensor], _ data: Range<Int>, path: String) throws {
        var end = data.lowerBound
        let inFileOrder = tensors.sorted {
            ($0.fileRange.lowerBound, $0.fileRange.upperBound) < ($1.fileRange.lowerBound, $1.fileRange.upperBound)
        }
        for tensor in inFileOrder {
            guard tensor.fileRange.lowerBound == end else {
                let fault = tensor.fileRange.lowerBound < end ? "an overlap" : "a hole"
                throw TensorFileError(path, "is damaged: \(fault) in its data at \"\(tensor.name)\"")
            }
            end = tensor.fileRange.upperBound
        }
        guard end == data.upperBound else {
            throw TensorFileError(path, "is damaged: \(data.upperBound - end) bytes after its last tensor")
        }
    }
}
