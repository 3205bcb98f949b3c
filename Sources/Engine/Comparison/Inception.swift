import Torch

/// Inception v3 (Szegedy et al. 2016) up to its last pooling, as FID and KID want it: the network of 2015-12-05 that
/// Heusel et al. (2017) measured with, in the weights that pytorch-fid published.
///
/// It differs from torchvision's: averages over 3x3 windows leave out the padding, and the last block takes maxima where
/// the others average.
public struct Inception {
    /// The length of a feature vector.
    public static let width = 2048
    /// The side, in pixels, to which images are resampled.
    private static let side = 299

    private let device: Device
    private let layers: [Layer]

    /// Reads pytorch-fid's weights, as .pth or safetensors.
    /// - Throws: `TensorFileError` or `TorchError.parameters` if the file holds anything else.
    public init(path: String, device: Device) throws {
        let reader = BlockReader(file: try TensorFile.open(path), device: device, block: nil)
        self.device = device
        layers = try Torch.withoutGradient {
            try [
                reader.convolution("Conv2d_1a_3x3", 3, 32, [3, 3], stride: 2, padded: false),
                reader.convolution("Conv2d_2a_3x3", 32, 32, [3, 3], padded: false),
                reader.convolution("Conv2d_2b_3x3", 32, 64, [3, 3]),
                .halvingMaximum,
                reader.convolution("Conv2d_3b_1x1", 64, 80),
                reader.convolution("Conv2d_4a_3x3", 80, 192, [3, 3], padded: false),
                .halvingMaximum,
                reader.in("Mixed_5b").square(192, pooled: 32),
                reader.in("Mixed_5c").square(256, pooled: 64),
                reader.in("Mixed_5d").square(288, pooled: 64),
                reader.in("Mixed_6a").firstReduction(288),
                reader.in("Mixed_6b").asymmetric(768, 128),
                reader.in("Mixed_6c").asymmetric(768, 160),
                reader.in("Mixed_6d").asymmetric(768, 160),
                reader.in("Mixed_6e").asymmetric(768, 192),
                reader.in("Mixed_7a").secondReduction(768),
                reader.in("Mixed_7b").forked(1280, pooling: .average),
                reader.in("Mixed_7c").forked(2048, pooling: .maximum),
            ]
        }
    }

    /// The feature vectors of images.
    /// - Parameter images: N,1,H,W (grey) or N,3,H,W, in 0...1, on any device.
    /// - Parameter batch: images that go through the network at once.
    /// - Returns: N,2048, float64, on the processor.
    public func features(_ images: Tensor, batch: Int = 8) throws -> Tensor {
        guard images.shape.count == 4, [1, 3].contains(images.size(1)) else {
            throw TorchError.failed("Inception takes images N,1,H,W or N,3,H,W, not \(images.shape)")
        }
        return try Torch.withoutGradient {
            let batches = try stride(from: 0, to: images.size(0), by: batch).map { start in
                try batchFeatures(
                    images.narrowed(0, from: start, length: min(batch, images.size(0) - start)))
            }
            return try batches.isEmpty
                ? .zeros([0, Self.width], type: .float64) : .concatenated(batches, dimension: 0)
        }
    }

    private func batchFeatures(_ images: Tensor) throws -> Tensor {
        let colour = images.size(1) == 1 ? try images.repeated([1, 3, 1, 1]) : images
        let input = try colour.to(.float32, device: device)
            .bilinear(height: Self.side, width: Self.side, alignCorners: false)
        let last = try Layer.apply(layers, to: input * 2 - 1)
        return try last.mean([2, 3]).to(.float64, device: .cpu)
    }
}

/// A layer of Inception, or branches of them whose channels are joined.
private indirect enum Layer {
    case convolution(weight: Tensor, bias: Tensor, stride: Int, padding: (height: Int, width: Int))
    /// Maxima of 3x3 windows at every other place, none beyond the edge.
    case halvingMaximum
    /// Maxima of the 3x3 windows around all places.
    case maximum
    /// Averages of the 3x3 windows around all places, over what lies within the image.
    case average
    case branches([[Layer]])

    static func apply(_ layers: [Layer], to x: Tensor) throws -> Tensor { try layers.reduce(x) { try $1($0) } }

    func callAsFunction(_ x: Tensor) throws -> Tensor {
        switch self {
        case .convolution(let weight, let bias, let stride, let padding):
            try x.convolved(weight, bias: bias, stride: stride, padding: padding).relu()
        case .halvingMaximum: try x.maxPooled(3, stride: 2)
        case .maximum: try x.maxPooled(3, stride: 1, padding: 1)
        case .average: try x.averagePooled(3, stride: 1, padding: 1)
        case .branches(let branches): try .concatenated(branches.map { try Self.apply($0, to: x) })
        }
    }
}

/// Makes the layers of one block, whose names stand before those of its convolutions in the file.
private struct BlockReader {
    let file: TensorFile
    let device: Device
    let block: String?

