import Imaging
import Torch

/// The perceptual loss: L1 between VGG19 features (Johnson et al. 2016; Simonyan and Zisserman 2015).
///
/// Taps follow ReLU 1_1, 2_1, 3_1, 4_1 and 5_1, weighted 1/32, 1/16, 1/8, 1/4 and 1. Grey is repeated to three
/// channels; no ImageNet normalisation, as published.
final class VGGLoss {
    private static let tapWeights = [1.0 / 32, 1.0 / 16, 1.0 / 8, 1.0 / 4, 1.0]
    /// Convolutions of each of the five stages up to the last tap, by their places in torchvision's `features`.
    private static let stages = [[0, 2], [5, 7], [10, 12, 14, 16], [19, 21, 23, 25], [28]]
    private static let widths = [64, 128, 256, 512, 512]

    private let store: ParameterStore
    private let stages: [[Convolution]]

    /// Reads torchvision's `vgg19` weights, as .pth or safetensors.
    /// - Throws: `TensorFileError` or `TorchError.parameters` if the file holds anything else.
    init(path: String, device: Device) throws {
        let store = ParameterStore(device: device)
        var inputs = 3
        stages = try zip(Self.stages, Self.widths).map { places, width in
            try places.map { place in
                defer { inputs = width }
                return try Convolution(store.root / "features" / "\(place)", inputs, width, kernel: 3, padding: 1)
            }
        }
        self.store = store
        try store.load(from: TensorFile.open(path))
        try store.setRequiresGradient(false)
    }

    /// The loss between images N,C,H,W; no gradient flows into `real`.
    func callAsFunction(_ generated: Tensor, _ real: Tensor) throws -> Tensor {
        let truth = try Torch.withoutGradient { try features(real) }
        let terms = try zip(features(generated), truth).enumerated().map { index, pair in
            try pair.0.to(.float32).l1Loss(pair.1.to(.float32)) * Self.tapWeights[index]
        }
        return try Tensor.sum(of: terms)
    }

    private func features(_ image: Tensor) throws -> [Tensor] {
        var x = image.size(1) == 1 ? try image.repeated([1, 3, 1, 1]) : image
        return try stages.enumerated().map { index, convolutions in
            if index > 0 { x = try x.maxPooled() }
            x = try convolutions[0](x).relu()
            let tap = x
            for convolution in convolutions.dropFirst() { x = try convolution(x).relu() }
            return tap
        }
    }
}
