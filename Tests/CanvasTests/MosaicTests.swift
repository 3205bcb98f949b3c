import Imaging
import Testing

@testable import Canvas

struct MosaicTests {
    private func text(_ picture: Picture, _ symbols: Symbols, _ colors: ColorDepth, columns: Int, rows: Int) -> String {
        ANSIText(colors: colors).text(
            Mosaic(symbols: symbols, colors: colors).grid(of: picture, columns: columns, rows: rows))
    }

    @Test func glyphsOfAllPatternsAreDistinctAndWhatUnicodeSays() {
        for symbols in Symbols.allCases where symbols != .ascii {
            #expect(Set(symbols.characters).count == 1 << (symbols.across * symbols.down))
        }
        // BLOCK SEXTANT-1, -23, -23456; BRAILLE PATTERN DOTS-14, -78.
        #expect(Symbols.sextant.characters[0b000001] == "\u{1FB00}")
        #expect(Symbols.sextant.characters[0b000110] == "\u{1FB05}")
        #expect(Symbols.sextant.characters[0b111110] == "\u{1FB3B}")
        #expect(Symbols.braille.characters[0b00000011] == "\u{2809}")
        #expect(Symbols.braille.characters[0b11000000] == "\u{28C0}")
        #expect(Symbols.ascii.characters.allSatisfy { $0.isASCII })
    }

    @Test(arguments: [(100, 100, 80, 24, 48, 24), (400, 100, 80, 24, 80, 10), (100, 400, 80, 24, 12, 24)])
    func aspectIsKept(width: Int, height: Int, columns: Int, rows: Int, expectedColumns: Int, expectedRows: Int) {
        let image = Image(
            width: width, height: height, channels: 1, samples: .uint8(.init(repeating: 0, count: width * height)))
        for symbols in Symbols.allCases {
            let grid = Mosaic(symbols: symbols, colors: .mono).grid(of: .image(image), columns: columns, rows: rows)
            #expect(grid.columns == expectedColumns && grid.rows == expectedRows)
        }
    }

    @Test func smallPictureIsEnlargedByAWholeNumber() {
        let image = Image(width: 2, height: 2, channels: 1, samples: .uint8([0, 255, 255, 0]))
        // Room for 3.5 times: 3, so 6 x 6 sub-pixels.
        let mosaic = Mosaic(symbols: .half, colors: .truecolor, errorPerByte: 0)
        let grid = mosaic.grid(of: .image(image, .full), columns: 7, rows: 9)
        #expect(grid.columns == 6 && grid.rows == 3)
        #expect(grid[0, 0].background == RGB(0, 0, 0) && grid[3, 0].background == RGB(255, 255, 255))
        #expect(grid[0, 1] == Cell("▄", foreground: RGB(255, 255, 255), background: RGB(0, 0, 0)))
        #expect(grid[3, 1] == Cell("▀", foreground: RGB(255, 255, 255), background: RGB(0, 0, 0)))
    }

    @Test func nothingIsShownOfNothing() {
        let image = Image(width: 2, height: 1, channels: 1, samples: .uint8([0, 1]))
        #expect(text(.image(image), .half, .truecolor, columns: 0, rows: 5) == "")
        #expect(text(.labels(LabelImage(width: 0, height: 0)), .half, .truecolor, columns: 5, rows: 5) == "")
    }

