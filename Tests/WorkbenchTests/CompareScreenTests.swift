import Canvas
import Imaging
import Testing

@testable import Workbench

/// What the compare screen looks like.
struct CompareScreenTests {
    @Test(arguments: ScreenTests.sizes, ["dark", "mono"])
    func screensLookAsTheyDid(size: (Int, Int), theme: String) throws {
        let name = "\(theme)-\(size.0)x\(size.1)"
        var workbench = try ComparedSmallData.measuredWorkbench(columns: size.0, rows: size.1, theme: theme)
        workbench.press("m", "n")
        try Golden.compare(workbench.state.view(), with: "compare-pairs-\(name)")
        workbench.press("d", "+", "+")
        try Golden.compare(workbench.state.view(), with: "compare-difference-\(name)")
        workbench.press("2", "right")
        try Golden.compare(workbench.state.view(), with: "compare-grids-\(name)")
        workbench.press("3")
        try Golden.compare(workbench.state.view(), with: "compare-distributions-\(name)")
        workbench.press("z", "j", "j")
        try Golden.compare(workbench.state.view(), with: "compare-quantity-\(name)")
        workbench.press("4", "right")
        try Golden.compare(workbench.state.view(), with: "compare-nearest-\(name)")
        workbench.press("5", "h")
        try Golden.compare(workbench.state.view(), with: "compare-blind-\(name)")
        workbench.press("h", "h")
        try Golden.compare(workbench.state.view(), with: "compare-score-\(name)")
    }

    /// Nothing overlaps, nothing is outside and nothing traps, at any size, in any view.
    @Test func panesNeverMeet() throws {
        var workbench = try ComparedSmallData.measuredWorkbench()
        var generator = SeededGenerator(seed: 9)
        let keys = [
            "1", "2", "3", "4", "5", "tab", "shift-tab", "j", "k", "h", "l", "+", "-", "d", "b", "s", "z", "o", "m",
            "n",
            "p", "g", "G", "]", "[", "enter", "pagedown", "ctrl-d", "u", "?", "esc", ":", "esc",
        ]
        for step in 0..<50 {
            workbench.resize(1 + generator.index(below: 230), 1 + generator.index(below: 70))
            if workbench.state.screen != .compare {
                workbench.perform(
                    workbench.state.openCompare(
                        real: workbench.state.compare.paths.real, synthetic: workbench.state.compare.paths.synthetic))
            }
            workbench.press(keys[generator.index(below: keys.count)])
            let state = workbench.state
            #expect(state.view().cells.count == state.columns * state.rows, "step \(step)")
            let layout = state.compareLayout
            disjoint([layout.tabs, layout.body, layout.facts], in: state.contentArea)
            for count in 1...3 { disjoint(layout.panes(count), in: layout.body) }
            if let quantities = layout.quantities { disjoint(quantities, in: layout.body) }
            disjoint([layout.table.table, layout.table.plot], in: layout.body)
            disjoint([layout.nearest.sample, layout.nearest.neighbours], in: layout.body)
        }
    }

    private func disjoint(_ areas: [Area], in whole: Area) {
        for (index, area) in areas.enumerated() where !area.isEmpty {
            #expect(area.intersection(whole) == area)
            for other in areas[(index + 1)...] { #expect(area.intersection(other).isEmpty) }
        }
    }
}
