import Canvas
import Datasets
import Drawing
import Foundation
import Imaging
import Runs
import Synchronization
import Terminal
import TestSupport
import Testing

@testable import Workbench

/// What is gone, hidden or not yet there is neither shown nor acted on, and what was asked for is done before leaving.
struct StaleStateTests {
    /// Folders of loose images, each of this size in pixels.
    private struct Loose {
        let folder: TemporaryFolder
        var path: String { folder.path("lab") }

        init(_ images: KeyValuePairs<String, Int>) throws {
            folder = try TemporaryFolder()
            for (name, size) in images { try write(name, size) }
        }

        func write(_ name: String, _ size: Int) throws {
            let file = path + "/" + name
            try FileManager.default.createDirectory(
                atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            let samples = (0..<size * size).map { UInt8(truncatingIfNeeded: $0) }
            try ImageFile.write(Image(width: size, height: size, channels: 1, samples: .uint8(samples)), to: file)
        }

        func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }

        func damage(_ name: String) throws { try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path + "/" + name)) }

        func workbench() throws -> Harness { try Harness(path, home: folder.url.path, export: folder.url.path) }
    }

    @Test func marksStayWithTheirImagesWhenOthersGo() throws {
        let loose = try Loose(["a/1.png": 8, "a/2.png": 8, "a/3.png": 8])
        var workbench = try loose.workbench()
        workbench.press("l", "G", "space")
        #expect(workbench.state.browser.marked == [2])
        try loose.remove("a/1.png")
        workbench.press("r")
        #expect(workbench.state.browser.marked == [1])
        workbench.press("e", "enter", "ctrl-u")
        workbench.type("list.txt")
        workbench.press("enter")
        let list = try String(contentsOfFile: loose.folder.path("list.txt"), encoding: .utf8)
        #expect(list == loose.path + "/a/3.png\n")
        try loose.remove("a/3.png")
        workbench.press("r")
        #expect(workbench.state.browser.marked.isEmpty && workbench.state.browser.opened?.count == 1)
    }

    @Test func theCursorStaysInsideTheImageAfterADamagedOne() throws {
        let loose = try Loose(["a/1.png": 200, "a/2.png": 8, "a/3.png": 32])
        try loose.damage("a/2.png")
        var workbench = try loose.workbench()
        workbench.press("l", "enter", "x")
        workbench.state.viewer.cursor = .init(x: 199, y: 199)
        workbench.press("n")
        #expect(workbench.text.contains("error: "))
        workbench.press("n")
        #expect(workbench.state.viewer.cursor == .init(x: 16, y: 16))
        #expect(workbench.text.contains("16,16 = "))
        // The damaged one asks for nothing twice; what was seen before it is drawn again.
        workbench.press("esc", "p", "p")
        #expect(workbench.state.viewer.frame?.request.image.item.name == "1.png")
        #expect(!workbench.text.contains("reading…"))
        workbench.press("esc", "p")
        #expect(workbench.text.contains("this is the first image"))
    }

    @Test func reloadingKeepsTheEntryUnderTheCursor() throws {
        let loose = try Loose(["a/1.png": 8, "b/1.png": 8, "c/1.png": 8, "c/2.png": 8])
        var workbench = try loose.workbench()
        workbench.press("j", "j", "r")
        #expect(workbench.state.browser.entry?.title == "c" && workbench.state.browser.opened?.count == 2)
        try FileManager.default.removeItem(atPath: loose.path + "/c")
        workbench.press("r")
        #expect(workbench.state.browser.entry?.title == "a" && workbench.state.browser.isOpen)
    }

    @Test func anEntryThatIsGoneShowsNoOthersImages() throws {
        let loose = try Loose(["a/1.png": 8, "b/1.png": 8])
        var workbench = try loose.workbench()
        try FileManager.default.removeItem(atPath: loose.path + "/b")
        workbench.press("j")
        #expect(workbench.state.browser.entry?.title == "b" && workbench.state.browser.opened == nil)
        #expect(!workbench.text.contains("1.png"))
        workbench.press("space", "e")
        #expect(workbench.state.browser.marked.isEmpty && workbench.state.popup == nil)
        workbench.press("k")
        #expect(workbench.text.contains("1.png"))
    }

    @Test func valuesAreReadAgainWhereAnEntryIsLeftAndReturnedToAtOnce() throws {
        let loose = try Loose(["a/1.png": 8, "b/1.png": 16])
        var workbench = try loose.workbench()
        #expect(workbench.text.contains("8x8"))
        // Of two quick keys, the lane of opening does what the last one asked for.
        _ = update(&workbench.state, .event(.key(try #require(Key(named: "j")))))
        workbench.press("k")
        #expect(workbench.state.browser.opened?.known == 1 && workbench.text.contains("8x8"))
        // What comes of a source that had more images is passed over.
        let late = PairValues(width: 1, height: 1, channels: 1, bits: 8, objects: -1, mean: 0)
        workbench.send(.values([(index: 7, values: late)], of: loose.path + "/a"))
        #expect(workbench.state.browser.opened?.values.count == 1)
    }

    @Test func nothingIsDoneOnAScreenTooSmallToBeSeen() throws {
        let fixture = try SampleFixture(count: 2, size: 32)
        var workbench = try fixture.workbench()
        workbench.resize(40, 10)
        workbench.press("a", "x", "C")
        workbench.send(.event(.paste("text")))
        #expect(try fixture.decisions == "uu" && workbench.state.popup == nil)
        workbench.press("ctrl-q")
        guard case .quit? = workbench.screenEffects.last else { return #expect(Bool(false), "ctrl-q leaves") }
        workbench.resize(120, 40)
        workbench.press("a")
        #expect(try fixture.decisions == "au")
    }

    @Test func picturesOfASetMadeAnewAreDrawnAnew() throws {
        let fixture = try SampleFixture(count: 3, size: 32)
        var workbench = try fixture.workbench()
        workbench.press("enter")
        let before = try #require(
            workbench.state.curate.thumbnails?.pictures[0] ?? workbench.state.viewer.frame?.pictures[0])
        // The same names, and other pictures.
        let set = try fixture.set
        let samples = try set.samples()
        try FileManager.default.removeItem(atPath: fixture.path)
        let anew = try SampleSet.create(fixture.path)
        for var sample in samples {
            let image = Image(width: 32, height: 32, channels: 1, samples: .uint8(.init(repeating: 200, count: 1024)))
            try ImageFile.write(image, to: anew.imagePath(of: sample))
            try LabelImage(width: 32, height: 32).write(to: anew.maskPath(of: sample))
            sample.created += 100
            try anew.add([sample])
        }
        let changed = try #require(workbench.performer.changedCuration(fixture.path))
        workbench.send(.curation(fixture.path, changed))
        let loaded = try #require(workbench.state.viewer.loaded)
        #expect(loaded.mean == 200)
        workbench.press("esc")
        #expect(workbench.state.curate.thumbnails?.pictures.count == 3)
        #expect(workbench.state.curate.thumbnails?.pictures[0] != before)
    }

    @Test func blinkingAndTheCursorEndWithTheViewer() throws {
        let fixture = try SampleFixture(count: 2, size: 32)
        var workbench = try fixture.workbench()
        (workbench.state.viewer.isBlinking, workbench.state.viewer.isLit) = (true, false)
        workbench.state.viewer.cursor = .init(x: 3, y: 3)
        workbench.perform(workbench.state.openCuration(fixture.path))
        workbench.press("enter")
        #expect(workbench.state.viewer.layers == [.outline] && workbench.state.viewer.cursor == nil)
    }

    @Test func theViewerShowsItsOwnImageAgainAfterCuration() throws {
        let loose = try Loose(["a/1.png": 8, "a/2.png": 8])
        let fixture = try SampleFixture(count: 1, size: 32)
        try FileManager.default.moveItem(atPath: fixture.path, toPath: loose.path + "/samples")
        var workbench = try loose.workbench()
        workbench.press("l", "j", "enter", "C", "enter", "enter")
        #expect(workbench.state.viewer.request?.item.name == "s000.png")
        workbench.press("q", "q")
        #expect(workbench.state.screen == .viewer && workbench.state.viewer.request?.item.name == "2.png")
    }

    @Test func warningsStayInSightUntilEscape() throws {
        let loose = try Loose(["a/1.png": 8])
        var workbench = try loose.workbench()
        let long = "a/" + String(repeating: "very-long-name-", count: 12) + ".png: is no image; take another"
        workbench.send(.said("one object was left out", .warning))
        workbench.send(.said("written: list.txt", .information))
        workbench.press("j")
        #expect(workbench.text.contains("warning: one object was left out"))
        // An answer to a key is seen all the same.
        workbench.press("n")
        #expect(workbench.text.contains("there is no filter"))
        workbench.press("j")
        #expect(workbench.text.contains("warning: one object was left out"))
        // Esc in a line that is typed ends the line, and not what was said.
        workbench.press("/", "esc")
        #expect(workbench.state.browser.filterInput == nil && workbench.text.contains("one object was left out"))
        workbench.press("esc")
        #expect(!workbench.text.contains("one object was left out"))
        workbench.send(.said(long, .error))
        #expect(workbench.text.contains("! shows all"))
        workbench.press("!")
        #expect(workbench.text.contains("is no image; take another"))
    }

    @Test func aMendedFilterIsTaken() throws {
        let fixture = try SampleFixture(count: 2, size: 32)
        var workbench = try fixture.workbench()
        workbench.press("/")
        workbench.type("alignment<")
        #expect(workbench.state.curate.filterProblem != nil)
        workbench.press("backspace")
        #expect(workbench.state.curate.filterProblem == nil)
        workbench.press("enter")
        #expect(workbench.state.curate.filterInput == nil)
    }

    @Test func aRunBegunBesideTheDataSetIsListed() throws {
        let sample = try SampleRuns()
        var workbench = try sample.workbench()
        let elsewhere = try SampleRuns()
        let run = try elsewhere.add("one", RunStatus(state: .running))
        workbench.state.launch.request.run = run.path
        workbench.send(.controlled(run.path))
        #expect(workbench.state.runList.run?.path == run.path && workbench.state.wantedRun == nil)
        #expect(workbench.state.launch.request.run == run.path + "-2")
        #expect(Launch.folder(after: run.path + "-2") == run.path + "-3")
        // One that is not there is not waited for.
        workbench.press("q")
        workbench.performer.catalogs.withLock { $0?.searched = .distantPast }
        workbench.perform(workbench.state.openRunList(elsewhere.path + "/none"))
        #expect(workbench.state.wantedRun == nil)
    }

    @Test func theEntryAfterADeletedRunIsOpened() throws {
        let sample = try SampleRuns()
        try sample.add("one", RunStatus(state: .finished))
        try sample.add("two", RunStatus(state: .finished))
        var workbench = try sample.workbench()
        workbench.press("G")
        let run = try #require(workbench.state.browser.entry?.path)
        workbench.press("R", "D", "y")
        #expect(!FileManager.default.fileExists(atPath: run))
        workbench.performer.catalogs.withLock { $0?.searched = .distantPast }
        workbench.watch()
        workbench.press("q")
        #expect(workbench.state.browser.entry?.path != run && workbench.state.browser.isOpen)
    }

    @Test func whatWasDecidedIsOnTheDiskBeforeLeaving() throws {
        let fixture = try SampleFixture(count: 12, size: 32)
        let performer = try fixture.workbench().performer
        let lanes = Lanes(performer) { _ in }
        for index in 0..<12 {
            lanes.run(.curate(fixture.path, .edit(.decide(.rejected), [String(format: "s%03d.png", index)])))
        }
        #expect(lanes.settle(within: 30))
        #expect(try fixture.decisions == String(repeating: "r", count: 12))
    }

    @Test func anExportGivenUpLeavesNothingBehind() throws {
        let fixture = try SampleFixture(count: 12, size: 32)
        _ = try fixture.set.curate(.decide(.accepted), fixture.set.samples().map(\.name))
        let performer = try fixture.workbench().performer
        let said = Mutex<[Message]>([])
        let lanes = Lanes(performer) { message in said.withLock { $0.append(message) } }
        lanes.abandon()
        lanes.run(.exportSamples(fixture.path, .imagesAndMasks, to: fixture.folder.path("out")))
        #expect(lanes.settle(within: 30))
        let left = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.url.path)
        #expect(left == ["lab"])
    }
}
