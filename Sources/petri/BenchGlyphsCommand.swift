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
            sub-pixels, in dB; braille and ASCII are drawn by density, not to be compared.

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
        let millisecondsPerFrame: Double
        let psnr: Double?
        let bytes: Int
    }

    func validate() throws {
        guard (1...1000).contains(width), (1...1000).contains(height), (1...10_000).contains(frames) else {
            throw ValidationError("--width and --height must be from 1 to 1000, --frames from 1 to 10000")
        }
    }

    func run() throws {
        let image = try ImageFile.read(file)
        let results = [Symbols.half, .quadrant, .sextant, .octant, .braille, .ascii].map { symbols -> Result in
            let mosaic = Mosaic(symbols: symbols, colors: .truecolor)
            var canvas = mosaic.grid(of: .image(image, .full), columns: width, rows: height)
            var times: [Double] = []
            for _ in 0..<frames {
                let begin = ContinuousClock.now
                canvas = mosaic.grid(of: .image(image, .full), columns: width, rows: height)
                times.append((ContinuousClock.now - begin) / .milliseconds(1))
            }
            let isDrawn = symbols != .ascii
            return Result(
                symbols: symbols.rawValue, millisecondsPerFrame: times.sorted()[times.count / 2],
                psnr: isDrawn ? mosaic.fidelity(of: canvas, to: image, .full) : nil,
                bytes: ANSIText(colors: .truecolor).text(canvas).utf8.count)
        }
        if json { return try JSONText.print(results) }
        let rows = results.map { result in
            [
                result.symbols, String(format: "%.2f", result.millisecondsPerFrame),
                result.psnr.map { String(format: "%.2f", $0) } ?? "-", "\(result.bytes)",
            ]
        }
        print(TextTable(header: ["glyphs", "ms/frame", "PSNR dB", "bytes"], rows: rows).text, terminator: "")
    }
}
