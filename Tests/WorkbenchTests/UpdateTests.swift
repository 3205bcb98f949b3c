import Canvas
import Datasets
import Foundation
import Imaging
import Terminal
import TestSupport
import Testing

@testable import Workbench

/// Keys do what the table of bindings says.
struct UpdateTests {
    private func harness() throws -> Harness {
        let data = try SharedSmallData.data.get()
        var workbench = try Harness(data.path, home: data.home)
        workbench.press("enter")
        return workbench
    }

    @Test func dataSetsAndImagesUnderThePathAreFound() throws {
        let entries = try harness().state.browser.entries
        #expect(entries.map(\.title) == ["nuclei", "unlabelled"])
        #expect(entries.map(\.kind) == [.dataSet(12), .images(3)])
    }

    @Test func noKeyHasTwoMeaningsInOneContext() {
        let bindings = KeyBindings.workbench
        for context in Context.allCases {
            let own = bindings.commands.filter { $0.contexts.contains(context.rawValue) }
            let keys = own.flatMap { bindings.keys(of: $0) }
            #expect(keys.count == Set(keys).count, "\(context)")
        }
        let everywhere = bindings.commands.filter(\.contexts.isEmpty).flatMap { bindings.keys(of: $0) }
        #expect(everywhere.count == Set(everywhere).count)
        let names = bindings.commands.map(\.name)
        #expect(names.count == Set(names).count)
        #expect(bindings.commands.allSatisfy { !bindings.keys(of: $0).isEmpty })
    }

    @Test func filterNarrowsAndEscapeTakesItBack() throws {
        var workbench = try harness()
        #expect(workbench.state.browser.opened?.count == 12)
        workbench.press("/")
        workbench.type("TEST 3")
        #expect(workbench.state.browser.opened?.count == 1)
        #expect(workbench.state.browser.selectedItem?.name == "test_03")
        workbench.press("enter", "esc")
        #expect(workbench.state.browser.opened?.count == 12)
        #expect(workbench.state.browser.selectedItem?.name == "test_03")
    }

    @Test func sortingByObjectsReadsAllAndOrders() throws {
        var workbench = try harness()
        workbench.press("s", "down", "down", "down", "enter")
        let opened = try #require(workbench.state.browser.opened)
        let objects = (0..<opened.count).map { opened.values[opened.index($0)]?.objects ?? -1 }
        #expect(objects == objects.sorted() && objects[0] > 0)
        workbench.press("S")
        let turned = try #require(workbench.state.browser.opened)
        #expect((0..<turned.count).map { turned.values[turned.index($0)]?.objects ?? -1 } == objects.reversed())
    }

    @Test func marksAreToggledCountedAndFound() throws {
        var workbench = try harness()
        workbench.press("space", "j", "space", "g")
        #expect(workbench.state.browser.marked == [0, 2])
        #expect(workbench.text.contains("2 marked"))
        workbench.press("m")
        #expect(workbench.state.browser.images.selected == 2)
        workbench.press("space")
        #expect(workbench.state.browser.marked == [0])
        workbench.press("U")
        #expect(workbench.state.browser.marked.isEmpty)
    }

    @Test func matchesAreGoneThroughInACircle() throws {
        var workbench = try harness()
        workbench.press("n")
        #expect(workbench.state.browser.images.selected == 0 && workbench.text.contains("there is no filter"))
        workbench.press("/")
        workbench.type("03")
        workbench.press("enter", "n")
        #expect(workbench.state.browser.selectedItem?.name == "train_03")
        workbench.press("n")
        #expect(workbench.state.browser.selectedItem?.name == "test_03")
        workbench.press("N")
        #expect(workbench.state.browser.selectedItem?.name == "train_03")
    }

    @Test func markedImagesAreSentToAListAndToANewDataSet() throws {
        let data = try SharedSmallData.data.get()
        let folder = try TemporaryFolder()
        var workbench = try Harness(data.path, home: data.home, export: folder.url.path)
        workbench.press("enter", "space", "j", "space", "e")
        #expect(workbench.text.contains("Send the marked 2 images to"))
        workbench.press("enter", "ctrl-u")
        workbench.type("list.txt")
        workbench.press("enter")
        let list = try String(contentsOfFile: folder.path("list.txt"), encoding: .utf8)
        let images = data.path + "/nuclei/test/images/"
        #expect(list == images + "test_01.png\n" + images + "test_03.png\n")
        // What is there is not written over.
        workbench.press("e", "enter", "ctrl-u")
        workbench.type("list.txt")
        workbench.press("enter")
        #expect(workbench.state.notices.last?.text.contains("list.txt: is there already") == true)
        workbench.press("esc", "e", "down", "enter", "enter")
        let sent = try DataSet(folder.path("nuclei-chosen"))
        #expect(sent.pairs.map(\.name) == ["test_01", "test_03"])
        #expect(try sent.pairs[1].labels() == DataSet(data.path + "/nuclei/test").pairs[2].labels())
    }