    @Test func sequencesAreWrittenOnlyWhereColorsChange() {
        let red = RGB(205, 0, 0)
        let grid = Canvas(
            columns: 4, rows: 1,
            cells: [
                Cell("▀", foreground: red, background: RGB(0, 0, 0)),
                Cell("▀", foreground: red, background: RGB(0, 0, 0)),
                Cell(" ", background: RGB(0, 0, 0)), Cell("x"),
            ])
        #expect(ANSIText(colors: .truecolor).text(grid) == "\u{1B}[38;2;205;0;0;48;2;0;0;0m▀▀ \u{1B}[39;49mx\n")
        #expect(ANSIText(colors: .indexed256).text(grid) == "\u{1B}[38;5;160;48;5;16m▀▀ \u{1B}[39;49mx\n")
        #expect(ANSIText(colors: .ansi16).text(grid) == "\u{1B}[31;40m▀▀ \u{1B}[39;49mx\n")
        #expect(ANSIText(colors: .mono).text(grid) == "▀▀ x\n")
        #expect(
            ANSIText(colors: .ansi16).text(
                Canvas(columns: 1, rows: 1, cells: [Cell("x", foreground: RGB(255, 0, 0))]))
                == "\u{1B}[91mx\u{1B}[0m\n")
    }

    @Test func monoHasNoSequencesAndKeepsBrightness() {
        let image = Image(width: 40, height: 40, channels: 1, samples: .uint8((0..<1600).map { UInt8($0 / 40 * 6) }))
        for symbols in Symbols.allCases {
            let shown = text(.image(image, .full), symbols, .mono, columns: 20, rows: 10)
            #expect(!shown.contains("\u{1B}"))
            let lines = shown.split(separator: "\n")
            #expect(lines.count == 10)
            #expect(lines[0].allSatisfy { $0 == " " || $0 == "\u{2800}" })
            #expect(!(lines.last ?? " ").contains(" "))
        }
    }

    @Test func greyGroundIsPlainWhereColorsAreFew() {
        // A ground of about 130 with a dark and a bright spot, as in phase contrast.
        var values = (0..<1600).map { UInt8(128 + $0 * 7 % 5) }
        for y in 8..<12 { for x in 8..<12 { values[y * 40 + x] = 40 } }
        for y in 28..<32 { for x in 28..<32 { values[y * 40 + x] = 230 } }
        let image = Image(width: 40, height: 40, channels: 1, samples: .uint8(values))
        let lines = text(.image(image, .full), .half, .mono, columns: 40, rows: 20).split(separator: "\n").map {
            Array($0)
        }
        let dark = lines[4...5].flatMap { $0[8..<12] }
        let bright = lines[14...15].flatMap { $0[28..<32] }
        #expect(dark.count { $0 != " " } >= 6 && bright.count { $0 != " " } >= 6)
        #expect(lines[2].allSatisfy { $0 == " " })
        let grid = Mosaic(symbols: .half, colors: .ansi16).grid(of: .image(image, .full), columns: 40, rows: 20)
        #expect(grid[20, 2].background?.ansi16 == 8 && grid[9, 5].background?.ansi16 == 0)
        #expect(grid[29, 15].background?.ansi16 == 15)
    }

    @Test func touchingObjectsStayApartWithoutColors() {
        let labels = LabelImage(width: 8, height: 4, labels: (0..<32).map { $0 % 8 < 4 ? 1 : 2 })
        #expect(text(.labels(labels), .half, .mono, columns: 8, rows: 2) == "███ ████\n███ ████\n")
        #expect(text(.labels(labels), .ascii, .mono, columns: 8, rows: 2) == "####oooo\n####oooo\n")
    }

    @Test func outlineFollowsTheRimAndLeavesTheInside() {
        let image = Image(width: 5, height: 6, channels: 1, samples: .uint8(.init(repeating: 80, count: 30)))
        var labels = LabelImage(width: 5, height: 6)
        for y in 1..<5 { for x in 1..<4 { labels[x, y] = 1 } }
        let raster = Raster(image, window: .full, width: 5, height: 6)
        let shown = raster.overlaid(labels, InstanceColors(labels), .outline)
        #expect(RGB(shown.color(0)) == RGB(80, 80, 80))
        #expect(RGB(shown.color(6)) == InstanceColors.color(0))
        #expect(RGB(shown.color(12)) == RGB(80, 80, 80))
        #expect(RGB(raster.overlaid(labels, InstanceColors(labels), .tint).color(12)) == RGB(160, 70, 65))
    }

    @Test func filledObjectsKeepTheirColorsWhereThereAreFew() {
        let image = Image(width: 2, height: 2, channels: 1, samples: .uint8([0, 0, 40, 40]))
        let labels = LabelImage(width: 2, height: 2, labels: [1, 1, 1, 1])
        let grid = Mosaic(symbols: .half, colors: .ansi16).grid(
            of: .overlaid(image, labels, .tint, .full), columns: 2, rows: 1)
        #expect(grid[0, 0].background == InstanceColors.color(0) && grid[1, 0].background == InstanceColors.color(0))
    }

    @Test func nearestColorsAreTheNearest() {
        func shown(_ index: Int) -> RGB {
            if index >= 232 {
                let grey = UInt8(8 + 10 * (index - 232))
                return RGB(grey, grey, grey)
            }
            let levels: [UInt8] = [0, 95, 135, 175, 215, 255]
            return RGB(levels[(index - 16) / 36], levels[(index - 16) / 6 % 6], levels[(index - 16) % 6])
        }
        for red in stride(from: 0, through: 255, by: 51) {
            for green in stride(from: 0, through: 255, by: 23) {
                for blue in stride(from: 3, through: 255, by: 28) {
                    let color = RGB(UInt8(red), UInt8(green), UInt8(blue))
                    let least = (16..<256).map { color.squaredDistance(to: shown($0)) }.min()
                    #expect(color.squaredDistance(to: shown(Int(color.indexed256))) == least, "\(color)")
                }
            }
        }
        #expect(RGB(250, 10, 10).ansi16 == 9 && RGB(120, 130, 125).ansi16 == 8 && RGB(0, 0, 0).ansi16 == 0)
    }

    @Test func environmentSaysHowManyColors() {
        #expect(ColorDepth.detected(in: ["NO_COLOR": "1", "COLORTERM": "truecolor"]) == .mono)
        #expect(ColorDepth.detected(in: ["NO_COLOR": "", "COLORTERM": "truecolor"]) == .truecolor)
        #expect(ColorDepth.detected(in: ["STY": "1.tty", "COLORTERM": "truecolor", "TERM": "screen"]) == .ansi16)
        #expect(ColorDepth.detected(in: ["TERM": "tmux-256color"]) == .indexed256)
        #expect(ColorDepth.detected(in: ["TERM": "xterm"]) == .ansi16)
        #expect(ColorDepth.detected(in: ["TERM": "dumb"]) == .mono)
        #expect(ColorDepth.detected(in: [:]) == .mono)
    }
}

struct ContactSheetTests {
    @Test func picturesStandSideBySideUnderTheirCaptions() {
        let bright = Image(width: 4, height: 4, channels: 1, samples: .uint8(.init(repeating: 255, count: 16)))
        let sheet = ContactSheet(columns: 12, rows: 2, symbols: .half, colors: .mono)
        let text = sheet.text([
            [.init("real", .image(bright, .full)), .init("細胞cell", .image(bright, .full))],
            [.init("\u{1B}[2J", .image(bright, .full))],
        ])
        #expect(text == "real   細胞~\n████   ████\n████   ████\n?[2J\n████\n████\n")
    }
}
