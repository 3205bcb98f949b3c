extension ParameterStore {
    /// The store's tensors for writing, their names after `prefix`.
    public func toWrite(prefix: String = "") throws -> [TensorToWrite] {
        try entries.map { try TensorToWrite(name: prefix + $0.name, $0.tensor) }
    }

    /// Overwrites the store's tensors by those of a file, whose names stand after `prefix`. The file may hold more.
    /// - Throws: `TorchError.parameters` naming the first tensor that is missing or of another shape.
    public func load(from file: TensorFile, prefix: String = "") throws {
        try Torch.withoutGradient {
            for entry in entries {
                try entry.tensor.copy(from: Tensor(file, named: prefix + entry.name, shape: entry.tensor.shape))
            }
        }
    }
}

extension WeightAverage {
    /// The averages for writing, under the names of the weights after `prefix`.
    public func toWrite(prefix: String) throws -> [TensorToWrite] {
        try zip(names, values).map { try TensorToWrite(name: prefix + $0, $1) }
    }

    /// Overwrites the averages by those of a file, as `ParameterStore.load` does the weights.
    public func load(from file: TensorFile, prefix: String) throws {
        try Torch.withoutGradient {
            for (name, value) in zip(names, values) {
                try value.copy(from: Tensor(file, named: prefix + name, shape: value.shape))
            }
        }
    }
}

extension TensorToWrite {
    /// A tensor that is brought to the processor when its turn has come.
    public init(name: String, _ tensor: Tensor) throws {
        guard let type = tensor.type else {
            throw TorchError.parameters("\(name): an element type that is not written")
        }
        self.init(name: name, type: type, shape: tensor.shape) { body in
            try tensor.bytes().withUnsafeBytes { try body($0) }
        }
    }
}

extension Tensor {
    /// A tensor of a file, which must be of `shape`, as a new tensor on the processor.
    /// - Throws: `TorchError.parameters` if it is missing or of another shape.
    public convenience init(_ file: TensorFile, named name: String, shape: [Int]) throws {
        guard let stored = file[name] else {
            throw TorchError.parameters("\(file.path): has no tensor \(name); is it the right kind of file?")
        }
        guard stored.shape == shape else {
            throw TorchError.parameters("\(file.path): \(name) is of shape \(stored.shape) where \(shape) is needed")
        }
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: stored.byteCount, alignment: 64)
        defer { bytes.deallocate() }
        try file.read(name, into: bytes)
        try self.init(bytes: UnsafeRawBufferPointer(bytes), type: stored.type, shape: shape)
    }
}
