import ArgumentParser
import Canvas
import Command
import Foundation
import Imaging

/// `petri bench glyphs`: how fast and how well pictures become glyphs.
struct BenchGlyphsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "glyphs",
        abstract: "Milliseconds a frame and fidelity of each kind of glyphs.",
        discussion: """
            PSNR compares the drawn picture with the area-averaged original at the resolution of the glyphs' \
            sub-pixels, in dB; braille and ASCII as if their dots and ink filled their cells. Thrifty frames, which \
            `petri view` and the workbench draw, keep colours from cell to cell where that is hardly seen.

            Example:
              petri bench glyphs phase.tif --width 200 --height 60
            """)

    @Argument(help: "An image file.", completion: .file())
    var file: String

    @Option(help: "Columns.") var width = 200
    @Option(help: "Rows.") var height = 60
    @Option(help: "Frames that are timed.") var frames = 20
    @Flag(help: "Print JSON.") var json = false

    struct Result: Encodable {
        let symbols: String
        let isThrifty: Bool
        let millisecondsPerFrame: Double
        let psnr: Double
        let bytes: Int
    }

    func validate() throws {
        guard (1...1000).contains(width), (1...1000).contains(height), (1...10_000).contains(frames) else {
            throw ValidationError("--width and --height must be from 1 to 1000, --frames from 1 to 10000")
        }
    }

    func run() throws {
        let image = try ImageFile.read(file)
        let modes = [Symbols.half, .quadrant, .sextant, .octant, .braille, .ascii].flatMap { symbols in
            [0, Mosaic.usualErrorPerByte].map { Mosaic(symbols: symbols, colors: .truecolor, errorPerByte: $0) }
        }
        let results = modes.filter { $0.isThrifty || $0.errorPerByte == 0 }.map { mosaic -> Result in
            var canvas = Canvas(columns: 0, rows: 0)
            var times: [Double] = []
            // The first is not timed: it finds nothing in the caches.
            for frame in 0...frames {
                let begin = ContinuousClock.now
                canvas = mosaic.grid(of: .image(image, .full), columns: width, rows: height)
                if frame > 0 { times.append((ContinuousClock.now - begin) / .milliseconds(1)) }
            }
            return Result(
                symbols: mosaic.symbols.rawValue, isThrifty: mosaic.isThrifty,
                millisecondsPerFrame: times.sorted()[times.count / 2],
                psnr: mosaic.fidelity(of: canvas, to: image, .full),
                bytes: ANSIText(colors: .truecolor).text(canvas).utf8.count)
        }
        if json { return try JSONText.print(results) }
        let rows = results.map { result in
            [
                result.symbols, result.isThrifty ? "thrifty" : "exact",
                String(format: "%.2f", result.millisecondsPerFrame), String(format: "%.2f", result.psnr),
                "\(result.bytes)",
            ]
        }
        print(TextTable(header: ["glyphs", "fit", "ms/frame", "PSNR dB", "bytes"], rows: rows).text, terminator: "")
    }
}
