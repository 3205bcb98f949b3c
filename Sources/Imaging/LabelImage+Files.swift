import Foundation

extension LabelImage {
    /// The labels that `image` holds: whole numbers from 0 in one channel, or equal ones in three, alpha aside.
    /// Throws `InputError` (about "the mask", or about `name`) for colours, negative numbers and fractions.
    public init(image: Image, name: String = "the mask") throws {
        guard image.colourChannels == 1 || image.isGreyStoredAsColour else {
            throw InputError(
                name, "holds \(image.colourChannels) differing channels where labels are expected",
                advice: "give a mask with one number a pixel")
        }
        let labels: [Int32] =
            switch image.channels == 1 ? image.samples : image.channel(0).samples {
            case .uint8(let values): mapPixels(values) { Int32($0) }
            case .uint16(let values): mapPixels(values) { Int32($0) }
            case .uint32(let values): try values.map { try Self.label(Int32(exactly: $0), "a label beyond 2^31", name) }
            case .int8(let values): try values.map { try Self.label(Int32($0), "", name) }
            case .int16(let values): try values.map { try Self.label(Int32($0), "", name) }
            case .int32(let values): try values.map { try Self.label($0, "", name) }
            case .float(let values):
                try values.map { try Self.label(Int32(exactly: $0), "fractions where labels are expected", name) }
            }
        self.init(width: image.width, height: image.height, labels: labels)
    }

    private static func label(_ value: Int32?, _ problem: String, _ name: String) throws -> Int32 {
        guard let value else { throw InputError(name, "holds \(problem)") }
        guard value >= 0 else { throw InputError(name, "holds negative labels") }
        return value
    }

    /// The labels of a plane of the file at `path`, as stored: a palette gives its indices. Throws `InputError`.
    public static func read(_ path: String, plane: PlaneSelection = PlaneSelection()) throws -> LabelImage {
        try LabelImage(image: ImageFile.read(path, plane: plane, as: .stored), name: path)
    }

    /// Writes the labels as 16-bit PNG or TIFF by the extension, labels beyond 65,535 as 32-bit TIFF, with the size of a
    /// pixel if given. Throws `InputError`.
    public func write(to path: String, pixelSize: PixelSize? = nil) throws {
        let isWide = maximum > Int32(UInt16.max)
        if isWide && URL(fileURLWithPath: path).pathExtension.lowercased() == "png" {
            throw InputError(path, "cannot hold labels up to \(maximum): PNG has 16 bits", advice: "name it .tif")
        }
        let samples: Image.Samples =
            isWide
            ? .uint32(mapPixels(labels) { UInt32(clamping: $0) }) : .uint16(mapPixels(labels) { UInt16(clamping: $0) })
        let image = Image(width: width, height: height, channels: 1, pixelSize: pixelSize, samples: samples)
        try ImageFile.write(image, to: path)
    }

    /// The same objects in numbers that a file of 16 bits holds, if it can, and that are read as labels again: an only
    /// object of the number 1 would be taken for the foreground of a binary mask, and in pieces for several objects.
    public var distinguishable: LabelImage {
        var labels = maximum > Int32(UInt16.max) ? relabelled() : self
        guard let only = labels.onlyLabel else { return labels }
        labels.labels = labels.labels.map { $0 == only ? 2 : 0 }
        return labels
    }

    /// The only label beside background, or nil where there is none or more than one.
    public var onlyLabel: Int32? {
        labels.withUnsafeBufferPointer { labels in
            guard let first = labels.first(where: { $0 != 0 }) else { return nil }
            return labels.allSatisfy { $0 == 0 || $0 == first } ? first : nil
        }
    }
}
