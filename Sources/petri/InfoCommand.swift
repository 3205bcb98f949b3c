import ArgumentParser
import Command
import Datasets
import Foundation
import Imaging

/// What a file or a data set holds.
struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Say what an image file or a data set holds.",
        discussion: """
            PATH is an image (PNG, TIFF, JPEG) or the folder of a data set. Read are: images/ and masks/ paired by name, \
            with or without train/ and test/ around them (cGAN-Seg, StarDist, DeepSea); <id>/images and <id>/masks with \
            one object a file (BBBC038); x.tif beside x_masks.tif (Cellpose, Omnipose) or x_im.tif beside x_mask.tif \
            (YeaZ); <set>/raw.tif and <set>/instances_ids.png (Usiigaci); 01/ with 01_GT, 01_ST or 01_RES (Cell Tracking \
            Challenge); images with COCO JSON (LIVECell, EVICAN), where PATH may be the JSON; two folders of which one is \
            named after masks or labels. --images and --masks name any two folders, or a folder and a COCO file.

            Of more than 5000 pairs, 1000 spread evenly over the set are read, and that is said; --all reads every one.

            Examples:
              petri info nuclei/train
              petri info --json cell.tif
              petri info --images "raw data" --masks "label masks"
            """)

    @Argument(help: "An image file or the folder of a data set.")
    var path: String?

    @Option(help: ArgumentHelp("The folder of the images.", valueName: "dir"))
    var images: String?

    @Option(help: ArgumentHelp("The folder of their masks.", valueName: "dir"))
    var masks: String?

    @Flag(help: "Read every pair of a large data set.")
    var all = false

    @OptionGroup var plane: PlaneOptions

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (images == nil) == (masks == nil), (path == nil) != (images == nil) else {
            throw ValidationError("Give a PATH, or both --images and --masks.")
        }
    }

    func run() throws {
        keepFreedMemory()
        if let images, let masks {
            try report(try DataSet(images: images, masks: masks))
        } else if let path {
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            let isImage = exists && !isFolder.boolValue && !DataSet.isFile(path)
            if isImage { try reportFile(path) } else { try reportFolder(path) }
        }
    }

    private func reportFolder(_ path: String) throws {
        do {
            try report(try DataSet(path))
        } catch let error as InputError {
            // A folder of images alone, or of masks alone, is no data set, but something can be said of it.
            guard let facts = try? LooseFiles.facts(path, all: all) else { throw error }
            try report(facts)
        }
    }

    private func report(_ dataSet: DataSet) throws {
        let progress = ProgressLine("Reading", unit: "pairs", delay: .seconds(1))
        let facts = try dataSet.taking(plane.selection).facts(all: all) { done, total in
            progress.update(done, fraction: Double(done) / Double(max(total, 1)))
        }
        progress.finish()
        try report(facts)
    }

    private func report(_ facts: DataSetFacts) throws {
        if json { return try JSONText.print(facts) }
        printFacts(facts.rows)
        for line in warningLines(facts.warnings) { print(line) }
    }

    private func reportFile(_ path: String) throws {
        let facts = try ImageFile.probe(path)
        let image = try ImageFile.read(path, plane: plane.selection)
        let file = FileFacts(path: path, facts, image)
        if json { return try JSONText.print(file) }
        let isGrey = image.isGreyStoredAsColour
        var rows: [(name: String, value: String)] = [
            ("path", path),
            ("size", "\(file.width)x\(file.height)"),
            ("channels", "\(file.channels)" + (isGrey ? " (\(file.channels == 4 ? "RGBA" : "RGB") holding grey)" : "")),
            ("bits", "\(file.bits) (\(file.format.rawValue)" + (file.usedBits.map { ", \($0) used" } ?? "") + ")"),
            ("pages", "\(file.pages)"),
            ("planes", file.planes),
            ("pixel size", file.pixelSize.map { "\(number($0.x)) x \(number($0.y)) um" } ?? "unknown"),
            ("min", "\(number(file.min))"),
            ("max", "\(number(file.max))"),
            ("mean", "\(number(file.mean))"),
        ]
        if file.notFinite > 0 { rows.append(("not finite", "\(counted(file.notFinite, "sample")), left out of these")) }
        printFacts(rows)
    }

    private func printFacts(_ facts: [(name: String, value: String)]) {
        print(TextTable.facts(facts).text, terminator: "")
    }

    private func number(_ value: Double) -> String { String(format: "%.7g", value) }
}

/// What an image file holds; the samples are those of the chosen plane, as stored.
private struct FileFacts: Encodable {
    let path: String
    let width: Int
    let height: Int
    let channels: Int
    let bits: Int
    let format: Image.Format
    let pages: Int
    let stack: StackShape
    let pixelSize: PixelSize?
    /// Bits that the samples need, where a camera's are kept in more.
    let usedBits: Int?
    let min: Double
    let max: Double
    let mean: Double
    /// Samples that are no number or infinite.
    let notFinite: Int

    init(path: String, _ facts: ImageFacts, _ image: Image) {
        self.path = path
        width = facts.width
        height = facts.height
        channels = facts.channels
        bits = facts.bits
        format = facts.format
        pages = facts.pages
        stack = facts.stack
        pixelSize = facts.pixelSize
        let statistics = image.statistics
        min = statistics.minimum
        max = statistics.maximum
        mean = statistics.mean
        notFinite = statistics.nonFinite
        let isTwelve = facts.format == .uint && facts.bits == 16 && (256..<4096).contains(statistics.maximum)
        usedBits = facts.significantBits ?? (isTwelve ? 12 : nil)
    }

    /// "3 channels, 5 slices, 2 frames (ImageJ)".
    var planes: String {
        let counts = [
            counted(stack.channels, "channel"), counted(stack.slices, "slice"), counted(stack.frames, "frame"),
        ]
        let source =
            switch stack.source {
            case .pages: ""
            case .imageJ: " (ImageJ)"
            case .ome: " (OME)"
            }
        return counts.joined(separator: ", ") + source
    }
}
