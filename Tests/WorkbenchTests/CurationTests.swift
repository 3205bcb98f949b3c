import Canvas
import Datasets
import Foundation
import Imaging
import Runs
import Terminal
import TestSupport
import Testing

@testable import Workbench

/// What the keys of the screen of curation do.
struct CurationTests {
    let fixture: SampleFixture

    init() throws { fixture = try SampleFixture() }

    @Test func aSampleSetOpensInTheScreenOfCuration() throws {
        let workbench = try fixture.workbench()
        #expect(workbench.state.screen == .curate)
        #expect(workbench.text.contains(". 12 undecided"))
        #expect(workbench.text.contains("+ 0 accepted"))
        #expect(workbench.text.contains("x 0 rejected"))
        #expect(workbench.text.contains("Samples of samples"))
    }

    @Test func aKeyDecidesAndGoesOn() throws {
        var workbench = try fixture.workbench()
        workbench.press("a", "x", "a")
        #expect(try fixture.decisions == "arauuuuuuuuu")
        #expect(workbench.state.curate.sample?.sample.name == "s003.png")
        #expect(workbench.text.contains(". 9 undecided") && workbench.text.contains("+ 2 accepted"))
        workbench.press("G", "a", "a")
        #expect(try fixture.decisions.suffix(2) == "ua")
        workbench.press("r")
        #expect(try fixture.decisions.suffix(2) == "uu")
    }

