import Canvas
import Foundation
import Terminal

/// Times frames on the terminal the program runs in.
enum Bench {
    static func run(_ terminal: Terminal, frames: Int) -> String {
        let size = terminal.size
        let theme = Theme.mono
        let mosaic = Mosaic(symbols: .sextant, colors: terminal.colors)
        let images = (0..<8).map { turn -> Canvas in
            var canvas = Canvas(columns: size.columns, rows: size.rows)
            let picture = ProbeScreen.picture(turn, width: 1000, height: 600)
            canvas.place(
                mosaic.grid(of: .image(picture, .full), columns: size.columns, rows: size.rows), in: canvas.area)
            return canvas
        }
        let lists = (0..<8).map { turn -> Canvas in
            var canvas = Canvas(columns: size.columns, rows: size.rows)
            let table = Table.list(count: 1000, scroll: Scroll(selected: turn)) {
                Line("pair \($0) of a long list, 512x512, 16 bit")
            }
            canvas.draw(table, in: canvas.area, theme)
            return canvas
        }
        let image = measure(terminal, images, frames)
        let text = measure(terminal, lists, frames)
        return "\(size.columns)x\(size.rows) \(terminal.colors): image \(image), list \(text)"
    }

    private static func measure(_ terminal: Terminal, _ canvases: [Canvas], _ frames: Int) -> String {
        terminal.draw(canvases[0])
        let start = terminal.written.total
        var times: [Double] = []
        for frame in 1...frames {
            let begin = ContinuousClock.now
            terminal.draw(canvases[frame % canvases.count])
            times.append((ContinuousClock.now - begin) / .milliseconds(1))
        }
        times.sort()
        let bytes = (terminal.written.total - start) / frames
        return String(
            format: "median %.2f ms, p99 %.2f ms, %d bytes", times[times.count / 2], times[times.count * 99 / 100],
            bytes)
    }
}
