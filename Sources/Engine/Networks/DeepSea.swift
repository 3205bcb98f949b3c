import Torch

/// The DeepSea segmentation network (Zargari et al. 2023): residual blocks, three pools, bilinear decoder.
public final class DeepSea: Segmenter {
    public let store: ParameterStore
    public let granularity = 8
    private let blocks: [ResidualBlock]
    private let outputs: Convolution

    public init(channels: Int, classes: Int, base: Int = 64, device: Device) throws {
        store = ParameterStore(device: device)
        let widths = [
            (channels, base), (base, 2 * base), (2 * base, 4 * base), (4 * base, 8 * base),
            (12 * base, 4 * base), (6 * base, 2 * base), (3 * base, base),
        ]
        let root = store.root
        blocks = try widths.enumerated().map { index, width in
            try ResidualBlock(root / "res\(index + 1)", width.0, width.1)
        }
        outputs = try Convolution(root / "conv3", base, classes, kernel: 1)
    }

    public func features(_ image: Tensor) throws -> Tensor { try encode(image).deepest }

    private func encode(_ image: Tensor) throws -> (deepest: Tensor, skips: [Tensor]) {
        var skips = [try blocks[0](image)]
        for block in blocks[1...2] { skips.append(try block(skips[skips.count - 1].maxPooled())) }
        return (try blocks[3](skips[2].maxPooled()), skips)
    }

    public func callAsFunction(_ image: Tensor) throws -> Tensor {
        var (x, skips) = try encode(image)
        for block in blocks[4...6] {
            let skip = skips.removeLast()
            var larger = try x.bilinear(height: 2 * x.size(2), width: 2 * x.size(3), alignCorners: true)
            let (down, across) = (skip.size(2) - larger.size(2), skip.size(3) - larger.size(3))
            if down != 0 || across != 0 {
                larger = try larger.padded(
                    left: across / 2, right: across - across / 2, top: down / 2, bottom: down - down / 2)
            }
            x = try block(.concatenated([skip, larger]))
        }
        return try outputs(x)
    }
}

/// Two 3x3 convolutions beside a 1x1 shortcut, then batch norm and ReLU.
private struct ResidualBlock {
    private let store: ParameterStore
    private let convolution1: Convolution
    private let norm1: BatchNorm
    private let convolution2: Convolution
    private let norm: BatchNorm
    private let shortcut: Convolution

    init(_ scope: Scope, _ inputs: Int, _ outputs: Int) throws {
        store = scope.store
        let double = scope / "double_conv"
        convolution1 = try Convolution(double / "0", inputs, outputs, kernel: 3, padding: 1)
        norm1 = try BatchNorm(double / "1", outputs)
        convolution2 = try Convolution(double / "4", outputs, outputs, kernel: 3, padding: 1)
        norm = try BatchNorm(scope / "bn", outputs)
        shortcut = try Convolution(scope / "conv1d", inputs, outputs, kernel: 1)
    }

    func callAsFunction(_ x: Tensor) throws -> Tensor {
        let y = try norm1(convolution1(x), leaky: 0).dropout(0.2, training: store.isTraining)
        return try norm(convolution2(y) + shortcut(x), leaky: 0)
    }
}
