import CTorch

/// A Swift type whose arrays can become tensors and be read back.
public protocol TensorElement: BitwiseCopyable {
    static var dataType: DataType { get }
}

extension Float: TensorElement { public static var dataType: DataType { .float32 } }
extension Double: TensorElement { public static var dataType: DataType { .float64 } }
extension Int64: TensorElement { public static var dataType: DataType { .int64 } }
extension Int32: TensorElement { public static var dataType: DataType { .int32 } }
extension UInt8: TensorElement { public static var dataType: DataType { .uint8 } }

extension Tensor {
    /// A tensor on the processor that holds a copy of `values`, row-major; their count must fit `shape`.
    public convenience init<Element: TensorElement>(_ values: [Element], shape: [Int]) throws {
        guard values.count == shape.reduce(1, *) else { throw Self.misfit(values.count, shape) }
        self.init(owning: try values.withUnsafeBytes { try Tensor.copy($0, type: Element.dataType, shape: shape) })
    }

    /// A tensor on the processor that holds a copy of `bytes`, elements of `type` row-major.
    public convenience init(bytes: UnsafeRawBufferPointer, type: DataType, shape: [Int]) throws {
        guard bytes.count == shape.reduce(type.size, *) else {
            throw TorchError.failed("\(bytes.count) bytes do not fit the shape \(shape)")
        }
        self.init(owning: try Tensor.copy(bytes, type: type, shape: shape))
    }

    /// A tensor on `device` that holds a copy of `values`, row-major. On its way to a graphics card nobody waits for it.
    public static func sending<Element: TensorElement>(
        _ values: [Element], shape: [Int], to device: Device
    ) throws -> Tensor {
        guard device != .cpu else { return try Tensor(values, shape: shape) }
        guard values.count == shape.reduce(1, *) else { throw Self.misfit(values.count, shape) }
        let pinned = Tensor(
            owning: try values.withUnsafeBytes { try copy($0, type: Element.dataType, shape: shape, pinned: true) })
        // libtorch gives the pinned memory to nobody else until the card has copied it.
        return try pinned.to(device: device, waiting: false)
    }

    private static func misfit(_ count: Int, _ shape: [Int]) -> TorchError {
        .failed("\(count) values do not fit the shape \(shape)")
    }

    private static func copy(
        _ bytes: UnsafeRawBufferPointer, type: DataType, shape: [Int], pinned: Bool = false
    ) throws -> ct_tensor {
        var result: ct_tensor?
        let sizes = shape.map(Int64.init)
        try TorchError.check(
            ct_tensor_from_bytes(
                bytes.baseAddress, sizes, Int32(sizes.count), type.rawValue, pinned, &result))
        guard let result else { throw TorchError.failed("no tensor was made") }
        return result
    }

    /// The elements, row-major, converted to `Element` and brought to the processor.
    public func array<Element: TensorElement>(of type: Element.Type = Element.self) throws -> [Element] {
        let source = self.type == Element.dataType ? self : try self.to(Element.dataType)
        return try [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
            try TorchError.check(
                ct_tensor_to_bytes(
                    source.handle, buffer.baseAddress, Int64(buffer.count * MemoryLayout<Element>.size)))
            initialized = buffer.count
        }
    }

    /// The elements' bytes as they are, row-major, brought to the processor.
    public func bytes() throws -> [UInt8] {
        guard let type else { throw TorchError.failed("an element type that Petri does not use") }
        let size = count * type.size
        return try [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
            try TorchError.check(ct_tensor_to_bytes(handle, buffer.baseAddress, Int64(size)))
            initialized = size
        }
    }
}
