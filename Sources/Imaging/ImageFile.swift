import Foundation

/// Image files, told apart by what they hold and not by their names: PNG, TIFF and JPEG.
public enum ImageFile {
    /// What the samples are wanted for.
    public enum Interpretation: Sendable {
        /// Brightness and colour: palettes become colours, transparency an alpha channel, and where a TIFF says that
        /// white is zero the values are turned over, so that brighter is larger.
        case picture
        /// The numbers as stored: palette indices, no alpha made from a transparent colour, nothing turned over.
        case stored
    }

    /// The most samples that one page may have, 2^31.
    public static let maximumSamples = 1 << 31

    /// The extensions, in lower case, of the files that are read; what a file holds decides how.
    public static let extensions: Set<String> = ["png", "tif", "tiff", "jpg", "jpeg"]

    /// What the file at `path` says it holds, without decoding its pixels. Throws `InputError`.
    public static func probe(_ path: String) throws -> ImageFacts {
        let file = try InputFile(path)
        let start = try file.bytes(upTo: headerBytes)
        switch try container(of: start, name: path) {
        case .tiff: return try TIFFDecoder(file: file).facts()
        case .png: return try header(of: file, start) { try PNGDecoder(bytes: $0, of: file.count, name: path).facts }
        case .jpeg: return try header(of: file, start) { try JPEGDecoder(bytes: $0, of: file.count, name: path).facts }
        }
    }

    /// Where a PNG's or JPEG's header is looked for first; a colour profile before it may be longer.
    private static let headerBytes = 1 << 14

    private static func header(
        of file: InputFile, _ start: [UInt8], read: ([UInt8]) throws -> ImageFacts
    ) throws -> ImageFacts {
        if start.count < file.count, let facts = try? read(start) { return facts }
        return try read(start.count < file.count ? file.bytes() : start)
    }

    /// A plane of the file at `path`; its pixels' size comes along. Throws `InputError`.
    public static func read(
        _ path: String, plane: PlaneSelection = PlaneSelection(), as interpretation: Interpretation = .picture
    ) throws -> Image {
        let file = try InputFile(path)
        switch try container(of: file.bytes(upTo: 16), name: path) {
        case .tiff: return try TIFFDecoder(file: file).image(plane, as: interpretation)
        case .png, .jpeg: return try read(bytes: file.bytes(), name: path, plane: plane, as: interpretation)
        }
    }

    /// A plane of the image file whose content is `bytes`; `name` is what errors call it. Throws `InputError`.
    public static func read(
        bytes: [UInt8], name: String, plane: PlaneSelection = PlaneSelection(),
        as interpretation: Interpretation = .picture
    ) throws -> Image {
        switch try container(of: bytes, name: name) {
        case .tiff:
            return try TIFFDecoder(bytes: bytes, name: name).image(plane, as: interpretation)
        case .png:
            let decoder = try PNGDecoder(bytes: bytes, name: name, as: interpretation)
            return try onlyPlane(decoder.facts, plane, name) { try decoder.image() }
        case .jpeg:
            let decoder = try JPEGDecoder(bytes: bytes, name: name)
            return try onlyPlane(decoder.facts, plane, name) { try decoder.image() }
        }
    }

    /// The wanted part of a format that holds one image, decoded only if there is such a part.
    private static func onlyPlane(
        _ facts: ImageFacts, _ selection: PlaneSelection, _ name: String, decode: () throws -> Image
    ) throws -> Image {
        let place = try PlaneMap(shape: facts.stack).place(of: selection, samples: facts.channels, name: name)
        let image = try decode()
        return place.sample.map(image.channel) ?? image
    }

    /// Writes `image` and the size of its pixels to `path`, as PNG or TIFF by its extension, whole or not at all. PNG holds 1 to 4 channels of 8 or
    /// 16 bits, and grey of 1, 2 and 4; TIFF everything an `Image` can hold, in 8, 16 or 32 bits. Throws `InputError`.
    public static func write(_ image: Image, to path: String) throws {
        guard image.width > 0, image.height > 0, image.channels > 0 else {
            throw InputError(path, "cannot be written: the image has no pixels")
        }
        switch URL(fileURLWithPath: path).pathExtension.lowercased() {
        case "png": try PNGEncoder.write(image, to: path)
        case "tif", "tiff": try TIFFEncoder.write(image, to: path)
        default: throw InputError(path, "has no known image extension", advice: "name it .png, .tif or .tiff")
        }
    }

    /// The format that the first bytes show.
    private static func container(of bytes: [UInt8], name: String) throws -> ImageFacts.Container {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        for mark: [UInt8] in [[0x49, 0x49, 42, 0], [0x4D, 0x4D, 0, 42], [0x49, 0x49, 43, 0], [0x4D, 0x4D, 0, 43]]
        where bytes.starts(with: mark) {
            return .tiff
        }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        throw InputError(name, "is not an image that Petri reads", advice: "PNG, TIFF and JPEG are supported")
    }

    /// The number of samples, refused where it is zero or beyond `maximumSamples`.
    static func sampleCount(width: Int, height: Int, channels: Int, name: String) throws -> Int {
        let pixels = width.multipliedReportingOverflow(by: height)
        let samples = pixels.partialValue.multipliedReportingOverflow(by: channels)
        guard !pixels.overflow, !samples.overflow, samples.partialValue <= maximumSamples else {
            throw InputError(name, "claims \(width) x \(height) pixels, more than Petri reads (2^31 samples)")
        }
        guard samples.partialValue > 0 else { throw InputError(name, "has no pixels") }
        return samples.partialValue
    }
}

/// A text that a C function fills in.
struct CMessage {
    private var characters = [CChar](repeating: 0, count: 256)

    /// Calls `body` with the text's place and room.
    mutating func fill<Result>(_ body: (UnsafeMutablePointer<CChar>?, Int) -> Result) -> Result {
        characters.withUnsafeMutableBufferPointer { body($0.baseAddress, $0.count) }
    }

    /// The text up to its zero.
    var text: String {
        String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
