import Command
import Datasets
import Drawing
import Foundation
import Imaging
import Runs

/// What masks were asked for and what came out: masks.json, and the answer to `--json`.
struct MaskReport: Codable, Equatable {
    /// The source's cells.
    struct Source: Codable, Equatable {
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
    struct Settings: Codable, Equatable {
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
    struct Entry: Codable, Equatable, Sendable {
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
    /// Masks asked for, and those that are there.
    let count: Int
    var masks: [Entry] = []

    init(_ command: MasksCommand, _ sources: MaskSources, _ cells: DenseMasks, _ settings: MaskSettings) {
        version = Version.petri
        seed = command.seed
        pixelSize = sources.pixelSize
        count = command.count
        let found = sources.cells
        source = Source(
            path: sources.path.absolutePath, images: sources.images,
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

    /// What was asked for, without what came out.
    private var request: MaskReport {
        var request = self
        request.masks = []
        return request
    }

    /// Whether the folder, where it holds anything, holds masks of the same request: those are kept.
    /// - Throws: `InputError` where it holds anything else.
    func check(_ folder: String) throws {
        guard let content = try Folder.content(folder), !content.isEmpty else { return }
        let path = folder + "/" + Self.name
        guard content.contains(Self.name) else {
            throw InputError(folder, "exists and is not empty", advice: "name another folder for the masks")
        }
        guard let data = FileManager.default.contents(atPath: path),
            let found = try? JSONDecoder().decode(MaskReport.self, from: data), found.request == request
        else {
            throw InputError(
                folder, "holds masks that were asked for otherwise",
                advice: "give the same options to go on with them, or name another folder")
        }
    }

    static let name = "masks.json"

    func write(to folder: String) throws {
        let text = try JSONText.of(self) + "\n"
        try AtomicFile.write(to: folder + "/" + Self.name, synced: false) { write in
            try Array(text.utf8).withUnsafeBytes { try write($0) }
        }
    }

    /// What came out, in a line or two.
    func summary(of folder: String) -> String {
        func mean(_ value: (Entry) -> Double) -> Double {
            masks.reduce(0) { $0 + value($1) } / Double(max(masks.count, 1))
        }
        func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }
        let kind = settings.shapes == "drawn" ? "drawn after" : "recombined from"
        let cells = String(format: "%.0f", mean { Double($0.cells) })
        var text =
            "\(folder): \(counted(masks.count, "mask")) of \(settings.height)x\(settings.width), "
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
