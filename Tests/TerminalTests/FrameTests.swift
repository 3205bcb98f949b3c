import Canvas
import Imaging
import Testing

@testable import Terminal

/// The least terminal that frames can be read back with: cursor addressing, erasing, colours and attributes.
private struct Emulator {
    var canvas: Canvas
    private var column = 0
    private var row = 0
    private var style = Style()

    init(columns: Int, rows: Int) { canvas = Canvas(columns: columns, rows: rows) }

    mutating func take(_ bytes: [UInt8]) {
        var text = String(decoding: bytes, as: UTF8.self)[...]
        while let character = text.first {
            if character == "\u{1B}" {
                let body = text.dropFirst(2)
                guard let end = body.firstIndex(where: { $0.isLetter }) else { return }
                act(String(body[..<end]), body[end])
                text = text[body.index(after: end)...]
            } else {
                // A terminal's cells take the ground of what is written.
                canvas.clear(Area(column: column, row: row, columns: DisplayWidth.of(character), rows: 1))
                column = canvas.draw(String(character), column: column, row: row, style)
                text = text.dropFirst()
            }
        }
    }

    private mutating func act(_ parameters: String, _ final: Character) {
        var numbers = parameters.split(separator: ";").map { Int($0) ?? 0 }
        switch final {
        case "H": (row, column) = numbers.isEmpty ? (0, 0) : (numbers[0] - 1, numbers[1] - 1)
        case "J": canvas.clear(canvas.area)
        case "K": canvas.clear(Area(column: column, row: row, columns: canvas.columns, rows: 1))
        case "m":
            while !numbers.isEmpty {
                let code = numbers.removeFirst()
                func color() -> RGB {
                    defer { numbers.removeFirst(4) }
                    return RGB(UInt8(numbers[1]), UInt8(numbers[2]), UInt8(numbers[3]))
                }
                switch code {
                case 0: style = Style()
                case 1: style.attributes.insert(.bold)
                case 4: style.attributes.insert(.underline)
                case 22: style.attributes.subtract([.bold, .dim])
                case 24: style.attributes.remove(.underline)
                case 38: style.foreground = color()
                case 48: style.background = color()
                case 39: style.foreground = nil
                case 49: style.background = nil
                default: break
                }
            }
        default: break
        }
    }
}

struct FrameTests {
    /// Foregrounds of blanks, which are not seen, made alike.
    private func seen(_ canvas: Canvas) -> [Cell] {
        canvas.cells.map { cell in
            guard cell.character == " " else { return cell }
            return Cell(
                " ", Style(nil, on: cell.background, cell.style.attributes.intersection([.underline, .reverse])))
        }
    }

    @Test func differencesOfAnyFramesLeadToTheNext() {
        var generator = SeededGenerator(seed: 4)
        let colors: [RGB?] = [nil, RGB(1, 2, 3), RGB(200, 100, 0)]
        let grounds: [RGB?] = [nil, RGB(90, 2, 3), RGB(0, 100, 0)]
        for _ in 0..<40 {
            var emulator = Emulator(columns: 30, rows: 6)
            var writer = FrameWriter(colors: .truecolor, isUTF8: true)
            var canvas = Canvas(columns: 30, rows: 6)
            for _ in 0..<12 {
                for _ in 0..<generator.index(below: 8) {
                    let texts = ["pair 12", "細胞", "x", "    ", "▀▄▀▄", "          "]
                    let style = Style(
                        colors[generator.index(below: 3)], on: grounds[generator.index(below: 3)],
                        generator.happens(0.3) ? .underline : generator.happens(0.2) ? .bold : [])
                    let place = (generator.index(below: 30), generator.index(below: 6))
                    canvas.draw(texts[generator.index(below: texts.count)], column: place.0, row: place.1, style)
                    if generator.happens(0.2) {
                        canvas.clear(Area(column: place.0, row: place.1, columns: 30, rows: 1))
                    }
                }
                emulator.take(writer.frame(canvas, synchronized: generator.happens(0.5)))
                let isSame = seen(emulator.canvas) == seen(canvas)
                #expect(isSame, "\(emulator.canvas.plainText)\(canvas.plainText)")
                if !isSame { return }
            }
        }
    }

    @Test func unchangedFrameTakesNoBytes() {
        var writer = FrameWriter(colors: .truecolor, isUTF8: true)
        var canvas = Canvas(columns: 20, rows: 3)
        canvas.draw("hello", column: 3, row: 1)
        #expect(!writer.frame(canvas, synchronized: false).isEmpty)
        #expect(writer.frame(canvas, synchronized: true).isEmpty)
        canvas.draw("J", column: 3, row: 1)
        #expect(writer.frame(canvas, synchronized: false) == Array("\u{1B}[2;4HJ".utf8))
    }

    @Test func pairsAreNumberedOnceAndEndAtTheLimit() {
        var pairs = PairCache(limit: 4)
        var defined: [Int32] = []
        func number(_ foreground: Int32, _ background: Int32) -> Int32 {
            pairs.number(foreground, background) {
                defined.append($0)
                return true
            }
        }
        #expect(
            [number(-1, -1), number(1, -1), number(1, 2), number(1, -1), number(3, 3), number(4, 4)] == [
                0, 1, 2, 1, 3, 0,
            ])
        #expect(defined == [1, 2, 3])
    }
}
