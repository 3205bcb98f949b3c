import ArgumentParser
import Drawing
import Imaging
import Runs

/// The options of what masks are to be like.
struct MaskWishes: ParsableArguments {
    @Option(help: ArgumentHelp("Cells of a mask.", valueName: "n"))
    var cells: Int?

    @Option(help: ArgumentHelp("Cells, as a multiple of the source's own for an area (default: 1).", valueName: "x"))
    var density: Double?

    @Option(help: ArgumentHelp("Share of a mask that cells are to cover, more than 0 to 1.", valueName: "share"))
    var cover: Double?

    @Option(help: ArgumentHelp("Height and width in pixels (default: the sources' most usual).", valueName: "HxW"))
    var size: PixelSizeText?

    @Option(help: "flat, colony, gradient or confluent.")
    var layout = MaskSettings.Layout.flat

    @Option(help: "Discs of the colony layout (1 to 100).")
    var colonies = 3

    @Option(help: ArgumentHelp("Factor of cells' diameters, from LO to HI (0.1 to 10).", valueName: "LO:HI"))
    var scale = ScaleRange(0.75...1.25)

    @Option(help: "Strength of the elastic deformation, as a share of a cell's radius (0 to 0.5).")
    var elastic = 0.05

    @Option(help: ArgumentHelp("Pixels of background, at least, between any two cells.", valueName: "px"))
    var gap: Int?

    @Option(
        help: ArgumentHelp(
            "Share of the cells that touch another, 0 to 1 (default: the source's).", valueName: "share"))
    var touching: Double?

    @Option(help: ArgumentHelp("Share of the cells that are daughters of a division, in pairs.", valueName: "share"))
    var divisions = 0.0

    @Option(help: "recombined (the sources' own cells), drawn (after their shapes) or auto.")
    var source = ShapeChoice.auto

    func validate() throws {
        let bounds: [(String, Double?, ClosedRange<Double>)] = [
            ("--density", density, 0.001...1000), ("--cover", cover, 0.000_001...1), ("--elastic", elastic, 0...0.5),
            ("--touching", touching, 0...1), ("--divisions", divisions, 0...1),
            ("--cells", cells.map(Double.init), 0...65535), ("--gap", gap.map(Double.init), 0...1_000_000),
            ("--colonies", Double(colonies), 1...100), ("--scale", scale.range.lowerBound, 0.1...10),
            ("--scale", scale.range.upperBound, 0.1...10),
        ]
        for (name, value, range) in bounds {
            guard let value, !range.contains(value) else { continue }
            let numbers = NumberRange.closed(range.lowerBound, range.upperBound)
            throw ValidationError("\(name) must be \(numbers), not \(NumberRange.text(value))")
        }
        if let size, !(1...32768).contains(size.height) || !(1...32768).contains(size.width) {
            throw ValidationError("--size must be HxW, both from 1 to 32768")
        }
        let targets = [("--cells", cells != nil), ("--density", density != nil), ("--cover", cover != nil)]
        try exclude(targets)
        try exclude([("--gap", gap != nil), ("--touching", touching != nil)])
    }

    private func exclude(_ options: [(name: String, isGiven: Bool)]) throws {
        let given = options.filter(\.isGiven).map(\.name)
        if given.count > 1 { throw ValidationError("give only one of \(given.joined(separator: " and "))") }
    }

    /// The wishes with what the sources decide.
    /// - Throws: `InputError` where a mask would have more cells than 16 bits have labels.
    func settings(for sources: MaskSources) throws -> MaskSettings {
        let (width, height) = size.map { ($0.width, $0.height) } ?? sources.usualSize
        let target: MaskSettings.Target
        if let cells {
            target = .cells(cells)
        } else if let cover {
            target = .cover(cover)
        } else if layout == .confluent && density == nil {
            target = .full
        } else {
            let wanted = (density ?? 1) * sources.cells.density * Double(width) * Double(height)
            guard wanted <= Double(UInt16.max) else {
                throw InputError(
                    "--density", "asks for \(NumberRange.text(wanted.rounded())) cells, but a 16-bit mask holds 65535",
                    advice: "lower it, or give a smaller --size")
            }
            target = .cells(max(Int(wanted.rounded()), 1))
        }
        return MaskSettings(
            width: width, height: height, target: target, layout: layout, colonies: colonies,
            spacing: gap.map { .gap($0) } ?? .touching(touching ?? sources.cells.touching), scale: scale.range,
            elastic: elastic, divisions: divisions)
    }
}

/// Where shapes come from, or what the number of whole cells decides.
enum ShapeChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, recombined, drawn

    var shapes: DenseMasks.Shapes? {
        switch self {
        case .auto: nil
        case .recombined: .recombined
        case .drawn: .drawn
        }
    }
}

/// "LO:HI", or one number for both.
struct ScaleRange: ExpressibleByArgument {
    let range: ClosedRange<Double>

    init(_ range: ClosedRange<Double>) { self.range = range }

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        guard let low = parts[0], let high = parts[parts.count - 1], parts.count <= 2, low <= high else { return nil }
        range = low...high
    }

    var defaultValueDescription: String {
        "\(NumberRange.text(range.lowerBound)):\(NumberRange.text(range.upperBound))"
    }
}

extension MaskSettings.Layout: ExpressibleByArgument {}

extension PixelSizeText: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}
