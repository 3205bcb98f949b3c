import CJPEG

/// One JPEG in memory: grey or RGB of 8 bits.
struct JPEGDecoder {
    private let bytes: [UInt8]
    private let name: String
    private let header: petri_jpeg_header

    /// The most pixels that one byte stands for, generously: a progressive scan of an even picture takes 1 bit for 64.
    private static let largestRatio = 1100

    /// Reads the header, and refuses sizes that the file cannot hold, whose bytes are `bytes` or begin with them and are
    /// `count` in all.
    init(bytes: [UInt8], of count: Int? = nil, name: String) throws {
        let fileCount = count ?? bytes.count
        var header = petri_jpeg_header()
        var message = CMessage()
        let failed = bytes.withUnsafeBufferPointer { buffer in
            message.fill { petri_jpeg_read_header(buffer.baseAddress, buffer.count, &header, $0, $1) }
        }
        guard failed == 0 else { throw InputError(name, "cannot be read as JPEG: \(message.text)") }
        _ = try ImageFile.sampleCount(
            width: Int(header.width), height: Int(header.height), channels: Int(header.channels), name: name)
        guard Int(header.width) * Int(header.height) / Self.largestRatio <= fileCount else {
            throw InputError(
                name, "claims \(header.width) x \(header.height) pixels, more than its \(fileCount) bytes can hold")
        }
        self.bytes = bytes
        self.name = name
        self.header = header
    }

    /// What the header says.
    var facts: ImageFacts {
        let micrometres: Double? = header.densityUnit == 1 ? 25_400 : header.densityUnit == 2 ? 10_000 : nil
        let pixelSize = micrometres.flatMap {
            PixelSize(pixelsAcross: Double(header.acrossDensity), pixelsDown: Double(header.downDensity), to: $0)
        }
        return ImageFacts(
            width: Int(header.width), height: Int(header.height), channels: Int(header.channels), bits: 8,
            format: .uint, pages: 1, container: .jpeg, isPalette: false,
            pixelSize: pixelSize?.isMicroscopic == true ? pixelSize : nil)
    }

    /// The decoded image.
    func image() throws -> Image {
        let facts = facts
        let count = facts.width * facts.height * facts.channels
        var message = CMessage()
        var failed: CInt = 0
        let samples = [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
            failed = bytes.withUnsafeBufferPointer { buffer in
                message.fill {
                    petri_jpeg_read_pixels(buffer.baseAddress, buffer.count, target.baseAddress, count, $0, $1)
                }
            }
            initialized = failed == 0 ? count : 0
        }
        guard failed == 0 else { throw InputError(name, "is a damaged JPEG: \(message.text)") }
        return Image(
            width: facts.width, height: facts.height, channels: facts.channels, pixelSize: facts.pixelSize,
            samples: .uint8(samples))
    }
}
