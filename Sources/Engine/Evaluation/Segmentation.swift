import Imaging
import Measures
import Runs
import Torch

/// A trained segmenter at work on whole images.
public struct Segmentation {
    let segmenter: any Segmenter
    let device: Device
    let precision: TrainingSettings.Precision
    /// How objects are found among the classes.
    let recovery: InstanceRecovery
    /// The part of their size at which the segmenter sees images.
    let scale: Double
    /// The orientations, of the eight, in which it sees each image; what it says of them is averaged.
    let orientations: Int

    public init(
        _ segmenter: any Segmenter, device: Device, precision: TrainingSettings.Precision,
        recovery: InstanceRecovery = .published, scale: Double = 1, orientations: Int = 1
    ) {
        precondition(1...8 ~= orientations, "there are eight orientations")
        (self.segmenter, self.device, self.precision) = (segmenter, device, precision)
        (self.recovery, self.scale, self.orientations) = (recovery.enlarged(by: 1 / scale), scale, orientations)
    }

    /// What the network says of every pixel of an image.
    struct Answer {
        /// 0 background, 1 object or its interior, 2 border.
        let classes: [UInt8]
        /// The probability of class 1.
        let interior: [Float]
    }

    /// The objects in an image of any size, numbered from 1.
    public func labels(of image: TrainingImage) throws -> LabelImage {
        let answer = try answer(to: image)
        let (width, height) = (image.planes[0].width, image.planes[0].height)
        return recovery.objects(classes: answer.classes, interior: answer.interior, width: width, height: height)
    }

    func answer(to image: TrainingImage) throws -> Answer {
        try evaluating {
            let type: DataType? = precision == .bf16 ? .bfloat16 : nil
            let seen = try image.scaled(by: scale).tensor().to(device: device)
            func look(_ image: Tensor) throws -> Tensor {
                try Tiling(granularity: segmenter.granularity)(image) { tile, _ in
                    try Torch.autocast(type, on: device) { try segmenter(tile).to(.float32).softmax(1) }
                }
            }
            var probabilities = try look(seen)
            for orientation in (1..<orientations).map(Orientation.init) {
                probabilities = try probabilities + orientation.undone(look(orientation.taken(seen)))
            }
            if orientations > 1 { probabilities = try probabilities * (1 / Double(orientations)) }
            if scale != 1 {
                probabilities = try probabilities.bilinear(
                    height: image.height, width: image.width, alignCorners: false)
            }
            return Answer(
                classes: try probabilities.argmax(1).to(.uint8).array(),
                interior: try probabilities.narrowed(1, from: 1, length: 1).contiguous().array())
        }
    }

    /// Runs `body` with the segmenter in use, not in training, and without autograd.
    func evaluating<Result>(_ body: () throws -> Result) rethrows -> Result {
        let wasTraining = segmenter.store.isTraining
        segmenter.store.isTraining = false
        defer { segmenter.store.isTraining = wasTraining }
        return try Torch.withoutGradient(body)
    }

    /// Scores on images with known objects.
    public func scores(on images: [TrainingImage]) throws -> SetScores {
        SetScores(
            try images.map { image in
                ImageScores(
                    try OverlapTable(truth: image.labels, predicted: labels(of: image), name: image.name))
            })
    }
}

/// One of the eight ways in which turns and mirrors lay an image on its grid; 0 is as it lies.
private struct Orientation {
    private let axes: [Int]
    private let isTransposed: Bool

    /// The first four keep rows rows: an image that is not square keeps its shape.
    init(_ number: Int) {
        axes = [2, 3].filter { number >> ($0 - 2) & 1 != 0 }
        isTransposed = number & 4 != 0
    }

    /// A tensor N,C,H,W laid so.
    func taken(_ tensor: Tensor) throws -> Tensor {
        let transposed = isTransposed ? try tensor.transposed(2, 3) : tensor
        return try (axes.isEmpty ? transposed : transposed.flipped(axes)).contiguous()
    }

    /// A tensor that was laid so as it lay before.
    func undone(_ tensor: Tensor) throws -> Tensor {
        let flipped = axes.isEmpty ? tensor : try tensor.flipped(axes)
        return isTransposed ? try flipped.transposed(2, 3) : flipped
    }
}

extension TrainingImage {
    /// The image as a tensor 1,C,H,W on the processor.
    func tensor() throws -> Tensor {
        try Tensor(planes.flatMap(\.values), shape: [1, planes.count, planes[0].height, planes[0].width])
    }
}
