import Foundation
import Imaging
import TestSupport
import Testing

@testable import Datasets

@Suite struct ConversionTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The label images by part, in the order of the pairs, numbered by their first pixels.
    private func labels(_ dataSet: DataSet) throws -> [String: [LabelImage]] {
        try Dictionary(grouping: dataSet.pairs, by: { $0.part ?? "" }).mapValues {
            try $0.map { try $0.labels().relabelled() }
        }
    }

    @discardableResult
    private func convert(
        _ source: String, to layout: Conversion.Layout, in target: String, force: Bool = false
    ) throws -> Conversion.Outcome {
        try Conversion(DataSet(source), to: layout, in: target, force: force).run()
    }

    @Test(
        "Every layout that is read, written as every layout, gives the same label images back",
        arguments: FixtureTests.layouts + ["livecell"])
    func roundTrips(name: String) throws {
        let original = try DataSet(Fixture.path(name))
        let expected = try labels(original)
        for layout in Conversion.Layout.allCases {
            let target = folder.path("\(name) as \(layout.rawValue)")
            let outcome = try convert(Fixture.path(name), to: layout, in: target)
            #expect(outcome.written == original.pairs.count && outcome.kept == 0)
            let written = try DataSet(target)
            #expect(try labels(written) == expected, "\(layout)")
            #expect(written.warnings.isEmpty, "\(layout)")
            #expect(written.parts == original.parts)
        }
    }

    /// Label images that are easily damaged: touching objects, objects in pieces, one object in pieces with the number of
    /// a binary mask's foreground, none, numbers beyond 16 bits.
    private static let awkward: [(name: String, labels: [Int32])] = [
        ("a 'b' \"c\"", [1, 1, 2, 2, 0, 3, 0, 3, 0, 0, 0, 0]),
        ("empty", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ("line\nbreak", [1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 1]),
        ("test", [0, 0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 255]),
        ("wide", [70_000, 0, 0, 1_000_000, 5, 5, 0, 0, 0, 70_000, 0, 0]),
        ("\u{1B}[31m🔬", [9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]),
        ("-x.y", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
    ]

    @Test("Label images that are easily damaged go through all layouts in a row and come out the same")
    func chain() throws {
        for (name, values) in Self.awkward {
            try folder.write("start/images/\(name).png")
            let labels = LabelImage(width: 4, height: 3, labels: values)
            try labels.write(to: folder.file("start/masks/\(name).tif"))
        }
        // As they are meant: a stored only label of 1 or 255 is a binary mask.
        let expected = try labels(DataSet(folder.path("start")))
        var source = folder.path("start")
        for (step, layout) in (Conversion.Layout.allCases + Conversion.Layout.allCases.reversed()).enumerated() {
            let target = folder.path("step \(step)")
            try convert(source, to: layout, in: target)
            let written = try DataSet(target)
            #expect(try labels(written) == expected, "\(layout)")
            #expect(written.pairs.count == Self.awkward.count)
            source = target
        }
        // Written labels are not taken for binary masks.
        let pieces = LabelImage(width: 4, height: 3, labels: Self.awkward[2].labels)
        try pieces.distinguishable.write(to: folder.file("pieces.png"))
        #expect(try MaskFiles.whole(folder.path("pieces.png")).read().objects == 1)
    }

    @Test("No copy is written among its sources", arguments: ["data/masks", "data", "data/out", ".", "data/a/b"])
    func amongSources(target: String) throws {
        try folder.write("data/images/a.png")
        try folder.write("data/masks/a.png", bits: 16)
        let mask = try Data(contentsOf: URL(fileURLWithPath: folder.path("data/masks/a.png")))
        let error = try #require(throws: InputError.self) {
            try convert(folder.path("data"), to: .cellpose, in: folder.path(target), force: true)
        }
        #expect(error.description.contains("the data set itself"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path("data/masks/a.png"))) == mask)
        #expect(try DataSet(folder.path("data")).pairs.count == 1)
    }

    @Test("A copy among masks that were named by themselves is refused too")
    func amongNamedMasks() throws {
        try folder.write("images/a.png")
        try folder.write("labels/a.png", bits: 16)
        let dataSet = try DataSet(images: folder.path("images"), masks: folder.path("labels"))
        #expect(throws: InputError.self) {
            try Conversion(dataSet, to: .cellpose, in: folder.path("labels"), force: true).run()
        }
        #expect(try Conversion(dataSet, to: .cellpose, in: folder.path("beside/it")).run().written == 1)
    }

    @Test("What is lost in an overlap is said in every layout", arguments: Conversion.Layout.allCases)
    func overlapsAreSaid(layout: Conversion.Layout) throws {
        try folder.write("set/a/images/a.png")
        for (name, pixels) in [("one", [1, 1, 1, 0]), ("two", [0, 0, 1, 1])] {
            try folder.write("set/a/masks/\(name).png", pixels.map { $0 * 255 } + [Int](repeating: 0, count: 8))
        }
        let outcome = try convert(folder.path("set"), to: layout, in: folder.path("out"))
        #expect(outcome.warnings == ["a: objects overlap in 1 pixels, the first one keeps them"])
    }

    @Test("COCO's file holds pycocotools' run lengths, areas and boxes; images are copied byte for byte")
    func cocoFile() throws {
        let target = folder.path("out")
        try convert(Fixture.path("stardist"), to: .coco, in: target)
        let data = try Data(contentsOf: URL(fileURLWithPath: target + "/train/annotations.json"))
        let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let annotations = try #require(root["annotations"] as? [[String: Any]])
        #expect(Set(root.keys) == ["info", "licenses", "images", "annotations", "categories"])
        #expect(Set(annotations.compactMap { $0["id"] as? Int }).count == annotations.count)
        let expected = try Fixture.expected("stardist as COCO", as: [String: [String]].self)
        let counts = annotations.compactMap { ($0["segmentation"] as? [String: Any])?["counts"] as? String }
        #expect(counts == ["a", "b"].flatMap { expected[$0] ?? [] })
        // The disc of radius 2 about column 5, row 5.
        #expect(annotations[0]["bbox"] as? [Int] == [3, 3, 5, 5] && annotations[0]["area"] as? Int == 13)
        #expect(
            FileManager.default.contentsEqual(
                atPath: target + "/train/images/a.tif", andPath: Fixture.path("stardist/train/images/a.tif")))
    }

    @Test("Run lengths are those of pycocotools, of both forms")
    func runLengths() throws {
        // coco_mask.encode of columns 0 0 1 1 1 0 | 1 1 0 0 0 0 and of a run of 100,000 after one of 5.
        #expect(RunLengths.encoded([2, 3, 1, 2, 4]) == "231O3")
        #expect(try #require(RunLengths.decoded(Array("231O3".utf8))) == [2, 3, 1, 2, 4])
        var random = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            let counts = (0..<random.index(below: 40)).map { _ in random.index(below: 1 << random.index(below: 30)) }
            #expect(RunLengths.decoded(Array(RunLengths.encoded(counts).utf8)) == counts)
        }
        for text in ["P", "oooooooooooooooooooooo1", "~", "\u{20}", "N"] {
            #expect(RunLengths.decoded(Array(text.utf8)) == nil, "\(text)")
        }
    }

    @Test("What an interrupted conversion wrote is kept; what is missing, cut short or older is written")
    func resuming() throws {
        for name in ["a", "b", "c", "d"] {
            try folder.write("in/images/\(name).png")
            try folder.write("in/masks/\(name).png", bits: 16)
        }
        for layout in Conversion.Layout.allCases {
            let target = folder.path("out \(layout.rawValue)")
            #expect(try convert(folder.path("in"), to: layout, in: target).written == 4)
            #expect(try convert(folder.path("in"), to: layout, in: target) == .init(written: 0, kept: 4))
            let images = try DataSet(target).pairs.map(\.imagePath)
            try FileManager.default.removeItem(atPath: images[1])
            try Data([1, 2, 3]).write(to: URL(fileURLWithPath: images[2]))
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: images[3])
            let again = try convert(folder.path("in"), to: layout, in: target)
            // CTC's images are written anew and not copied: their length says nothing.
            #expect(again.written == (layout == .ctc ? 2 : 3), "\(layout)")
            if layout == .ctc { _ = try convert(folder.path("in"), to: layout, in: target, force: true) }
            #expect(try labels(DataSet(target)) == labels(DataSet(folder.path("in"))))
        }
    }

    @Test("Nothing is overwritten unless asked for, and the data set itself never")
    func refusals() throws {
        try folder.write("in/images/a.png")
        try folder.write("in/masks/a.png", bits: 16)
        try folder.write("other/images/a.png")
        try folder.write("other/masks/a.png", bits: 16)
        try folder.write("full/precious.png")
        let before = try FileManager.default.subpathsOfDirectory(atPath: folder.path("full"))
        #expect(throws: InputError.self) { try convert(folder.path("in"), to: .coco, in: folder.path("full")) }
        #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path("full")) == before)
        try convert(folder.path("in"), to: .cellpose, in: folder.path("out"))
        // Another data set, or another layout, into the same folder.
        #expect(throws: InputError.self) { try convert(folder.path("other"), to: .cellpose, in: folder.path("out")) }
        #expect(throws: InputError.self) { try convert(folder.path("in"), to: .coco, in: folder.path("out")) }
        try convert(folder.path("in"), to: .coco, in: folder.path("full"), force: true)
        for force in [false, true] {
            #expect(throws: InputError.self) {
                try convert(folder.path("in"), to: .cellpose, in: folder.path("in"), force: force)
            }
        }
        try folder.write("names/images/x_mask.png")
        try folder.write("names/masks/x_mask.png", bits: 16)
        #expect(throws: InputError.self) {
            try convert(folder.path("names"), to: .cellpose, in: folder.path("names out"))
        }
    }
}
