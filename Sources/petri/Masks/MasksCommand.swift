import ArgumentParser
import Command
import Datasets
import Drawing
import Foundation
import Imaging
import Runs
import Synchronization

/// `petri masks`: label masks of recombined or drawn cells.
struct MasksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "masks",
        abstract: "Build label masks, of any density, from the cells of annotated images.",
        discussion: """
            SOURCE is a data set, or a folder of label images. Its whole cells are pasted without overlap, each at random \
            turned, flipped, rescaled and bent; of fewer than \(DenseMasks.fewCells) whole cells new ones are drawn \
            after their shapes and sizes. Mask number k depends on the seed and k only. A mask that has no room for what \
            was asked for is written all the same, and the shortfall told.

            Layouts: flat (anywhere), colony (gathered in discs), gradient (denser towards one side), confluent (side by \
            side all over, grown until they meet).

            DIR gets masks/0001.png ... (16-bit labels) and masks.json: what was asked for, and what each mask has. \
            Interrupted, the same command goes on where it was.

            Examples:
              petri masks my-data --density 2 --count 100 --out dense
              petri masks my-data --cells 150 --size 512x768 --layout colony --touching 0.5 --out colonies
              petri generate my-run --masks dense --count 200 --out synthetic
            """)

    @Argument(help: "A data set, a folder of label images, or one label image.", completion: .directory)
    var source: String

    @Option(help: "A new folder for the masks, or one that was begun with the same options.", completion: .directory)
    var out: String

    @Option(help: "How many masks.")
    var count = 20

    @Option(help: "Decides all that is random.")
    var seed: UInt64 = 42

    @OptionGroup(title: "What masks are like") var wishes: MaskWishes

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (1...1_000_000).contains(count) else { throw ValidationError("--count must be from 1 to 1000000") }
    }

    func run() throws {
        keepFreedMemory()
        Interruption.watch()
        do {
            try build()
        } catch is Interrupted {
            throw ExitCode(Outcome.interrupted)
        }
    }

    private func build() throws {
        let sources = try MaskSources(source)
        for line in warningLines(sources.warnings) { StandardError.write(line + "\n") }
        let cells = DenseMasks(sources.cells, shapes: wishes.source.shapes)
        let settings = try wishes.settings(for: sources)
        guard cells.source.wholeCells > 0 || settings.target == .cells(0) else {
            throw InputError(
                source, "has no cell that lies wholly in its image", advice: "give masks with whole cells")
        }
        var report = MaskReport(self, sources, cells, settings)
        try report.check(out)
        try Folder.make(out + "/masks")
        try report.write(to: out)
        let batch = MaskBatch(folder: out, count: count, seed: seed, pixelSize: sources.pixelSize)
        report.masks = try batch.write(cells, settings)
        try report.write(to: out)
        if report.masks.count < count {
            StandardError.write("petri: interrupted; \(report.masks.count) of \(count) masks are there\n")
            throw Interrupted()
        }
        if json { return try JSONText.print(report) }
        print(report.summary(of: out.printable))
    }
}

/// The masks of one command, written on all processors.
struct MaskBatch {
    let folder: String
    let count: Int
    let seed: UInt64
    let pixelSize: PixelSize?

    /// Writes the masks, as far as no interruption comes, and tells what each has.
    /// - Throws: `InputError` where the folder or the disk refuses.
    func write(_ cells: DenseMasks, _ settings: MaskSettings) throws -> [MaskReport.Entry] {
        let progress = ProgressLine("Building", total: count, unit: "masks", delay: .seconds(1))
        defer { progress.finish() }
        let digits = max(String(count).count, 4)
        // The first mask that cannot be written ends the work on the others.
        let hasFailed = Atomic(false)
        let report: @Sendable (Int) -> Void = { progress.update($0) }
        let entries = try concurrentMap(Array(0..<count), progress: report) { number -> MaskReport.Entry? in
            if Interruption.received != nil || hasFailed.load(ordering: .relaxed) { return nil }
            let mask = cells.mask(settings, seed: seed, number: number)
            let text = String(number + 1)
            let name = String(repeating: "0", count: digits - text.count) + text + ".png"
            do {
                // An interrupted command has written some; each is whole.
                let path = "\(folder)/masks/\(name)"
                if access(path, F_OK) != 0 { try mask.labels.write(to: path, pixelSize: pixelSize) }
            } catch {
                hasFailed.store(true, ordering: .relaxed)
                throw error
            }
            return MaskReport.Entry(name, mask)
        }
        return entries.compactMap { $0 }
    }
}
