import Canvas
import Foundation
import Imaging
import TestSupport
import Testing

@testable import Workbench

/// What the screens look like.
struct ScreenTests {
    static let sizes = [(80, 24), (120, 40), (200, 60)]

    private func harness(_ columns: Int, _ rows: Int, _ theme: String) throws -> Harness {
        let data = try SharedSmallData.data.get()
        return try Harness(data.path, home: data.home, columns: columns, rows: rows, theme: theme)
    }

    @Test(arguments: sizes, ["dark", "mono"])
    func screensLookAsTheyDid(size: (Int, Int), theme: String) throws {
        let name = "\(theme)-\(size.0)x\(size.1)"
        var workbench = try harness(size.0, size.1, theme)
        try Golden.compare(workbench.state.view(), with: "browser-\(name)")
        workbench.press("tab", "tab", "j", "space", "/")
        workbench.type("train")
        try Golden.compare(workbench.state.view(), with: "filter-\(name)")
        workbench.press("enter", "c")
        try Golden.compare(workbench.state.view(), with: "sheet-\(name)")
        workbench.press("c", "enter")
        try Golden.compare(workbench.state.view(), with: "viewer-\(name)")
        workbench.press("s", "x", "c")
        try Golden.compare(workbench.state.view(), with: "cursor-\(name)")
        workbench.press("?")
        workbench.type("win")
        try Golden.compare(workbench.state.view(), with: "help-\(name)")
        workbench.press("esc", ":")
        try Golden.compare(workbench.state.view(), with: "palette-\(name)")
    }

    @Test func emptyFolderSaysWhatToDo() throws {
        let folder = try TemporaryFolder()
        let empty = folder.path("empty")
        try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
        let workbench = try Harness(empty, home: folder.url.path, columns: 80, rows: 24)
        #expect(workbench.text.contains("holds no images and no runs"))
        #expect(workbench.text.contains("petri sample-data DIR"))
        let absent = try Harness(folder.path("absent"), home: folder.url.path)
        #expect(absent.text.contains("does not exist"))
    }

    @Test func smallTerminalIsTold() throws {
        var workbench = try harness(59, 16, "mono")
        #expect(workbench.text.contains("Petri needs 60x16 cells; here are 59x16."))
        workbench.resize(60, 16)
        #expect(workbench.text.contains("BROWSE"))
        workbench.resize(1, 1)
        workbench.press("q")
        #expect(workbench.screenEffects.contains { if case .quit = $0 { true } else { false } })
    }

    /// Nothing overlaps and nothing is outside, at any size, whatever is shown.
    @Test func panesNeverMeet() throws {
        var workbench = try harness(100, 30, "dark")
        var generator = SeededGenerator(seed: 11)
        let keys = ["c", "z", "tab", "enter", "q", "s", "i", "?", "esc", ":", "esc", "x", "j", "+", "m", "/", "enter"]
        for step in 0..<100 {
            workbench.resize(1 + generator.index(below: 250), 1 + generator.index(below: 80))
            workbench.press(keys[generator.index(below: keys.count)])
            // Leaving is not what is tested.
            let state = workbench.state
            let canvas = state.view()
            #expect(canvas.columns == state.columns && canvas.rows == state.rows, "step \(step)")
            let browser = state.browserLayout
            let viewer = state.viewerLayout
            disjoint([browser.entries, browser.facts, browser.images, browser.preview], in: state.contentArea)
            disjoint([viewer.frame, viewer.facts], in: state.contentArea)
            disjoint(viewer.panels, in: viewer.frame)
        }
        for columns in [1, 2, 3, 9, 59, 60, 61, 70] {
            for rows in 1...18 {
                workbench.resize(columns, rows)
                #expect(workbench.state.view().cells.count == columns * rows)
            }
        }
    }

    private func disjoint(_ areas: [Area], in whole: Area) {
        for (index, area) in areas.enumerated() where !area.isEmpty {
            #expect(area.intersection(whole) == area)
            for other in areas[(index + 1)...] { #expect(area.intersection(other).isEmpty) }
        }
    }
}
