import Canvas
import Foundation
import Imaging
import Terminal

/// A screen that has a bit of everything.
struct ProbeScreen {
    let symbols: Symbols
    var turn = 0
    private var events: [String] = []

    init(symbols: Symbols) { self.symbols = symbols }

    mutating func note(_ event: Event) {
        let text =
            switch event {
            case .key(let key): "key \(key.name)"
            case .mouse(let mouse): "mouse \(mouse.action) \(mouse.column) \(mouse.row)"
            case .paste(let text): "paste \(text.debugDescription)"
            case .focus(let has): "focus \(has)"
            case .resize(let columns, let rows): "resize \(columns) \(rows)"
            case .resumed: "resumed"
            case .suspend: "suspend"
            case .terminate(let signal): "terminate \(signal)"
            }
        events.append(text)
    }

    func canvas(columns: Int, rows: Int, mono: Bool) -> Canvas {
        let theme = mono ? Theme.mono : Self.colored
        var canvas = Canvas(columns: columns, rows: rows)
        let parts = canvas.area.split(rows: [.flexible(minimum: 1), .fixed(1), .fixed(1)])
        let panes = parts[0].split(columns: [.flexible(minimum: 10), .flexible(minimum: 10)], gap: 1)
        canvas.draw(Box("Pairs", footer: "1/40", isFocused: true), in: panes[0], theme)
        let names = ["plain.tif", "名前.tif", "e\u{301}tude.png", "👩‍🔬 lab.tif", "bad\u{1B}[2J.tif"]
        let table = Table(
            [.init("Name"), .init("Size", .fixed(9), .right)], count: 40, scroll: Scroll(selected: 2),
            isMarked: { $0 % 7 == 1 },
            cell: { row, column in
                column == 0 ? Line(row < names.count ? names[row] : "pair \(row)") : Line("512x\(row)", .muted)
            })
        canvas.draw(table, in: Box.inside(panes[0]), theme)
        let right = panes[1].split(rows: [.flexible(), .flexible()])
        canvas.draw(Box("Image"), in: right[0], theme)
        let inside = Box.inside(right[0])
        let mosaic = Mosaic(symbols: symbols, colors: mono ? .mono : .truecolor)
        canvas.place(
            mosaic.grid(of: .image(Self.picture(turn), .full), columns: inside.columns, rows: inside.rows), in: inside)
        canvas.draw(Box("Events"), in: right[1], theme)
        let log = Box.inside(right[1])
        canvas.draw(
            Table.list(count: events.count, scroll: Scroll(top: max(events.count - log.rows, 0))) { Line(events[$0]) },
            in: log, theme)
        canvas.draw(ProgressBar(0.4, label: "40 %"), in: parts[1], theme)
        canvas.draw(
            StatusBar(mode: "PROBE", left: "q quits", right: ["turn \(turn)", "\(columns)x\(rows)"].map { Line($0) }),
            in: parts[2], theme)
        return canvas
    }

    /// Rings that move with each turn.
    static func picture(_ turn: Int, width: Int = 256, height: Int = 128) -> Image {
        var samples: [UInt8] = []
        samples.reserveCapacity(3 * width * height)
        for y in 0..<height {
            for x in 0..<width {
                let (dx, dy) = (Double(x - width / 2), Double(y - height / 2))
                let distance = (dx * dx + dy * dy).squareRoot()
                samples.append(UInt8(127 + 120 * sin(distance / 7 - Double(turn) / 2)))
                samples.append(UInt8(255 * x / width))
                samples.append(UInt8(255 * y / height))
            }
        }
        return Image(width: width, height: height, channels: 3, samples: .uint8(samples))
    }

    private static let colored = Theme(
        name: "probe",
        styles: [
            .muted: Style(RGB(130, 130, 130)), .title: Style(RGB(255, 255, 255), on: nil, .bold),
            .border: Style(RGB(90, 90, 90)), .borderFocused: Style(RGB(80, 160, 255)),
            .selection: Style(RGB(255, 255, 255), on: RGB(40, 80, 140)),
            .header: Style(RGB(120, 200, 255), on: nil, .bold),
            .mark: Style(RGB(255, 200, 60)), .bar: Style(RGB(80, 160, 255)), .barGround: Style(RGB(70, 70, 70)),
            .statusBar: Style(RGB(200, 200, 200), on: RGB(40, 40, 40)),
            .statusMode: Style(RGB(0, 0, 0), on: RGB(80, 160, 255), .bold),
        ])
}
