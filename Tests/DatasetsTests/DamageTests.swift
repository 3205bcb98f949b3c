import Foundation
import Imaging
import TestSupport
import Testing

@testable import Datasets

/// Damaged annotations and tracks end in `InputError`, in a pair that cannot be used, or in labels of the image's size;
/// never in a crash, a hang or much memory. The mutations are seeded.
@Suite struct DamageTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What is put into texts: numbers that overflow, words that are no JSON, and its marks.
    private static let strange = [
        "-1", "0", "1e308", "-1e308", "1e999", "NaN", "Infinity", "4294967296", "9223372036854775807", "0.5",
        "99999999999999999999999", "null", "true", "[]", "{}", "\"\"", "[", "]", "{", "}", ",", ":", "\"", "\\", "\\u",
        "\\ud800", "\u{0}", "../../../etc/passwd", "/etc/passwd", "oooooooooooooooooooo", " ", "\n", "\t",
    ].map { Array($0.utf8) }

    /// Flips, cuts, moves, or puts something strange in the place of a number or anywhere.
    private static func damage(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        guard bytes.count > 1 else { return }
        let place = random.index(below: bytes.count)
        switch random.index(below: 6) {
        case 0: bytes.removeLast(min(bytes.count - 1, 1 + random.index(below: bytes.count)))
        case 1:
            let length = 1 + random.index(below: min(64, bytes.count))
            let from = random.index(below: bytes.count - length + 1)
            let to = random.index(below: bytes.count - length + 1)
            bytes.replaceSubrange(to..<to + length, with: Array(bytes[from..<from + length]))
        case 2: bytes[place] ^= 1 << UInt8(random.index(below: 8))
        case 3: bytes.insert(contentsOf: strange[random.index(below: strange.count)], at: place)
        default:
            // The next number, whole.
            let digits = Set("0123456789".utf8)
            guard let start = bytes[place...].firstIndex(where: digits.contains) else { return }
            let end = bytes[start...].firstIndex { !digits.contains($0) } ?? bytes.endIndex
            bytes.replaceSubrange(start..<end, with: strange[random.index(below: strange.count)])
        }
    }

    @Test("2,000 mutants of COCO files are refused or read", .timeLimit(.minutes(1)))
    func annotations() throws {
        let originals = try [
            "coco/instances.json", "livecell/annotations/LIVECell/livecell_coco_train.json",
        ].map { [UInt8](try Data(contentsOf: URL(fileURLWithPath: Fixture.path($0)))) }
        for name in ["coco/one.png", "coco/two.png"] {
            try FileManager.default.copyItem(
                atPath: Fixture.path(name), toPath: folder.path((name as NSString).lastPathComponent))
        }
        for name in ["A172", "BV2"] {
            try FileManager.default.copyItem(
                atPath: Fixture.path("livecell/images/livecell_train_val_images/\(name)/\(name)_1.tif"),
                toPath: folder.path("\(name)_1.tif"))
        }
        let path = folder.path("annotations.json")
        var random = SeededGenerator(seed: 11)
        var (refused, unusable, read) = (0, 0, 0)
        for round in 0..<2000 {
            var bytes = originals[round % 2]
            for _ in 0...random.index(below: 3) { Self.damage(&bytes, &random) }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            do {
                for pair in try DataSet(folder.url.path).pairs {
                    #expect(pair.imagePath.hasPrefix(folder.url.path + "/"))
                    do {
                        let mask = try pair.mask()
                        #expect(mask.labels.width == 32 && mask.labels.height == 24)
                        read += 1
                    } catch let error as InputError {
                        #expect(!error.problem.isEmpty)
                        unusable += 1
                    }
                }
            } catch let error as InputError {
                #expect(!error.problem.isEmpty)
                refused += 1
            }
        }
        #expect(refused > 300 && unusable > 50 && read > 500, "\(refused) \(unusable) \(read)")
    }

    @Test("2,000 mutants of track files are refused or read", .timeLimit(.minutes(1)))
    func tracks() throws {
        let original = Array("1 0 10 0\n2 11 20 1\n3 11 15 1\n4 0 20 0\n".utf8)
        var random = SeededGenerator(seed: 12)
        var (refused, read) = (0, 0)
        for _ in 0..<2000 {
            var bytes = original
            for _ in 0...random.index(below: 2) { Self.damage(&bytes, &random) }
            do {
                for track in try TrackFile.parse(bytes, name: "track.txt") {
                    #expect(track.label > 0 && track.first <= track.last && track.parent >= 0)
                }
                read += 1
            } catch is InputError {
                refused += 1
            }
        }
        #expect(refused > 500 && read > 50, "\(refused) \(read)")
    }

    @Test("Tracks that contradict themselves are refused by line or label")
    func wrongTracks() throws {
        for (text, problem) in [
            ("1 0 5", "has 3 words instead of 4 in line 1"), ("1 0 5 0\nx 0 5 0", "whole numbers in line 2"),
            ("1 5 0 0", "ends before it begins"), ("1 0 5 0\n1 6 7 0", "names track 1 twice"),
            ("2 0 5 1", "the parent 1, which is not there"), ("1 0 5 0\n2 5 6 1", "before its parent 1 ends"),
            ("1 0 99999999999 0", "whole numbers"),
        ] {
            let error = try #require(throws: InputError.self) {
                _ = try TrackFile.parse(Array(text.utf8), name: "t.txt")
            }
            #expect(error.description.contains(problem), "\(error)")
        }
        #expect(
            try TrackFile.parse(Array("1\t0 5 0\r\n\n2 6 7 1".utf8), name: "t.txt") == [
                Track(label: 1, first: 0, last: 5, parent: 0), Track(label: 2, first: 6, last: 7, parent: 1),
            ])
    }

    /// A COCO data set of one image of 4 x 3 pixels.
    private func coco(_ segmentation: String, fileName: String = "a.png", size: String = "") throws -> DataSet {
        try folder.write("a.png")
        try folder.write(
            "x.json",
            bytes: Array(
                """
                {"images": [{"id": 1, "file_name": "\(fileName)"\(size)}],
                "annotations": [{"image_id": 1, "iscrowd": 0, "segmentation": \(segmentation)}]}
                """.utf8))
        return try DataSet(folder.url.path)
    }

    @Test("A byte-order mark and a segmentation of null are no damage")
    func windows() throws {
        try folder.write("a.png")
        let text = """
            \u{FEFF}{"images": [{"id": 1, "file_name": "a.png"}], "annotations": [
            {"image_id": 1, "segmentation": null, "bbox": [0, 0, 2, 2]},
            {"image_id": 1, "segmentation": [[0, 0, 2, 0, 2, 2, 0, 2]]}]}
            """
        try folder.write("x.json", bytes: Array(text.utf8))
        let mask = try DataSet(folder.url.path).pairs[0].mask()
        #expect(mask.objects == 1 && mask.notes == ["1 object with a box only, left out"])
    }

    @Test(
        "File names that lead out of the data set are refused and said",
        arguments: [
            "../a.png", "/etc/passwd", "x/../../a.png", "..", "..\\\\a.png", "\\u002e\\u002e/a.png",
            "\\\\\\\\host\\\\a.png",
        ])
    func escapes(fileName: String) throws {
        let error = try #require(throws: InputError.self) { _ = try coco("[]", fileName: fileName) }
        #expect(error.description.contains("leads out of the data set; refused"))
    }

    @Test("Links out of the data set are no images of it")
    func links() throws {
        let outside = try TemporaryFolder()
        try outside.write("secret.png")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("secret.png"), withDestinationPath: outside.path("secret.png"))
        let error = try #require(throws: InputError.self) { _ = try coco("[]", fileName: "secret.png") }
        #expect(error.description.contains("leaves the folder"))
    }

    @Test(
        "Outlines and run lengths that make no sense are errors that say why",
        arguments: [
            ("[[1, 1, NaN, 2, 3, 3]]", "no place in an image"), ("[[1, 1, 1e300, 2, 3, 3]]", "no place in an image"),
            ("[[1, 1, 2]]", "odd number"), ("{\"size\": [3, 4], \"counts\": [1, 2]}", "runs of 3 pixels"),
            ("{\"size\": [3, 4], \"counts\": [1, 12]}", "longer than the image"),
            ("{\"size\": [3, 4], \"counts\": [1, -2, 13]}", "longer than the image"),
            ("{\"size\": [4, 3], \"counts\": [12]}", "is for 3x4 pixels"),
            ("{\"size\": [3, 4]}", "without size or counts"),
            ("{\"size\": [3, 4], \"counts\": \"~~\"}", "compressed run lengths"),
            ("7", "neither polygons nor run lengths"),
            ("{\"size\": [3, 4], \"counts\": [0.5]}", "no whole number"),
        ])
    func nonsense(segmentation: String, problem: String) throws {
        let pair = try coco(segmentation).pairs[0]
        let error = try #require(throws: InputError.self) { _ = try pair.labels() }
        #expect(error.description.contains(problem), "\(error)")
        #expect(error.subject.hasSuffix("x.json"))
    }

    @Test("Images of another size than the annotations say, and small files that claim much work, are refused")
    func claims() throws {
        let pair = try coco("[[0, 0, 4, 0, 4, 3, 0, 3]]", size: ", \"width\": 4000000, \"height\": 3000000").pairs[0]
        #expect(throws: InputError.self) { try pair.labels() }
        #expect(try coco("[[0, 0, 4, 0, 4, 3, 0, 3]]").pairs[0].labels().labels == Array(repeating: 1, count: 12))
        let zigzag = (0..<5000).map { "0,-9000000,4,9000000.\($0)" }.joined(separator: ",")
        let error = try #require(throws: InputError.self) { _ = try coco("[[\(zigzag)]]").pairs[0].labels() }
        #expect(error.description.contains("hundreds of times"))
        // Nesting that would need a stack of its own.
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: InputError.self) { try coco(deep) }
    }
}
