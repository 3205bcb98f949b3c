import Runs
import Torch

/// The generator: a U-Net from a mask to an image whose decoder is modulated by styles (METHOD.md).
public final class StyleUNet {
    /// Elements of a latent vector.
    public static let latentSize = LatentStyle.latentSize
    /// Decoder levels that take a style.
    public static let levels = LatentStyle.levels

    public let store: ParameterStore
    private let mapper: StyleMapper
    private let encoder: UNetEncoder
    private let decoder: [StyleDecoderLevel]
    private let outputs: Convolution
    private let hasGrain: Bool

    /// - Parameters:
    ///   - conditions: channels of the mask; `imageChannels`: channels of the image; `base`: width, published 64.
    ///   - noise: the levels, from the coarsest on, whose noise is there from the start, as published; that of the others
    ///     comes as far as training asks for it. nil: all with transposed convolutions, none without.
    ///   - hasGrain: whether the last channel of what it is given holds standard deviations, in whose place it sees noise
    ///     of these: within an object a mask and a tone are flat, and convolutions make no texture of what is flat.
    public init(
        conditions: Int, imageChannels: Int, base: Int = 64, upsampling: TrainingSettings.Upsampling = .transposed,
        noise: Int? = nil, hasGrain: Bool = false, device: Device
    ) throws {
        self.hasGrain = hasGrain
        store = ParameterStore(device: device)
        let root = store.root
        mapper = try StyleMapper(root / "StyleNet")
        encoder = try UNetEncoder(root, inputs: conditions, base: base)
        decoder = try (1...Self.levels).map { level in
            try StyleDecoderLevel(
                root / "d\(level)", outputs: (16 * base) >> level, upsampling: upsampling,
                isNoisy: level <= noise ?? (upsampling == .transposed ? Self.levels : 0))
        }
        outputs = try Convolution(root / "outputs", base, imageChannels, kernel: 1)
    }

    /// What a generator is given that is told tones beside the mask, N,C,H,W each; without tones the mask alone.
    static func condition(_ mask: Tensor, tones: Tensor?) throws -> Tensor {
        try tones.map { try .concatenated([mask, $0]) } ?? mask
    }

    /// The image of `mask`.
    /// - Parameters:
    ///   - mask: N,C,H,W with H and W divisible by 16; beside it tones, where the generator is told them.
    ///   - styles: latent vectors N,128, each for so many consecutive decoder levels; four levels in all.
    ///   - noise: one uniform field N,H,W,1.
    public func callAsFunction(_ mask: Tensor, styles: [(latent: Tensor, levels: Int)], noise: Tensor) throws -> Tensor
    {
        let mapped = try styles.flatMap { style in
            [Tensor](repeating: try mapper(style.latent), count: style.levels)
        }
        guard mapped.count == Self.levels else {
            throw TorchError.failed("styles for \(mapped.count) decoder levels where there are \(Self.levels)")
        }
        var (x, skips) = try encoder(hasGrain ? grained(mask, noise: noise) : mask)
        for (level, style) in zip(decoder, mapped) {
            x = try level(x, skip: skips.removeLast(), style: style, noise: noise)
        }
        return try outputs(x)
    }

    /// Noise in place of the standard deviations in the last channel; the uniform field's own is 1 / sqrt(12).
    private func grained(_ condition: Tensor, noise: Tensor) throws -> Tensor {
        let (last, height, width) = (condition.size(1) - 1, condition.size(2), condition.size(3))
        let field = try noise.corner(height: height, width: width).permuted([0, 3, 1, 2])
        let grain = try condition.narrowed(1, from: last, length: 1) * (field - 0.5) * 12.0.squareRoot()
        return try .concatenated([condition.narrowed(1, from: 0, length: last), grain])
    }
}

extension Tensor {
    /// The first rows and columns of a field N,H,W,1.
    fileprivate func corner(height: Int, width: Int) throws -> Tensor {
        try narrowed(1, from: 0, length: height).narrowed(2, from: 0, length: width)
    }
}

