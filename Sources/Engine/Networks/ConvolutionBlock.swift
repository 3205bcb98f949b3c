import Torch

/// The U-Nets' double convolution: [3x3 convolution, batch norm, LeakyReLU 0.01] twice.
struct ConvolutionBlock {
    private let convolution1: Convolution
    private let norm1: BatchNorm
    private let convolution2: Convolution
    private let norm2: BatchNorm

    init(_ scope: Scope, _ inputs: Int, _ outputs: Int) throws {
        convolution1 = try Convolution(scope / "conv1", inputs, outputs, kernel: 3, padding: 1)
        norm1 = try BatchNorm(scope / "bn1", outputs)
        convolution2 = try Convolution(scope / "conv2", outputs, outputs, kernel: 3, padding: 1)
        norm2 = try BatchNorm(scope / "bn2", outputs)
    }

    func callAsFunction(_ x: Tensor) throws -> Tensor {
        let y = try norm1(convolution1(x), leaky: 0.01)
        return try norm2(convolution2(y), leaky: 0.01)
    }
}

/// The U-Nets' encoder: four blocks, each followed by a 2x2 max pool, and the bottleneck.
struct UNetEncoder {
    private let blocks: [ConvolutionBlock]
    private let bottleneck: ConvolutionBlock

    init(_ scope: Scope, inputs: Int, base: Int) throws {
        let widths = [inputs, base, 2 * base, 4 * base, 8 * base]
        blocks = try (1...4).map { try ConvolutionBlock(scope / "e\($0)" / "conv", widths[$0 - 1], widths[$0]) }
        bottleneck = try ConvolutionBlock(scope / "b", 8 * base, 16 * base)
    }

    /// The bottleneck's output and, finest first, the values before each pool.
    func callAsFunction(_ x: Tensor) throws -> (deepest: Tensor, skips: [Tensor]) {
        var x = x
        var skips: [Tensor] = []
        for block in blocks {
            let y = try block(x)
            skips.append(y)
            x = try y.maxPooled()
        }
        return (try bottleneck(x), skips)
    }
}
