import Datasets
import Foundation
import Runs
import TestSupport
import Testing

/// Curation in a real terminal, through the program.
@Suite(.serialized, .enabled(if: Tmux.path != nil, "there is no tmux"))
struct CurationTerminalTests {
    private func open(_ fixture: SampleFixture, _ tmux: Tmux, _ arguments: String = "") {
        let home = Tmux.quoted(fixture.home)
        tmux.type(
            "cd \(home); NO_COLOR= COLORTERM=truecolor LC_ALL=C.UTF-8 XDG_STATE_HOME=\(home) XDG_CONFIG_HOME=\(home) "
                + "PETRI_HOME=\(Tmux.quoted(Harness.repository.path)) \(Tmux.program("petri")) "
                + (arguments.isEmpty ? Tmux.quoted(fixture.path) : arguments))
    }

    @Test func aSessionDecidesUndoesTagsFiltersRejectsManyAndGoesOnAfterARestart() throws {
        let fixture = try SampleFixture(count: 12, size: 64)
        let tmux = try Tmux(columns: 120, rows: 40)
        open(fixture, tmux)
        #expect(tmux.wait { $0.contains(". 12 undecided") && $0.contains("s011") }, "\(tmux.screen)")
        // One key decides and goes on.
        tmux.keys("a", "x", "a")
        #expect(tmux.wait { $0.contains("+ 2 accepted") && $0.contains("x 1 rejected") }, "\(tmux.screen)")
        #expect(tmux.screen.contains("+ s000") && tmux.screen.contains("x s001") && tmux.screen.contains("+ s002"))
        #expect(try fixture.decisions == "arauuuuuuuuu")
        tmux.keys("u")
        #expect(tmux.wait { $0.contains("undone: accept 1 sample") && $0.contains("+ 1 accepted") }, "\(tmux.screen)")
        // A tag, stars and a note, of the sample that was taken back.
        tmux.keys("t")
        #expect(tmux.wait { $0.contains("tag:") }, "\(tmux.screen)")
        tmux.type("dense")
        tmux.keys("4")
        #expect(tmux.wait { $0.contains(". s002 ****") && $0.contains("dense") }, "\(tmux.screen)")
        tmux.keys("e")
        #expect(tmux.wait { $0.contains("note:") }, "\(tmux.screen)")
        tmux.type("for the figure")
        #expect(tmux.wait { $0.contains("for the figure") }, "\(tmux.screen)")
        // All that a filter shows, after another key than the one that asked.
        tmux.keys("/")
        #expect(tmux.wait { $0.contains("FILTER") }, "\(tmux.screen)")
        tmux.type("alignment<0.5")
        #expect(tmux.wait { $0.contains("3 of 12") }, "\(tmux.screen)")
        tmux.keys("V", "x")
        #expect(tmux.wait { $0.contains("Reject 3 selected samples?") }, "\(tmux.screen)")
        tmux.keys("y")
        #expect(tmux.wait { $0.contains("x 4 rejected") }, "\(tmux.screen)")
        #expect(try fixture.decisions == "aruruuuruuur")
        tmux.keys("C-q")
        #expect(tmux.exitCode(without: "CURATE") == 0, "\(tmux.screen)")

        open(fixture, tmux)
        #expect(tmux.wait { $0.contains("x 4 rejected") && $0.contains(". s002 ****") }, "\(tmux.screen)")
        tmux.keys("u")
        #expect(tmux.wait { $0.contains("undone: reject 3 samples") && $0.contains("x 1 rejected") }, "\(tmux.screen)")
        tmux.keys("C-r")
        #expect(tmux.wait { $0.contains("done again: reject 3 samples") && $0.contains("x 4 rejected") })
        // Larger, then written.
        tmux.keys("G", "Enter")
        #expect(tmux.wait { $0.contains("CURATE ONE") && $0.contains("outline") }, "\(tmux.screen)")
        tmux.keys("q", "a", "w")
        #expect(tmux.wait { $0.contains("Write 2 accepted samples of 12 as") }, "\(tmux.screen)")
        tmux.type("images-masks")
        #expect(tmux.wait { $0.contains("write 2 accepted to:") }, "\(tmux.screen)")
        tmux.keys("Enter")
        #expect(tmux.wait { $0.contains("2 samples and manifest.json") }, "\(tmux.screen)")
        #expect(try DataSet(fixture.folder.path("samples-accepted")).pairs.map(\.name) == ["s000", "s011"])
        tmux.keys("C-q")
        #expect(tmux.exitCode(without: "CURATE") == 0, "\(tmux.screen)")
    }

    @Test func twoWorkbenchesSeeWhatTheOtherDecides() throws {
        let fixture = try SampleFixture(count: 6, size: 32)
        let (one, other) = (try Tmux(columns: 100, rows: 30), try Tmux(columns: 80, rows: 24))
        for tmux in [one, other] {
            open(fixture, tmux)
            #expect(tmux.wait { $0.contains(". 6 undecided") }, "\(tmux.screen)")
        }
        one.keys("a", "a")
        #expect(one.wait { $0.contains("+ 2 accepted") }, "\(one.screen)")
        #expect(other.wait { $0.contains("+ 2 accepted") }, "\(other.screen)")
        other.keys("G", "x")
        #expect(one.wait { $0.contains("x 1 rejected") }, "\(one.screen)")
        #expect(try fixture.decisions == "aauuur")
        for tmux in [one, other] { tmux.keys("C-q") }
    }
}
