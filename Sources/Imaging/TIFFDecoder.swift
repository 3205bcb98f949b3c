import CTIFF
import Foundation

/// One open TIFF.
final class TIFFDecoder {
    let handle: OpaquePointer
    let name: String
    // What the handle reads from must live as long as it does.
    private let file: InputFile?
    private let memory: UnsafeMutableBufferPointer<UInt8>?

    /// A TIFF on disk, of which only what is asked for is read.
    init(file: InputFile) throws {
        var message = CMessage()
        let handle = message.fill { petri_tiff_open(nil, file.descriptor, UInt64(file.count), $0, $1) }
        guard let handle else { throw InputError(file.path, "is a damaged TIFF: \(message.text)") }
        self.handle = handle
        self.file = file
        name = file.path
        memory = nil
    }

    /// A TIFF in memory.
    init(bytes: [UInt8], name: String) throws {
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
        _ = memory.initialize(from: bytes)
        var message = CMessage()
        let handle = message.fill { petri_tiff_open(memory.baseAddress, -1, UInt64(memory.count), $0, $1) }
        guard let handle else {
            memory.deallocate()
            throw InputError(name, "is a damaged TIFF: \(message.text)")
        }
        self.handle = handle
        self.memory = memory
        self.name = name
        file = nil
    }

    deinit {
        petri_tiff_close(handle)
        memory?.deallocate()
    }

    var damage: InputError {
        InputError(name, "cannot be read as TIFF: \(String(cString: petri_tiff_message(handle)))")
    }

    private func pageCount() throws -> Int {
        var pages: UInt32 = 0
        guard petri_tiff_count_pages(handle, &pages) == 0 else { throw damage }
        return Int(pages)
    }

    /// Goes to a page and checks what it claims.
    private func select(_ index: Int) throws -> petri_tiff_page {
        var page = petri_tiff_page()
        guard petri_tiff_select(handle, UInt32(index), &page) == 0 else { throw damage }
        _ = try ImageFile.sampleCount(
            width: Int(page.width), height: Int(page.height), channels: Int(page.channels), name: name)
        return page
    }

    /// What the directories say.
    func facts() throws -> ImageFacts {
        let pages = try pageCount()
        let page = try select(0)
        let stack = stack(page, pages: pages)
        let expands = page.expandsPalette
        return ImageFacts(
            width: Int(page.width), height: Int(page.height), channels: expands ? 3 : Int(page.channels),
            bits: expands ? 8 : Int(page.bits), format: page.sampleFormat, pages: pages, container: .tiff,
            isPalette: page.photometric == CInt(PETRI_TIFF_PALETTE), stack: stack.map.shape,
            pixelSize: stack.pixelSize, significantBits: stack.significantBits)
    }

    /// One decoded plane.
    func image(_ selection: PlaneSelection, as interpretation: ImageFile.Interpretation) throws -> Image {
        // Counting goes through the pages, so it comes first.
        let pages = try pageCount()
        var page = try select(0)
        let stack = stack(page, pages: pages)
        let place = try stack.map.place(
            of: selection, samples: interpretation == .picture && page.expandsPalette ? 3 : Int(page.channels),
            name: name)
        page = try select(place.page)
        // Beyond the page's own samples, which libtiff may find in strips of any order, those that follow it.
        let following = stack.map.isContiguous && place.plane > 0 ? place.plane : nil
        let samples: Image.Samples =
            switch (page.sampleFormat, page.sampleBytes) {
            case (.uint, 1): .uint8(try read(page, following))
            case (.uint, 2): .uint16(try read(page, following))
            case (.uint, _): .uint32(try read(page, following))
            case (.int, 1): .int8(try read(page, following))
            case (.int, 2): .int16(try read(page, following))
            case (.int, _): .int32(try read(page, following))
            case (.float, _): .float(try read(page, following))
            }
        var image = Image(
            width: Int(page.width), height: Int(page.height), channels: Int(page.channels), bits: Int(page.bits),
            hasAlpha: page.hasAlpha != 0, pixelSize: stack.pixelSize?.ofPlane, samples: samples)
        if interpretation == .picture {
            if page.expandsPalette {
                image = try colours(of: image)
            } else if page.photometric == CInt(PETRI_TIFF_WHITE_IS_ZERO) {
                image = image.turnedOver()
            }
        }
        guard let sample = place.sample else { return image }
        guard sample < image.channels else {
            throw InputError(name, "has pages that differ in their channels; there is no channel \(sample + 1) here")
        }
        return image.channel(sample)
    }

    private func read<Sample>(_ page: petri_tiff_page, _ following: Int?) throws -> [Sample] {
        let count = Int(page.width) * Int(page.height) * Int(page.channels)
        let size = UInt64(count * MemoryLayout<Sample>.size)
        var failed: CInt = 0
        let samples = [Sample](unsafeUninitializedCapacity: count) { target, initialized in
            failed =
                following.map { petri_tiff_read_following(handle, UInt64($0), target.baseAddress, size) }
                ?? petri_tiff_read(handle, target.baseAddress, size)
            initialized = failed == 0 ? count : 0
        }
        guard failed == 0 else { throw damage }
        return samples
    }

    /// The palette's 8-bit colours in place of the indices.
    private func colours(of indices: Image) throws -> Image {
        let entries = 1 << indices.bits
        var palette = [UInt16](repeating: 0, count: 3 * entries)
        guard petri_tiff_read_palette(handle, &palette, UInt64(palette.count)) == 0 else { throw damage }
        // The specification says 16 bits; some writers meant 8.
        let shift: UInt16 = palette.contains { $0 > 255 } ? 8 : 0
        var colours = [UInt8]()
        colours.reserveCapacity(indices.samples.count * 3)
        func append(_ index: Int) {
            for channel in 0..<3 {
                colours.append(UInt8(truncatingIfNeeded: palette[channel * entries + index] >> shift))
            }
        }
        switch indices.samples {
        case .uint8(let values): for value in values { append(Int(value)) }
        case .uint16(let values): for value in values { append(Int(value)) }
        default: throw InputError(name, "has palette indices that are not whole numbers of 1 to 16 bits")
        }
        return Image(
            width: indices.width, height: indices.height, channels: 3, pixelSize: indices.pixelSize,
            samples: .uint8(colours))
    }
}

extension petri_tiff_page {
    /// How the bits of a sample are read.
    fileprivate var sampleFormat: Image.Format {
        format == CInt(PETRI_TIFF_UINT) ? .uint : format == CInt(PETRI_TIFF_INT) ? .int : .float
    }

    /// Whether the page's samples are palette indices that can be looked up.
    fileprivate var expandsPalette: Bool {
        photometric == CInt(PETRI_TIFF_PALETTE) && channels == 1 && bits <= 16 && sampleFormat == .uint
    }
}

extension Image {
    /// The image with its unsigned samples counted from the other end; other samples stay.
    fileprivate func turnedOver() -> Image {
        var turned = self
        let top = bits >= 32 ? UInt32.max : UInt32(1) << UInt32(bits) - 1
        switch samples {
        case .uint8(let values): turned.samples = .uint8(values.map { UInt8(truncatingIfNeeded: top) - $0 })
        case .uint16(let values): turned.samples = .uint16(values.map { UInt16(truncatingIfNeeded: top) - $0 })
        case .uint32(let values): turned.samples = .uint32(values.map { top - $0 })
        default: break
        }
        return turned
    }
}
