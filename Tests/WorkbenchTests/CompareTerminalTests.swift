import Foundation
import TestSupport
import Testing

/// Comparing in a real terminal.
@Suite(.serialized, .enabled(if: Tmux.path != nil, "there is no tmux"))
struct CompareTerminalTests {
    @Test func setsAreComparedFromTheBrowserOn() throws {
        let data = try SmallData()
        let tmux = try Tmux(columns: 130, rows: 40)
        let home = Tmux.quoted(data.home)
        tmux.type(
            "NO_COLOR= COLORTERM=truecolor LC_ALL=C.UTF-8 XDG_STATE_HOME=\(home) XDG_CONFIG_HOME=\(home) "
                + "PETRI_HOME=\(Tmux.quoted(Harness.repository.path)) \(Tmux.program("petri")) "
                + Tmux.quoted(data.path + "/nuclei/test"))
        #expect(tmux.wait { $0.contains("BROWSE") && $0.contains("256x256") }, "\(tmux.screen)")
        tmux.keys("v")
        #expect(tmux.wait { $0.contains("another folder") }, "\(tmux.screen)")
        tmux.keys("Enter")
        #expect(tmux.wait { $0.contains("the folder of the real data set") }, "\(tmux.screen)")
        tmux.type(data.path + "/nuclei/train")
        #expect(tmux.wait { $0.contains("COMPARE") && $0.contains("real 6 · synthetic 6") }, "\(tmux.screen)")
        #expect(tmux.wait { $0.contains("cells") }, "\(tmux.screen)")
        tmux.keys("b")
        #expect(tmux.wait { $0.contains("BLINK") && $0.contains("real  train_01") }, "\(tmux.screen)")
        #expect(tmux.wait { $0.contains("BLINK") && $0.contains("synthetic  test_01") }, "\(tmux.screen)")
        tmux.keys("3")
        #expect(tmux.wait { $0.contains("6 real, 6 synthetic") && $0.contains("cell area") }, "\(tmux.screen)")
        tmux.keys("5")
        #expect(tmux.wait { $0.contains("1 of 20: which is real?") }, "\(tmux.screen)")
        tmux.keys("h", "l")
        #expect(tmux.wait { $0.contains("3 of 20") && $0.contains("/2 right") }, "\(tmux.screen)")
        tmux.keys("q")
        #expect(tmux.wait { $0.contains("BROWSE") }, "\(tmux.screen)")
        tmux.keys("q")
        #expect(tmux.exitCode(without: "BROWSE") == 0, "\(tmux.screen)")
    }
}
