import Foundation

/// How large a pixel is in the specimen, in micrometres.
public struct PixelSize: Equatable, Hashable, Sendable, Codable {
    /// Width of a pixel, positive.
    public let x: Double
    /// Height of a pixel, positive.
    public let y: Double
    /// Distance from slice to slice, positive, where it is known.
    public let z: Double?

    /// A size of micrometres; nil unless width and height are positive numbers. A distance that is none is left out.
    public init?(x: Double, y: Double, z: Double? = nil) {
        guard x.isFinite, y.isFinite, x > 0, y > 0 else { return nil }
        self.x = x
        self.y = y
        self.z = z.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
    }

    /// The same size with the distance from slice to slice unknown, as one plane has it.
    var ofPlane: PixelSize? { PixelSize(x: x, y: y) }

    /// The size that a file's resolution stands for, in pixels to a length of so many micrometres, to the six digits that
    /// TIFF and PNG keep. Nil where the file does not say.
    init?(pixelsAcross: Double, pixelsDown: Double, to micrometres: Double, z: Double? = nil) {
        self.init(
            x: Self.rounded(micrometres / pixelsAcross), y: Self.rounded(micrometres / pixelsDown), z: z)
    }

    private static func rounded(_ value: Double) -> Double {
        let scale = pow(10, 5 - log10(value).rounded(.down))
        return scale.isFinite && scale > 0 ? (value * scale).rounded() / scale : value
    }

    /// Whether the size may be that of a microscope's pixel. Resolutions of 72 to 1200 dots an inch (pixels above 20 µm) are
    /// for printing, and programs write them of themselves.
    var isMicroscopic: Bool { max(x, y) <= 20 }

    /// Micrometres in a unit, as ImageJ and OME write it; nil for what is no length, such as "pixel".
    static func micrometres(inUnit unit: String) -> Double? {
        switch unit {
        // The micro sign, the Greek letter, ImageJ's escape, and a micro sign that is not UTF-8.
        case "µm", "μm", "\\u00B5m", "\u{FFFD}m", "um", "micron", "microns", "micrometer", "micrometre": 1
        case "nm", "nanometer", "nanometre": 1e-3
        case "Å", "Å": 1e-4
        case "pm": 1e-6
        case "mm", "millimeter", "millimetre": 1e3
        case "cm": 1e4
        case "inch", "in": 25_400
        case "m", "meter", "metre": 1e6
        default: nil
        }
    }
}
