import ArgumentParser
import Command
import Drawing
import Foundation
import Imaging
import Runs

/// `petri sample-data`: draws small data sets to try everything on.
struct SampleDataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample-data",
        abstract: "Draw small annotated data sets to try Petri on.",
        discussion: """
            Writes data sets into folders of DIR, each in another layout that Petri reads: fluorescence (images/ and \
            masks/), phase-contrast (Cellpose), tissue (BBBC038, colour) and time-lapse (Cell Tracking Challenge, with \
            divisions). They are drawn phantoms, not micrographs: fit to try the program, not to judge a method. One \
            seed gives the same pictures every time.

            Examples:
              petri sample-data phantoms --seed 7 --density 1.5 --touching 0.6
              petri sample-data crowded --kind tissue --count 30 --image-size 512
            """)

    @Argument(help: "The folder to write to; made if it is not there.", completion: .directory)
    var folder: String

    @Option(
        help: ArgumentHelp(
            "A data set to draw; may be given several times (default: all).",
            valueName: SampleData.Kind.allCases.map(\.rawValue).joined(separator: "|")))
    var kind: [SampleData.Kind] = []

    @Option(
        help: """
            Images of each set, a third of them for testing, or frames of the time-lapse (default: 18, tissue 4, \
            time-lapse 12).
            """)
    var count: Int?

    @Option(help: "Width and height of the images in pixels (32 to 2048).")
    var imageSize = 256

    @Option(help: "Decides all that is random.")
    var seed: UInt64 = 42

    @Option(help: "Objects for an area, as a multiple of the usual number (0.1 to 5).")
    var density = 1.0

    @Option(help: "Diameter of objects, as a multiple of the usual one (0.3 to 4).")
    var size = 1.0

    @Option(help: "Contrast of objects, as a multiple of the usual one (0.1 to 3); the noise stays.")
    var contrast = 1.0

    @Option(help: "Share of objects put right beside another (0 to 1).")
    var touching = 0.3

    @Flag(help: "Overwrite files of an earlier run.")
    var force = false

    func validate() throws {
        let bounds = [
            ("--density", density, 0.1...5), ("--size", size, 0.3...4), ("--contrast", contrast, 0.1...3),
            ("--touching", touching, 0...1), ("--image-size", Double(imageSize), 32...2048),
            ("--count", Double(count ?? 1), 1...10_000),
        ]
        for (name, value, range) in bounds where !range.contains(value) {
            let allowed = NumberRange.closed(range.lowerBound, range.upperBound)
            throw ValidationError("\(name) must be \(allowed), not \(NumberRange.text(value))")
        }
    }

    func run() throws {
        let settings = Phantom.Settings(
            width: imageSize, height: imageSize, density: density, size: size, contrast: contrast, touching: touching)
        let data = SampleData(settings: settings, seed: seed, count: count)
        let kinds = SampleData.Kind.allCases.filter { kind.isEmpty || kind.contains($0) }
        let items = kinds.map { (kind: $0, items: data.items($0)) }
        let note = folder + "/README.txt"
        if !force {
            // All are looked at before the first is written, so that a refusal changes nothing.
            let files = FileManager.default
            for path in [note] + kinds.map({ "\(folder)/\($0.rawValue)" }) where files.fileExists(atPath: path) {
                throw InputError(path, "is there already", advice: "name another folder, or give --force to overwrite")
            }
        }
        let progress = ProgressLine(
            "Drawing", total: items.reduce(0) { $0 + $1.items.count }, unit: "pictures", delay: .seconds(1))
        var done = 0
        for (kind, items) in items {
            for item in items {
                try write(item.draw(), of: kind)
                done += 1
                progress.update(done)
            }
        }
        progress.finish()
        try Self.write(Self.note(kinds), to: note)
        for (kind, items) in items {
            print("\(folder)/\(kind.rawValue): \(Self.summary(kind, items))".printable)
        }
    }

    private static func summary(_ kind: SampleData.Kind, _ items: [SampleData.Item]) -> String {
        let paths = items.flatMap(\.imagePaths)
        if kind == .timeLapse { return "\(paths.count) frames" }
        let test = paths.count { $0.hasPrefix("test/") }
        return "\(paths.count - test) train, \(test) test"
    }

    /// Writes what belongs together. Where a file stands for each object or frame, none of another run may stay beside them.
    private func write(_ files: [SampleData.File], of kind: SampleData.Kind) throws {
        let paths = files.map { "\(folder)/\(kind.rawValue)/\($0.path)" }
        let folders = Set(paths.map { ($0 as NSString).deletingLastPathComponent }).sorted()
        if kind == .tissue || kind == .timeLapse {
            let written = Set(paths)
            for folder in folders {
                let there = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
                if let stale = there.sorted().first(where: { !written.contains("\(folder)/\($0)") }) {
                    throw InputError(
                        "\(folder)/\(stale)", "is left from something else and would mix with the new files",
                        advice: "remove that folder, or name another")
                }
            }
        }
        for folder in folders { try Self.makeFolder(folder) }
        for (file, path) in zip(files, paths) {
            switch file.content {
            case .image(let image): try ImageFile.write(image, to: path)
            case .labels(let labels): try labels.write(to: path)
            case .text(let text): try Self.write(text, to: path)
            }
        }
    }

    private static func write(_ text: String, to path: String) throws {
        try AtomicFile.write(to: path, synced: false) { write in
            try Array(text.utf8).withUnsafeBytes { try write($0) }
        }
    }

    private static func makeFolder(_ folder: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw InputError(
                folder, "cannot be made: \(error.localizedDescription)", advice: "choose a folder you may write to")
        }
    }

    private static func note(_ kinds: [SampleData.Kind]) -> String {
        """
        Drawn phantoms, made by `petri sample-data`. No micrographs: a seeded generator drew the images together with
        their masks, so that Petri can be tried without data. Scores on them say that the program works, not how well
        a method does on real cells. Each set has another of the layouts that Petri reads.

        \(kinds.map(lines).joined(separator: "\n\n"))

        In label images 0 is background, every other number one object.

        """
    }

    private static func lines(_ kind: SampleData.Kind) -> String {
        switch kind {
        case .fluorescence:
            """
            fluorescence/    stained nuclei: 12-bit counts in 16-bit TIFF, with the size of a pixel (0.65 um)
              train/images/NAME.tif, train/masks/NAME.png (16-bit labels), and the same in test/
            """
        case .phaseContrast:
            """
            phase-contrast/  adherent cells with halos: 8-bit PNG, laid out as for Cellpose
              train/NAME_img.png, train/NAME_masks.png (16-bit labels), and the same in test/
            """
        case .tissue:
            """
            tissue/          nuclei of a stained section, crowded: 8-bit RGB PNG, laid out as BBBC038
              train/NAME/images/NAME.png, train/NAME/masks/ (a file of 0 and 255 for every object), and the same in test/
            """
        case .timeLapse:
            """
            time-lapse/      nuclei that wander and divide: 16-bit TIFF, laid out as for the Cell Tracking Challenge
              01/tTTT.tif, 01_GT/SEG/man_segTTT.tif, 01_GT/TRA/man_trackTTT.tif, 01_GT/TRA/man_track.txt (a line a track:
              label, first frame, last frame, label of the parent or 0); a label is the same cell in all frames
            """
        }
    }
}

extension SampleData.Kind: ExpressibleByArgument {}