    @Test func imagesWithoutMasksMakeNoDataSet() throws {
        var workbench = try harness()
        workbench.press("h", "j", "l", "e")
        #expect(workbench.text.contains("Send the selected image to") && !workbench.text.contains("a new data set"))
    }

    @Test func chosenThemeAndGlyphsAreKept() throws {
        let data = try SharedSmallData.data.get()
        let folder = try TemporaryFolder()
        let places = UserPlaces(["XDG_CONFIG_HOME": folder.url.path])
        var workbench = try Harness(data.path, home: data.home, places: places)
        workbench.press(":")
        workbench.type("theme nord")
        #expect(try Settings.load(places).theme == nil)
        workbench.press("enter", ":")
        workbench.type("glyphs sextant")
        workbench.press("enter")
        let settings = try Settings.load(places)
        #expect(settings.theme == "nord" && settings.symbols == .sextant)
    }

    @Test func namesAreSeenWhileAFolderIsListed() throws {
        let data = try SharedSmallData.data.get()
        var state = State(
            columns: 100, rows: 30, root: data.path, home: data.home, colors: .truecolor, available: [.half],
            symbols: .half, theme: .mono, themes: [])
        _ = update(&state, .glimpsed(FolderContent.glimpse(data.path + "/nuclei/test")))
        let text = state.view().plainText
        #expect(text.contains("test_01.png") && text.contains("test_06.png") && text.contains("listing…"))
        #expect(FolderContent.glimpse(data.path).isEmpty)
        _ = update(&state, .found([Entry(path: data.path, title: "lab", kind: .images(6))]))
        #expect(!state.view().plainText.contains("test_01.png"))
    }

    @Test func viewerGoesThroughImagesInTheTablesOrder() throws {
        var workbench = try harness()
        workbench.press("G", "enter")
        #expect(workbench.state.screen == .viewer)
        #expect(workbench.state.viewer.request?.item.name == "train_06")
        workbench.press("p", "p")
        #expect(workbench.state.viewer.request?.item.name == "train_04")
        workbench.press("n", "q")
        #expect(workbench.state.screen == .browser)
        #expect(workbench.state.browser.selectedItem?.name == "train_05")
    }

    @Test func cursorTellsPixelAndObject() throws {
        var workbench = try harness()
        workbench.press("enter", "x")
        let loaded = try #require(workbench.state.viewer.loaded)
        let (label, area) = try #require(loaded.areas.min { $0.key < $1.key })
        let place = try #require(loaded.labels?.labels.firstIndex(of: label))
        let width = loaded.image.width
        workbench.state.viewer.cursor = .init(x: place % width, y: place / width)
        guard case .uint16(let samples) = loaded.image.samples else { return #expect(Bool(false)) }
        let text = try #require(workbench.state.pixelText)
        #expect(text.hasPrefix("\(place % width),\(place / width) = \(samples[place])"))
        #expect(text.hasSuffix("object \(label), \(area) px"))
        #expect(loaded.labels?.labels.filter { $0 == label }.count == area)
    }

    @Test func zoomStaysInsideTheImageAndShowsThePixelAskedFor() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<2000 {
            let (width, height) = (1 + generator.index(below: 3000), 1 + generator.index(below: 3000))
            let (columns, rows) = (1 + generator.index(below: 200), 1 + generator.index(below: 60))
            let scale = Viewport.scales[generator.index(below: Viewport.scales.count)]
            let center = (x: Double(generator.index(below: 101)) / 100, y: Double(generator.index(below: 101)) / 100)
            let view = Viewport(
                width: width, height: height, zoom: .scale(scale), center: center, columns: columns, rows: rows)
            let region = view.region
            #expect(region.x >= 0 && region.y >= 0 && region.width > 0 && region.height > 0)
            #expect(region.x + region.width <= width && region.y + region.height <= height)
            #expect(view.columns <= columns && view.rows <= rows)
            let pixel = Viewer.Pixel(
                x: region.x + generator.index(below: region.width), y: region.y + generator.index(below: region.height))
            let cell = view.cell(of: pixel, columns: view.columns, rows: view.rows)
            #expect(cell.map { $0.column < view.columns && $0.row < view.rows } == true)
            // Where a pixel has a cell of its own, that leads back to it.
            guard scale >= 2, view.columns >= region.width, view.rows >= region.height else { continue }
            #expect(cell.map { view.pixel(at: $0, columns: view.columns, rows: view.rows) } == pixel)
        }
    }

