import CTIFF
import Foundation

/// TIFF out.
enum TIFFEncoder {
    static func write(_ image: Image, to path: String) throws {
        switch image.samples {
        case .uint8(let samples): try encode(image, samples, PETRI_TIFF_UINT, to: path)
        case .uint16(let samples): try encode(image, samples, PETRI_TIFF_UINT, to: path)
        case .uint32(let samples): try encode(image, samples, PETRI_TIFF_UINT, to: path)
        case .int8(let samples): try encode(image, samples, PETRI_TIFF_INT, to: path)
        case .int16(let samples): try encode(image, samples, PETRI_TIFF_INT, to: path)
        case .int32(let samples): try encode(image, samples, PETRI_TIFF_INT, to: path)
        case .float(let samples): try encode(image, samples, PETRI_TIFF_FLOAT, to: path)
        }
    }

    private static func encode<Sample>(_ image: Image, _ samples: [Sample], _ format: Int, to path: String) throws {
        guard let width = UInt32(exactly: image.width), let height = UInt32(exactly: image.height),
            let channels = UInt16(exactly: image.channels)
        else { throw InputError(path, "is too large for a TIFF") }
        var page = petri_tiff_page()
        page.width = width
        page.height = height
        page.channels = CInt(channels)
        page.hasAlpha = image.hasAlpha ? 1 : 0
        page.sampleBytes = CInt(MemoryLayout<Sample>.size)
        page.bits = page.sampleBytes * 8
        page.format = CInt(format)
        let description = image.pixelSize.flatMap { page.describe($0) }
        var encoded: UnsafeMutablePointer<UInt8>?
        var count = 0
        var message = CMessage()
        let failed = samples.withUnsafeBytes { buffer in
            message.fill { petri_tiff_write(&page, description, buffer.baseAddress, &encoded, &count, $0, $1) }
        }
        defer { free(encoded) }
        guard failed == 0 else { throw InputError(path, "cannot be written: \(message.text)") }
        try AtomicFile.write(to: path, synced: false) { write in
            try write(UnsafeRawBufferPointer(start: encoded, count: count))
        }
    }
}

extension petri_tiff_page {
    /// Takes the size of a pixel in; gives the text that says what the numbers count, if one is needed. What ImageJ can hold
    /// is told in its way, micrometres; other images tell theirs in pixels a centimetre.
    fileprivate mutating func describe(_ size: PixelSize) -> String? {
        let isImageJ = format == CInt(PETRI_TIFF_UINT) ? bits <= 16 : format == CInt(PETRI_TIFF_FLOAT)
        let hasFittingChannels = channels == 1 || (channels == 3 && bits == 8)
        let isTold = isImageJ && hasFittingChannels
        acrossResolution = (isTold ? 1 : 10_000) / size.x
        downResolution = (isTold ? 1 : 10_000) / size.y
        resolutionUnit = isTold ? 1 : 3
        return isTold ? ImageJDescription.micrometrePlane : nil
    }
}
