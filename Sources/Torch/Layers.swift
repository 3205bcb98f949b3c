/// 2-D convolution. Initialised Kaiming normal for ReLU (fan out as published, or fan in), zero bias.
public struct Convolution {
    public let weight: Tensor
    public let bias: Tensor?
    let stride: Int
    let padding: Int
    let groups: Int

    /// Weights `outputs, inputs / groups, kernel, kernel` under `scope`.
    public init(
        _ scope: Scope, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
        groups: Int = 1, bias: Bool = true
    ) throws {
        weight = try scope.parameter(
            "weight", [outputs, inputs / groups, kernel, kernel],
            .rectified(fanIn: inputs / groups * kernel * kernel, fanOut: outputs / groups * kernel * kernel))
        self.bias = bias ? try scope.parameter("bias", [outputs], .zeros) : nil
        (self.stride, self.padding, self.groups) = (stride, padding, groups)
    }

    public func callAsFunction(_ x: Tensor) throws -> Tensor {
        try x.convolved(weight, bias: bias, stride: stride, padding: padding, groups: groups)
    }
}

/// Transposed 2-D convolution whose windows do not overlap: kernel = stride.
public struct TransposedConvolution {
    let weight: Tensor
    let bias: Tensor
    let stride: Int

    /// Weights `inputs, outputs, stride, stride` under `scope`.
    public init(_ scope: Scope, _ inputs: Int, _ outputs: Int, stride: Int) throws {
        // Windows do not overlap: every output pixel sums `inputs` products.
        weight = try scope.parameter("weight", [inputs, outputs, stride, stride], .kaiming(fan: inputs, gain: 1))
        bias = try scope.parameter("bias", [outputs], .zeros)
        self.stride = stride
    }

    public func callAsFunction(_ x: Tensor) throws -> Tensor {
        try x.convolvedTransposed(weight, bias: bias, stride: stride)
    }
}

/// Batch normalisation over N, H, W (Ioffe and Szegedy 2015).
public struct BatchNorm {
    private let store: ParameterStore
    private let scale: Tensor
    private let shift: Tensor
    private let runningMean: Tensor
    private let runningVariance: Tensor

    public init(_ scope: Scope, _ channels: Int) throws {
        store = scope.store
        scale = try scope.parameter("weight", [channels], .ones)
        shift = try scope.parameter("bias", [channels], .zeros)
        runningMean = try scope.buffer("running_mean", [channels], .zeros)
        runningVariance = try scope.buffer("running_var", [channels], .ones)
    }

    public func callAsFunction(_ x: Tensor) throws -> Tensor {
        if store.isTraining, let group = store.statisticsGroup {
            return try x.batchNormalised(
                over: group, scale: scale, shift: shift, runningMean: runningMean, runningVariance: runningVariance)
        }
        return try x.batchNormalised(
            scale: scale, shift: shift, runningMean: runningMean, runningVariance: runningVariance,
            training: store.isTraining)
    }

    /// The same and then LeakyReLU; slope 0: ReLU.
    public func callAsFunction(_ x: Tensor, leaky slope: Double) throws -> Tensor {
        if !store.isTraining || store.statisticsGroup != nil { return try self(x).leakyRelu(slope) }
        return try x.batchNormalisedLeaky(
            scale: scale, shift: shift, runningMean: runningMean, runningVariance: runningVariance, slope: slope)
    }
}

/// A fully connected layer. Initialised Xavier normal unless told otherwise, zero bias.
public struct Linear {
    public let weight: Tensor
    public let bias: Tensor

    public init(_ scope: Scope, _ inputs: Int, _ outputs: Int, start: ParameterStore.Start? = nil) throws {
        weight = try scope.parameter(
            "weight", [outputs, inputs], start ?? .xavier(fanIn: inputs, fanOut: outputs))
        bias = try scope.parameter("bias", [outputs], .zeros)
    }

    public func callAsFunction(_ x: Tensor) throws -> Tensor { try x.linear(weight, bias: bias) }
}
