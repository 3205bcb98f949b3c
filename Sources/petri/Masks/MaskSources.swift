import Command
import Datasets
import Drawing
import Imaging
import Runs

/// What masks are built from: the cells of a data set or of label images, their usual size, and that of their pixels.
struct MaskSources {
    let path: String
    let images: Int
    let cells: CellSource
    /// The most frequent size; of equally frequent ones the largest.
    let usualSize: (width: Int, height: Int)
    /// Where all files that say it agree.
    let pixelSize: PixelSize?
    let warnings: [String]

    /// Reads all label images.
    /// - Throws: `InputError` if there is none, or one cannot be read.
    init(_ path: String) throws {
        let set = try LabelSet(path)
        guard !set.items.isEmpty else { throw InputError(path, "holds no label images") }
        let progress = ProgressLine("Reading", total: set.items.count, unit: "masks", delay: .seconds(1))
        let report: @Sendable (Int) -> Void = { progress.update($0) }
        let read = try concurrentMap(set.items, progress: report) { item in
            if Interruption.received != nil { throw Interrupted() }
            let labels = try item.labels()
            return (
                cells: CellSource(labels), width: labels.width, height: labels.height, pixelSize: item.pixelSize()
            )
        }
        progress.finish()
        var cells = CellSource()
        for image in read { cells.add(image.cells) }
        let pixelSizes = Set(read.compactMap(\.pixelSize))
        self.path = path
        images = set.items.count
        self.cells = cells
        usualSize = Self.usual(read.map { ($0.width, $0.height) })
        pixelSize = pixelSizes.count == 1 ? pixelSizes.first : nil
        warnings = set.warnings
    }

    /// The cells of drawn phantoms.
    init(phantoms count: Int) {
        var cells = CellSource()
        for index in 0..<count {
            cells.add(CellSource(Phantom.draw(.fluorescence, seed: UInt64(index)).labels))
        }
        path = "phantoms"
        images = count
        self.cells = cells
        usualSize = (256, 256)
        pixelSize = nil
        warnings = []
    }

    private static func usual(_ sizes: [(width: Int, height: Int)]) -> (width: Int, height: Int) {
        let counts = Dictionary(grouping: sizes) { [$0.width * $0.height, $0.width, $0.height] }
        let usual = counts.max { ($0.value.count, $0.key[0], $0.key[1]) < ($1.value.count, $1.key[0], $1.key[1]) }
        return usual.map { ($0.key[1], $0.key[2]) } ?? (0, 0)
    }
}
