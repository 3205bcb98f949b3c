import CTorch

private enum Operators {
    static let mulScalar = Operator("_foreach_mul_", "Scalar")
    static let addScaled = Operator("_foreach_add_", "List")
    static let addSquares = Operator("_foreach_addcmul_", "Scalar")
    static let squareRoot = Operator("_foreach_sqrt")
    static let divideScalar = Operator("_foreach_div_", "Scalar")
    static let addScalar = Operator("_foreach_add_", "Scalar")
    static let addQuotients = Operator("_foreach_addcdiv_", "Scalar")
    static let fused = Operator("_fused_adam_")
}

/// Adam (Kingma and Ba 2015) on a fixed list of parameters, in one pass over all of them: Petri's own on the processor,
/// libtorch's on graphics cards.
public final class Adam {
    /// The step size; may be changed between steps.
    public var learningRate: Double
    /// Steps taken.
    public var step: Int
    /// Running mean of the gradients, one tensor a parameter.
    public let firstMoments: [Tensor]
    /// Running mean of their squares.
    public let secondMoments: [Tensor]
    private let parameters: [Tensor]
    private let decay: (Double, Double)
    private let device: Device
    private let epsilon = 1e-8

    public init(
        _ parameters: [Tensor], learningRate: Double, decay: (Double, Double) = (0.9, 0.999), device: Device
    ) throws {
        self.parameters = parameters
        self.learningRate = learningRate
        self.decay = decay
        self.device = device
        step = 0
        // Laid out as the parameters are: only then does one kernel take many of them.
        (firstMoments, secondMoments) = try Torch.withoutGradient {
            (try parameters.map { try $0.zerosLike() }, try parameters.map { try $0.zerosLike() })
        }
    }

    /// Forgets all steps.
    public func reset() throws {
        step = 0
        for moments in [firstMoments, secondMoments] {
            for tensor in moments { try tensor.copy(from: .zeros(tensor.shape, device: device)) }
        }
        for parameter in parameters { parameter.clearGradient() }
    }

    /// Takes one step along the accumulated gradients and drops them. Parameters without a gradient stay.
    public func update() throws {
        step += 1
        var used: [Tensor] = []
        var gradients: [Tensor] = []
        var first: [Tensor] = []
        var second: [Tensor] = []
        for (index, parameter) in parameters.enumerated() {
            guard let gradient = try parameter.gradient() else { continue }
            used.append(parameter)
            gradients.append(gradient)
            first.append(firstMoments[index])
            second.append(secondMoments[index])
        }
        if used.isEmpty { return }
        let correction1 = 1 - pow(decay.0, step)
        let correction2 = (1 - pow(decay.1, step)).squareRoot()
        let rate = learningRate / correction1
        if device == .cpu {
            let constants = ct_adam(
                decay1: decay.0, decay2: decay.1, epsilon: epsilon, rate: rate, root_correction: correction2)
            try TorchError.check(
                ct_adam_step(
                    constants, used.map(\.handle), gradients.map(\.handle), first.map(\.handle),
                    second.map(\.handle), Int32(used.count)))
        } else {
            // libtorch 1's one kernel refuses layouts that differ in dimensions of size 1 alone.
            let isFused = !Torch.version.hasPrefix("1.")
            try isFused
                ? updateFused(used, gradients, first, second)
                : updateByOperators(used, gradients, first, second, rate: rate, correction2: correction2)
        }
        for parameter in used { parameter.clearGradient() }
    }

    /// By the one kernel that libtorch has on graphics cards.
    private func updateFused(_ used: [Tensor], _ gradients: [Tensor], _ first: [Tensor], _ second: [Tensor]) throws {
        // It corrects the moments itself, from the step's number, which it wants beside every parameter.
        let number = try Tensor.full([], Double(step), device: device)
        try Torch.withoutGradient {
            try Operators.fused.run(
                .tensors(used), .tensors(gradients), .tensors(first), .tensors(second), .tensors([]),
                .tensors([Tensor](repeating: number, count: used.count)), .real(learningRate), .real(decay.0),
                .real(decay.1), .real(0), .real(epsilon), .bool(false), .bool(false))
        }
    }

    private func updateByOperators(
        _ used: [Tensor], _ gradients: [Tensor], _ first: [Tensor], _ second: [Tensor], rate: Double,
        correction2: Double
    ) throws {
        try Torch.withoutGradient {
            let room = used.count
            try Operators.mulScalar.run(.tensors(first), .real(decay.0), capacity: room)
            try Operators.addScaled.run(.tensors(first), .tensors(gradients), .real(1 - decay.0), capacity: room)
            try Operators.mulScalar.run(.tensors(second), .real(decay.1), capacity: room)
            try Operators.addSquares.run(
                .tensors(second), .tensors(gradients), .tensors(gradients), .real(1 - decay.1), capacity: room)
            let roots = try Operators.squareRoot.tensors([.tensors(second)], capacity: room)
            try Operators.divideScalar.run(.tensors(roots), .real(correction2), capacity: room)
            try Operators.addScalar.run(.tensors(roots), .real(epsilon), capacity: room)
            try Operators.addQuotients.run(
                .tensors(used), .tensors(first), .tensors(roots), .real(-rate), capacity: room)
        }
    }

    /// base^exponent for a whole exponent, without Foundation.
    private func pow(_ base: Double, _ exponent: Int) -> Double {
        var result = 1.0
        var square = base
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            square *= square
            rest >>= 1
        }
        return result
    }
}
