import Canvas
import Foundation
import Imaging
import Terminal

/// A program for the tests of Terminal in a real terminal: it shows a screen of all widgets and the events it gets, and
/// ends in every way there is.
///
/// - `TerminalProbe COLORS utf8|ascii` draws until `q`; `ctrl-z` stops it, `f2` crashes it, `f3` aborts it, `f4` calls exit,
///   `f5` changes the frame, `f6` hangs.
/// - `TerminalProbe bench COLORS FRAMES` draws image frames and text updates, and tells time and bytes.
@main struct Probe {
    static func main() async {
        var arguments = CommandLine.arguments.dropFirst()
        let isBench = arguments.first == "bench"
        if isBench { arguments = arguments.dropFirst() }
        let colors = arguments.first.flatMap(ColorDepth.init) ?? .mono
        let last = arguments.dropFirst().first ?? "utf8"
        do {
            let terminal = try Terminal(
                .init(
                    colors: colors, isUTF8: last != "ascii", term: ProcessInfo.processInfo.environment["TERM"] ?? ""))
            if isBench {
                let report = Bench.run(terminal, frames: Int(last) ?? 60)
                terminal.close()
                print(report)
            } else {
                await show(on: terminal)
            }
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            exit(65)
        }
    }

    private static func show(on terminal: Terminal) async {
        var screen = ProbeScreen(
            symbols: terminal.symbols.contains(.sextant) ? .sextant : terminal.isUTF8 ? .half : .ascii)
        func draw() {
            let size = terminal.size
            terminal.draw(screen.canvas(columns: size.columns, rows: size.rows, mono: terminal.colors == .mono))
        }
        draw()
        for await event in terminal.events {
            screen.note(event)
            switch event {
            case .key(Key("q")):
                terminal.close()
                return
            case .key(Key("z", .control)), .suspend: terminal.suspend()
            case .key(Key("l", .control)): terminal.repaint()
            case .key(Key(.function(2))): UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
            case .key(Key(.function(3))): abort()
            case .key(Key(.function(4))): exit(3)
            case .key(Key(.function(5))): screen.turn += 1
            case .key(Key(.function(6))): hang()
            case .resumed: terminal.resume()
            case .terminate(let signal):
                terminal.close()
                Terminal.die(of: signal)
            default: break
            }
            draw()
        }
    }

    /// Does not come back to the events.
    private static func hang() { sleep(3600) }
}
