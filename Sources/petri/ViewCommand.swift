import ArgumentParser
import Canvas
import Command
import Datasets
import Foundation
import Imaging

/// `petri view`: an image, a mask or both as block glyphs on standard output.
struct ViewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "view",
        abstract: "Show an image, a mask, or both in the terminal.",
        discussion: """
            With --mask, the objects' outlines are drawn over the image, each in a colour that its neighbours do not \
            have; --tint fills the objects instead, --side-by-side shows the mask beside the image. --labels says that \
            FILE itself is a mask; palette images are masks without being told.

            Half blocks keep the colours of noisy images; sextants keep the edges of masks, where the font has them.

            Examples:
              petri view cells.tif
              petri view cells.tif --mask cells_labels.png --symbols sextant
              petri view cells.tif --window 200:4000 --width 120 | less -R
              petri view hyperstack.tif --channel 2 --slice 5 --frame 10
            """)

    @Argument(help: "A PNG, TIFF or JPEG file.", completion: .file())
    var file: String

    @Option(help: "A label image of the same size, to show with the image.", completion: .file())
    var mask: String?

    @Option(help: "Columns to use at most. (default: the terminal's)")
    var width: Int?

    @Option(help: "Rows to use at most. (default: the terminal's)")
    var height: Int?

    @Option(
        help: "Glyphs: \(Symbols.allCases.map(\.rawValue).joined(separator: ", ")). (default: half; braille in mono)")
    var symbols: Symbols?

    @Option(
        help: "Colours: \(ColorDepth.allCases.map(\.rawValue).joined(separator: ", ")). (default: the terminal's)")
    var colors: ColorDepth?

    // Unconditional, since LO may be negative.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Values shown as black and white: auto (percentiles), full, or LO:HI as in 100:4095.",
            valueName: "auto|full|LO:HI"))
    var window: Window = .auto

    @OptionGroup var plane: PlaneOptions

    @Flag(help: "FILE is a mask: show its objects.")
    var labels = false

    @Flag(help: "Fill the objects with their colours instead of outlining them.")
    var tint = false

    @Flag(help: "Show image and mask beside each other.")
    var sideBySide = false

    func validate() throws {
        for (name, value) in [("--width", width), ("--height", height)] {
            if let value, !(1...10_000).contains(value) {
                throw ValidationError("\(name) must be from 1 to 10000, not \(value)")
            }
        }
        if labels, mask != nil { throw ValidationError("--labels says that FILE is a mask; give --mask or --labels") }
        if mask == nil, tint || sideBySide { throw ValidationError("--tint and --side-by-side need --mask") }
    }

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        let terminal = TerminalFacts(descriptor: STDOUT_FILENO)
        let colors = colors ?? .detected(in: environment)
        let symbols = symbols ?? .default(isUTF8: terminal.isUTF8, colors: colors)
        let columns = width ?? terminal.columns
        // A line stays free for the prompt.
        let rows = height ?? max(terminal.rows - 1, 1)
        let text: String
        if sideBySide, let mask {
            let (image, labels) = try pair(mask)
            let sheet = ContactSheet(
                columns: columns, rows: max(rows - 1, 1), symbols: symbols, colors: colors)
            text = sheet.text([
                [.init(Self.name(file), .image(image, window)), .init(Self.name(mask), .labels(labels))]
            ])
        } else {
            let grid = Mosaic(symbols: symbols, colors: colors).grid(of: try picture(), columns: columns, rows: rows)
            text = ANSIText(colors: colors).text(grid)
        }
        FileHandle.standardOutput.write(Data(text.utf8))
    }

    private func picture() throws -> Picture {
        if let mask {
            let (image, labels) = try pair(mask)
            return .overlaid(image, labels, tint ? .tint : .outline, window)
        }
        if try labels || ImageFile.probe(file).isPalette {
            return .labels(try Self.objects(file, plane: plane.selection))
        }
        return .image(try ImageFile.read(file, plane: plane.selection), window)
    }

    private func pair(_ mask: String) throws -> (Image, LabelImage) {
        let pair = Pair(name: Self.name(file), imagePath: file, maskFiles: .whole(mask)).taking(plane.selection)
        let (image, objects) = try pair.read()
        return (image, objects.labels)
    }

    /// The labels of a mask; a mask with one value only is binary, and its objects are its connected parts.
    private static func objects(_ path: String, plane: PlaneSelection) throws -> LabelImage {
        let labels = try LabelImage.read(path, plane: plane)
        return labels.presentLabels.count == 1 ? labels.components() : labels
    }

    private static func name(_ path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }
}

extension Symbols: ExpressibleByArgument {}

extension Symbols {
    /// The symbols that show most on a terminal.
    static func `default`(isUTF8: Bool, colors: ColorDepth) -> Symbols {
        !isUTF8 ? .ascii : colors == .mono ? .braille : .half
    }
}

extension ColorDepth: ExpressibleByArgument {}

extension Window: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }

    public var defaultValueDescription: String {
        switch self {
        case .auto: "auto"
        case .full: "full"
        case .range(let low, let high): "\(low):\(high)"
        }
    }
}
