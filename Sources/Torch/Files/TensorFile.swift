import Foundation

/// An open file of tensors, fully checked: every tensor's bytes lie within the file. Elements are read on demand.
public struct TensorFile: Sendable {
    /// The tensors in the file's own order; names differ.
    public let tensors: [StoredTensor]
    /// What else the file says of itself (safetensors' `__metadata__`); empty for `.pth`.
    public let metadata: [String: String]
    let file: FileBytes
    private let indices: [String: Int]

    /// - Throws: `TensorFileError` where two tensors share a name.
    init(file: FileBytes, tensors: [StoredTensor], metadata: [String: String]) throws {
        self.file = file
        self.tensors = tensors
        self.metadata = metadata
        indices = try tensors.indices.reduce(into: [:]) { indices, index in
            guard indices.updateValue(index, forKey: tensors[index].name) == nil else {
                throw TensorFileError(file.path, "names the tensor \"\(tensors[index].name)\" twice")
            }
        }
    }

    /// Opens a `.safetensors` or a `.pth` file; the content tells which, not the name.
    /// - Throws: `TensorFileError`.
    public static func open(_ path: String) throws -> TensorFile {
        let file = try FileBytes(path)
        return PyTorchFile.begins(try file.bytes(0..<min(file.length, PyTorchFile.signatureLength)))
            ? try PyTorchFile.open(path) : try SafetensorsFile.open(path)
    }

    public var path: String { file.path }

    /// The tensor of this name, or nil.
    public subscript(name: String) -> StoredTensor? { indices[name].map { tensors[$0] } }

    /// Reads a tensor's elements, row by row, in the machine's (little-endian) order, into `buffer`, which has exactly
    /// `byteCount` bytes: memory of a new tensor, so that nothing is copied twice.
    /// - Throws: `TensorFileError` where the file has changed under way, or has no such tensor.
    public func read(_ name: String, into buffer: UnsafeMutableRawBufferPointer) throws {
        guard let tensor = self[name] else { throw TensorFileError(path, "has no tensor \"\(name)\"") }
        guard buffer.count == tensor.byteCount else {
            throw TensorFileError(path, "\"\(name)\" has \(tensor.byteCount) bytes, not \(buffer.count)")
        }
        if tensor.isContiguous { return try file.read(at: tensor.fileRange.lowerBound, into: buffer) }
        let span = UnsafeMutableRawBufferPointer.allocate(byteCount: tensor.fileRange.count, alignment: 16)
        defer { span.deallocate() }
        try file.read(at: tensor.fileRange.lowerBound, into: span)
        tensor.gather(from: UnsafeRawBufferPointer(span), into: buffer)
    }

    /// Calls `body` with a tensor's elements, row by row, in the machine's (little-endian) order, 16-byte aligned.
    /// - Throws: `TensorFileError` as `read` does, and what `body` throws.
    public func withBytes<Result>(
        of name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: self[name]?.byteCount ?? 0, alignment: 16)
        defer { buffer.deallocate() }
        try read(name, into: buffer)
        return try body(UnsafeRawBufferPointer(buffer))
    }
}

extension StoredTensor {
    /// Copies the elements, which lie in `span` (the bytes of `fileRange`) by `strides`, into `buffer` row by row.
    func gather(from span: UnsafeRawBufferPointer, into buffer: UnsafeMutableRawBufferPointer) {
        switch type.size {
        case 8: gather(UInt64.self, from: span, into: buffer)
        case 4: gather(UInt32.self, from: span, into: buffer)
        case 2: gather(UInt16.self, from: span, into: buffer)
        default: gather(UInt8.self, from: span, into: buffer)
        }
    }

    private func gather<Bits: FixedWidthInteger>(
        _: Bits.Type, from span: UnsafeRawBufferPointer, into buffer: UnsafeMutableRawBufferPointer
    ) {
        guard count > 0, let columns = shape.last, let step = strides.last else { return }
        var index = [Int](repeating: 0, count: shape.count)
        var row = 0
        var written = 0
        while true {
            for column in 0..<columns {
                let bits = span.loadUnaligned(fromByteOffset: (row + column * step) * Bits.bitWidth / 8, as: Bits.self)
                buffer.storeBytes(of: bits, toByteOffset: written, as: Bits.self)
                written += Bits.bitWidth / 8
            }
            var dimension = shape.count - 2
            while dimension >= 0 {
                index[dimension] += 1
                row += strides[dimension]
                if index[dimension] < shape[dimension] { break }
                row -= strides[dimension] * shape[dimension]
                index[dimension] = 0
                dimension -= 1
            }
            if dimension < 0 { return }
        }
    }
}
