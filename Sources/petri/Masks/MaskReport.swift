import Command
import Drawing
import Foundation
import Imaging

/// What masks were asked for and what came out: masks.json, and the answer to `--json`.
struct MaskReport: Encodable {
    /// The source's cells.
    struct Source: Encodable {
        let path: String
        let images: Int
        let cells: Int
        let wholeCells: Int
        /// Cells in a million pixels.
        let cellsPerMegapixel: Double
        let cover: Double
        let touching: Double
        let meanArea: Double
    }

    /// What holds for all masks.
    struct Settings: Encodable {
        let height: Int
        let width: Int
        /// One of both, or none where masks are filled.
        let cells: Int?
        let cover: Double?
        let layout: String
        let colonies: Int?
        let gap: Int?
        let touching: Double?
        let scale: [Double]
        let elastic: Double
        let divisions: Double
        /// "recombined" or "drawn".
        let shapes: String
    }

    /// One mask.
    struct Entry: Encodable, Sendable {
        let file: String
        let cells: Int
        let cover: Double
        let touching: Double
        let pairs: Int
        /// Whether the target was reached.
        let isComplete: Bool

        init(_ name: String, _ mask: DenseMask) {
            file = "masks/" + name
            cells = mask.cells
            cover = mask.cover
            touching = mask.touching
            pairs = mask.pairs
            isComplete = mask.isComplete
        }
    }

    let version: String
    let seed: UInt64
    /// Micrometres, where known.
    let pixelSize: PixelSize?
    let source: Source
    let settings: Settings
    let masks: [Entry]
    private let folder: String

    init(
        _ command: MasksCommand, _ sources: MaskSources, _ cells: DenseMasks, _ settings: MaskSettings,
        _ entries: [Entry]
    ) {
        version = Version.petri
        seed = command.seed
        pixelSize = sources.pixelSize
        folder = command.out
        masks = entries
        let found = sources.cells
        source = Source(
            path: URL(fileURLWithPath: sources.path).standardizedFileURL.path, images: sources.images,
            cells: found.cells, wholeCells: found.wholeCells, cellsPerMegapixel: found.density * 1e6,
            cover: found.cover, touching: found.touching, meanArea: found.meanArea)
        var (count, cover): (Int?, Double?)
        switch settings.target {
        case .cells(let wanted): count = wanted
        case .cover(let share): cover = share
        case .full: break
        }
        var (gap, touching): (Int?, Double?)
        switch settings.spacing {
        case .gap(let pixels): gap = pixels
        case .touching(let share): touching = share
        }
        self.settings = Settings(
            height: settings.height, width: settings.width, cells: count, cover: cover,
            layout: settings.layout.rawValue, colonies: settings.layout == .colony ? settings.colonies : nil, gap: gap,
            touching: touching, scale: [settings.scale.lowerBound, settings.scale.upperBound],
            elastic: settings.elastic, divisions: settings.divisions, shapes: cells.shapes.rawValue)
    }

    private enum CodingKeys: CodingKey { case version, seed, pixelSize, source, settings, masks }

    func write(to path: String) throws {
        let text = try JSONText.of(self) + "\n"
        try AtomicFile.write(to: path, synced: false) { write in
            try Array(text.utf8).withUnsafeBytes { try write($0) }
        }
    }

    /// What came out, in a line or two.
    var summary: String {
        func mean(_ value: (Entry) -> Double) -> Double {
            masks.reduce(0) { $0 + value($1) } / Double(max(masks.count, 1))
        }
        func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }
        let kind = settings.shapes == "drawn" ? "drawn after" : "recombined from"
        let cells = String(format: "%.0f", mean { Double($0.cells) })
        var text =
            "\(folder): \(masks.count) mask\(masks.count == 1 ? "" : "s") of \(settings.height)x\(settings.width), "
            + "\(cells) cells each (\(kind) \(source.wholeCells)), cover \(percent(mean(\.cover))), "
            + "\(percent(mean(\.touching))) touching"
        let short = masks.filter { !$0.isComplete }
        if !short.isEmpty {
            let least = short.map(\.cells).min() ?? 0
            let asked =
                self.settings.cells.map { "\($0) cells" } ?? "a cover of \(percent(self.settings.cover ?? 1))"
            text += "\n\(short.count) of them had no room for \(asked); the fewest cells are \(least)"
        }
        return text
    }
}
