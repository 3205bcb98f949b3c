private enum Operators {
    static let full = Operator("full")
    static let zerosLike = Operator("zeros_like")
    static let rand = Operator("rand")
    static let randn = Operator("randn")
    static let to = Operator("to", "dtype_layout")
    static let contiguous = Operator("contiguous")
    static let clone = Operator("clone")
    static let detach = Operator("detach")
    static let copy = Operator("copy_")
}

/// How a 4-D tensor lies in memory; raw values are c10::MemoryFormat's.
public enum MemoryFormat: Int, Sendable {
    case contiguous = 0
    /// N, H, W, C in memory under N, C, H, W indices.
    case channelsLast = 2
}

extension Tensor {
    /// A tensor filled with `value`.
    public static func full(
        _ shape: [Int], _ value: Double, type: DataType = .float32, device: Device = .cpu
    ) throws -> Tensor {
        try Operators.full(.ints(shape), .real(value), .type(type), .standard, .device(device))
    }

    /// A tensor of zeros.
    public static func zeros(_ shape: [Int], type: DataType = .float32, device: Device = .cpu) throws -> Tensor {
        try full(shape, 0, type: type, device: device)
    }

    /// Zeros of this tensor's shape, type, device and layout in memory.
    public func zerosLike() throws -> Tensor { try Operators.zerosLike(.tensor(self)) }

    /// Uniform numbers in [0, 1).
    public static func uniform(_ shape: [Int], device: Device = .cpu) throws -> Tensor {
        try Operators.rand(.ints(shape), .type(.float32), .standard, .device(device))
    }

    /// Standard normal numbers.
    public static func normal(_ shape: [Int], device: Device = .cpu) throws -> Tensor {
        try Operators.randn(.ints(shape), .type(.float32), .standard, .device(device))
    }

    /// The same elements as `type` and on `device`; itself where nothing changes.
    /// - Parameter waiting: false lets the processor go on while a graphics card copies, where the memory is pinned.
    public func to(_ type: DataType? = nil, device: Device? = nil, waiting: Bool = true) throws -> Tensor {
        try Operators.to(
            .tensor(self), type.map(Argument.type) ?? .none, .none, device.map(Argument.device) ?? .none, .none,
            .bool(!waiting))
    }

    /// The same elements laid out as `format`; itself where nothing changes.
    public func contiguous(_ format: MemoryFormat = .contiguous) throws -> Tensor {
        try Operators.contiguous(.tensor(self), .int(format.rawValue))
    }

    /// A copy with storage of its own.
    public func clone() throws -> Tensor { try Operators.clone(.tensor(self)) }

    /// The same elements, cut off from autograd.
    public func detach() throws -> Tensor { try Operators.detach(.tensor(self)) }

    /// Overwrites the elements by those of `source`, which has the same shape.
    public func copy(from source: Tensor) throws { try Operators.copy.run(.tensor(self), .tensor(source)) }
}
