import Foundation
import Imaging
import TestSupport
import Testing

/// The probe in a real terminal. Serialized: each test has a terminal of its own, but the machine has few cores.
@Suite(.serialized, .enabled(if: Tmux.path != nil, "there is no tmux"))
struct ScreenTests {
    /// How the terminal is announced, and what the program is told of its colours.
    static let terminals: [(term: String, colors: String)] = [
        ("xterm-256color", "truecolor"), ("tmux-256color", "truecolor"), ("xterm-256color", "256"), ("screen", "16"),
        ("xterm", "16"), ("linux", "16"), ("ansi", "16"), ("vt100", "mono"), ("tmux-256color", "mono"),
    ]

    private func start(_ tmux: Tmux, _ term: String, _ colors: String, utf8: Bool = true) {
        tmux.type(
            "TERM=\(term) LC_ALL=\(utf8 ? "C.UTF-8" : "C") \(Tmux.program("TerminalProbe")) \(colors) \(utf8 ? "utf8" : "ascii")"
        )
    }

    @Test(arguments: terminals, [true, false])
    func screenIsDrawnResizedStoppedAndGivenBack(terminal: (term: String, colors: String), utf8: Bool) throws {
        let tmux = try Tmux()
        let before = tmux.modes()
        start(tmux, terminal.term, terminal.colors, utf8: utf8)
        #expect(tmux.wait { $0.contains("PROBE") && $0.contains("80x24") }, "\(tmux.screen)")
        let first = tmux.screen
        #expect(first.contains("pair 5") && first.contains("bad?[2J.tif"))
        #expect(first.contains(utf8 ? "┌─ Pairs ─" : "+- Pairs -"), "\(first)")
        #expect(
            utf8 ? first.contains("名前.tif") && first.contains("e\u{301}tude.png") : first.utf8.allSatisfy { $0 < 0x80 })

        var generator = SeededGenerator(seed: 2)
        for _ in 0..<6 {
            let (columns, rows) = (1 + generator.index(below: 140), 1 + generator.index(below: 50))
            tmux.run("resize-window", "-t", "0", "-x", "\(columns)", "-y", "\(rows)")
        }
        tmux.run("resize-window", "-t", "0", "-x", "100", "-y", "30")
        #expect(tmux.wait { $0.contains("100x30") }, "\(tmux.screen)")
        tmux.keys("F5")
        #expect(tmux.wait { $0.contains("turn 1") && $0.contains("key f5") }, "\(tmux.screen)")
        // What was drawn by differences is what is drawn anew.
        usleep(200_000)
        let drawn = tmux.screen
        tmux.keys("C-l")
        #expect(tmux.wait { $0.contains("key ctrl-l") })
        let again = tmux.screen
        #expect(drawn.split(separator: "\n").prefix(8) == again.split(separator: "\n").prefix(8), "\(drawn)\n\(again)")

        tmux.keys("C-z")
        #expect(tmux.wait { $0.contains("Stopped") }, "\(tmux.screen)")
        #expect(tmux.modes() == before)
        tmux.type("fg")
        #expect(tmux.wait { $0.contains("PROBE") && $0.contains("resumed") }, "\(tmux.screen)")
        tmux.keys("q")
        #expect(tmux.exitCode(without: "PROBE") == 0, "\(tmux.screen)")
        #expect(tmux.modes() == before)
    }

    @Test func terminalWithoutCursorAddressingIsRefusedInOneLine() throws {
        let tmux = try Tmux()
        let before = tmux.modes()
        start(tmux, "dumb", "mono")
        #expect(tmux.wait { $0.contains("TERM=dumb: ") }, "\(tmux.screen)")
        #expect(tmux.exitCode(without: "PROBE") == 65)
        start(tmux, "no-such-terminal", "mono")
        #expect(tmux.wait { $0.contains("TERM=no-such-terminal: ") }, "\(tmux.screen)")
        tmux.type("\(Tmux.program("TerminalProbe")) mono utf8 | cat")
        #expect(tmux.wait { $0.contains("standard output: is not a terminal") }, "\(tmux.screen)")
        #expect(tmux.modes() == before)
    }

    /// Every way out but `q`: by signals from outside, by crashes, by `exit`; through ncurses and without.
    @Test(arguments: ["truecolor", "mono"], ["TERM", "HUP", "INT", "SEGV", "f2", "f3", "f4", "hang"])
    func screenIsGivenBackHoweverTheProgramEnds(colors: String, way: String) throws {
        let tmux = try Tmux()
        let before = tmux.modes()
        tmux.type("export SWIFT_BACKTRACE=enable=no; ulimit -c 0")
        start(tmux, "xterm-256color", colors)
        #expect(tmux.wait { $0.contains("PROBE") }, "\(tmux.screen)")
        let codes: [String: Int] = [
            "TERM": 143, "HUP": 129, "INT": 130, "SEGV": 139, "f2": 139, "f3": 134, "f4": 3, "hang": 143,
        ]
        switch way {
        case "f2", "f3", "f4": tmux.keys(way.uppercased())
        case "hang":
            // It does not come to the first signal; the second ends it at once.
            tmux.keys("F6")
            usleep(200_000)
            tmux.signal(SIGTERM)
            usleep(200_000)
            tmux.signal(SIGTERM)
        default: tmux.signal(try #require(["TERM": SIGTERM, "HUP": SIGHUP, "INT": SIGINT, "SEGV": SIGSEGV][way]))
        }
        #expect(tmux.exitCode(without: "PROBE") == codes[way], "\(tmux.screen)")
        #expect(tmux.modes() == before)
    }

    @Test func stopFromOutsideIsSurvived() throws {
        let tmux = try Tmux()
        let before = tmux.modes()
        start(tmux, "xterm-256color", "truecolor")
        #expect(tmux.wait { $0.contains("PROBE") })
        tmux.signal(SIGTSTP)
        #expect(tmux.wait { $0.contains("Stopped") }, "\(tmux.screen)")
        #expect(tmux.modes() == before)
        tmux.type("fg")
        #expect(tmux.wait { $0.contains("PROBE") && $0.contains("resumed") }, "\(tmux.screen)")
        tmux.keys("q")
        #expect(tmux.exitCode(without: "PROBE") == 0)
    }

    @Test(arguments: ["truecolor", "mono"]) func keysPasteAndMouseComeAsEvents(colors: String) throws {
        let tmux = try Tmux(columns: 120, rows: 40)
        start(tmux, "xterm-256color", colors)
        #expect(tmux.wait { $0.contains("PROBE") })
        tmux.keys("Up", "PPage", "C-Right", "BTab", "F12", "M-x", "Escape")
        #expect(tmux.wait { $0.contains("key esc") }, "\(tmux.screen)")
        for name in ["key up", "key pageup", "key ctrl-right", "key shift-tab", "key f12", "key alt-x"] {
            #expect(tmux.screen.contains(name))
        }
        tmux.run("set-buffer", "two\nlines q")
        tmux.run("paste-buffer", "-p", "-r", "-t", "0")
        #expect(tmux.wait { $0.contains("paste \"two\\nlines q\"") }, "\(tmux.screen)")
        // As a terminal would report a click and a turn of the wheel.
        tmux.run("send-keys", "-t", "0", "-l", "\u{1B}[<0;11;6M\u{1B}[<65;11;6M")
        #expect(
            tmux.wait {
                $0.contains("mouse press(Terminal.Mouse.Button.left) 10 5") && $0.contains("mouse wheelDown 10 5")
            }, "\(tmux.screen)")
        tmux.keys("q")
    }
}
