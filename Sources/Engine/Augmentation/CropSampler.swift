import Imaging
import Runs

/// Draws crops of training images, never squashed, varied as the settings say.
///
/// A place is drawn uniformly from all places within a uniformly drawn image. Where the window is larger than the image, image
/// and labels are both continued by reflection, so that what is beyond the edge is labelled too.
public struct CropSampler: Sendable {
    /// One crop and what is on it.
    public struct Crop: Equatable, Sendable {
        /// Values of -1...1, C x H x W, plane after plane.
        public let image: [Float]
        /// H x W: 0 background, 1 object (with three classes its interior), 2 its border.
        public let classes: [UInt8]
        /// The objects.
        public let labels: LabelImage
    }

    /// Crops side by side, as a network takes them.
    public struct Batch: Equatable, Sendable {
        /// Values of -1...1, N x C x H x W.
        public let images: [Float]
        /// N x H x W: 0 background, 1 object (with three classes its interior), 2 its border.
        public let classes: [Int64]
        public let channels: Int
        public let height: Int
        public let width: Int
        public let count: Int
        /// Crop by crop where its objects' tones are told, for a generator that is; else none.
        var regions: [ObjectRegions] = []
        /// Crop by crop those tones; none of masks without images.
        var tones: [ObjectTones] = []

        /// These crops of it, in this order.
        func choosing(_ crops: [Int]) -> Batch {
            let (pixels, area) = (images.count / max(count, 1), height * width)
            return Batch(
                images: crops.flatMap { images[$0 * pixels..<($0 + 1) * pixels] },
                classes: crops.flatMap { classes[$0 * area..<($0 + 1) * area] }, channels: channels, height: height,
                width: width, count: crops.count, regions: regions.isEmpty ? [] : crops.map { regions[$0] },
                tones: tones.isEmpty ? [] : crops.map { tones[$0] })
        }

        /// The crops of both, of one size and number of channels.
        static func + (first: Batch, second: Batch) -> Batch {
            Batch(
                images: first.images + second.images, classes: first.classes + second.classes,
                channels: first.channels, height: first.height, width: first.width,
                count: first.count + second.count)
        }
    }

    /// Probability that a crop without an object is given up for one that holds one: with it at least half of all crops hold
    /// an object, if any image does.
    private static let foregroundShare = 0.5

    /// Size of the crops in pixels.
    public let height: Int
    public let width: Int
    /// 2, or 3 with the objects' border.
    public let classes: Int
    /// Planes of a crop.
    public let channels: Int
    /// How crops are varied.
    public let augmentation: Augmentation
    private let images: [TrainingImage]
    /// One pixel of every object, image by image.
    private let anchors: [[(x: Int, y: Int)]]
    /// The images that hold objects.
    private let populated: [Int]

    /// A sampler of at least one image, all with the same number of planes; they may differ in size.
    public init(
        _ images: [TrainingImage], height: Int, width: Int, classes: Int, augmentation: Augmentation
    ) {
        precondition(height > 0 && width > 0, "a crop has pixels")
        precondition(classes == 2 || classes == 3, "there are two or three classes")
        precondition(images.allSatisfy { $0.width > 0 && $0.height > 0 }, "an image has pixels")
        precondition(augmentation.scale.lowerBound > 0, "crops are enlarged by more than 0")
        guard let channels = images.first?.planes.count else { preconditionFailure("there is an image to crop") }
        precondition(images.allSatisfy { $0.planes.count == channels }, "grey and colour images are mixed")
        self.images = images
        self.height = height
        self.width = width
        self.classes = classes
        self.channels = channels
        self.augmentation = augmentation
        anchors = images.map { Self.anchors(of: $0.labels) }
        let anchors = anchors
        populated = anchors.indices.filter { !anchors[$0].isEmpty }
    }

    /// Of every object the first pixel in the middle row of its extent, in the order of the labels; an object in pieces may
    /// have none there, but has one in its first row.
    private static func anchors(of labels: LabelImage) -> [(x: Int, y: Int)] {
        labels.boundingBoxes.sorted { $0.key < $1.key }.compactMap { label, box in
            for y in [box.y + box.height / 2, box.y] {
                if let x = (box.x..<box.x + box.width).first(where: { labels[$0, y] == label }) { return (x, y) }
            }
            return nil
        }
    }

