import Foundation
import Imaging
import TestSupport
import Testing

/// The workbench in a real terminal.
@Suite(.serialized, .enabled(if: Tmux.path != nil, "there is no tmux"))
struct TerminalTests {
    @Test func browsesViewsSurvivesResizesAndGivesTheScreenBack() throws {
        let data = try SmallData()
        let tmux = try Tmux(columns: 100, rows: 30)
        let before = tmux.modes()
        tmux.type(
            "NO_COLOR= COLORTERM=truecolor LC_ALL=C.UTF-8 XDG_STATE_HOME=\(data.home) XDG_CONFIG_HOME=\(data.home) "
                + "PETRI_HOME=\(Harness.repository.path) \(Tmux.program("petri")) \(data.path)")
        #expect(
            tmux.wait { $0.contains("BROWSE") && $0.contains("nuclei") && $0.contains("test_01") }, "\(tmux.screen)")
        #expect(tmux.wait { $0.contains("256x256") }, "\(tmux.screen)")
        tmux.keys("Enter", "j", "Enter")
        #expect(tmux.wait { $0.contains("VIEW") && $0.contains("test_02") && $0.contains("objects") }, "\(tmux.screen)")
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<40 {
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
        #expect(tmux.wait { $0.contains("READY>") && !$0.contains("BROWSE") }, "\(tmux.screen)")
        // Asked afterwards: what follows a program on its line runs when the program is stopped.
        tmux.type("echo code''d $?")
        #expect(tmux.wait { $0.contains("coded 0") }, "\(tmux.screen)")
        #expect(tmux.modes() == before)
        // Alone, it opens what was opened last.
        tmux.type("LC_ALL=C.UTF-8 XDG_STATE_HOME=\(data.home) \(Tmux.program("petri"))")
        #expect(tmux.wait { $0.contains("BROWSE") && $0.contains("nuclei") }, "\(tmux.screen)")
        tmux.keys("q")
    }
}
