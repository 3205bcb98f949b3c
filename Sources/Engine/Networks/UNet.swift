import Torch

/// U-Net (Ronneberger et al. 2015) with batch norm and LeakyReLU, as in METHOD.md.
public final class UNet: Segmenter {
    public let store: ParameterStore
    public let granularity = 16
    private let encoder: UNetEncoder
    private let decoder: [(up: TransposedConvolution, block: ConvolutionBlock)]
    private let outputs: Convolution

    public init(channels: Int, classes: Int, base: Int = 64, device: Device) throws {
        store = ParameterStore(device: device)
        let root = store.root
        encoder = try UNetEncoder(root, inputs: channels, base: base)
        decoder = try (1...4).map { level in
            let width = (16 * base) >> level
            return (
                try TransposedConvolution(root / "d\(level)" / "up", 2 * width, width, stride: 2),
                try ConvolutionBlock(root / "d\(level)" / "conv", 2 * width, width)
            )
        }
        outputs = try Convolution(root / "outputs", base, classes, kernel: 1)
    }

    public func features(_ image: Tensor) throws -> Tensor { try encoder(image).deepest }

    public func callAsFunction(_ image: Tensor) throws -> Tensor {
        var (x, skips) = try encoder(image)
        for level in decoder { x = try level.block(.concatenated([level.up(x), skips.removeLast()])) }
        return try outputs(x)
    }
}
