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
            PATH is an image (PNG, TIFF) or the folder of a data set: images/ and masks/ paired by name, <id>/images and \
            <id>/masks with one object a file (BBBC038), <set>/raw.tif and <set>/instances_ids.png (Usiigaci), or two \
            folders of which one is named after masks or labels. --images and --masks name any two folders.

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
            if exists && !isFolder.boolValue { try reportFile(path) } else { try report(try DataSet(path)) }
        }
    }

    private func report(_ dataSet: DataSet) throws {
        let progress = ProgressLine("reading", total: dataSet.pairs.count)
        let facts = try dataSet.facts(progress: progress.update)
        progress.finish()
        if json { return try printJSON(facts) }
        printColumns([
            ("path", facts.path),
            ("layout", dataSet.layoutDescription),
            ("pairs", "\(facts.pairs)"),
            ("sizes", list(facts.sizes)),
            ("channels", list(facts.channels.map(String.init))),
            ("bits", list(facts.bits.map(String.init))),
            ("masks", facts.maskEncoding),
            ("objects", "\(facts.objects)"),
            ("images", list(facts.images)),
        ])
        printWarnings(facts.warnings, toStandardError: false)
    }

    private func reportFile(_ path: String) throws {
        let facts = try ImageFile.probe(path)
        let image = try ImageFile.read(path)
        let file = FileFacts(path: path, facts, image)
        if json { return try printJSON(file) }
        let isGrey = image.isGreyStoredAsColour
        printColumns([
            ("path", path),
            ("size", "\(file.width)x\(file.height)"),
            ("channels", "\(file.channels)" + (isGrey ? " (\(file.channels == 4 ? "RGBA" : "RGB") holding grey)" : "")),
            ("bits", "\(file.bits) (\(file.format.rawValue))"),
            ("pages", "\(file.pages)"),
            ("min", "\(number(file.min))"),
            ("max", "\(number(file.max))"),
            ("mean", "\(number(file.mean))"),
        ])
    }

    private func number(_ value: Double) -> String { String(format: "%.7g", value) }

    private func list(_ values: [String]) -> String {
        values.prefix(8).joined(separator: ", ") + (values.count > 8 ? " and \(values.count - 8) more" : "")
    }
}

/// What an image file holds; the samples are those of all channels of the first page, as stored.
private struct FileFacts: Encodable {
    let path: String
    let width: Int
    let height: Int
    let channels: Int
    let bits: Int
    let format: Image.Format
    let pages: Int
    let min: Double
    let max: Double
    let mean: Double

    init(path: String, _ facts: ImageFacts, _ image: Image) {
        self.path = path
        width = facts.width
        height = facts.height
        channels = facts.channels
        bits = facts.bits
        format = facts.format
        pages = facts.pages
        let statistics = image.statistics
        min = statistics.minimum
        max = statistics.maximum
        mean = statistics.mean
    }
}