    func `in`(_ block: String) -> BlockReader { BlockReader(file: file, device: device, block: block) }

    /// A convolution without bias, batch norm (epsilon 0.001) and ReLU; the norm becomes part of the convolution.
    func convolution(
        _ name: String, _ inputs: Int, _ outputs: Int, _ kernel: [Int] = [1, 1], stride: Int = 1, padded: Bool = true
    ) throws -> Layer {
        let path = block.map { "\($0).\(name)" } ?? name
        func read(_ name: String, _ shape: [Int]) throws -> Tensor {
            try Tensor(file, named: "\(path).\(name)", shape: shape).to(.float64)
        }
        let gain = try read("bn.weight", [outputs]) * (read("bn.running_var", [outputs]) + 0.001).reciprocalSquareRoot()
        let weight = try read("conv.weight", [outputs, inputs] + kernel) * gain.reshaped([outputs, 1, 1, 1])
        let bias = try read("bn.bias", [outputs]) - read("bn.running_mean", [outputs]) * gain
        return .convolution(
            weight: try weight.to(.float32, device: device).contiguous(device.imageFormat),
            bias: try bias.to(.float32, device: device), stride: stride,
            padding: padded ? (kernel[0] / 2, kernel[1] / 2) : (0, 0))
    }

    /// 1x1, 5x5 and twice 3x3 side by side.
    func square(_ inputs: Int, pooled: Int) throws -> Layer {
        try .branches([
            [convolution("branch1x1", inputs, 64)],
            [convolution("branch5x5_1", inputs, 48), convolution("branch5x5_2", 48, 64, [5, 5])],
            [
                convolution("branch3x3dbl_1", inputs, 64), convolution("branch3x3dbl_2", 64, 96, [3, 3]),
                convolution("branch3x3dbl_3", 96, 96, [3, 3]),
            ],
            [.average, convolution("branch_pool", inputs, pooled)],
        ])
    }

    /// From 35x35 to 17x17 places.
    func firstReduction(_ inputs: Int) throws -> Layer {
        try .branches([
            [convolution("branch3x3", inputs, 384, [3, 3], stride: 2, padded: false)],
            [
                convolution("branch3x3dbl_1", inputs, 64), convolution("branch3x3dbl_2", 64, 96, [3, 3]),
                convolution("branch3x3dbl_3", 96, 96, [3, 3], stride: 2, padded: false),
            ],
            [.halvingMaximum],
        ])
    }

    /// 7x7 as rows and columns, once and twice.
    func asymmetric(_ inputs: Int, _ inner: Int) throws -> Layer {
        try .branches([
            [convolution("branch1x1", inputs, 192)],
            [
                convolution("branch7x7_1", inputs, inner), convolution("branch7x7_2", inner, inner, [1, 7]),
                convolution("branch7x7_3", inner, 192, [7, 1]),
            ],
            [
                convolution("branch7x7dbl_1", inputs, inner), convolution("branch7x7dbl_2", inner, inner, [7, 1]),
                convolution("branch7x7dbl_3", inner, inner, [1, 7]),
                convolution("branch7x7dbl_4", inner, inner, [7, 1]), convolution("branch7x7dbl_5", inner, 192, [1, 7]),
            ],
            [.average, convolution("branch_pool", inputs, 192)],
        ])
    }

    /// From 17x17 to 8x8 places.
    func secondReduction(_ inputs: Int) throws -> Layer {
        try .branches([
            [
                convolution("branch3x3_1", inputs, 192),
                convolution("branch3x3_2", 192, 320, [3, 3], stride: 2, padded: false),
            ],
            [
                convolution("branch7x7x3_1", inputs, 192), convolution("branch7x7x3_2", 192, 192, [1, 7]),
                convolution("branch7x7x3_3", 192, 192, [7, 1]),
                convolution("branch7x7x3_4", 192, 192, [3, 3], stride: 2, padded: false),
            ],
            [.halvingMaximum],
        ])
    }

    /// 3x3 as rows beside columns.
    func forked(_ inputs: Int, pooling: Layer) throws -> Layer {
        try .branches([
            [convolution("branch1x1", inputs, 320)],
            [
                convolution("branch3x3_1", inputs, 384),
                .branches([
                    [convolution("branch3x3_2a", 384, 384, [1, 3])], [convolution("branch3x3_2b", 384, 384, [3, 1])],
                ]),
            ],
            [
                convolution("branch3x3dbl_1", inputs, 448), convolution("branch3x3dbl_2", 448, 384, [3, 3]),
                .branches([
                    [convolution("branch3x3dbl_3a", 384, 384, [1, 3])],
                    [convolution("branch3x3dbl_3b", 384, 384, [3, 1])],
                ]),
            ],
            [pooling, convolution("branch_pool", inputs, 192)],
        ])
    }
}
