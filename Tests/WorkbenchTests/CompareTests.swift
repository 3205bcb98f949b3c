import Canvas
import Foundation
import Imaging
import Measures
import Runs
import TestSupport
import Testing

@testable import Workbench

/// What the compare screen does.
struct CompareTests {
    @Test func aSetIsComparedWithOneThatIsChosenInTheBrowser() throws {
        let data = try SharedSmallData.data.get()
        var workbench = try Harness(data.path, home: data.home)
        workbench.press("v")
        let popup = try #require(workbench.state.popup)
        #expect(
            popup.title == "Which real set, for nuclei?"
                && popup.entries.map(\.title) == ["unlabelled", "another folder…"])
        workbench.press("enter")
        #expect(workbench.state.screen == .compare)
        #expect(workbench.text.contains("real 3 · synthetic 12"), "\(workbench.text)")
        workbench.press("q")
        #expect(workbench.state.screen == .browser)
    }

    @Test func theRealSetCanBeTyped() throws {
        let data = try SharedSmallData.data.get()
        var workbench = try Harness(data.path, home: data.home)
        workbench.press("v", "down", "enter")
        workbench.type("~/lab/nuclei/train")
        workbench.press("enter")
        #expect(workbench.text.contains("real 6 · synthetic 12"), "\(workbench.text)")
        // A folder that is none is told of, and leads back.
        workbench.press("q", "v", "down", "enter")
        workbench.type("~/nowhere")
        workbench.press("enter")
        #expect(workbench.text.contains("nowhere"), "\(workbench.text)")
        workbench.press("esc", "q")
        #expect(workbench.state.screen == .browser)
    }

    @Test func samplesAreHeldAgainstWhatTheirRunWasTrainedOn() throws {
        let samples = try ComparedSamples()
        var workbench = try Harness(samples.path + "/samples", home: samples.folder.url.path, columns: 160)
        workbench.press("d")
        let sets = try #require(workbench.state.compare.sets)
        // Validation images are not what was trained on.
        #expect(sets.real.source.count == 5 && sets.synthetic.source.count == 3)
        #expect(sets.recorded == [nil, 3, nil] && sets.partners == [0, 3, 2])
        #expect(workbench.text.contains("alignment 0.875 · style random"), "\(workbench.text)")
        // None of them was accepted, so nothing but all of them can be compared.
        workbench.press("a")
        #expect(workbench.text.contains("has no accepted sample"), "\(workbench.text)")
        workbench.press("q", "d", "n")
        #expect(workbench.text.contains("beside its nearest training image"), "\(workbench.text)")
        #expect(workbench.state.compare.pair?.real.name == "train_04")
    }

    @Test func aCopyOfARealImageIsFoundEvenMirrored() throws {
        let samples = try ComparedSamples()
        var workbench = try Harness(samples.path + "/samples", home: samples.folder.url.path)
        workbench.press("d", "4")
        let nearest = workbench.state.shownNeighbours
        #expect(nearest.first?.real == 2 && nearest.count == 5)
        #expect(nearest.first.map { $0.pixels < 1e-3 } == true && nearest.dropFirst().allSatisfy { $0.pixels > 0.3 })
        // The one that generation recorded stands first, with a sign.
        workbench.press("n")
        #expect(workbench.state.shownNeighbours.first?.real == 3)
        #expect(workbench.text.contains("* "), "\(workbench.text)")
        workbench.press("o")
        #expect(workbench.text.contains("by what is measured"))
        let others = workbench.state.shownNeighbours.dropFirst().map(\.measures)
        #expect(others == others.sorted())
        workbench.press("right", "enter")
        #expect(workbench.state.compare.tab == .pairs)
        #expect(workbench.state.compare.chosenReal != nil && workbench.text.contains("real chosen by hand"))
    }

    @Test func zoomAndPanAreLinked() throws {
        var workbench = try ComparedSmallData.workbench()
        workbench.press("+", "+", "+", "l", "j", "j")
        let frame = try #require(workbench.state.compare.frame?.request)
        #expect(frame.panels.map(\.content) == [.real, .synthetic])
        #expect(frame.panels[0].region == frame.panels[1].region && frame.panels[0].region.width < 256)
        #expect(frame.panels[0].region.x > 0 && frame.panels[0].region.y > 0)
        for _ in 0..<40 { workbench.press("l") }
        let last = try #require(workbench.state.compare.frame?.request.panels[0].region)
        #expect(last.x + last.width == 256)
        workbench.press("h")
        #expect(try #require(workbench.state.compare.frame?.request.panels[0].region.x) < last.x)
        workbench.press("f")
        #expect(workbench.state.compare.frame?.request.panels[1].region.width == 256)
    }

    @Test func aPairBlinksAndShowsItsDifference() throws {
        var workbench = try ComparedSmallData.workbench()
        workbench.press("b")
        #expect(workbench.state.compare.frame?.request.panels.map(\.content) == [.real])
        workbench.send(.tick)
        #expect(workbench.state.compare.frame?.request.panels.map(\.content) == [.synthetic])
        workbench.press("d")
        #expect(workbench.state.compare.frame?.request.panels.map(\.content) == [.real, .synthetic, .difference])
        let loaded = try #require(workbench.state.compare.loaded?.pair)
        guard case .float(let values) = loaded.difference.samples else { return #expect(Bool(false)) }
        // Each image's own extremes are 0 and 1.
        #expect(values.allSatisfy { (-1...1).contains($0) })
        let (real, synthetic) = (loaded.real.image.luminance().values, loaded.synthetic.image.luminance().values)
        let (low, high) = (try #require(real.min()), try #require(real.max()))
        let (least, most) = (try #require(synthetic.min()), try #require(synthetic.max()))
        let wanted = (synthetic[777] - least) / (most - least) - (real[777] - low) / (high - low)
        #expect(abs(values[777] - wanted) < 1e-5)
    }

    @Test func partnersCanBeChosen() throws {
        var workbench = try ComparedSmallData.workbench()
        workbench.press("n", "n")
        #expect(workbench.state.compare.synthetic == 2 && workbench.state.compare.real == 2)
        workbench.press("[", "[", "[")
        #expect(workbench.state.compare.real == 5)
        workbench.press("r")
        #expect(workbench.state.compare.real == 2)
        workbench.press("2", "o", "right", "enter")
        #expect(workbench.state.compare.tab == .pairs && workbench.state.compare.real == 1)
        workbench.press("G", "n")
        #expect(workbench.text.contains("this is the last image"))
    }

    @Test func swappingTakesEachSetForTheOther() throws {
        var workbench = try ComparedSmallData.workbench()
        let before = workbench.state.compare.paths
        workbench.press("X")
        #expect(workbench.state.compare.paths.real == before.synthetic)
        #expect(workbench.state.compare.sets?.synthetic.path == before.real)
        workbench.press("q")
        #expect(workbench.state.screen == .browser)
    }

    @Test func theBlindTestKeepsScoreAndGivesNothingAway() throws {
        var workbench = try ComparedSmallData.workbench()
        workbench.press("5")
        for name in ["train_0", "test_0"] { #expect(!workbench.text.contains(name), "\(workbench.text)") }
        let question = try #require(workbench.state.compare.blind.current)
        let frame = try #require(workbench.state.compare.frame?.request)
        #expect(frame.panels[question.realSide == .left ? 0 : 1].content == .real)
        workbench.press(question.realSide == .left ? "h" : "l")
        #expect(workbench.text.contains("right: the \(question.realSide.rawValue) one was real"))
        #expect(workbench.state.compare.blind.score == .init(right: 1, answered: 1))
        workbench.press("u")
        #expect(workbench.state.compare.blind.score.answered == 0)
        workbench.press("h", "h", "h")
        #expect(workbench.text.contains("Guessing would be at least as far"), "\(workbench.text)")
        workbench.press("t")
        #expect(workbench.state.compare.blind.position == 0)
    }

    @Test func imagesOfOtherSizesLookAlikeInTheBlindTest() throws {
        let folder = try TemporaryFolder()
        for (name, width, height) in [("real", 64, 48), ("synthetic", 90, 40)] {
            try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
            let samples = (0..<width * height).map { UInt8($0 % 251) }
            try ImageFile.write(
                Image(width: width, height: height, channels: 1, samples: .uint8(samples)),
                to: folder.path(name) + "/a.png")
        }
        var workbench = try Harness(folder.url.path, home: folder.url.path)
        workbench.perform(
            workbench.state.openCompare(real: folder.path("real"), synthetic: folder.path("synthetic")))
        workbench.press("5")
        let panels = try #require(workbench.state.compare.frame?.request.panels)
        #expect(panels.allSatisfy { $0.region.width == 64 && $0.region.height == 40 })
    }

    @Test func noMoreImagesAreMeasuredThanItIsSaid() {
        #expect(MeasureRequest.chosen(of: 3) == [0, 1, 2])
        let chosen = MeasureRequest.chosen(of: 1000)
        #expect(chosen.count == MeasureRequest.most && chosen.last == 995)
        #expect(zip(chosen, chosen.dropFirst()).allSatisfy { $1 - $0 == 5 })
    }

    @Test func distributionsAreMeasuredOnceAndSayHowManyImages() throws {
        var workbench = try ComparedSmallData.measuredWorkbench(columns: 80, rows: 24)
        workbench.press("3")
        #expect(workbench.text.contains("6 real, 6 synthetic"), "\(workbench.text)")
        #expect(workbench.text.contains("radial power spectrum"))
        workbench.press("j", "j", "j", "j", "j")
        #expect(workbench.state.compare.quantity.selected == 5)
        #expect(workbench.text.contains("cell area  "), "\(workbench.text)")
    }

    @Test func anImageThatCannotBeReadIsToldOf() throws {
        let data = try SharedSmallData.data.get()
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path("broken"), withIntermediateDirectories: true)
        for name in ["a", "b", "c"] {
            try FileManager.default.copyItem(
                atPath: data.path + "/unlabelled/test_01.png", toPath: folder.path("broken/\(name).png"))
        }
        try Data([0x89, 0x50]).write(to: URL(fileURLWithPath: folder.path("broken/a.png")))
        var workbench = try Harness(data.path, home: data.home)
        workbench.perform(
            workbench.state.openCompare(real: data.path + "/unlabelled", synthetic: folder.path("broken")))
        #expect(workbench.text.contains("a.png"), "\(workbench.text)")
        workbench.press("3")
        #expect(workbench.state.notices.contains { $0.text.contains("1 images cannot be read") })
        workbench.press("4", "1", "n")
        #expect(workbench.state.compare.problem == nil)
    }
}
