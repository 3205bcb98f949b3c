import Canvas
import Foundation
import Imaging
import Runs
import TestSupport
import Testing

@testable import Workbench

/// What the screen of curation looks like.
struct CurationScreenTests {
    @Test(arguments: ScreenTests.sizes, ["dark", "mono"])
    func screensLookAsTheyDid(size: (Int, Int), theme: String) throws {
        let name = "\(theme)-\(size.0)x\(size.1)"
        let fixture = try SampleFixture(count: 30, size: 64)
        var workbench = try fixture.workbench(columns: size.0, rows: size.1, theme: theme)
        workbench.press("a", "x", "a", "3", "v", "l")
        func golden(_ screen: String) throws {
            // Paths below the user's folder are shown from "~" on.
            #expect(!workbench.text.contains(fixture.folder.url.lastPathComponent), "\(workbench.text)")
            try Golden.compare(workbench.state.view(), with: "\(screen)-\(name)")
        }
        try golden("curate-grid")
        workbench.press("x")
        try golden("curate-question")
        workbench.press("n", "U", "/")
        workbench.type("alignment<")
        try golden("curate-filter")
        workbench.press("esc", "g", "l", "enter")
        try golden("curate-single")
        workbench.press("b", "+", "i")
        try golden("curate-beside")
    }

    /// Accepted and rejected are told apart without colours: by a sign before the name.
    @Test func decisionsDifferInMono() throws {
        let fixture = try SampleFixture(count: 4, size: 32)
        var workbench = try fixture.workbench(theme: "mono")
        workbench.press("a", "x")
        #expect(workbench.text.contains("+ s000") && workbench.text.contains("x s001"))
        #expect(workbench.text.contains(". s002"))
        let canvas = workbench.state.view()
        #expect(canvas.cells.allSatisfy { $0.foreground == nil && $0.background == nil })
    }

    /// Nothing overlaps, nothing is outside and nothing traps, at any size, whatever is shown.
    @Test func panesNeverMeet() throws {
        let fixture = try SampleFixture(count: 9, size: 32)
        var workbench = try fixture.workbench()
        var generator = SeededGenerator(seed: 9)
        let keys = [
            "a", "x", "u", "ctrl-r", "v", "space", "V", "y", "n", "enter", "b", "+", "-", "j", "k", "h", "l", "g", "G",
            "pagedown", "ctrl-u", "tab", "i", "m", "s", "esc", "S", "X", "5", "?", "esc", "/",
        ]
        for step in 0..<120 {
            workbench.resize(1 + generator.index(below: 230), 1 + generator.index(below: 70))
            let key = keys[generator.index(below: keys.count)]
            workbench.press(key)
            if workbench.state.screen != .curate { workbench.perform(workbench.state.openCuration(fixture.path)) }
            let state = workbench.state
            #expect(state.view().cells.count == state.columns * state.rows, "step \(step), \(key)")
            let layout = state.curateLayout
            let content = state.contentArea
            for (index, area) in [layout.counts, layout.pictures, layout.facts].enumerated() where !area.isEmpty {
                #expect(area.intersection(content) == area, "step \(step)")
                for other in [layout.counts, layout.pictures, layout.facts][(index + 1)...] {
                    #expect(area.intersection(other).isEmpty, "step \(step)")
                }
            }
            #expect(layout.text.intersection(layout.nearest).isEmpty)
            let inside = Box.inside(layout.pictures)
            let places = (0..<layout.sheet.count).map { layout.sheet.place($0, in: inside) }
            for (index, place) in places.enumerated() where !place.isEmpty {
                for other in places[(index + 1)...] { #expect(place.intersection(other).isEmpty, "step \(step)") }
            }
        }
    }
}