    @Test func aDecisionIsShownOnlyOnceTheDatabaseHasIt() throws {
        var workbench = try fixture.workbench()
        let effects = update(&workbench.state, .event(.key(try #require(Key(named: "a")))))
        #expect(workbench.text.contains(". 12 undecided"))
        #expect(workbench.state.curate.samples[0].verdict.decision == .undecided)
        #expect(workbench.state.curate.scroll.selected == 1)
        workbench.perform(effects)
        #expect(workbench.text.contains("+ 1 accepted"))
    }

    @Test func whatCannotBeWrittenIsSaidAndNotShown() throws {
        var workbench = try fixture.workbench()
        // Another program has taken the table away.
        try Self.sql("ALTER TABLE verdict RENAME TO elsewhere", fixture.path)
        workbench.press("a")
        #expect(workbench.text.contains("error: "))
        #expect(workbench.text.contains(". 12 undecided"))
        try Self.sql("ALTER TABLE elsewhere RENAME TO verdict", fixture.path)
        workbench.press("a")
        #expect(workbench.text.contains("+ 1 accepted"))
    }

    @Test func aRangeIsRejectedAfterAnotherKeyConfirmed() throws {
        var workbench = try fixture.workbench()
        workbench.press("l", "v", "l", "l")
        #expect(workbench.text.contains("> 3 selected"))
        workbench.press("x")
        #expect(workbench.text.contains("Reject 3 selected samples?"))
        // The key that asked says no.
        workbench.press("x")
        #expect(try fixture.decisions == "uuuuuuuuuuuu")
        workbench.press("x", "y")
        #expect(try fixture.decisions == "urrruuuuuuuu")
        #expect(workbench.text.contains("done: reject 3 samples; u undoes it"))
        #expect(workbench.state.curate.selected.isEmpty)
        workbench.press("u")
        #expect(try fixture.decisions == "uuuuuuuuuuuu")
    }

    @Test func samplesAreSelectedOneByOneAndByFilter() throws {
        var workbench = try fixture.workbench()
        workbench.press("space", "l", "space")
        #expect(workbench.state.curate.selected == ["s000.png", "s002.png"])
        workbench.press("U", "/")
        workbench.type("alignment<0.5")
        workbench.press("enter")
        #expect(workbench.state.curate.shown == [3, 7, 11])
        workbench.press("V", "x")
        #expect(workbench.text.contains("Reject 3 selected samples?"))
        workbench.press("y")
        #expect(try fixture.decisions == "uuuruuuruuur")
        workbench.press("space", "esc")
        #expect(workbench.state.curate.selected.isEmpty && workbench.state.curate.shown.count == 3)
        workbench.press("esc")
        #expect(workbench.state.curate.shown.count == 12)
    }

    @Test func aBulkActionSaysHowManyOfThoseItMeansAreNotShown() throws {
        var workbench = try fixture.workbench()
        workbench.press("V", "/")
        workbench.type("alignment<0.5")
        workbench.press("enter", "a")
        #expect(workbench.text.contains("Accept 12 selected samples (9 not shown)?"))
    }

    @Test func undoAndRedoReachAcrossRestarts() throws {
        do {
            var workbench = try fixture.workbench()
            workbench.press("a", "x")
        }
        var workbench = try fixture.workbench()
        workbench.press("u")
        #expect(try fixture.decisions.prefix(2) == "au")
        #expect(workbench.text.contains("undone: reject 1 sample"))
        // What was taken back is under the cursor.
        #expect(workbench.state.curate.sample?.sample.name == "s001.png")
        workbench.press("u", "u")
        #expect(workbench.text.contains("nothing to undo"))
        workbench = try fixture.workbench()
        workbench.press("ctrl-r", "ctrl-r")
        #expect(try fixture.decisions.prefix(2) == "ar")
    }

    @Test func starsTagsAndNotesAreKept() throws {
        var workbench = try fixture.workbench()
        workbench.press("4", "t")
        workbench.type("dense round")
        workbench.press("enter", "t")
        workbench.type("-round")
        workbench.press("enter", "e")
        workbench.type("for the figure")
        workbench.press("enter")
        #expect(
            try fixture.set.verdicts()["s000.png"]
                == Verdict(stars: 4, tags: ["dense"], note: "for the figure"))
        #expect(workbench.text.contains("for the figure") && workbench.text.contains("s000 ****"))
        workbench.press("v", "l", "t")
        #expect(workbench.text.contains("tag 2 selected:"))
        workbench.type("x\"y")
        workbench.press("enter")
        #expect(workbench.text.contains("quotation mark"))
        workbench.press("esc", "5")
        #expect(workbench.text.contains("Give 2 selected samples 5 stars?"))
    }

    @Test func suspectsAreRejectedAfterSayingWhy() throws {
        var workbench = try fixture.workbench()
        workbench.press("X")
        #expect(workbench.text.contains("Reject 4 suspect samples (3 alignment, 1 novelty)?"))
        workbench.press("y")
        #expect(try fixture.decisions == "uuurururuuur")
        workbench.press("X")
        #expect(workbench.text.contains("none of the undecided samples shown is suspect"))
    }

    @Test func theFactsSayWhatSpeaksAgainstASample() throws {
        var workbench = try fixture.workbench(columns: 200, rows: 60)
        for _ in 0..<5 { workbench.press("l") }
        #expect(workbench.text.contains("? novelty 0.02: nearly a copy of cells-7.png"))
        #expect(workbench.text.contains("nearest training image"))
        #expect(workbench.text.contains("does the segmenter find the mask in the"))
        #expect(workbench.state.curate.nearest != nil)
    }

    @Test func aDecisionThatLeavesTheFilterKeepsTheCursorAtTheNext() throws {
        var workbench = try fixture.workbench()
        workbench.press("/")
        workbench.type("decision:undecided")
        workbench.press("enter", "a", "x", "a")
        #expect(try fixture.decisions.prefix(4) == "arau")
        #expect(workbench.state.curate.sample?.sample.name == "s003.png")
        #expect(workbench.text.contains("9 of 12"))
    }

    @Test func aFilterThatMakesNoSenseIsSaidWhileItIsTyped() throws {
        var workbench = try fixture.workbench()
        workbench.press("/")
        workbench.type("s0 alignment<")
        #expect(workbench.text.contains("no number"))
        workbench.press("enter")
        #expect(workbench.state.curate.filterInput != nil)
        workbench.type("0.5")
        #expect(!workbench.text.contains("no number"))
        #expect(workbench.state.curate.shown.count == 3)
    }

    @Test func samplesAreSortedByAnyScore() throws {
        var workbench = try fixture.workbench()
        workbench.press("s")
        workbench.type("alignment")
        workbench.press("enter")
        #expect(workbench.state.curate.shown.prefix(4) == [3, 7, 11, 10])
        workbench.press("S")
        #expect(workbench.state.curate.shown.first == 0)
        #expect(workbench.text.contains("by alignment, turned around"))
    }

    @Test func oneSampleIsLookedAtLarger() throws {
        var workbench = try fixture.workbench()
        workbench.press("l", "enter")
        #expect(workbench.state.viewer.loaded?.labels != nil)
        #expect(workbench.text.contains("CURATE ONE"))
        workbench.press("b")
        #expect(workbench.state.viewer.layers == [.outline, .mask])
        workbench.press("+", "+", "l")
        #expect(workbench.state.curate.sample?.sample.name == "s001.png")
        #expect(workbench.state.viewer.zoom != .fit)
        workbench.press("f", "x")
        #expect(workbench.state.viewer.request?.item.name == "s002.png")
        #expect(try fixture.decisions.prefix(3) == "uru")
        workbench.press("esc")
        #expect(!workbench.state.curate.isSingle && workbench.state.screen == .curate)
    }

    @Test func whatAnotherWorkbenchDecidesIsSeen() throws {
        var workbench = try fixture.workbench()
        workbench.press("a")
        _ = try fixture.set.curate(.decide(.rejected), ["s005.png"])
        let changed = try #require(workbench.performer.changedCuration(fixture.path))
        workbench.send(.curation(fixture.path, changed))
        #expect(workbench.text.contains("+ 1 accepted") && workbench.text.contains("x 1 rejected"))
        #expect(workbench.performer.changedCuration(fixture.path) == nil)
        #expect(workbench.state.curate.sample?.sample.name == "s001.png")
    }

    @Test func aSetThatWasMadeAnewIsReadAnew() throws {
        var workbench = try fixture.workbench()
        workbench.press("a")
        let other = try SampleFixture(count: 5, size: 32)
        try FileManager.default.removeItem(atPath: fixture.path)
        try FileManager.default.moveItem(atPath: other.path, toPath: fixture.path)
        let changed = try #require(workbench.performer.changedCuration(fixture.path))
        workbench.send(.curation(fixture.path, changed))
        #expect(workbench.text.contains(". 5 undecided"))
        workbench.press("x")
        #expect(try fixture.decisions.count { $0 == "r" } == 1)
    }

    @Test func theBrowserListsSampleSetsAndOpensThem() throws {
        var workbench = try Harness(fixture.folder.path("lab"), home: fixture.home)
        #expect(workbench.text.contains("◆ samples"))
        workbench.press("C")
        #expect(workbench.state.popup?.entries.map(\.title) == ["samples"])
        workbench.press("enter")
        #expect(workbench.state.screen == .curate)
        workbench.press("q")
        #expect(workbench.state.screen == .browser)
    }

    @Test func theAcceptedSamplesAreWritten() throws {
        var workbench = try fixture.workbench()
        workbench.press("w")
        #expect(workbench.text.contains("no sample is accepted yet"))
        workbench.press("a", "a", "x", "w")
        #expect(workbench.text.contains("Write 2 accepted samples of 12 as"))
        workbench.type("images")
        workbench.press("enter")
        #expect(workbench.text.contains("write 2 accepted to:"))
        workbench.press("enter")
        let written = try DataSet(fixture.folder.path("samples-accepted"))
        #expect(written.pairs.map(\.name) == ["s000", "s001"])
        #expect(workbench.text.contains("2 samples and manifest.json written to ~/samples-accepted"))
        workbench.press("w", "enter", "enter")
        #expect(workbench.text.contains("is not empty"))
    }

    /// Runs SQL in the set's database as another program would.
    private static func sql(_ text: String, _ set: String) throws {
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = [
            "python3", "-c",
            "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.execute('PRAGMA legacy_alter_table=1'); "
                + "d.execute(sys.argv[2]); d.commit()",
            set + "/samples.sqlite", text,
        ]
        try python.run()
        python.waitUntilExit()
        #expect(python.terminationStatus == 0)
    }
}
