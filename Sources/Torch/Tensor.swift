import CTorch

/// A multi-dimensional array on a device, with autograd. Not sendable: one thread owns all tensors.
public final class Tensor {
    let handle: ct_tensor

    init(owning handle: ct_tensor) { self.handle = handle }

    /// The tensor that a call of the C face writes.
    static func made(by body: (inout ct_tensor?) -> ct_status) throws -> Tensor {
        var result: ct_tensor?
        try TorchError.check(body(&result))
        guard let result else { throw TorchError.failed("an operator gave no tensor") }
        return Tensor(owning: result)
    }

    deinit { ct_tensor_release(handle) }

    /// The size of every dimension; images are N, C, H, W.
    public var shape: [Int] { (0..<ct_tensor_rank(handle)).map { Int(ct_tensor_size(handle, $0)) } }

    /// The size of one dimension.
    public func size(_ dimension: Int) -> Int { Int(ct_tensor_size(handle, Int32(dimension))) }

    /// The number of elements.
    public var count: Int { shape.reduce(1, *) }

    /// The element type, or nil for one that Petri does not use.
    public var type: DataType? { DataType(rawValue: ct_tensor_dtype(handle)) }

    /// Where the elements are.
    public var device: Device { ct_tensor_is_cuda(handle) ? .cuda(Int(ct_tensor_device_index(handle))) : .cpu }

    /// Whether operations on the tensor are recorded for autograd.
    public var requiresGradient: Bool { ct_tensor_requires_grad(handle) }

    /// Sets whether operations on this leaf are recorded.
    public func setRequiresGradient(_ value: Bool) throws {
        try TorchError.check(ct_tensor_set_requires_grad(handle, value))
    }

    /// The gradient accumulated by `backward`, if any.
    public func gradient() throws -> Tensor? {
        var result: ct_tensor?
        try TorchError.check(ct_tensor_grad(handle, &result))
        return result.map(Tensor.init(owning:))
    }

    /// Drops the accumulated gradient, so that the next one is stored and not added.
    public func clearGradient() { ct_tensor_clear_grad(handle) }

    /// The first element; waits for the device.
    public func item() throws -> Double {
        var value = 0.0
        try TorchError.check(ct_tensor_item(handle, &value))
        return value
    }

    /// Accumulates d(sum of self x cotangent) into the leaves, or only into `leaves` where given.
    public func backward(cotangent: Tensor? = nil, into leaves: [Tensor]? = nil, retainGraph: Bool = false) throws {
        if let leaves {
            let handles: [ct_tensor?] = leaves.map(\.handle)
            try TorchError.check(
                ct_backward_into(handle, cotangent?.handle, handles, Int32(handles.count), retainGraph))
        } else {
            try TorchError.check(ct_backward(handle, cotangent?.handle, retainGraph))
        }
    }

    /// The gradients of the sum of self x cotangent; nil for an input that is not reached.
    public func gradients(of inputs: [Tensor], cotangent: Tensor? = nil, retainGraph: Bool = false) throws -> [Tensor?]
    {
        let handles: [ct_tensor?] = inputs.map(\.handle)
        var results = [ct_tensor?](repeating: nil, count: inputs.count)
        try TorchError.check(
            ct_gradients(handle, cotangent?.handle, handles, Int32(handles.count), retainGraph, &results))
        return results.map { $0.map(Tensor.init(owning:)) }
    }
}
