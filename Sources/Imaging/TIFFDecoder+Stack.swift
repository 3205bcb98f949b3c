import CTIFF
import Foundation

extension TIFFDecoder {
    /// What the first page says of all.
    struct Stack {
        var map: PlaneMap
        var pixelSize: PixelSize?
        var significantBits: Int?
    }

    /// Reads the description and the resolution of the selected page, which is to be the first. What is no OME-XML and no
    /// text of ImageJ's, or does not fit the pages, counts for nothing: every page is then a frame.
    func stack(_ page: petri_tiff_page, pages: Int) -> Stack {
        let bytes = petri_tiff_description(handle).map { [UInt8](UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
        var stack = Stack(map: PlaneMap(shape: StackShape(frames: pages)), pixelSize: page.pixelSize)
        guard let bytes else { return stack }
        if let ome = OMEDescription(bytes) {
            let fileName = URL(fileURLWithPath: name).lastPathComponent
            stack.map = ome.map(pages: pages, samples: Int(page.channels), fileName: fileName)
            stack.pixelSize = ome.pixelSize ?? stack.pixelSize
            stack.significantBits = ome.significantBits.flatMap { (1..<Int(page.bits)).contains($0) ? $0 : nil }
        } else if let imageJ = ImageJDescription(String(decoding: bytes, as: UTF8.self)) {
            // A file that says of fewer or more planes than it has pages was cut or put together by another program.
            if imageJ.images == pages {
                stack.map = PlaneMap(shape: imageJ.shape)
            } else if pages == 1 {
                stack.map = PlaneMap(shape: imageJ.shape, isContiguous: true)
            }
            if let micrometres = imageJ.micrometres {
                stack.pixelSize = PixelSize(
                    pixelsAcross: page.acrossResolution, pixelsDown: page.downResolution, to: micrometres,
                    z: imageJ.spacing.map { abs($0) * micrometres })
            }
        }
        return stack
    }
}

extension petri_tiff_page {
    /// As the resolution says.
    fileprivate var pixelSize: PixelSize? {
        let micrometres: Double? = resolutionUnit == 2 ? 25_400 : resolutionUnit == 3 ? 10_000 : nil
        return micrometres.flatMap {
            PixelSize(pixelsAcross: acrossResolution, pixelsDown: downResolution, to: $0)
        }.flatMap { $0.isMicroscopic ? $0 : nil }
    }
}
