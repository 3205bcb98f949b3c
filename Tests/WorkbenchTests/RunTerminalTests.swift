import Foundation
import Runs
import TestSupport
import Testing

/// Runs in a real terminal.
@Suite(.serialized, .enabled(if: Tmux.path != nil, "there is no tmux"))
struct RunTerminalTests {
    private func open(_ run: GrowingRun, _ tmux: Tmux) {
        let home = Tmux.quoted(run.folder.url.path)
        tmux.type(
            "NO_COLOR= COLORTERM=truecolor LC_ALL=C.UTF-8 XDG_STATE_HOME=\(home) XDG_CONFIG_HOME=\(home) "
                + "PETRI_HOME=\(Tmux.quoted(Harness.repository.path)) \(Tmux.program("petri")) "
                + Tmux.quoted(run.directory.path))
    }

    /// The curve of the pane that is seen, without what stands around it.
    private func dots(_ screen: String) -> String { String(screen.filter { ("\u{2801}"..."\u{28FF}").contains($0) }) }

    @Test func curvesMoveWhileTheLogGrowsAndAfterTheTerminalWasLost() throws {
        let run = try GrowingRun()
        try run.directory.write(RunStatus(state: .running, step: 200))
        try run.train(1...200)
        let tmux = try Tmux(columns: 110, rows: 34)
        open(run, tmux)
        #expect(
            tmux.wait { $0.contains("CURVES") && $0.contains("segmentation") && $0.contains("200 lines") },
            "\(tmux.screen)")
        let before = dots(tmux.screen)
        #expect(before.count > 50, "\(tmux.screen)")
        for part in 0..<5 { try run.train(201 + 100 * part...300 + 100 * part) }
        #expect(tmux.wait { $0.contains("700 lines") && dots($0) != before }, "\(tmux.screen)")
        tmux.keys("+", "s", "x", "l")
        #expect(tmux.wait { $0.contains("CURSOR") && $0.contains("smoothed 0.6") }, "\(tmux.screen)")
        // Sent at once, both would be Alt-q.
        tmux.keys("Escape")
        #expect(tmux.wait { $0.contains("CURVES") }, "\(tmux.screen)")
        tmux.keys("q")
        #expect(tmux.wait { $0.contains("RUNS") && $0.contains("> running") }, "\(tmux.screen)")
        // The terminal goes; the run's files are all that a new workbench needs.
        tmux.signal(SIGHUP)
        #expect(tmux.wait { $0.contains("READY>") && !$0.contains("RUNS") }, "\(tmux.screen)")
        try run.train(701...800)
        open(run, tmux)
        #expect(tmux.wait { $0.contains("CURVES") && $0.contains("800 lines") }, "\(tmux.screen)")
        tmux.keys("q", "p")
        #expect(tmux.wait { $0.contains("asked to pause") }, "\(tmux.screen)")
        #expect(run.directory.control.pending() == [.pause])
        tmux.keys("C-q")
        #expect(tmux.wait { $0.contains("READY>") && !$0.contains("RUNS") }, "\(tmux.screen)")
    }
}
