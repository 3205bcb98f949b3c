import Foundation
import Imaging
import TestSupport
import Testing

/// The workbench in a real terminal, through the program.
@Suite(.serialized, .enabled(if: Tmux.path != nil, "there is no tmux"))
struct TerminalTests {
    /// Starts `petri` with these variables set; settings and state are in a folder of their own.
    private func start(_ tmux: Tmux, _ data: SmallData, _ variables: String, path: Bool = true) {
        tmux.type(
            "NO_COLOR= XDG_STATE_HOME=\(Tmux.quoted(data.home)) XDG_CONFIG_HOME=\(Tmux.quoted(data.home)) "
                + "PETRI_HOME=\(Tmux.quoted(Harness.repository.path)) \(variables) \(Tmux.program("petri")) "
                + (path ? Tmux.quoted(data.path) : ""))
    }

    @Test func browsesViewsSurvivesResizesAndGivesTheScreenBack() throws {
        let data = try SmallData()
        let tmux = try Tmux(columns: 100, rows: 30)
        let before = tmux.modes()
        let variables = "COLORTERM=truecolor LC_ALL=C.UTF-8"
        start(tmux, data, variables)
        #expect(
            tmux.wait { $0.contains("BROWSE") && $0.contains("nuclei") && $0.contains("test_01") }, "\(tmux.screen)")
        #expect(tmux.wait { $0.contains("256x256") }, "\(tmux.screen)")
        tmux.keys("Enter", "j", "Enter")
        #expect(tmux.wait { $0.contains("VIEW") && $0.contains("test_02") && $0.contains("objects") }, "\(tmux.screen)")
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<100 {
            let (columns, rows) = (1 + generator.index(below: 220), 1 + generator.index(below: 70))
            tmux.run("resize-window", "-t", "0", "-x", "\(columns)", "-y", "\(rows)")
        }
        tmux.run("resize-window", "-t", "0", "-x", "100", "-y", "30")
        #expect(tmux.wait { $0.contains("VIEW") && $0.contains("test_02") }, "\(tmux.screen)")
        tmux.keys("C-z")
        #expect(tmux.wait { $0.contains("Stopped") }, "\(tmux.screen)")
        tmux.type("fg")
        #expect(tmux.wait { $0.contains("VIEW") && $0.contains("test_02") }, "\(tmux.screen)")
        tmux.keys("q")
        #expect(tmux.wait { $0.contains("BROWSE") }, "\(tmux.screen)")
        tmux.keys("q")
        #expect(tmux.exitCode(without: "BROWSE") == 0, "\(tmux.screen)")
        #expect(tmux.modes() == before)
        // Alone, it opens what was opened last.
        start(tmux, data, variables, path: false)
        #expect(tmux.wait { $0.contains("BROWSE") && $0.contains("nuclei") }, "\(tmux.screen)")
        tmux.keys("q")
    }

    @Test(arguments: ["xterm-256color", "tmux-256color", "screen", "xterm", "linux", "vt100"], [true, false])
    func allKindsOfTerminalsBrowseViewStopAndAreGivenBack(term: String, utf8: Bool) throws {
        let data = try SharedSmallData.data.get()
        let tmux = try Tmux(columns: 100, rows: 30)
        let before = tmux.modes()
        start(tmux, data, "TERM=\(term) LC_ALL=\(utf8 ? "C.UTF-8" : "C")")
        #expect(
            tmux.wait { $0.contains("BROWSE") && $0.contains("test_01") && $0.contains("256x256") }, "\(tmux.screen)")
        #expect(utf8 ? tmux.screen.contains("│") : tmux.screen.utf8.allSatisfy { $0 < 0x80 })
        tmux.keys("Enter", "Enter")
        #expect(tmux.wait { $0.contains("VIEW") && $0.contains("objects") }, "\(tmux.screen)")
        tmux.keys("C-z")
        #expect(tmux.wait { $0.contains("Stopped") }, "\(tmux.screen)")
        #expect(tmux.modes() == before)
        tmux.type("fg")
        #expect(tmux.wait { $0.contains("VIEW") && $0.contains("objects") }, "\(tmux.screen)")
        tmux.keys("C-q")
        #expect(tmux.exitCode(without: "VIEW") == 0, "\(tmux.screen)")
        #expect(tmux.modes() == before)
    }

    @Test(arguments: ["C.UTF-8", "C"]) func dumbTerminalIsRefusedInOneLine(locale: String) throws {
        let tmux = try Tmux(columns: 200, rows: 24)
        let before = tmux.modes()
        start(tmux, try SharedSmallData.data.get(), "TERM=dumb LC_ALL=\(locale)")
        #expect(tmux.wait { $0.contains("TERM=dumb: is a terminal whose cursor cannot be placed") }, "\(tmux.screen)")
        #expect(tmux.exitCode(without: "BROWSE") == 65)
        #expect(tmux.modes() == before)
    }

    @Test(arguments: [(SIGTERM, 143), (SIGHUP, 129), (SIGSEGV, 139)])
    func screenIsGivenBackAfterSignals(signal: Int32, code: Int) throws {
        let tmux = try Tmux(columns: 100, rows: 30)
        let before = tmux.modes()
        tmux.type("export SWIFT_BACKTRACE=enable=no; ulimit -c 0")
        start(tmux, try SharedSmallData.data.get(), "LC_ALL=C.UTF-8")
        #expect(tmux.wait { $0.contains("BROWSE") && $0.contains("256x256") }, "\(tmux.screen)")
        tmux.signal(signal)
        #expect(tmux.exitCode(without: "BROWSE") == code, "\(tmux.screen)")
        #expect(tmux.modes() == before)
    }
}
