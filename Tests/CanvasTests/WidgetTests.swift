import Foundation
import Imaging
import Testing

@testable import Canvas

struct WidgetTests {
    private static let theme = Theme(
        name: "test",
        styles: [
            .selection: Style(RGB(255, 255, 255), on: RGB(0, 0, 128)), .muted: Style(RGB(128, 128, 128)),
            .header: Style(attributes: .bold), .mark: Style(RGB(255, 255, 0)), .field: Style(on: RGB(32, 32, 32)),
            .border: Style(RGB(80, 80, 80)), .borderFocused: Style(RGB(80, 160, 255)), .key: Style(RGB(255, 128, 0)),
            .statusBar: Style(on: RGB(32, 32, 32)), .statusMode: Style(RGB(0, 0, 0), on: RGB(80, 160, 255)),
            .series1: Style(RGB(0, 0, 255)), .series2: Style(RGB(255, 0, 0)), .axis: Style(RGB(99, 99, 99)),
        ])

    private static let names = [
        "plain.tif", "名前名前.tif", "e\u{301}tude.png", "a-very-long-file-name.tif", "bad\u{1B}[2J",
    ]

    private static var table: Table {
        Table(
            [.init("Name", .flexible(minimum: 4)), .init("Size", .fixed(7), .right)], count: 20,
            scroll: Scroll(selected: 2), isMarked: { $0 == 1 },
            cell: { row, column in
                column == 0 ? Line(names[row % names.count]) : Line([Span("51\(row)", .muted), Span("px")])
            })
    }

    private static var plot: LinePlot {
        LinePlot([
            .init("falling", x: (0..<100).map(Double.init), y: (0..<100).map { exp(-Double($0) / 30) }, .series1),
            .init(
                "broken", x: (0..<100).map(Double.init),
                y: (0..<100).map { (40..<50).contains($0) ? .nan : Double($0) / 100 }, .series2),
        ])
    }

    private static var input: TextInput {
        var input = TextInput("filter 細胞 text")
        input.move(by: -4)
        return input
    }

    /// Every widget, with what it is called and the size of its golden text.
    private static var widgets: [(name: String, columns: Int, rows: Int, widget: any Widget)] {
        [
            ("box", 20, 4, Box("Title", footer: "3/7", isFocused: true)),
            ("table", 24, 8, table),
            (
                "table-empty", 20, 3,
                Table.list(count: 0, scroll: Scroll(), placeholder: "nothing here", line: { _ in "" })
            ),
            ("field", 24, 1, Field("/", input)),
            ("field-scrolled", 10, 1, Field(": ", input)),
            ("field-empty", 24, 1, Field("/", TextInput(), isFocused: false, placeholder: "type to filter")),
            (
                "menu", 24, 6,
                Menu(
                    "Send to",
                    [.init("Viewer", keys: "v"), .init("Trash", keys: "ctrl-d", isEnabled: false), .init("Curation")],
                    scroll: Scroll(selected: 2))
            ),
            ("progress", 24, 1, ProgressBar(0.43, label: "43 %")),
            ("histogram", 16, 3, Histogram((0..<16).map { Double($0 * $0) }, highlighted: 0.5...1)),
            (
                "status", 40, 1,
                StatusBar(mode: "BROWSE", left: "12 pairs marked", right: ["truecolor", "120x40"])
            ),
            ("status-narrow", 28, 1, StatusBar(mode: "BROWSE", left: "12 pairs marked", right: ["truecolor", "1x4"])),
            ("paragraph", 16, 4, Paragraph("Words are broken at blanks, incomprehensibilities where they must.")),
            ("plot", 40, 10, plot),
            ("plot-log", 40, 10, LinePlot([plot.series[0]], isLogarithmic: true, crosshair: 30)),
            ("scroll-bar", 1, 6, ScrollBar(count: 12, top: 3)),
        ]
    }

    @Test func longWordsAreCutAndPathsBehindTheirSlashes() {
        #expect(
            Paragraph.lines("path /work/wt/finish4/sample-data/fluorescence x", columns: 14) == [
                "path /work/wt/", "finish4/", "sample-data/", "fluorescence x",
            ])
        #expect(Paragraph.lines("/abcdefgh", columns: 4) == ["/abc", "defg", "h"])
    }

    @Test func widgetsLookAsTheyDid() throws {
        for entry in Self.widgets {
            var canvas = Canvas(columns: entry.columns, rows: entry.rows)
            canvas.draw(entry.widget, in: canvas.area, Self.theme)
            try Fixture.compare(canvas, with: entry.name)
        }
    }

    @Test func widgetsDrawNothingOutsideAndFitAnySize() {
        var generator = SeededGenerator(seed: 3)
        for entry in Self.widgets {
            for turn in 0..<150 {
                var canvas = Canvas(columns: 40, rows: 20)
                canvas.fill(canvas.area, with: Cell("x"))
                // All the smallest sizes, then any.
                let columns = turn < 36 ? turn % 6 : generator.index(below: 36)
                let rows = turn < 36 ? turn / 6 : generator.index(below: 18)
                let area = Area(
                    column: generator.index(below: 41) - 2, row: generator.index(below: 21) - 2, columns: columns,
                    rows: rows)
                canvas.draw(entry.widget, in: area, Self.theme)
                for row in 0..<canvas.rows {
                    for column in 0..<canvas.columns where !area.contains(Position(column: column, row: row)) {
                        #expect(canvas[column, row] == Cell("x"), "\(entry.name) in \(area) at \(column), \(row)")
                    }
                }
                if let cursor = canvas.cursor { #expect(area.contains(cursor)) }
            }
        }
    }

    @Test func typingEditsAtTheCursor() {
        var input = TextInput("hello wrld")
        input.move(by: -3)
        input.insert("o")
        #expect(input.text == "hello world" && input.cursor == 8)
        input.deleteWordBackward()
        #expect(input.text == "hello rld")
        input.moveToEnd()
        input.deleteBackward()
        input.moveWordBackward()
        input.deleteForward()
        #expect(input.text == "hello l" && input.cursor == 6)
        input.deleteToStart()
        input.insert("a\nb\u{1B}c")
        #expect(input.text == "a bcl" && input.cursor == 4)
        input.moveToStart()
        input.move(by: 1)
        // A mark joins the letter before it.
        input.insert("\u{301}")
        #expect(input.text == "a\u{301} bcl" && input.cursor == 1)
    }

    @Test func longLinesAreMarkedAsCut() {
        var canvas = Canvas(columns: 5, rows: 1)
        canvas.draw(Line([Span("ab"), Span("cdef", .muted)]), in: canvas.area, Self.theme)
        #expect(canvas.plainText == "abcd~\n")
    }
}

