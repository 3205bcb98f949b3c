import CTorch

private enum Operators {
    static let conv2d = Operator("conv2d")
    static let convTransposed = Operator("conv_transpose2d", "input")
    static let batchNorm = Operator("batch_norm")
    static let linear = Operator("linear")
    static let maxPool = Operator("max_pool2d")
    static let averagePool = Operator("avg_pool2d")
    static let adaptiveAveragePool = Operator("adaptive_avg_pool2d")
    static let bilinear = Operator("upsample_bilinear2d")
    static let nearest = Operator("upsample_nearest2d")
    static let relu = Operator("relu")
    static let leakyRelu = Operator("leaky_relu")
    static let gelu = Operator("gelu")
    static let softmax = Operator("softmax", "int")
    static let sigmoid = Operator("sigmoid")
    static let crossEntropy = Operator("cross_entropy_loss")
    static let l1 = Operator("l1_loss")
    static let mse = Operator("mse_loss")
    static let oneHot = Operator("one_hot")
}

/// What a loss does with the losses of its elements; raw values are at::Reduction's.
public enum LossReduction: Int, Sendable {
    case none = 0
    case mean = 1
    case sum = 2
}

extension Tensor {
    /// 2-D convolution: self N,C,H,W, weight O,C/groups,k,k.
    public func convolved(
        _ weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0, groups: Int = 1
    ) throws -> Tensor {
        try convolved(weight, bias: bias, stride: stride, padding: (padding, padding), groups: groups)
    }

    /// The same with a padding for each direction: weight O,C/groups,h,w.
    public func convolved(
        _ weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: (height: Int, width: Int), groups: Int = 1
    ) throws -> Tensor {
        let isPlain = stride == 1 && padding == (1, 1) && groups == 1 && weight.size(2) == 3 && weight.size(3) == 3
        let result: Tensor =
            isPlain
            ? try .made { ct_convolve3x3(handle, weight.handle, bias?.handle, &$0) }
            : try Operators.conv2d(
                .tensor(self), .tensor(weight), .optional(bias), .ints([stride, stride]),
                .ints([padding.height, padding.width]), .ints([1, 1]), .int(groups))
        OperationCount.add(result.count * (weight.count / weight.size(0)), self, weight)
        return result
    }

    /// Transposed 2-D convolution: self N,C,H,W, weight C,O,k,k.
    public func convolvedTransposed(_ weight: Tensor, bias: Tensor? = nil, stride: Int) throws -> Tensor {
        OperationCount.add(count * (weight.count / weight.size(0)), self, weight)
        return try Operators.convTransposed(.tensor(self), .tensor(weight), .optional(bias), .ints([stride, stride]))
    }

    /// Batch normalisation per channel; in training with the batch's statistics, which also update the running ones.
    public func batchNormalised(
        scale: Tensor, shift: Tensor, runningMean: Tensor, runningVariance: Tensor, training: Bool,
        momentum: Double = 0.1, epsilon: Double = 1e-5
    ) throws -> Tensor {
        try Operators.batchNorm(
            .tensor(self), .tensor(scale), .tensor(shift), .tensor(runningMean), .tensor(runningVariance),
            .bool(training), .real(momentum), .real(epsilon), .bool(true))
    }

    /// Batch normalisation with the batch's statistics, which also update the running ones, and LeakyReLU of the result
    /// (slope 0: ReLU) in one pass; once differentiable.
    public func batchNormalisedLeaky(
        scale: Tensor, shift: Tensor, runningMean: Tensor, runningVariance: Tensor, slope: Double,
        momentum: Double = 0.1, epsilon: Double = 1e-5
    ) throws -> Tensor {
        try .made {
            ct_batch_norm_leaky(
                handle, scale.handle, shift.handle, runningMean.handle, runningVariance.handle, momentum, epsilon,
                slope, &$0)
        }
    }

    /// Every plane of self N,C,H,W times its factor N,C; once differentiable.
    public func scaledChannels(_ factors: Tensor) throws -> Tensor {
        try .made { ct_scale_channels(handle, factors.handle, &$0) }
    }

