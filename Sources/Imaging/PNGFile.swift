import CPNG
import Foundation

/// One PNG in memory.
struct PNGDecoder {
    private let bytes: [UInt8]
    private let name: String
    private let isStored: Bool
    private let header: petri_png_header

    /// The most bytes of image that one byte of a deflated file stands for, generously.
    private static let largestRatio = 1100

    /// Reads the header, and refuses sizes that the file cannot hold, whose bytes are `bytes` or begin with them and are
    /// `count` in all.
    init(
        bytes: [UInt8], of count: Int? = nil, name: String, as interpretation: ImageFile.Interpretation = .picture
    ) throws {
        let fileCount = count ?? bytes.count
        var header = petri_png_header()
        var message = CMessage()
        let isStored = interpretation == .stored
        let failed = bytes.withUnsafeBufferPointer { buffer in
            message.fill {
                petri_png_read_header(buffer.baseAddress, buffer.count, isStored ? 1 : 0, &header, $0, $1)
            }
        }
        guard failed == 0 else { throw InputError(name, "is a damaged PNG: \(message.text)") }
        _ = try ImageFile.sampleCount(
            width: Int(header.width), height: Int(header.height), channels: Int(header.channels), name: name)
        // No overflow: sampleCount bounds the pixels by 2^31.
        let stored = Int(header.height) * (Int(header.width) * Int(header.storedPixelBits) / 8)
        guard stored / Self.largestRatio <= fileCount else {
            throw InputError(
                name, "claims \(header.width) x \(header.height) pixels, more than its \(fileCount) bytes can hold")
        }
        self.bytes = bytes
        self.name = name
        self.isStored = isStored
        self.header = header
    }

    /// What the header says.
    var facts: ImageFacts {
        let pixelSize = PixelSize(
            pixelsAcross: Double(header.acrossPerMetre), pixelsDown: Double(header.downPerMetre), to: 1e6)
        return ImageFacts(
            width: Int(header.width), height: Int(header.height), channels: Int(header.channels),
            bits: Int(header.bits), format: .uint, pages: 1, container: .png, isPalette: header.isPalette != 0,
            pixelSize: pixelSize?.isMicroscopic == true ? pixelSize : nil,
            significantBits: (1..<header.bits).contains(header.significantBits) ? Int(header.significantBits) : nil)
    }

    /// The decoded image.
    func image() throws -> Image {
        let facts = facts
        return Image(
            width: facts.width, height: facts.height, channels: facts.channels, bits: facts.bits,
            pixelSize: facts.pixelSize, samples: facts.bits == 16 ? .uint16(try samples()) : .uint8(try samples()))
    }

    private func samples<Sample: FixedWidthInteger>() throws -> [Sample] {
        let count = Int(header.width) * Int(header.height) * Int(header.channels)
        var message = CMessage()
        var failed: CInt = 0
        let samples = [Sample](unsafeUninitializedCapacity: count) { target, initialized in
            let size = count * MemoryLayout<Sample>.size
            let stored: CInt = isStored ? 1 : 0
            failed = bytes.withUnsafeBufferPointer { buffer in
                if petri_png_read_plain(buffer.baseAddress, buffer.count, stored, target.baseAddress, size) != 0 {
                    return 0
                }
                return message.fill {
                    petri_png_read_pixels(buffer.baseAddress, buffer.count, stored, target.baseAddress, size, $0, $1)
                }
            }
            initialized = failed == 0 ? count : 0
        }
        guard failed == 0 else { throw InputError(name, "is a damaged PNG: \(message.text)") }
        return samples
    }
}

/// PNG out.
enum PNGEncoder {
    static func write(_ image: Image, to path: String) throws {
        guard (1...4).contains(image.channels) else {
            throw InputError(path, "cannot hold \(image.channels) channels: PNG has 1 to 4", advice: "name it .tif")
        }
        switch image.samples {
        case .uint8(let samples):
            let bits = image.channels == 1 && [1, 2, 4].contains(image.bits) ? image.bits : 8
            try samples.withUnsafeBytes { try encode(image, bits: bits, $0, to: path) }
        case .uint16(let samples):
            try samples.withUnsafeBytes { try encode(image, bits: 16, $0, to: path) }
        default:
            throw InputError(
                path, "cannot hold \(image.format.rawValue) samples of \(image.bits) bits as PNG",
                advice: "name it .tif")
        }
    }

    private static func encode(_ image: Image, bits: Int, _ samples: UnsafeRawBufferPointer, to path: String) throws {
        var header = petri_png_header()
        guard let width = UInt32(exactly: image.width), let height = UInt32(exactly: image.height) else {
            throw InputError(path, "is too large for a PNG")
        }
        header.width = width
        header.height = height
        header.bits = CInt(bits)
        header.channels = CInt(image.channels)
        if let size = image.pixelSize {
            header.acrossPerMetre = Self.perMetre(size.x)
            header.downPerMetre = Self.perMetre(size.y)
        }
        var encoded: UnsafeMutablePointer<UInt8>?
        var count = 0
        var message = CMessage()
        let failed = message.fill { petri_png_write(&header, samples.baseAddress, &encoded, &count, $0, $1) }
        defer { free(encoded) }
        guard failed == 0 else { throw InputError(path, "cannot be written: \(message.text)") }
        try AtomicFile.write(to: path, synced: false) { write in
            try write(UnsafeRawBufferPointer(start: encoded, count: count))
        }
    }
    /// Pixels a metre, as PNG counts them.
    private static func perMetre(_ micrometres: Double) -> UInt32 {
        UInt32(min(max((1e6 / micrometres).rounded(), 1), Double(Int32.max)))
    }
}
