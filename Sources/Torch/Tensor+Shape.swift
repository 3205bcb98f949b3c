private enum Operators {
    static let reshape = Operator("reshape")
    static let permute = Operator("permute")
    static let transpose = Operator("transpose", "int")
    static let unsqueeze = Operator("unsqueeze")
    static let squeeze = Operator("squeeze", "dim")
    static let expand = Operator("expand")
    static let `repeat` = Operator("repeat")
    static let cat = Operator("cat")
    static let stack = Operator("stack")
    static let chunk = Operator("chunk")
    static let narrow = Operator("narrow")
    static let indexSelect = Operator("index_select")
    static let gather = Operator("gather")
    static let sort = Operator("sort")
    static let top = Operator("topk")
    static let pad = Operator("constant_pad_nd")
    static let edgePad = Operator("replication_pad2d")
    static let flip = Operator("flip")
}

extension Tensor {
    /// The elements under another shape; one size may be -1.
    public func reshaped(_ shape: [Int]) throws -> Tensor { try Operators.reshape(.tensor(self), .ints(shape)) }
    /// The dimensions in another order.
    public func permuted(_ order: [Int]) throws -> Tensor { try Operators.permute(.tensor(self), .ints(order)) }
    /// Two dimensions exchanged.
    public func transposed(_ a: Int, _ b: Int) throws -> Tensor {
        try Operators.transpose(.tensor(self), .int(a), .int(b))
    }
    /// A dimension of size 1 put in.
    public func unsqueezed(_ dimension: Int) throws -> Tensor {
        try Operators.unsqueeze(.tensor(self), .int(dimension))
    }
    /// A dimension of size 1 taken out.
    public func squeezed(_ dimension: Int) throws -> Tensor { try Operators.squeeze(.tensor(self), .int(dimension)) }
    /// Dimensions of size 1 seen as larger; -1 keeps a size.
    public func expanded(_ shape: [Int]) throws -> Tensor { try Operators.expand(.tensor(self), .ints(shape)) }
    /// The tensor tiled along each dimension.
    public func repeated(_ times: [Int]) throws -> Tensor { try Operators.repeat(.tensor(self), .ints(times)) }
    /// Tensors joined along a dimension that exists.
    public static func concatenated(_ tensors: [Tensor], dimension: Int = 1) throws -> Tensor {
        try Operators.cat(.tensors(tensors), .int(dimension))
    }
    /// Tensors joined along a new first dimension.
    public static func stacked(_ tensors: [Tensor]) throws -> Tensor { try Operators.stack(.tensors(tensors)) }
    /// The tensor cut into `count` parts along a dimension.
    public func chunks(_ count: Int, dimension: Int) throws -> [Tensor] {
        try Operators.chunk.tensors([.tensor(self), .int(count), .int(dimension)], capacity: count)
    }
    /// `length` entries from `start` along a dimension.
    public func narrowed(_ dimension: Int, from start: Int, length: Int) throws -> Tensor {
        try Operators.narrow(.tensor(self), .int(dimension), .int(start), .int(length))
    }
    /// The entries named by `indices` (int64) along a dimension.
    public func selected(_ dimension: Int, _ indices: Tensor) throws -> Tensor {
        try Operators.indexSelect(.tensor(self), .int(dimension), .tensor(indices))
    }
    /// Padding by `value`: left, right, top, bottom; negative amounts crop.
    public func padded(left: Int, right: Int, top: Int, bottom: Int, value: Double = 0) throws -> Tensor {
        try Operators.pad(.tensor(self), .ints([left, right, top, bottom]), .real(value))
    }
    /// Padding on the right and below that repeats the edge.
    public func edgePadded(right: Int, bottom: Int) throws -> Tensor {
        try Operators.edgePad(.tensor(self), .ints([0, right, 0, bottom]))
    }
    /// The order of the entries reversed along dimensions.
    public func flipped(_ dimensions: [Int]) throws -> Tensor {
        try Operators.flip(.tensor(self), .ints(dimensions))
    }

    /// The elements at `indices` (int64) along a dimension, every line by its own: `result[i][j] = self[i][indices[i][j]]`.
    public func gathered(_ dimension: Int, _ indices: Tensor) throws -> Tensor {
        try Operators.gather(.tensor(self), .int(dimension), .tensor(indices))
    }

    /// The elements in ascending order along a dimension.
    public func sorted(_ dimension: Int) throws -> Tensor { try Operators.sort(.tensor(self), .int(dimension)) }

    /// Where the `count` largest elements along a dimension are, int64.
    public func topIndices(_ count: Int, dimension: Int) throws -> Tensor {
        let found = try Operators.top.tensors([.tensor(self), .int(count), .int(dimension)])
        guard found.count == 2 else { throw TorchError.failed("topk gave \(found.count) tensors") }
        return found[1]
    }
}