/// Latent vectors to styles: normalisation and three equalised linear layers (learning rate multiplier 0.1).
private struct StyleMapper {
    private let layers: [(weight: Tensor, bias: Tensor)]

    init(_ scope: Scope) throws {
        let size = StyleUNet.latentSize
        layers = try [0, 2, 4].map { index in
            let layer = scope / "net" / "\(index)"
            return (
                try layer.parameter("weight", [size, size], .kaiming(fan: 1, gain: 1)),
                try layer.parameter("bias", [size], .zeros)
            )
        }
    }

    func callAsFunction(_ latent: Tensor) throws -> Tensor {
        let length = try latent.power(2).sum([1], keep: true).squareRoot().clamped(to: 1e-12 ... .infinity)
        var x = try latent / length
        for layer in layers { x = try x.linear(layer.weight * 0.1, bias: layer.bias * 0.1).leakyRelu(0.2) }
        return x
    }
}

/// One decoder level: up, join the skip, two modulated convolutions with noise.
private struct StyleDecoderLevel {
    private enum Up {
        case transposed(TransposedConvolution)
        case resize(Convolution)
    }

    private let up: Up
    private let first: ModulatedConvolution
    private let second: ModulatedConvolution

    init(_ scope: Scope, outputs: Int, upsampling: TrainingSettings.Upsampling, isNoisy: Bool) throws {
        switch upsampling {
        case .transposed: up = .transposed(try TransposedConvolution(scope / "up", 2 * outputs, outputs, stride: 2))
        case .resize: up = .resize(try Convolution(scope / "up", 2 * outputs, outputs, kernel: 3, padding: 1))
        }
        let noise: ParameterStore.Start? = isNoisy ? nil : .zeros
        first = try ModulatedConvolution(
            scope / "conv", index: 1, inputs: 2 * outputs, outputs: outputs, noise: noise)
        second = try ModulatedConvolution(scope / "conv", index: 2, inputs: outputs, outputs: outputs, noise: noise)
    }

    func callAsFunction(_ x: Tensor, skip: Tensor, style: Tensor, noise: Tensor) throws -> Tensor {
        let (height, width) = (skip.size(2), skip.size(3))
        let larger =
            switch up {
            case .transposed(let layer): try layer(x)
            case .resize(let layer): try layer(x.bilinear(height: height, width: width, alignCorners: false))
            }
        let field = try noise.corner(height: height, width: width)
        let y = try first(.concatenated([larger, skip]), style: style, noise: field)
        return try second(y, style: style, noise: field)
    }
}

/// A 3x3 convolution whose input channels a style scales and whose output is demodulated (Karras et al. 2020), plus
/// noise and LeakyReLU 0.2.
///
/// Scaling weights per sample needs a grouped convolution over a batch of kernels; scaling the activations before and
/// after a shared convolution is the same function at the cost of two multiplications.
private struct ModulatedConvolution {
    private let toStyle: Linear
    private let toNoise: Linear
    private let weight: Tensor

    init(_ scope: Scope, index: Int, inputs: Int, outputs: Int, noise: ParameterStore.Start?) throws {
        toStyle = try Linear(scope / "to_style\(index)", StyleUNet.latentSize, inputs)
        toNoise = try Linear(scope / "to_noise\(index)", 1, outputs, start: noise)
        weight = try (scope / "conv\(index)").parameter(
            "weight", [outputs, inputs, 3, 3], .kaiming(fan: inputs * 9, gain: 2.0.squareRoot()))
    }

    func callAsFunction(_ x: Tensor, style: Tensor, noise: Tensor) throws -> Tensor {
        let scale = try toStyle(style) + 1
        let energy = try weight.power(2).sum([2, 3])
        let demodulation = try (scale.power(2).linear(energy) + 1e-8).reciprocalSquareRoot()
        return try x.scaledChannels(scale).convolved(weight, padding: 1)
            .modulatedEnd(demodulation, noise: noise, weight: toNoise.weight, bias: toNoise.bias, slope: 0.2)
    }
}