    /// A random crop.
    public func crop(using generator: inout SeededGenerator) -> Crop {
        let sample = sample(using: &generator)
        return Crop(
            image: sample.planes.flatMap(\.values), classes: sample.labels.classes(border: classes == 3),
            labels: sample.labels)
    }

    /// The crops of step `step` of the training seeded by `seed`, the same whenever they are asked for; the tones of their
    /// objects, measured in them, where those are wanted.
    public func batch(count: Int, seed: UInt64, step: Int, withTones: Bool = false) -> Batch {
        var generator = SeededGenerator(seed: seed, part: UInt64(bitPattern: Int64(step)))
        return batch(of: (0..<count).map { _ in sample(using: &generator) }, withTones: withTones)
    }

    /// Crops of this sampler's size side by side.
    func batch(of samples: [VariedCrop], withTones: Bool = false) -> Batch {
        let area = height * width
        var targets: [Int64] = []
        targets.reserveCapacity(samples.count * area)
        var values: [Float] = []
        values.reserveCapacity(samples.count * channels * area)
        var (regions, tones): ([ObjectRegions], [ObjectTones]) = ([], [])
        for sample in samples {
            if withTones {
                let labels = sample.labels.relabelled()
                regions.append(ObjectRegions(labels))
                tones.append(ObjectTones(of: sample.planes, in: labels))
            }
            for plane in sample.planes { values.append(contentsOf: plane.values) }
            sample.labels.appendClasses(border: classes == 3, to: &targets)
        }
        return Batch(
            images: values, classes: targets, channels: channels, height: height, width: width, count: samples.count,
            regions: regions, tones: tones)
    }

    /// A random crop in -1...1, placed, turned and resized, but not varied otherwise; with the number of its image and its
    /// pixels for one of the image.
    func unvaried(using generator: inout SeededGenerator) -> (image: Int, scale: Double, sample: VariedCrop) {
        let (image, window, labels) = place(using: &generator)
        let planes = images[image].planes.map { window.crop($0, width: width, height: height) }
        return (image, window.scale, VariedCrop(planes: planes, labels: labels))
    }

    /// A random crop in -1...1.
    private func sample(using generator: inout SeededGenerator) -> VariedCrop {
        var sample = unvaried(using: &generator).sample
        vary(&sample, using: &generator)
        return sample
    }

    /// Bends a crop and changes its values, as the augmentation says.
    func vary(_ sample: inout VariedCrop, using generator: inout SeededGenerator) {
        if generator.happens(augmentation.pBending) { sample.bend(by: augmentation.bending, using: &generator) }
        sample.varyValues(augmentation, using: &generator)
    }

    /// An image, a window in it and the labels there.
    private func place(using generator: inout SeededGenerator) -> (Int, CropWindow, LabelImage) {
        func look(_ index: Int, holding target: (x: Int, y: Int)?) -> (Int, CropWindow, LabelImage) {
            let window = CropWindow(
                of: images[index], width: width, height: height, augmentation: augmentation, holding: target,
                using: &generator)
            return (index, window, window.crop(images[index].labels, width: width, height: height))
        }
        let index = generator.index(below: images.count)
        let found = look(index, holding: nil)
        let isEmpty = found.2.labels.allSatisfy { $0 == 0 }
        guard isEmpty, !populated.isEmpty, generator.happens(Self.foregroundShare) else { return found }
        let other = anchors[index].isEmpty ? populated[generator.index(below: populated.count)] : index
        return look(other, holding: anchors[other][generator.index(below: anchors[other].count)])
    }
}

extension LabelImage {
    /// Appends the class of every pixel in the form in which a loss takes it.
    func appendClasses(border: Bool, to targets: inout [Int64]) {
        targets.append(contentsOf: classes(border: border).lazy.map { Int64($0) })
    }
}
