/// What ImageJ says of a file in the description of its first page: lines of name=value, the first "ImageJ=1.54f".
/// (ImageJ's class FileInfo writes them, and keeps planes in the order channel, slice, frame.)
struct ImageJDescription: Equatable {
    /// Planes, 1 where nothing is said.
    private(set) var images = 1
    private var channels = 1
    private var slices = 1
    private var frames = 1
    /// What a length is counted in, as written.
    private(set) var unit: String?
    /// From slice to slice, in that unit.
    private(set) var spacing: Double?

    /// The most planes that are believed in.
    private static let maximumImages = 1 << 30

    /// Nil for any other description.
    init?(_ text: some StringProtocol) {
        guard text.hasPrefix("ImageJ=") else { return nil }
        // The longest that ImageJ writes has some twenty lines.
        for line in text.prefix(10_000).split(whereSeparator: \.isNewline).prefix(100) {
            let parts = line.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let count = Int(parts[1]).flatMap { (1...Self.maximumImages).contains($0) ? $0 : nil }
            switch parts[0] {
            case "images": images = count ?? images
            case "channels": channels = count ?? channels
            case "slices": slices = count ?? slices
            case "frames": frames = count ?? frames
            case "unit": unit = String(parts[1])
            case "spacing": spacing = Double(parts[1])
            default: break
            }
        }
    }

    /// The planes, which ImageJ takes for slices where the numbers do not fit each other.
    var shape: StackShape {
        let product = channels.multipliedReportingOverflow(by: slices)
        let planes = product.partialValue.multipliedReportingOverflow(by: frames)
        return !product.overflow && !planes.overflow && planes.partialValue == images
            ? StackShape(channels: channels, slices: slices, frames: frames, source: .imageJ)
            : StackShape(slices: images, source: .imageJ)
    }

    /// Micrometres in the unit, if it is a length.
    var micrometres: Double? { unit.flatMap(PixelSize.micrometres) }

    /// What ImageJ would write for one plane whose pixels are measured in micrometres.
    static let micrometrePlane = "ImageJ=1.54f\nimages=1\nunit=micron\n"
}