    @Test func windowKeysShiftBlackAndWhite() throws {
        var workbench = try harness()
        workbench.press("enter")
        let auto = workbench.state.viewer.window
        workbench.press("]")
        #expect(workbench.state.viewer.window.lowerBound > auto.lowerBound)
        workbench.press("{")
        #expect(workbench.state.viewer.window.upperBound < auto.upperBound)
        workbench.press("A")
        let samples = try #require(workbench.state.viewer.loaded?.image.statistics)
        #expect(workbench.state.viewer.window == Float(samples.minimum)...Float(samples.maximum))
        workbench.press("a")
        #expect(workbench.state.viewer.window == auto)
        for _ in 0..<100 { workbench.press("]") }
        #expect(workbench.state.viewer.window.lowerBound < workbench.state.viewer.window.upperBound)
    }

    @Test func helpIsSearchedAndDone() throws {
        var workbench = try harness()
        workbench.press("?")
        workbench.type("contact sheet")
        workbench.press("enter")
        #expect(workbench.state.popup == nil)
        #expect(workbench.state.browser.isSheet)
    }

    @Test func themeIsSeenAtOnceAndTakenBack() throws {
        var workbench = try harness()
        workbench.press(":")
        workbench.type("thm nord")
        #expect(workbench.state.theme.name == "nord")
        workbench.press("esc")
        #expect(workbench.state.theme.name == "dark")
        workbench.press(":")
        workbench.type("theme light")
        workbench.press("enter")
        #expect(workbench.state.theme.name == "light")
    }

    @Test func messagesStayUntilTheyCanHaveBeenRead() throws {
        var workbench = try harness()
        workbench.send(.said("a file is broken", .error))
        workbench.press("j", "k")
        #expect(workbench.text.contains("error: a file is broken"))
        workbench.press("esc")
        #expect(!workbench.text.contains("a file is broken"))
        workbench.press("!")
        #expect(workbench.text.contains("a file is broken"))
    }

    @Test func exportWritesWhatIsSeen() throws {
        let data = try SharedSmallData.data.get()
        let folder = try TemporaryFolder()
        var workbench = try Harness(data.path, home: data.home, export: folder.url.path)
        workbench.press("enter", "enter", "e", "enter", "e", "down", "enter")
        let image = try ImageFile.read(folder.path("test_01-view.png"))
        #expect((image.width, image.height, image.channels) == (512, 512, 3))
        let text = try String(contentsOfFile: folder.path("test_01-view.ans"), encoding: .utf8)
        let frame = try #require(workbench.state.viewer.frame?.pictures.first)
        #expect(text == ANSIText(colors: .truecolor).text(frame))
        workbench.press("e", "enter")
        #expect(FileManager.default.fileExists(atPath: folder.path("test_01-view-2.png")))
    }

    @Test func fuzzyMatchesPreferWholeWords() {
        let names = ["next-match", "mark", "theme dark", "contact-sheet", "next-marked"]
        #expect(Fuzzy.matches("mark", in: names).first == 1)
        #expect(Fuzzy.matches("nmd", in: names) == [4])
        #expect(Fuzzy.matches("", in: names) == Array(names.indices))
        #expect(Fuzzy.matches("zzz", in: names).isEmpty)
    }

    @Test func answersThatComeLateAreNotTaken() throws {
        var workbench = try harness()
        let before = workbench.state.browser.preview?.request
        var stale = try #require(before)
        stale.item.name = "gone"
        workbench.send(.previewed(stale, .success(Canvas(columns: 1, rows: 1))))
        #expect(workbench.state.browser.preview?.request == before)
    }
}
