import Foundation
import Imaging
import Measures
import Runs
import Torch

/// Judges synthetic pairs by what their run learned and by the images that it learned from: the scores of `SampleScore`.
public struct SampleScorer {
    private let settings: TrainingSettings
    private let segmentation: Segmentation
    private let discriminator: PatchDiscriminator?
    private let copies: CopySearch
    private let device: Device
    private let reference: Reference

    /// What the training images are like.
    private struct Reference {
        /// The segmenter's features, one point an image.
        var features = FeatureCloud([])
        /// Median distance from an image to its nearest neighbour; nil with fewer than two.
        var featureDistance: Double?
        /// Medians over the images or their objects; nil without any.
        var deviation: Double?
        var clippedShare = 0.0
        var brightness: Double?
        var texture: Double?
    }

    /// A pair's scores, and the number of the training image that is nearest to it.
    public struct Verdict {
        public var scores: [SampleScore: Double]
        public var nearest: Int?
    }

    /// A scorer that compares with the given training images; without any, only what needs none is scored.
    init(
        settings: TrainingSettings, segmentation: Segmentation, discriminator: PatchDiscriminator?,
        training: [TrainingImage], device: Device
    ) throws {
        (self.settings, self.segmentation, self.discriminator) = (settings, segmentation, discriminator)
        self.device = device
        copies = try CopySearch(training)
        var reference = Reference()
        let features = try training.map(segmentation.features)
        reference.features = FeatureCloud(features)
        reference.featureDistance =
            features.indices.compactMap {
                reference.features.nearest(to: features[$0], count: 1, excluding: $0).first.map { Double($0.distance) }
            }.median
        reference.deviation = training.map(\.deviation).median
        reference.clippedShare = training.map(\.clippedShare).median ?? 0
        let objects = training.flatMap { ObjectContrast($0).objects }
        reference.brightness = objects.map(\.brightness).median
        reference.texture = objects.map(\.texture).median
        self.reference = reference
    }

    /// Judges one pair of one size.
    public func judge(_ image: Image, _ labels: LabelImage) throws -> Verdict {
        let pair = try TrainingImage(name: "sample", image: image, labels: labels, channels: settings.channels)
        var verdict = Verdict(scores: [:], nearest: nil)
        let found = try segmentation.labels(of: pair)
        verdict.scores[.alignment] = try ImageScores(truth: labels, predicted: found, thresholds: [0.5]).counts[0].f1
        verdict.scores[.realism] = try discriminator?.realism(of: pair.scaled(by: settings.scale ?? 1), device: device)
        if let unit = reference.featureDistance, unit > 0 {
            let features = try segmentation.features(of: pair)
            verdict.scores[.distance] = reference.features.nearest(to: features, count: 1).first
                .map { Double($0.distance) / unit }
        }
        if let nearest = try copies.nearest(to: pair) {
            verdict.scores[.novelty] = 1 - nearest.correlation
            verdict.nearest = nearest.index
        }
        verdict.scores[.contrast] = reference.deviation.flatMap { $0 > 0 ? pair.deviation / $0 : nil }
        verdict.scores[.saturation] = max(0, pair.clippedShare - reference.clippedShare)
        if let brightness = reference.brightness, let texture = reference.texture {
            let objects = ObjectContrast(pair).objects
            let hidden = objects.count {
                $0.brightness < Self.visible * brightness && $0.texture < Self.visible * texture
            }
            verdict.scores[.emptiness] = objects.isEmpty ? 0 : Double(hidden) / Double(objects.count)
        }
        return verdict
    }

    /// The part of the training objects' usual contrast below which an object is not seen.
    private static let visible = 0.25
}

extension TrainedRun {
    /// A scorer that compares with the given training images.
    public func scorer(training: [TrainingImage]) throws -> SampleScorer {
        try SampleScorer(
            settings: settings, segmentation: segmentation(), discriminator: imageDiscriminator(), training: training,
            device: device)
    }

    /// The discriminator of images; nil where the run trained none.
    func imageDiscriminator() throws -> PatchDiscriminator? {
        guard settings.arm.hasGenerator else { return nil }
        let network = try PatchDiscriminator(settings, channels: settings.channels, device: device)
        try network.store.load(from: file, prefix: "imageDiscriminator.")
        network.store.isTraining = false
        return network
    }
}

extension PatchDiscriminator {
    /// The mean verdict on an image: towards 1 for real, towards 0 for generated.
    func realism(of image: TrainingImage, device: Device) throws -> Double {
        try Torch.withoutGradient { try self(image.tensor().to(device: device)).to(.float32).mean().item() }
    }
}

extension Segmentation {
    /// What the segmenter makes of an image: the averages of its deepest maps over the image.
    public func features(of image: TrainingImage) throws -> [Float] {
        try evaluating {
            // Parts of the image, so that a large one fits into memory; every pixel is in one of them.
            let tiling = Tiling(granularity: segmenter.granularity)
            let tensor = try image.scaled(by: scale).tensor().to(device: device)
            var sum: Tensor?
            var count = 0.0
            try tiling.forEachPart(of: tensor) { part in
                let maps = try segmenter.features(part).to(.float32)
                let total = try maps.sum([0, 2, 3])
                sum = try sum.map { try $0 + total } ?? total
                count += Double(maps.size(2) * maps.size(3))
            }
            guard let sum else { throw TorchError.failed("an image without pixels") }
            return try (sum / count).array()
        }
    }
}

extension TrainingImage {
    /// Standard deviation of the scaled values over all planes.
    var deviation: Double { Moments(planes.lazy.flatMap(\.values).map(Double.init)).deviation }
}

extension TrainingImage {
    /// The share of the values that are the least or the greatest there may be, 0...1: what was clipped.
    var clippedShare: Double {
        let (clipped, all) = planes.reduce(into: (0, 0)) { sums, plane in
            sums.0 += plane.values.count { abs($0) == 1 }
            sums.1 += plane.values.count
        }
        return all > 0 ? Double(clipped) / Double(all) : 0
    }
}
