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

    public init(
        _ segmenter: any Segmenter, device: Device, precision: TrainingSettings.Precision,
        recovery: InstanceRecovery = .published, scale: Double = 1
    ) {
        (self.segmenter, self.device, self.precision) = (segmenter, device, precision)
        (self.recovery, self.scale) = (recovery.enlarged(by: 1 / scale), scale)
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
            var probabilities = try Tiling(granularity: segmenter.granularity)(seen) { tile, _ in
                try Torch.autocast(type, on: device) { try segmenter(tile).to(.float32).softmax(1) }
            }
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

extension TrainingImage {
    /// The image as a tensor 1,C,H,W on the processor.
    func tensor() throws -> Tensor {
        try Tensor(planes.flatMap(\.values), shape: [1, planes.count, planes[0].height, planes[0].width])
    }
}