    /// LeakyReLU of self N,C,H,W times factors N,C plus `noise` N,H,W,1 through a linear layer of weight C,1 and bias C,
    /// in one pass; once differentiable. The noise gets no gradient.
    public func modulatedEnd(
        _ factors: Tensor, noise: Tensor, weight: Tensor, bias: Tensor, slope: Double
    ) throws -> Tensor {
        try .made { ct_modulated_end(handle, factors.handle, noise.handle, weight.handle, bias.handle, slope, &$0) }
    }

    /// self x weight^T + bias over the last dimension.
    public func linear(_ weight: Tensor, bias: Tensor? = nil) throws -> Tensor {
        OperationCount.add(count * weight.size(0), self, weight)
        return try Operators.linear(.tensor(self), .tensor(weight), .optional(bias))
    }

    /// Maxima of size x size windows, which do not overlap unless `stride` is less than their size. Padding is below all
    /// values.
    public func maxPooled(_ size: Int = 2, stride: Int? = nil, padding: Int = 0) throws -> Tensor {
        let stride = stride ?? size
        return try Operators.maxPool(
            .tensor(self), .ints([size, size]), .ints([stride, stride]), .ints([padding, padding]))
    }

    /// Averages of size x size windows over the elements in them; padding does not count.
    public func averagePooled(_ size: Int, stride: Int, padding: Int) throws -> Tensor {
        try Operators.averagePool(
            .tensor(self), .ints([size, size]), .ints([stride, stride]), .ints([padding, padding]), .bool(false),
            .bool(false))
    }

    /// Averages over a grid of height x width areas.
    public func averagePooled(height: Int, width: Int) throws -> Tensor {
        try Operators.adaptiveAveragePool(.tensor(self), .ints([height, width]))
    }

    /// Bilinear resampling to height x width.
    public func bilinear(height: Int, width: Int, alignCorners: Bool) throws -> Tensor {
        try Operators.bilinear(.tensor(self), .ints([height, width]), .bool(alignCorners))
    }

    /// Nearest-neighbour resampling to height x width.
    public func nearest(height: Int, width: Int) throws -> Tensor {
        try Operators.nearest(.tensor(self), .ints([height, width]))
    }

    /// max(x, 0).
    public func relu() throws -> Tensor { try Operators.relu(.tensor(self)) }
    /// x where positive, slope x elsewhere.
    public func leakyRelu(_ slope: Double) throws -> Tensor { try Operators.leakyRelu(.tensor(self), .real(slope)) }
    /// Gaussian error linear unit, exact.
    public func gelu() throws -> Tensor { try Operators.gelu(.tensor(self)) }
    /// Zeroes elements with a probability and scales the rest, in training.
    public func dropout(_ probability: Double, training: Bool) throws -> Tensor {
        training ? try .made { ct_dropout(handle, probability, &$0) } : self
    }
    /// Exponentials that sum to one along a dimension.
    public func softmax(_ dimension: Int) throws -> Tensor { try Operators.softmax(.tensor(self), .int(dimension)) }
    /// 1 / (1 + exp(-x)).
    public func sigmoid() throws -> Tensor { try Operators.sigmoid(.tensor(self)) }

    /// Cross-entropy of logits N,C,H,W against class indices N,H,W (int64).
    public func crossEntropy(_ target: Tensor, reduction: LossReduction = .mean) throws -> Tensor {
        try Operators.crossEntropy(.tensor(self), .tensor(target), .none, .int(reduction.rawValue))
    }

    /// Mean absolute difference.
    public func l1Loss(_ other: Tensor) throws -> Tensor { try Operators.l1(.tensor(self), .tensor(other)) }
    /// Mean squared difference.
    public func mseLoss(_ other: Tensor) throws -> Tensor { try Operators.mse(.tensor(self), .tensor(other)) }

    /// Class indices (int64, any shape) as a last dimension of zeros and a one.
    public func oneHot(_ classes: Int) throws -> Tensor { try Operators.oneHot(.tensor(self), .int(classes)) }
}
