import Foundation

/// previews/grid.json: how the pictures beside it are made up of tiles, the same for all of a run. A picture is a table: a
/// row for each of a few crops that are the same at every step, a column for each way to look at it.
public struct PreviewGrid: Codable, Equatable, Sendable {
    /// What a column shows.
    public enum Column: String, Codable, CaseIterable, Sendable {
        /// The real image.
        case image
        /// Its true classes: black background, grey objects, white borders.
        case mask
        /// The segmenter's classes of the real image.
        case segmented
        /// The generated image of the true classes; without it where there is no generator.
        case generated
        /// A crop put together anew, as the segmenter of arm recombined learns from beside real ones; of other cells than
        /// the rest of the row.
        case recombined
    }

    /// Size of a tile in pixels. The tile of row r and column c begins at (c tileWidth, r tileHeight).
    public var tileWidth: Int
    public var tileHeight: Int
    public var rows: Int
    public var columns: [Column]

    public init(tileWidth: Int, tileHeight: Int, rows: Int, columns: [Column]) {
        (self.tileWidth, self.tileHeight, self.rows, self.columns) = (tileWidth, tileHeight, rows, columns)
    }
}

/// A picture made while training.
public struct Preview: Equatable, Sendable {
    public let path: String
    public let step: Int
}

extension RunDirectory {
    private var gridPath: String { previewsPath + "/grid.json" }

    /// Writes previews/grid.json.
    public func write(_ grid: PreviewGrid) throws { try RunDocuments.write(grid, to: gridPath) }

    /// Reads previews/grid.json.
    /// - Throws: `InputError` where it is absent or damaged.
    public func previewGrid() throws -> PreviewGrid { try RunDocuments.read(PreviewGrid.self, from: gridPath) }

    /// The path of the picture of a step.
    public func previewPath(step: Int) -> String {
        let digits = String(step)
        return previewsPath + "/" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits + ".png"
    }

    /// The pictures made so far, by step; none where the folder cannot be read.
    public func previews() -> [Preview] {
        let names = (try? Folder.content(previewsPath)) ?? []
        return names.compactMap { name -> Preview? in
            guard name.hasSuffix(".png"), let step = Int(name.dropLast(4)), step >= 0 else { return nil }
            return Preview(path: previewsPath + "/" + name, step: step)
        }.sorted { $0.step < $1.step }
    }
}