struct PlotTests {
    @Test(arguments: [
        (0.0, 1.0, 5, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]), (0, 100, 4, ["0", "50", "100"]),
        (-3, 7, 5, ["-2", "0", "2", "4", "6"]), (0.001, 0.0016, 3, ["0.0010", "0.0012", "0.0014", "0.0016"]),
        (0, 4e6, 4, ["0", "1e6", "2e6", "3e6", "4e6"]), (0.0157, 0.83, 1, ["0.2", "0.4", "0.6", "0.8"]),
        (10, 4200, 2, ["2000", "4000"]), (0.51, 1.49, 1, ["0.6", "0.8", "1.0", "1.2", "1.4"]),
    ]) func ticksAreRoundNumbers(low: Double, high: Double, count: Int, labels: [String]) {
        #expect(Ticks(from: low, to: high, count: count).labels == labels)
    }

    @Test func valuesThatAreNotFiniteBoundNothingAndTrapNothing() {
        let odd: [Double] = [
            .nan, .infinity, -.infinity, 0, -0.0, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
            .leastNonzeroMagnitude, 1, -1,
            1e300,
        ]
        var generator = SeededGenerator(seed: 8)
        for turn in 0..<400 {
            let count = generator.index(below: 6)
            let ys = (0..<count).map { _ in odd[generator.index(below: odd.count)] }
            let xs = (0..<count).map { _ in odd[generator.index(below: odd.count)] }
            var canvas = Canvas(columns: 30, rows: 8)
            let series = LinePlot.Series("odd", x: turn % 2 == 0 ? xs : (0..<count).map(Double.init), y: ys)
            let plot = LinePlot([series], isLogarithmic: turn % 3 == 0, symbols: Symbols.allCases[turn % 5])
            canvas.draw(plot, in: canvas.area, .mono)
        }
        var canvas = Canvas(columns: 30, rows: 8)
        canvas.draw(LinePlot([.init("", x: [1, 2], y: [.nan, .infinity])]), in: canvas.area, .mono)
        #expect(canvas.plainText.hasPrefix("no values yet\n"))
    }

    @Test(arguments: [0, 5, -1e-9, 5e-324]) func oneValueAloneHasAnAxisOfItsSize(value: Double) throws {
        let scales = try #require(LinePlot([.init("", x: [1, 2], y: [value, value])]).scales(rows: 8))
        #expect(scales.y.lowerBound < value && value < scales.y.upperBound)
        #expect(value == 0 ? scales.y == -0.5...0.5 : scales.y.upperBound <= max(value * 1.11, value * 0.89 + 1e-300))
    }

    @Test func gapIsLeftWhereAValueIsMissing() {
        var canvas = Canvas(columns: 9, rows: 1)
        let series = LinePlot.Series(
            "gap", x: (0..<18).map(Double.init), y: (0..<18).map { (6..<12).contains($0) ? .nan : 1 })
        canvas.draw(LinePlot([series], yRange: 0...2), in: canvas.area, .mono)
        #expect(
            canvas.plainText.dropLast().map { $0 == " " } == [
                false, false, false, true, true, true, false, false, false,
            ])
    }

    @Test func millionPointsKeepTheirExtremes() {
        var ys = [Double](repeating: 0, count: 1_000_000)
        ys[500_001] = 10
        ys[250_000] = -10
        var canvas = Canvas(columns: 20, rows: 6)
        let plot = LinePlot([.init("spikes", x: ys.indices.map(Double.init), y: ys)])
        let time = ContinuousClock().measure { canvas.draw(plot, in: canvas.area, .mono) }
        #expect(time < .seconds(5))
        let rows = canvas.plainText.split(separator: "\n")
        #expect(rows[0].contains { ("\u{2801}"..."\u{28FF}").contains($0) })
        #expect(rows[4].contains { ("\u{2801}"..."\u{28FF}").contains($0) })
    }
}
