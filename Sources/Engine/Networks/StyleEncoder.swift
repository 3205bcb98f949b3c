import Torch

/// From an image and its mask to the latent vector of the image's style, so that pixel losses can ask the generator
/// for the style of the image it is compared with (METHOD.md, weak point 9). Not part of the published system.
public final class StyleEncoder {
    public let store: ParameterStore
    private let convolutions: [Convolution]
    private let head: Linear

    /// `channels` counts those of the image and of the mask together; `base` is the width of the first layer.
    public init(channels: Int, base: Int, device: Device) throws {
        let store = ParameterStore(device: device)
        self.store = store
        let widths = [channels, base, 2 * base, 4 * base, 4 * base]
        convolutions = try (1..<widths.count).map { index in
            try Convolution(
                store.root / "conv\(index)", widths[index - 1], widths[index], kernel: 4, stride: 2, padding: 1)
        }
        head = try Linear(store.root / "head", 4 * base, StyleUNet.latentSize)
    }

    /// Latent vectors N,128 of images and masks N,C,H,W.
    public func callAsFunction(_ image: Tensor, mask: Tensor) throws -> Tensor {
        var x = try Tensor.concatenated([image, mask])
        for convolution in convolutions { x = try convolution(x).leakyRelu(0.2) }
        return try head(x.mean([2, 3]))
    }
}
