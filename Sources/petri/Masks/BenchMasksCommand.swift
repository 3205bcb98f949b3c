import ArgumentParser
import Command
import Datasets
import Drawing
import Foundation
import Imaging
import Runs

/// `petri bench masks`: how many label masks are built in a second.
struct BenchMasksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "masks",
        abstract: "Label masks built in a second, on one processor and on all.",
        discussion: """
            Builds masks as `petri masks` does, of the cells of SOURCE (default: phantom nuclei), and once more with \
            their PNG files written to the temporary folder.

            Example:
              petri bench masks --size 512x768 --cells 100
            """)

    @Argument(help: "A data set, or a folder of label images (default: phantom nuclei).", completion: .directory)
    var source: String?

    @OptionGroup(title: "What masks are like") var wishes: MaskWishes

    @Option(help: "Seconds that each figure is measured for.") var seconds = 2.0
    @Flag(help: "Print JSON.") var json = false

    struct Result: Encodable {
        let height: Int
        let width: Int
        let layout: String
        let shapes: String
        let wholeCells: Int
        let cells: Double
        let cover: Double
        let processors: Int
        let masksPerSecond: Double
        let masksPerSecondOnAll: Double
        let masksPerSecondWritten: Double
    }

    func validate() throws {
        guard (0.1...600).contains(seconds) else { throw ValidationError("--seconds must be from 0.1 to 600") }
    }

    func run() throws {
        keepFreedMemory()
        let sources = try source.map { try MaskSources($0) } ?? MaskSources(phantoms: 18)
        var wishes = wishes
        if wishes.size == nil, source == nil { wishes.size = PixelSizeText("512x768") }
        if wishes.cells == nil, wishes.density == nil, wishes.cover == nil { wishes.cells = 100 }
        let cells = DenseMasks(sources.cells, shapes: wishes.source.shapes)
        let settings = try wishes.settings(for: sources)
        let folder = NSTemporaryDirectory() + "/petri-bench-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }

        let processors = ProcessInfo.processInfo.activeProcessorCount
        let one = try measure(batch: [0]) { cells.mask(settings, seed: 1, number: $0) }
        let chunk = Array(0..<16 * processors)
        let all = try measure(batch: chunk) { cells.mask(settings, seed: 1, number: $0) }
        let written = try measure(batch: chunk) { number in
            let mask = cells.mask(settings, seed: 1, number: number)
            try mask.labels.write(to: "\(folder)/\(number % chunk.count).png")
            return mask
        }
        let result = Result(
            height: settings.height, width: settings.width, layout: settings.layout.rawValue,
            shapes: cells.shapes.rawValue, wholeCells: sources.cells.wholeCells, cells: one.cells, cover: one.cover,
            processors: processors, masksPerSecond: one.rate, masksPerSecondOnAll: all.rate,
            masksPerSecondWritten: written.rate)
        if json { return try JSONText.print(result) }
        let rows = [("one processor", one.rate), ("\(processors) processors", all.rate), ("with files", written.rate)]
        print(
            "\(result.height)x\(result.width), \(result.layout), "
                + String(format: "%.1f cells, cover %.2f, ", one.cells, one.cover)
                + "\(result.shapes) of \(result.wholeCells) whole cells\n")
        print(
            TextTable(header: ["", "masks/s"], rows: rows.map { [$0.0, String(format: "%.0f", $0.1)] }).text,
            terminator: "")
    }

    /// Masks a second, and what they are like, when a batch of numbers is worked on at once, again and again.
    private func measure(
        batch: [Int], _ build: @Sendable (Int) throws -> DenseMask
    ) throws -> (rate: Double, cells: Double, cover: Double) {
        let start = ContinuousClock.now
        var (count, cells, cover) = (0, 0, 0.0)
        while ContinuousClock.now - start < .seconds(seconds) {
            let first = count
            let facts = try concurrentMap(batch) { index in
                let mask = try build(first + index)
                return (cells: mask.cells, cover: mask.cover)
            }
            count += facts.count
            for mask in facts { (cells, cover) = (cells + mask.cells, cover + mask.cover) }
        }
        let elapsed = (ContinuousClock.now - start).seconds
        return (Double(count) / elapsed, Double(cells) / Double(count), cover / Double(count))
    }
}
