import Imaging
import Measures
import Runs
import Torch

/// A trained segmenter at work on whole images.
public struct Segmentation {
    let segmenter: any Segmenter
    let device: Device
    let precision: TrainingSettings.Precision

    public init(_ segmenter: any Segmenter, device: Device, precision: TrainingSettings.Precision) {
        (self.segmenter, self.device, self.precision) = (segmenter, device, precision)
    }

    /// The objects in an image of any size, numbered from 1.
    public func labels(of image: TrainingImage) throws -> LabelImage {
        let (width, height) = (image.planes[0].width, image.planes[0].height)
        return LabelImage.instances(classes: try classes(of: image), width: width, height: height)
    }

    /// The class of every pixel: 0 background, 1 object or its interior, 2 border.
    func classes(of image: TrainingImage) throws -> [UInt8] {
        try evaluating {
            let type: DataType? = precision == .bf16 ? .bfloat16 : nil
            let probabilities = try Tiling(granularity: segmenter.granularity)(image.tensor().to(device: device)) {
                tile, _ in
                try Torch.autocast(type, on: device) { try segmenter(tile).to(.float32).softmax(1) }
            }
            return try probabilities.argmax(1).to(.uint8).array()
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
