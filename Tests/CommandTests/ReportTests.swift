import Foundation
import Imaging
import TestSupport
import Testing

@testable import petri

/// What `petri info` and `petri evaluate` print.
@Suite struct ReportTests {
    private func object(_ arguments: [String]) throws -> [String: Any] {
        let answer = try Programs.petri(arguments)
        #expect(answer.code == 0, "\(answer.errors)")
        return try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
    }

    /// A label image of one row.
    private func write(_ row: [Int32], to path: String) throws {
        let folder = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try LabelImage(width: row.count, height: 1, labels: row).write(to: path)
    }

    @Test func infoOfAFile() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.tif")
        try ImageFile.write(
            Image(width: 2, height: 3, channels: 1, samples: .uint16([0, 1, 2, 3, 4, 500])), to: path)
        let facts = try object(["info", path, "--json"])
        #expect(
            Set(facts.keys) == [
                "path", "width", "height", "channels", "bits", "format", "pages", "min", "max", "mean", "notFinite",
                "stack",
                "usedBits",
            ])
        #expect(facts["width"] as? Int == 2 && facts["height"] as? Int == 3 && facts["channels"] as? Int == 1)
        #expect(facts["bits"] as? Int == 16 && facts["format"] as? String == "uint" && facts["pages"] as? Int == 1)
        // Counts below 4096 in 16 bits are those of a 12-bit camera.
        #expect(facts["usedBits"] as? Int == 12)
        #expect(facts["min"] as? Double == 0 && facts["max"] as? Double == 500 && facts["mean"] as? Double == 85)
        let text = try Programs.petri(["info", path])
        #expect(text.output.contains("size        2x3\n") && text.output.contains("mean        85\n"))
    }

    @Test func infoOfADataSet() throws {
        let folder = try TemporaryFolder()
        try write([1, 0, 2, 0], to: folder.path("images/a.png"))
        try write([0, 3, 0, 7], to: folder.path("masks/a.png"))
        try write([1, 0, 2, 0], to: folder.path("images/lonely.png"))
        let facts = try object(["info", "--json", folder.url.path])
        #expect(facts["layout"] as? String == "images+masks" && facts["pairs"] as? Int == 1)
        #expect(facts["sizes"] as? [String] == ["4x1"] && facts["channels"] as? [Int] == [1])
        #expect(facts["bits"] as? [Int] == [16] && facts["objects"] as? Int == 2)
        #expect((facts["maskEncoding"] as? String)?.contains("label") == true)
        #expect((facts["warnings"] as? [String])?.contains { $0.contains("lonely.png") } == true)
        let named = try object([
            "info", "--json", "--images", folder.path("images"), "--masks", folder.path("masks"),
        ])
        #expect(named["layout"] as? String == "siblings" && named["objects"] as? Int == 2)
    }

    @Test func convertKeepsObjectsAndWhatIsThere() throws {
        let folder = try TemporaryFolder()
        for name in ["a", "two words"] {
            try write([1, 0, 2, 0], to: folder.path("data/images/\(name).png"))
            try write([0, 3, 0, 7], to: folder.path("data/masks/\(name).png"))
        }
        let convert = ["convert", folder.path("data"), folder.path("coco"), "--to", "coco"]
        let first = try Programs.petri(convert)
        #expect(first.code == 0 && first.output.contains("2 pairs written as coco"), "\(first.errors)")
        let facts = try object(["info", "--json", folder.path("coco")])
        #expect(facts["layout"] as? String == "coco" && facts["objects"] as? Int == 4)
        let again = try Programs.petri(convert)
        #expect(again.code == 0 && again.output.contains("0 pairs written as coco, 2 were there"), "\(again.errors)")
        try Data("mine".utf8).write(to: URL(fileURLWithPath: folder.path("other.txt")))
        let refused = try Programs.petri(["convert", folder.path("data"), folder.path("other.txt"), "--to", "cellpose"])
        #expect(refused.code == 65 && refused.errors.contains("other.txt"), "\(refused.errors)")
    }

    @Test func splitIsKeptBesideTheData() throws {
        let folder = try TemporaryFolder()
        for name in 0..<4 {
            try write([1, 0, 2, 0], to: folder.path("images/\(name).png"))
            try write([0, 3, 0, 7], to: folder.path("masks/\(name).png"))
        }
        let answer = try Programs.petri(["split", folder.url.path, "--fraction", "0.25", "--seed", "7"])
        #expect(answer.code == 0 && answer.output.contains("3 to train on, 1 to validate on"), "\(answer.errors)")
        let info = try Programs.petri(["info", folder.url.path])
        #expect(info.output.contains("kept beside the data: 3 to train on, 1 to validate on, seed 7"))
    }

    /// One image with IoU 1/2 and 1/1, one with a missed object, worked out by hand.
    @Test func evaluate() throws {
        let folder = try TemporaryFolder()
        try write([1, 1, 0, 2, 2, 0], to: folder.path("truth/a.png"))
        try write([5, 0, 0, 4, 4, 0], to: folder.path("predicted/a.png"))
        try write([1, 1, 0, 0, 0, 0], to: folder.path("truth/b.png"))
        try write([0, 0, 0, 0, 0, 0], to: folder.path("predicted/b.png"))
        let scores = try object(["evaluate", folder.path("truth"), folder.path("predicted"), "--json"])
        #expect(Set(scores.keys) == ["images", "thresholds", "pooled", "perImage", "pq", "aji", "dice"])
        #expect(scores["images"] as? Int == 2)
        #expect(scores["thresholds"] as? [Double] == [0.5, 0.6, 0.7, 0.8, 0.9])
        let pooled = try #require(scores["pooled"] as? [String: [Double]])
        let perImage = try #require(scores["perImage"] as? [String: [Double]])
        #expect(Set(pooled.keys) == ["precision", "recall", "f1", "ap"] && pooled.keys == perImage.keys)
        func close(_ left: Any?, _ right: [Double]) -> Bool {
            let left = left as? [Double] ?? (left as? Double).map { [$0] } ?? []
            return left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) < 1e-12 }
        }
        // At 0.5 both of a match (TP 2, FN 1); above, one (TP 1, FP 1, FN 2).
        #expect(close(pooled["precision"], [1, 0.5, 0.5, 0.5, 0.5]))
        #expect(close(pooled["recall"], [2 / 3.0] + Array(repeating: 1 / 3.0, count: 4)))
        #expect(close(pooled["f1"], [0.8] + Array(repeating: 0.4, count: 4)))
        #expect(close(pooled["ap"], [2 / 3.0] + Array(repeating: 0.25, count: 4)))
        // The mean of a's and b's, whose one object is missed.
        #expect(close(perImage["recall"], [0.5] + Array(repeating: 0.25, count: 4)))
        #expect(close(perImage["ap"], [0.5] + Array(repeating: 1 / 6.0, count: 4)))
        // PQ counts matches above 0.5: one of IoU 1, one false, two missed. AJI: (1 + 2) / (2 + 2 + 2). Dice: 2*3 / (3+6).
        #expect(close(scores["pq"], [0.4]))
        #expect(close(scores["aji"], [0.5]))
        #expect(close(scores["dice"], [2 / 3.0]))
        let table = try Programs.petri(["evaluate", folder.path("truth"), folder.path("predicted")])
        #expect(table.output.contains("0.50     1.0000  0.6667  0.8000  0.6667\n"))
        #expect(table.output.hasSuffix("PQ 0.4000   AJI 0.5000   Dice 0.6667\n"))
        #expect(table.errors.isEmpty)
    }

    @Test func whatHasNoPartnerIsAnErrorUnlessAllowed() throws {
        let folder = try TemporaryFolder()
        for name in ["truth/a.png", "truth/b.png", "predicted/a.png"] { try write([1, 0, 2], to: folder.path(name)) }
        let arguments = ["evaluate", folder.path("truth"), folder.path("predicted"), "--json"]
        let refused = try Programs.petri(arguments)
        #expect(refused.code == 65 && refused.output.isEmpty)
        #expect(refused.errors.hasPrefix("petri: \(folder.path("truth")): 1 without partner"))
        #expect(refused.errors.contains("--partial"))
        let scores = try object(arguments + ["--partial"])
        #expect(scores["images"] as? Int == 1 && scores["dice"] as? Double == 1)
    }

    @Test(arguments: [
        ["evaluate"], ["evaluate", "a"], ["evaluate", "a", "b", "c"], ["info"], ["info", "a", "--images", "b"],
        ["info", "--images", "b"], ["view"], ["view", "a", "--symbols", "round"], ["view", "a", "--colors", "12"],
        ["view", "a", "--window", "x"], ["view", "a", "--width", "0"], ["sample-data"],
        // Numbers beyond every whole one.
        ["sample-data", "a", "--density", "1e300"], ["sample-data", "a", "--touching", "inf"],
        ["sample-data", "a", "--count", "9223372036854775807"],
    ])
    func wrongUsageLeavesWith64(arguments: [String]) throws {
        let answer = try Programs.petri(arguments)
        #expect(answer.code == 64 && answer.output.isEmpty)
        #expect(answer.errors.contains("Usage: petri \(arguments[0]) "))
    }

    @Test func viewPrintsGlyphsOfTheSizeAskedFor() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.png")
        // Eight columns, from black to white.
        let grey = (0..<64).map { UInt8($0 % 8 * 36) }
        try ImageFile.write(Image(width: 8, height: 8, channels: 1, samples: .uint8(grey)), to: path)
        for symbols in ["half", "quadrant", "sextant", "braille", "ascii"] {
            for colors in ["truecolor", "256", "16", "mono"] {
                let answer = try Programs.petri([
                    "view", path, "--width", "8", "--height", "8", "--symbols", symbols, "--colors", colors, "--window",
                    "full",
                ])
                #expect(answer.code == 0 && answer.errors.isEmpty)
                let lines = answer.output.split(separator: "\n")
                #expect(!lines.isEmpty && lines.count <= 8, "\(symbols), \(colors)")
                if colors == "mono" { #expect(lines.allSatisfy { $0.count <= 8 && !$0.contains("\u{1B}[38") }) }
                if colors == "truecolor", symbols != "ascii" { #expect(answer.output.contains("8;2;")) }
            }
        }
    }

    @Test func anInterruptedDemoLeavesWith130() throws {
        try Programs.withEngine("exec sleep 60") { folder in
            let data = folder + "/data"
            _ = try Programs.petri(["sample-data", data], in: folder)
            let out = folder + "/demo"
            let demo = try Child.start(
                folder + "/petri", ["demo", "--sample-data", data, "--out", out], output: Self.nowhere,
                errors: Self.nowhere
            )
            // The folder is made before the engine is started.
            while !FileManager.default.fileExists(atPath: out) { usleep(10_000) }
            usleep(200_000)
            kill(demo.pid, SIGTERM)
            #expect(demo.wait(timeout: .seconds(30)) == .exited(130))
        }
    }

    private static let nowhere = open("/dev/null", O_WRONLY)
}
