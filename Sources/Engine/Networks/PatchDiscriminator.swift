import Runs
import Torch

/// The patch discriminator with a residual linear-attention block after its first layer (METHOD.md).
///
/// With the view `details` it sees the image dimmed beside its details magnified, and its layers are not normalised. As
/// published it needs hundreds of steps before it tells texture from flat areas: filters answer to the brightness of an area so
/// much more than to its texture that no rectifier bends, and a batch of its own statistics hides how strong a texture is.
public final class PatchDiscriminator {
    public let store: ParameterStore
    private let first: Convolution
    private let attention: LinearAttention
    private let middle: [(convolution: Convolution, norm: BatchNorm?)]
    private let last: Convolution
    private let view: TrainingSettings.DiscriminatorView

    /// Side of the squares from whose mean details differ, and the parts of the image and of its details that are seen.
    private static let square = 5, dimmed = 0.25, magnified = 8.0

    /// `base` is the width, published 64; the attention's heads scale with it, 8 from 64 on. `fan` scales the first weights.
    public init(
        channels: Int, base: Int = 64, fan: ParameterStore.Fan = .out,
        view: TrainingSettings.DiscriminatorView = .image, device: Device
    ) throws {
        self.view = view
        store = ParameterStore(device: device, fan: fan)
        let model = store.root / "model"
        let isImage = view == .image
        first = try Convolution(
            model / "0", isImage ? channels : 2 * channels, base, kernel: 4, stride: 2, padding: 1)
        attention = try LinearAttention(model / "2" / "fn", channels: base, heads: min(8, max(1, base / 8)))
        middle = try [(3, 2), (6, 2), (9, 1)].enumerated().map { level, layer in
            let (index, stride) = layer
            let width = base << level
            return (
                try Convolution(
                    model / "\(index)", width, 2 * width, kernel: 4, stride: stride, padding: 1, bias: !isImage),
                isImage ? try BatchNorm(model / "\(index + 1)", 2 * width) : nil
            )
        }
        last = try Convolution(model / "12", 8 * base, 1, kernel: 4, padding: 1)
    }

    /// A map of verdicts N,1,h,w: towards 1 for real, towards 0 for generated.
    public func callAsFunction(_ x: Tensor) throws -> Tensor { try verdict(x).map }

    /// The verdicts and the inner maps, on which feature matching compares real and generated images.
    public func verdict(_ x: Tensor) throws -> (map: Tensor, features: [Tensor]) {
        var x = try attention(first(seen(x)).leakyRelu(0.2))
        var features = [x]
        for layer in middle {
            let y = try layer.convolution(x)
            x = try layer.norm?(y, leaky: 0.2) ?? y.leakyRelu(0.2)
            features.append(x)
        }
        return (try last(x), features)
    }

    /// What the first layer gets of an image.
    func seen(_ x: Tensor) throws -> Tensor {
        if view == .image { return x }
        let details = try x - x.averagePooled(Self.square, stride: 1, padding: Self.square / 2)
        return try .concatenated([x * Self.dimmed, details * Self.magnified])
    }
}

/// Channel norm, linear attention (Shen et al. 2021) and a residual connection.
private struct LinearAttention {
    private static let headSize = 64

    private let heads: Int
    private let gain: Tensor
    private let shift: Tensor
    private let toQuery: Convolution
    private let depthwise: Convolution
    private let toKeyValue: Convolution
    private let toOutput: Convolution

    init(_ scope: Scope, channels: Int, heads: Int) throws {
        self.heads = heads
        let inner = heads * Self.headSize
        toQuery = try Convolution(scope / "fn" / "to_q", channels, inner, kernel: 1, bias: false)
        depthwise = try Convolution(
            scope / "fn" / "to_kv" / "net" / "0", channels, channels, kernel: 3, padding: 1, groups: channels,
            bias: false)
        toKeyValue = try Convolution(scope / "fn" / "to_kv" / "net" / "1", channels, 2 * inner, kernel: 1, bias: false)
        toOutput = try Convolution(scope / "fn" / "to_out", inner, channels, kernel: 1)
        gain = try (scope / "norm").parameter("g", [1, channels, 1, 1], .ones)
        shift = try (scope / "norm").parameter("b", [1, channels, 1, 1], .zeros)
    }

    func callAsFunction(_ x: Tensor) throws -> Tensor {
        let deviation = try (x.variance([1], keep: true) + 1e-5).squareRoot()
        let normed = try (x - x.mean([1], keep: true)) / deviation * gain + shift
        let filtered = try depthwise(normed)
        if let bias = toOutput.bias,
            let attended = try normed.linearAttention(
                over: filtered, query: toQuery.weight, keyValue: toKeyValue.weight, output: toOutput.weight, bias: bias)
        {
            return try x + attended
        }
        return try x + composed(normed, filtered)
    }

    /// The attention as a composition of libtorch's operators, for any device and type.
    private func composed(_ normed: Tensor, _ filtered: Tensor) throws -> Tensor {
        let (batch, height, width) = (normed.size(0), normed.size(2), normed.size(3))
        // Heads as N x heads, head size, positions.
        func split(_ y: Tensor) throws -> Tensor { try y.reshaped([batch * heads, Self.headSize, height * width]) }
        let keyValue = try toKeyValue(filtered).chunks(2, dimension: 1)
        let query = try split(toQuery(normed)).softmax(1) * (1 / Double(Self.headSize).squareRoot())
        let key = try split(keyValue[0]).softmax(2)
        let value = try split(keyValue[1])
        let context = try value.matmul(key.transposed(1, 2))
        let attended = try context.matmul(query).reshaped([batch, -1, height, width])
        return try toOutput(attended.gelu())
    }
}
