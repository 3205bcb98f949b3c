import Foundation
import Imaging
import TestSupport
import Testing

@testable import Datasets

@Suite struct FactsTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("Facts count what is usable; one damaged file does not hide the others")
    func facts() throws {
        let grey: [UInt8] = (0..<12).flatMap { (value: UInt8) -> [UInt8] in [value, value, value, 255] }
        try ImageFile.write(
            Image(width: 4, height: 3, channels: 4, samples: .uint8(grey)), to: folder.file("images/a.png"))
        try folder.write("images/b.png", bytes: [1, 2, 3])
        try folder.write("images/c.tif", Array(0..<16), bits: 16)
        try folder.write("images/d.tif", Array(0..<16), bits: 16)
        try folder.write("masks/a.png", [5, 5, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0], bits: 16)
        try folder.write("masks/b.png")
        try folder.write("masks/c.png", [Int](repeating: 0, count: 16), bits: 16)
        // One object among label masks: not a binary mask.
        try folder.write("masks/d.png", [1] + [Int](repeating: 0, count: 15), bits: 16)
        let facts = try DataSet(folder.url.path).facts()
        #expect(facts.pairs == 4)
        #expect(facts.images == ["a", "b", "c", "d"])
        #expect(facts.sizes == ["4x4", "4x3"])
        #expect(facts.channels == [1, 4])
        #expect(facts.bits == [16, 8])
        #expect(facts.objects == 3)
        #expect(facts.maskEncoding == "labels, 16 bit")
        #expect(facts.warnings.count == 3)
        #expect(facts.warnings[0].hasPrefix(folder.path("images/b.png")))
        #expect(facts.warnings[1] == "RGBA holding grey in 1 of 3 images; used as grey")
        #expect(facts.warnings[2] == "masks without objects: c")
    }

    @Test("Objects in pieces and specks are warned of")
    func slips() throws {
        try folder.write("images/a.png", Array(0..<20))
        try folder.write("images/b.png", [Int](repeating: 7, count: 80))
        // Label 3 touches itself at a corner only; label 2 is in two pieces.
        try folder.write("masks/a.png", [3, 0, 0, 2, 0, 3, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1, 1, 0, 0])
        // A crumb of label 1 is no piece. Of the areas 2, 2, 2, 2 and 61 the median is 2, whose twentieth none is below.
        try folder.write("masks/b.png", (0..<80).map { $0 < 60 || $0 == 79 ? 1 : $0 < 64 ? 0 : $0 < 66 ? 2 : 0 })
        let warnings = try DataSet(folder.url.path).facts().warnings
        #expect(warnings == ["objects in several pieces, by their labels: a (2)"])
        try folder.write("images/a.png", [Int](repeating: 7, count: 80))
        try folder.write("masks/a.png", (0..<80).map { $0 < 40 ? 1 : $0 < 44 ? 0 : 2 })
        // Of the areas 2, 36, 40 and 60 the median is taken as 40, whose twentieth is 2; of one pixel it is below.
        #expect(try DataSet(folder.url.path).facts().warnings.isEmpty)
        try folder.write("masks/b.png", (0..<80).map { $0 < 60 ? 1 : $0 == 64 ? 2 : 0 })
        #expect(
            try DataSet(folder.url.path).facts().warnings
                == ["objects of less than a twentieth of the median area (40 pixels): b (1)"])
    }

    @Test("The JSON has the documented keys and no other")
    func json() throws {
        try folder.write("images/a.png")
        try folder.write("masks/a.png")
        let data = try JSONEncoder().encode(DataSet(folder.url.path).facts())
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(
            Set(object.keys) == [
                "path", "layout", "layoutReason", "pairs", "pairsRead", "parts", "sizes", "channels", "bits",
                "maskEncoding", "maskReason", "objects", "unpairedImages", "unpairedMasks", "duplicates", "leaks",
                "tracks", "warnings", "images",
            ])
    }

    @Test("Binary masks come with a warning that touching cells are merged")
    func binaryWarning() throws {
        try folder.write("images/a.png")
        try folder.write("masks/a.png", [255, 0, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        let facts = try DataSet(folder.url.path).facts()
        #expect(facts.maskEncoding == "binary, 0 and 255")
        #expect(facts.objects == 2)
        #expect(facts.warnings == ["binary masks: cells that touch are merged into one object"])
    }

    @Test(
        "The real data sets hold what their authors say",
        arguments: [
            ("dsb2018/fluorescence/train", 24, 667), ("dsb2018/fluorescence/test", 24, 678),
            ("dsb2018/histology/train", 16, 748), ("dsb2018/histology/test", 12, 486),
            ("dsb2018/brightfield/train", 3, 303),
        ])
    func realObjects(name: String, pairs: Int, objects: Int) throws {
        guard let data = SharedData.folder else { return }
        let facts = try DataSet(data.appendingPathComponent(name).path).facts()
        #expect(facts.layout == "bbbc038")
        #expect(facts.pairs == pairs)
        #expect(facts.objects == objects)
        #expect(facts.maskEncoding == "one file per object")
        #expect(facts.channels == [4])
    }

    @Test(
        "The real layouts with spaces and with instances_ids hold the objects that numpy counts in their labels",
        arguments: [
            ("usiigaci-phase/train", "usiigaci", 8, 496), ("usiigaci-phase/test", "usiigaci", 4, 316),
            ("bitdepth-nuclei/20x", "siblings", 9, 1310), ("bitdepth-nuclei/40x air", "siblings", 10, 630),
        ])
    func realLabels(name: String, layout: String, pairs: Int, objects: Int) throws {
        guard let data = SharedData.folder else { return }
        let facts = try DataSet(data.appendingPathComponent(name).path).facts()
        #expect(facts.layout == layout)
        #expect(facts.pairs == pairs)
        #expect(facts.objects == objects)
        #expect(facts.maskEncoding == (layout == "usiigaci" ? "labels, 8 bit" : "labels, 16 bit"))
    }

    @Test("A root over the real train and test holds both, each with its objects")
    func realParts() throws {
        guard let data = SharedData.folder else { return }
        let facts = try DataSet(data.appendingPathComponent("dsb2018/fluorescence").path).facts()
        #expect(
            facts.parts == [
                .init(name: "test", pairs: 24, objects: 678), .init(name: "train", pairs: 24, objects: 667),
            ])
        #expect(facts.leaks.isEmpty)
    }
}
