import ArgumentParser
import Drawing
import Foundation
import Imaging

/// `petri sample-data`: draws small data sets to try everything on.
struct SampleDataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample-data",
        abstract: "Draw small annotated data sets to try Petri on.",
        discussion: """
            Writes DIR/fluorescence and DIR/phase-contrast, each with train and test, each of those with images/ and \
            masks/ (16-bit labels). They are drawn phantoms, not micrographs: fit to try the program, not to judge a \
            method. One seed gives the same pictures every time.

            Example:
              petri sample-data phantoms --seed 7 --density 1.5 --touching 0.6
            """)

    @Argument(help: "The folder to write to; made if it is not there.", completion: .directory)
    var folder: String

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
            ("--touching", touching, 0...1),
        ]
        for (name, value, range) in bounds where !range.contains(value) {
            throw ValidationError("\(name) must be from \(range.lowerBound) to \(range.upperBound), not \(value)")
        }
    }

    func run() throws {
        let settings = Phantom.Settings(density: density, size: size, contrast: contrast, touching: touching)
        let data = SampleData(settings: settings, seed: seed)
        let root = URL(fileURLWithPath: folder)
        let files = data.samples.map { sample in
            let part = root.appendingPathComponent(sample.kind.rawValue).appendingPathComponent(sample.part.rawValue)
            return (
                sample, image: part.appendingPathComponent("images/\(sample.name).png"),
                mask: part.appendingPathComponent("masks/\(sample.name).png")
            )
        }
        let readme = root.appendingPathComponent("README.txt")
        if !force {
            // All are looked at before the first is written, so that a refusal changes nothing.
            for file in [readme] + files.flatMap({ [$0.image, $0.mask] })
            where FileManager.default.fileExists(atPath: file.path) {
                throw InputError(
                    file.path, "is there already", advice: "name another folder, or give --force to overwrite")
            }
        }
        for file in files {
            try Self.makeFolder(file.image.deletingLastPathComponent())
            try Self.makeFolder(file.mask.deletingLastPathComponent())
            let phantom = file.0.draw()
            try ImageFile.write(phantom.image, to: file.image.path)
            try phantom.labels.write(to: file.mask.path)
        }
        do {
            try Self.note.write(to: readme, atomically: true, encoding: .utf8)
        } catch {
            throw InputError(readme.path, "cannot be written: \(error.localizedDescription)")
        }
        for kind in Phantom.Kind.allCases {
            let counts = SampleData.Part.allCases.map { "\($0.count) \($0.rawValue)" }.joined(separator: ", ")
            print("\(root.appendingPathComponent(kind.rawValue).path.printable): \(counts)")
        }
    }

    private static func makeFolder(_ folder: URL) throws {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw InputError(
                folder.path, "cannot be made: \(error.localizedDescription)", advice: "choose a folder you may write to"
            )
        }
    }

    private static let note = """
        Drawn phantoms, made by `petri sample-data`. No micrographs: a seeded generator drew the images together with
        their masks, so that Petri can be tried without data. Scores on them say that the program works, not how well
        a method does on real cells.

        fluorescence/    stained nuclei, 256x256 pixels, 12-bit counts in 16-bit PNG
        phase-contrast/  adherent cells, 256x256 pixels, 8-bit PNG

        Each holds train/ and test/, and these images/ and masks/, paired by name. Masks are 16-bit label images: 0 is
        background, every other number one object.

        """
}
