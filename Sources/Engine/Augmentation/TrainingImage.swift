import Datasets
import Imaging

/// An image and its objects as training takes them.
public struct TrainingImage: Equatable, Sendable {
    /// What the pair is called in its data set.
    public let name: String
    /// One plane for grey, three for colour, in -1...1: the image's smallest value becomes -1 and its largest 1, over all
    /// planes together.
    public let planes: [Plane]
    /// The objects, of the planes' size.
    public let labels: LabelImage

    /// Pixels across.
    public var width: Int { labels.width }
    /// Pixels down.
    public var height: Int { labels.height }

    /// Takes an image of the labels' size: alpha is dropped, and grey that is stored as colour gives one plane. Samples that
    /// are no number become -1, infinite ones -1 or 1; a flat image becomes -1.
    public init(name: String, image: Image, labels: LabelImage) {
        self.init(name: name, stored: image.planes(), labels: labels)
    }

    /// Scales planes of any range.
    private init(name: String, stored planes: [Plane], labels: LabelImage) {
        precondition(
            planes.allSatisfy { $0.width == labels.width && $0.height == labels.height },
            "the labels do not fit the image")
        self.name = name
        self.labels = labels
        self.planes = planes.minMaxScaled().map { plane in
            var plane = plane
            plane.values.withUnsafeMutableBufferPointer { values in
                for i in values.indices { values[i] = values[i] * 2 - 1 }
            }
            return plane
        }
    }

    /// Takes planes that are scaled already.
    private init(name: String, planes: [Plane], labels: LabelImage) {
        (self.name, self.planes, self.labels) = (name, planes, labels)
    }

    /// Takes an image of the labels' size with this many channels, made so as `read` does.
    /// - Throws: `InputError` if that cannot be.
    init(name: String, image: Image, labels: LabelImage, channels: Int) throws {
        self.init(name: name, stored: try Self.planes(of: image, channels: channels, path: name), labels: labels)
    }

    /// Reads one pair. With `channels` 1 colour becomes luminance, with 3 grey is repeated; nil keeps what there is.
    /// - Throws: `InputError` if a file cannot be read, the mask is not of the image's size, or the image's channels
    ///   cannot be made the ones asked for.
    public static func read(_ pair: Pair, channels: Int? = nil) throws -> TrainingImage {
        let (image, mask) = try pair.read()
        let planes = try Self.planes(of: image, channels: channels, path: pair.imagePath)
        return TrainingImage(name: pair.name, stored: planes, labels: mask.labels)
    }

    /// Reads an image without objects, as a trained network takes it; `channels` as above, `plane` of a file with several.
    /// - Throws: `InputError` if the file cannot be read or its channels cannot be made the ones asked for.
    public static func read(
        unlabelled path: String, name: String, channels: Int, plane: PlaneSelection = PlaneSelection()
    ) throws -> TrainingImage {
        let image = try ImageFile.read(path, plane: plane)
        return TrainingImage(
            name: name, stored: try planes(of: image, channels: channels, path: path),
            labels: LabelImage(width: image.width, height: image.height))
    }

    private static func planes(of image: Image, channels: Int?, path: String) throws -> [Plane] {
        guard image.width > 0, image.height > 0 else { throw InputError(path, "has no pixels") }
        let planes = image.planes()
        let wanted = channels ?? planes.count
        switch (planes.count, wanted) {
        case (wanted, _): return planes
        case (_, 1): return [image.luminance()]
        case (1, _): return [Plane](repeating: planes[0], count: wanted)
        default:
            throw InputError(
                path, "has \(planes.count) channels where \(wanted) are wanted",
                advice: "use images of one kind, grey or colour")
        }
    }

    /// The image at this part of its size, as networks see it that were trained so; at 1 itself. A side keeps a pixel.
    public func scaled(by scale: Double) -> TrainingImage {
        if scale == 1 { return self }
        let labels = labels.scaled(by: scale)
        return TrainingImage(
            name: name, planes: planes.map { $0.resized(width: labels.width, height: labels.height, .area) },
            labels: labels)
    }

    /// Reads the pairs of one set, all with the same number of planes: where grey and colour are mixed, grey is repeated.
    /// - Throws: `InputError` as reading one pair does.
    public static func read(_ pairs: [Pair]) throws -> [TrainingImage] {
        let images = try pairs.map { try read($0) }
        guard let most = images.map(\.planes.count).max() else { return [] }
        return try zip(pairs, images).map { pair, image in
            image.planes.count == most ? image : try read(pair, channels: most)
        }
    }
}

extension TrainingImage {
    /// How its objects look.
    var tones: ObjectTones { ObjectTones(of: planes, in: labels.relabelled()) }
}

extension LabelImage {
    /// The labels at this part of their size; at 1 themselves. A side keeps a pixel.
    func scaled(by scale: Double) -> LabelImage {
        func side(_ length: Int) -> Int { max(1, Int((Double(length) * scale).rounded())) }
        return scale == 1 ? self : resized(width: side(width), height: side(height))
    }
}
