import Datasets
import Foundation
import Imaging
import TestSupport
import Testing

/// `petri masks` and `petri bench masks` as a user runs them.
@Suite struct MasksCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A folder of label images of 40 x 60 pixels with four squares each.
    private func source(_ name: String = "source", count: Int = 6) throws -> String {
        try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
        for index in 0..<count {
            var labels = LabelImage(width: 60, height: 40)
            for label in 0..<4 {
                for y in 0..<8 {
                    for x in 0..<8 + index { labels[2 + label * 14 + x, 5 + 3 * label + y] = Int32(label + 1) }
                }
            }
            try labels.write(to: folder.path("\(name)/\(index).png"), pixelSize: PixelSize(x: 0.5, y: 0.5))
        }
        return folder.path(name)
    }

    private func masks(_ arguments: String...) throws -> Programs.Answer { try Programs.petri(["masks"] + arguments) }

    private func report(_ folder: String) throws -> [String: Any] {
        let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/masks.json"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test func `twice the density is twice the cells, of the sources' size and pixels`() throws {
        let out = folder.path("out")
        let answer = try masks(source(), "--out", out, "--count", "3", "--density", "2", "--gap", "1")
        #expect(answer.code == 0, "\(answer.errors)")
        #expect(answer.output.contains("3 masks of 40x60"))
        for name in ["0001", "0002", "0003"] {
            let path = "\(out)/masks/\(name).png"
            let labels = try LabelImage.read(path)
            #expect(labels.width == 60 && labels.height == 40)
            #expect(labels.presentLabels == Array(1...8))
            let facts = try ImageFile.probe(path)
            #expect(facts.bits == 16 && facts.pixelSize == PixelSize(x: 0.5, y: 0.5))
        }
        // What reads label images reads the folder: `petri generate --masks`, and `petri info`.
        #expect(try LabelSet(out).items.map(\.name) == ["0001", "0002", "0003"])
        let info = try Programs.petri(["info", out])
        #expect(info.code == 0 && info.output.contains("objects   24"))
        let report = try report(out)
        #expect((report["settings"] as? [String: Any])?["cells"] as? Int == 8)
        #expect((report["source"] as? [String: Any])?["cells"] as? Int == 24)
        #expect((report["masks"] as? [[String: Any]])?.allSatisfy { $0["isComplete"] as? Bool == true } == true)
    }

    @Test func `the same seed gives the same bytes, however many masks are asked for`() throws {
        let source = try source()
        func bytes(_ name: String, _ count: Int, _ seed: Int) throws -> Data {
            let out = folder.path(name)
            let answer = try masks(
                source, "--out", out, "--count", "\(count)", "--seed", "\(seed)", "--divisions", "0.5", "--elastic",
                "0.2")
            #expect(answer.code == 0)
            return try Data(contentsOf: URL(fileURLWithPath: out + "/masks/0002.png"))
        }
        let first = try bytes("a", 2, 1)
        #expect(try first == bytes("b", 5, 1))
        #expect(try first != bytes("c", 2, 2))
    }

    @Test func `what is there is kept by the same command and refused by another`() throws {
        let (source, out) = (try source(), folder.path("out"))
        #expect(try masks(source, "--out", out, "--count", "3").code == 0)
        // As after an interruption: one mask is missing.
        let path = out + "/masks/0002.png"
        let second = try Data(contentsOf: URL(fileURLWithPath: path))
        try FileManager.default.removeItem(atPath: path)
        #expect(try masks(source, "--out", out, "--count", "3").code == 0)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == second)
        let other = try masks(source, "--out", out, "--count", "3", "--seed", "7")
        #expect(other.code == 65 && other.errors.contains("asked for otherwise"))
        let strange = try masks(source, "--out", source, "--count", "3")
        #expect(strange.code == 65 && strange.errors.contains("exists and is not empty"))
    }

    @Test func `few cells are drawn after, and a shortfall is told`() throws {
        let few = try masks(source("few", count: 1), "--out", folder.path("a"), "--count", "1")
        #expect(few.code == 0 && few.output.contains("drawn after 4"))
        let full = try masks(source("many"), "--out", folder.path("b"), "--count", "2", "--cells", "500")
        #expect(full.code == 0 && full.output.contains("2 of them had no room for 500 cells"))
        #expect(try LabelImage.read(folder.path("b/masks/0001.png")).maximum > 10)
    }

    @Test func `what is wrong is told in a line`() throws {
        let out = folder.path("out")
        try FileManager.default.createDirectory(atPath: folder.path("empty"), withIntermediateDirectories: true)
        try LabelImage(width: 9, height: 9).write(to: folder.path("a.png"))
        for (source, words) in [
            (folder.path("absent"), "does not exist"), (folder.path("empty"), "empty: "),
            (folder.path("a.png"), "no cell"),
        ] {
            let answer = try masks(source, "--out", out)
            #expect(answer.code == 65 && answer.errors.contains(words), "\(source): \(answer.errors)")
            #expect(answer.errors.filter { $0 == "\n" }.count == 1)
            #expect(!FileManager.default.fileExists(atPath: out))
        }
        for options in [
            ["--cells", "3", "--cover", "0.2"], ["--gap", "1", "--touching", "0.1"], ["--scale", "2:1"],
            ["--cover", "0"], ["--size", "12"], ["--count", "0"], ["--layout", "spiral"], ["--elastic", "nan"],
        ] {
            #expect(
                try Programs.petri(["masks", folder.path("a.png"), "--out", out] + options).code == 64, "\(options)")
        }
    }

    @Test func `the bench tells masks a second`() throws {
        let answer = try Programs.petri(["bench", "masks", source(), "--seconds", "0.1", "--cells", "9", "--json"])
        #expect(answer.code == 0, "\(answer.errors)")
        let figures = try #require(
            try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
        #expect(figures["height"] as? Int == 40 && figures["width"] as? Int == 60)
        #expect(figures["cells"] as? Double == 9)
        #expect((figures["masksPerSecond"] as? Double ?? 0) > 0)
    }
}
