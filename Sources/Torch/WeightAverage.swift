private enum Operators {
    static let mulScalar = Operator("_foreach_mul_", "Scalar")
    static let addScaled = Operator("_foreach_add_", "List")
}

/// An exponential moving average of a network's tensors over its steps (Polyak and Juditsky 1992), running statistics
/// included. In the beginning it forgets faster, so that the first, random weights do not stay in it.
public final class WeightAverage {
    /// The averages, one for every entry of the store.
    public let values: [Tensor]
    /// Steps averaged.
    public var steps = 0
    private let store: ParameterStore
    private let decay: Double

    /// The names of the entries.
    var names: [String] { store.entries.map(\.name) }

    /// - Parameter decay: the part of the average that stays in every step, 0..<1.
    public init(of store: ParameterStore, decay: Double) throws {
        (self.store, self.decay) = (store, decay)
        values = try store.entries.map { try $0.tensor.detach().clone() }
    }

    /// Begins anew with the present weights.
    public func reset() throws {
        steps = 0
        try Torch.withoutGradient {
            for (value, entry) in zip(values, store.entries) { try value.copy(from: entry.tensor) }
        }
    }

    /// Takes the weights after a step in.
    public func update() throws {
        steps += 1
        let kept = min(decay, Double(1 + steps) / Double(10 + steps))
        try Torch.withoutGradient {
            let room = values.count
            try Operators.mulScalar.run(.tensors(values), .real(kept), capacity: room)
            try Operators.addScaled.run(
                .tensors(values), .tensors(store.entries.map(\.tensor)), .real(1 - kept), capacity: room)
        }
    }

    /// Exchanges the weights and their averages: done twice, all is as before.
    public func exchange() throws {
        try Torch.withoutGradient {
            for (value, entry) in zip(values, store.entries) {
                let weights = try entry.tensor.detach().clone()
                try entry.tensor.copy(from: value)
                try value.copy(from: weights)
            }
        }
    }
}
