import Foundation
import Imaging
import TestSupport
import Testing

@testable import Datasets

/// The small data sets under Fixtures, which make.py wrote with other tools together with what they hold.
enum Fixture {
    struct Labels: Decodable {
        let objects: Int
        let foreground: Int
        let checksum: UInt32
    }

    struct Expected: Decodable {
        let layout: String
        let encoding: String
        let pairs: [String: Labels]
        var parts: [String]?
        var contested: Int?
        var unpairedImages: [String]?
        var leaks: [[String]]?
        /// Tracks, divisions and frames by sequence.
        var tracks: [String: [Int]]?
        /// Whole label images, where pixels at the rim may differ.
        var labels: [String: [Int32]]?
    }

    static let folder = (Bundle.module.resourcePath ?? "") + "/Fixtures"

    static func path(_ name: String) -> String { folder + "/" + name }

    /// A part of expected.json.
    static func expected<Value: Decodable>(_ name: String, as type: Value.Type = Expected.self) throws -> Value {
        let data = try Data(contentsOf: URL(fileURLWithPath: path("expected.json")))
        let all = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let part = try #require(all[name])
        return try JSONDecoder().decode(Value.self, from: JSONSerialization.data(withJSONObject: part))
    }
}

extension LabelImage {
    /// The sum over the pixels, numbered from 1, of their number times the object's number.
    var checksum: UInt32 {
        var sum: UInt64 = 0
        for (index, label) in relabelled().labels.enumerated() { sum &+= UInt64(index + 1) &* UInt64(label) }
        return UInt32(truncatingIfNeeded: sum)
    }

    /// Checks objects, foreground and numbers.
    func matches(_ expected: Fixture.Labels, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(distinctLabels == expected.objects, "\(name)", sourceLocation: sourceLocation)
        #expect(labels.count { $0 != 0 } == expected.foreground, "\(name)", sourceLocation: sourceLocation)
        #expect(checksum == expected.checksum, "\(name)", sourceLocation: sourceLocation)
    }
}

@Suite struct FixtureTests {
    static let layouts = [
        "stardist", "bbbc038", "cellpose", "omnipose", "cp_masks", "usiigaci", "ctc", "coco", "deepsea", "yeaz",
        "siblings",
    ]

    @Test("Every layout, written by other tools, is recognised and read with the right objects", arguments: layouts)
    func layout(name: String) throws {
        let expected = try Fixture.expected(name)
        let dataSet = try DataSet(Fixture.path(name))
        #expect(dataSet.layout.rawValue == expected.layout)
        #expect(Set(dataSet.pairs.map(\.name)) == Set(expected.pairs.keys))
        #expect(dataSet.parts == expected.parts ?? [])
        #expect(dataSet.unpairedImages == expected.unpairedImages ?? [])
        var contested = 0
        for pair in dataSet.pairs {
            let (image, mask) = try pair.read()
            mask.labels.matches(try #require(expected.pairs[pair.name]), pair.name)
            // Every object is bright in its image: masks belong to the images they are paired with.
            let plane = image.withoutRedundantChannels()
            let bright = plane.statistics
            #expect(bright.maximum > bright.mean)
            contested += mask.contestedPixels
        }
        #expect(contested == expected.contested ?? 0)
        let facts = try dataSet.facts()
        #expect(facts.maskEncoding == expected.encoding)
        #expect(facts.objects == expected.pairs.values.reduce(0) { $0 + $1.objects })
        #expect(facts.leaks == expected.leaks ?? [])
        let tracks = Dictionary(facts.tracks.map { ($0.sequence, [$0.tracks, $0.divisions, $0.frames]) }) { $1 }
        #expect(tracks == expected.tracks ?? [:])
        #expect(!facts.layoutReason.isEmpty && !facts.maskReason.isEmpty)
    }

    @Test("Polygons cover what pycocotools paints, but for some pixels at the rim")
    func polygons() throws {
        let expected = try Fixture.expected("livecell")
        let masks = try #require(expected.labels)
        for dataSet in [
            try DataSet(Fixture.path("livecell")),
            try DataSet(Fixture.path("livecell/annotations/LIVECell/livecell_coco_train.json")),
            try DataSet(
                images: Fixture.path("livecell/images"),
                masks: Fixture.path("livecell/annotations/LIVECell/livecell_coco_train.json")),
        ] {
            #expect(dataSet.layout == .coco)
            #expect(dataSet.pairs.map(\.name) == ["A172_1", "BV2_1"])
            for pair in dataSet.pairs {
                let mask = try pair.mask()
                let reference = try #require(masks[pair.name])
                #expect(mask.encoding == .polygons)
                #expect(mask.objects == Set(reference).count - 1)
                for label in Set(reference) where label != 0 {
                    let both = zip(mask.labels.labels, reference).count { $0 == label && $1 == label }
                    let either = zip(mask.labels.labels, reference).count { $0 == label || $1 == label }
                    #expect(Double(both) / Double(either) > 0.8, "\(pair.name), object \(label)")
                }
            }
        }
    }

    @Test("Every mask encoding is told apart and named, with a reason")
    func encodings() throws {
        struct Encoded: Decodable {
            let encoding: String
            let objects: Int
            let foreground: Int
            let checksum: UInt32
        }
        let all = try Fixture.expected("encodings", as: [String: Encoded].self)
        #expect(all.count == 11)
        for (name, expected) in all {
            let mask = try MaskFiles.whole(Fixture.path("encodings/" + name)).read()
            #expect(mask.encoding.description == expected.encoding, "\(name)")
            #expect(!mask.encoding.reason.isEmpty)
            mask.labels.matches(
                .init(objects: expected.objects, foreground: expected.foreground, checksum: expected.checksum), name)
        }
    }

    @Test("Images alone and masks alone are no data set; what they are is said")
    func alone() throws {
        for name in ["images-only", "masks-only"] {
            #expect(throws: InputError.self) { try DataSet(Fixture.path(name)) }
            let facts = try #require(try LooseFiles.facts(Fixture.path(name)))
            #expect(facts.layout == String(name.dropLast(5)))
            #expect(facts.images == ["0.png", "1.png"])
            #expect(facts.sizes == ["32x24"])
        }
        let facts = try #require(try LooseFiles.facts(Fixture.path("masks-only")))
        #expect(facts.objects == (try Fixture.expected("masks-only", as: [String: Int].self))["objects"])
        #expect(facts.unpairedMasks.count == 2)
        #expect(try LooseFiles.facts(Fixture.path("stardist/train")) == nil)
    }

    @Test("NumPy arrays come with the line that converts them")
    func arrays() throws {
        let error = try #require(throws: InputError.self) { _ = try DataSet(Fixture.path("numpy")) }
        #expect(error.subject.hasSuffix("tissue.npz"))
        #expect(error.advice?.contains("np.load(") == true)
    }

    @Test("Weight maps and what Petri writes are no strange files; what else is not used is said")
    func notes() throws {
        #expect(try DataSet(Fixture.path("deepsea")).warnings == ["weight maps are not used: wmaps/"])
        #expect(try DataSet(Fixture.path("omnipose")).warnings.contains("2 weight map or flow files not used"))
        let ctc = try DataSet(Fixture.path("ctc"))
        #expect(ctc.warnings.contains("01: 01_GT/SEG has masks of 2 of 4 frames"))
        #expect(ctc.warnings.contains("images without mask, left out: 01/t001.tif, 01/t003.tif"))
        let coco = try DataSet(Fixture.path("coco")).facts()
        #expect(coco.warnings.contains { $0.contains("one: 1 crowd region left out") })
    }
}
