import CTorch

/// Processes that compute together, each with its part of a batch (libtorch's c10d). All of them must call the same
/// functions in the same order.
public final class ProcessGroup {
    /// What carries tensors between the processes.
    public enum Backend: Sendable {
        /// TCP, through the processor's memory.
        case gloo
        /// NVIDIA's library, from graphics card to graphics card.
        case nccl
    }

    /// This process, 0..<`size`.
    public let rank: Int
    /// How many there are.
    public let size: Int
    let handle: ct_group

    /// Whether this build can use NCCL.
    public static var hasNCCL: Bool { ct_has_nccl() }

    /// Meets the others at `store`.
    /// - Parameter host: whose network Gloo takes; see GLOO_SOCKET_IFNAME for another.
    public init(_ backend: Backend, store: GroupStore, host: String, rank: Int, size: Int) throws {
        var joined: ct_group?
        try TorchError.check(
            ct_group_join(store.handle, host, Int32(rank), Int32(size), backend == .nccl, &joined))
        guard let joined else { throw TorchError.failed("no group was joined") }
        (handle, self.rank, self.size) = (joined, rank, size)
    }

    deinit { ct_group_release(handle) }

    /// Whether an operation between the processes has failed, as where one of them is gone.
    public var isBroken: Bool { ct_group_is_broken(handle) }

    /// Replaces a dense tensor by its sum over the processes.
    public func sum(_ tensor: Tensor) throws { try TorchError.check(ct_group_sum(handle, tensor.handle)) }

    /// Replaces a dense tensor by that of process 0.
    public func broadcast(_ tensor: Tensor) throws {
        try TorchError.check(ct_group_broadcast(handle, tensor.handle, 0))
    }
}

extension Tensor {
    /// The sum over a group's processes, differentiable; without a group itself.
    public func summed(over group: ProcessGroup?) throws -> Tensor {
        guard let group else { return self }
        return try .made { ct_group_total(group.handle, handle, &$0) }
    }

    /// Accumulates the gradients of the mean of self over a group's processes into `leaves`, the same in all of them:
    /// buckets of gradients are summed while earlier layers still compute theirs. Without a group: of self.
    public func backward(into leaves: [Tensor], averagedOver group: ProcessGroup?) throws {
        guard let group else { return try backward(into: leaves) }
        let handles: [ct_tensor?] = leaves.map(\.handle)
        try TorchError.check(ct_group_backward(group.handle, handle, handles, Int32(handles.count)))
    }

    /// Batch normalisation per channel with the statistics of all the processes' batches, which have one size; the
    /// running ones are updated too. Once differentiable.
    public func batchNormalised(
        over group: ProcessGroup, scale: Tensor, shift: Tensor, runningMean: Tensor, runningVariance: Tensor,
        momentum: Double = 0.1, epsilon: Double = 1e-5
    ) throws -> Tensor {
        try .made {
            ct_group_norm(
                group.handle, handle, scale.handle, shift.handle, runningMean.handle, runningVariance.handle, momentum,
                epsilon, &$0)
        }
    }
}
