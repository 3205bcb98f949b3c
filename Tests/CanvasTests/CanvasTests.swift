import Imaging
import Testing

@testable import Canvas

struct CanvasTests {
    @Test func textTakesTheColumnsItIsWide() {
        var canvas = Canvas(columns: 12, rows: 1)
        let end = canvas.draw("a細e\u{301}👩‍🔬b", column: 1, row: 0)
        #expect(end == 8)
        #expect(canvas[1, 0].character == "a" && canvas[2, 0].character == "細" && canvas[3, 0].character == Cell.rest)
        #expect(canvas[4, 0].character == "e\u{301}" && canvas[5, 0].character == "👩‍🔬" && canvas[7, 0].character == "b")
        #expect(canvas.plainText == " a細e\u{301}👩‍🔬b\n")
    }

    @Test func controlCharactersAreHarmless() {
        var canvas = Canvas(columns: 20, rows: 1)
        canvas.draw("a\u{1B}[2J\r\n\u{202E}\u{9B}\tb\u{7F}\u{300}", column: 0, row: 0)
        #expect(canvas.plainText == "a?[2J??? b?\u{A0}\u{300}\n")
        for cell in canvas.cells {
            for scalar in cell.character.unicodeScalars {
                #expect(
                    ![.control, .format].contains(scalar.properties.generalCategory), "\(cell.character.unicodeScalars)"
                )
            }
        }
    }

    @Test func wideCharacterCutInTwoIsBlank() {
        var canvas = Canvas(columns: 4, rows: 1)
        canvas.draw("細細", column: -1, row: 0)
        #expect(canvas.plainText == " 細\n")
        canvas.draw("xx細", column: 1, row: 0, in: Area(columns: 4, rows: 1))
        #expect(canvas.plainText == " xx\n")
        // Writing over a half takes the other along.
        canvas.draw("細胞", column: 0, row: 0)
        canvas.draw("a", column: 1, row: 0)
        #expect(canvas.plainText == " a胞\n")
        canvas.draw("b", column: 2, row: 0)
        #expect(canvas.plainText == " ab\n")
        canvas.draw("細胞", column: 0, row: 0)
        canvas.clear(Area(column: 1, row: 0, columns: 2, rows: 1))
        #expect(canvas.plainText == "\n")
    }

    @Test func drawingOutsideLeavesNothing() {
        var canvas = Canvas(columns: 3, rows: 2)
        let blank = canvas
        canvas.draw("abc", column: 0, row: 2)
        canvas.draw("abc", column: 0, row: -1)
        canvas.draw("abc", column: 3, row: 0)
        canvas.draw("abc", column: -3, row: 0)
        canvas.fill(Area(column: 5, row: 5, columns: 9, rows: 9), with: Cell("x"))
        canvas.place(
            Canvas(columns: 2, rows: 2, cells: .init(repeating: Cell("x"), count: 4)),
            in: Area(column: 3, columns: 4, rows: 4))
        #expect(canvas == blank)
    }

    @Test func placedCanvasKeepsTheGroundUnderIt() {
        var canvas = Canvas(columns: 4, rows: 1)
        canvas.clear(canvas.area, Style(on: RGB(1, 2, 3)))
        var other = Canvas(columns: 3, rows: 1)
        other.draw("a細", column: 0, row: 0)
        canvas.place(other, in: Area(column: 2, columns: 2, rows: 1))
        #expect(canvas.plainText == "  a\n")
        #expect(canvas[2, 0].background == RGB(1, 2, 3))
    }

    @Test func fittedTextKeepsTheEndAskedFor() {
        #expect("sample.tif".fitted(columns: 10) == "sample.tif")
        #expect("sample.tif".fitted(columns: 6) == "sampl~")
        #expect("/data/sample.tif".fitted(columns: 8, keepingEnd: true) == "~ple.tif")
        #expect("細胞".fitted(columns: 3) == "細~" && "細胞".fitted(columns: 2) == "~" && "細胞".fitted(columns: 0) == "")
    }

    @Test func widthsAreThoseOfWcwidth() throws {
        for line in try Fixture.text("widths").split(separator: "\n") {
            let words = line.split(separator: " ")
            let scalars = words.dropLast().compactMap { UInt32($0, radix: 16) }.compactMap(Unicode.Scalar.init)
            let cluster = String(String.UnicodeScalarView(scalars))
            #expect(cluster.displayColumns == words.last.flatMap { Int($0) }, "\(line)")
        }
    }

    @Test func octantsAreWhatUnicodeNamesThem() {
        for (pattern, glyph) in Symbols.octant.characters.enumerated() {
            guard let scalar = glyph.unicodeScalars.first, (0x1CD00...0x1CDE5).contains(scalar.value) else { continue }
            let cells = (0..<8).filter { pattern & (1 << $0) != 0 }.map { String($0 + 1) }.joined()
            #expect(scalar.properties.name == "BLOCK OCTANT-\(cells)")
        }
        // UPPER ONE QUARTER, LOWER ONE QUARTER, UPPER THREE QUARTERS, MIDDLE LEFT ONE QUARTER BLOCK
        #expect(Symbols.octant.characters[0b11] == "\u{1FB82}" && Symbols.octant.characters[0b1100_0000] == "\u{2582}")
        #expect(
            Symbols.octant.characters[0b0011_1111] == "\u{1FB85}"
                && Symbols.octant.characters[0b0001_0100] == "\u{1FBE6}")
        #expect(Symbols.octant.characters[0b0101_0101] == "▌" && Symbols.octant.characters[0b1010_1111] == "▜")
    }

    @Test func fewColorsKeepTextReadable() {
        // Both are nearest to the ANSI blue; a picture's glyph goes blank, text turns white.
        let (fore, back) = (RGB(0, 0, 230), RGB(10, 10, 220))
        let text = CellWriter.shown(Cell("x", foreground: fore, background: back), .ansi16)
        #expect(text.character == "x" && text.codes.foreground == 15 && text.codes.background == 4)
        #expect(CellWriter.shown(Cell("▀", foreground: fore, background: back), .ansi16).character == " ")
    }

    @Test func eightColorsKeepTextReadable() {
        func shown(_ foreground: UInt32?, _ background: UInt32?) -> [UInt32?] {
            let codes = CellWriter.Codes(foreground: foreground, background: background).textAmongEight
            return [codes.foreground, codes.background, codes.attributes.contains(.bold) ? 1 : 0]
        }
        #expect(shown(8, nil) == [7, nil, 0] && shown(9, nil) == [1, nil, 1] && shown(15, 8) == [7, 4, 1])
        // Bright white on white, bright blue on blue, black on dark grey.
        #expect(shown(15, 7) == [0, 7, 1] && shown(12, 4) == [7, 4, 1] && shown(0, 8) == [7, 4, 0])
        #expect(shown(0, 12) == [7, 4, 0] && shown(0, 9) == [7, 1, 0] && shown(0, 10) == [0, 2, 0])
        // A picture's halves of one colour look alike.
        let grey = CellWriter.Codes(foreground: 8, background: 15).pictureAmongEight
        #expect(grey.foreground == 0 && grey.background == 7 && grey.attributes.isEmpty)
        // An even grey is black in a picture, too.
        let image = Image(width: 1, height: 2, channels: 1, samples: .uint8([127, 127]))
        let cell = Mosaic(symbols: .half, colors: .ansi16).grid(
            of: .image(image, .range(100, 154)), columns: 1, rows: 1)[0, 0]
        let shown16 = CellWriter.shown(cell, .ansi16)
        #expect(shown16.character == " " && shown16.codes.background == 8)
        #expect(CellWriter.shown(cell, .ansi16, isBright: false).codes.background == 0)
        // Other depths have all their colours.
        let red = Cell("x", foreground: RGB(255, 0, 0))
        #expect(CellWriter.shown(red, .ansi16, isBright: false).codes.foreground == 1)
        #expect(CellWriter.shown(red, .truecolor, isBright: false).codes.foreground == 0xFF0000)
    }

    @Test func attributesAreSwitchedOneByOne() {
        var canvas = Canvas(columns: 4, rows: 1)
        canvas.draw("a", column: 0, row: 0, Style(attributes: [.bold, .underline]))
        canvas.draw("b", column: 1, row: 0, Style(attributes: [.dim, .underline]))
        canvas.draw("c", column: 2, row: 0, Style(attributes: .reverse))
        // ECMA-48: 1 bold, 2 faint, 4 underlined, 7 negative; 22, 24, 27 take them back.
        let text = ANSIText(colors: .mono).text(canvas)
        #expect(text == "\u{1B}[1;4ma\u{1B}[22;2mb\u{1B}[22;24;7mc\u{1B}[27m \n")
    }

    @Test func asciiStandsInForWhatIsNotThere() {
        var canvas = Canvas(columns: 12, rows: 1)
        canvas.draw("┌─┐│█⣿é細…→", column: 0, row: 0)
        #expect(ANSIText(colors: .mono, isUTF8: false).text(canvas) == "+-+|#:???~>\n".replacing("\n", with: " \n"))
    }
}
