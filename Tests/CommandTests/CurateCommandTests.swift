import Datasets
import Foundation
import Imaging
import Runs
import TestSupport
import Testing

/// `petri curate`, as a user would run it.
struct CurateCommandTests {
    let folder: TemporaryFolder
    var set: String { folder.path("set") }

    init() throws {
        folder = try TemporaryFolder()
        let set = try SampleSet.create(folder.path("set"))
        for index in 0..<4 {
            // A square of two halves.
            let labels = LabelImage(
                width: 16, height: 16,
                labels: (0..<256).map {
                    (4..<12).contains($0 / 16) && (4..<12).contains($0 % 16) ? $0 % 16 < 8 ? 1 : 2 : 0
                })
            let image = Image(
                width: 16, height: 16, channels: 1, samples: .uint8(labels.labels.map { UInt8(60 * Int($0) + index) }))
            try ImageFile.write(image, to: set.imagesPath + "/\(index).png")
            try labels.write(to: set.masksPath + "/\(index).png")
        }
        try set.add(
            (0..<4).map { index in
                Sample(
                    name: "\(index).png", run: "/runs/a", checkpoint: "best", seed: 7, style: [1], maskSource: "m.png",
                    width: 16, height: 16, scores: ["alignment": [0.9, 0.2, 0.7, 0.4][index]])
            })
    }

    private func petri(_ arguments: String...) throws -> Programs.Answer { try Programs.petri(["curate"] + arguments) }

    private var decisions: String {
        get throws {
            try SampleSet.open(set).curated().map { String($0.verdict.decision.rawValue.prefix(1)) }.joined()
        }
    }

    @Test func samplesAreDecidedOnByNameOrFilterAndUndone() throws {
        #expect(try petri("accept", set, "0.png", "2").output == "\(set): accept 2 samples\n")
        #expect(try petri("reject", set, "--where", "alignment<0.5").output == "\(set): reject 2 samples\n")
        #expect(try decisions == "arar")
        #expect(try petri("undo", set).output == "\(set): undone: reject 2 samples\n")
        #expect(try decisions == "auau")
        #expect(try petri("redo", set).output == "\(set): done again: reject 2 samples\n")
        #expect(try petri("reset", set, "3").code == 0)
        #expect(try petri("tag", set, "--tag", "x", "--tag", "y", "--where", "decision:accepted").code == 0)
        #expect(try petri("untag", set, "--tag", "y", "0").code == 0)
        #expect(try petri("star", set, "--stars", "4", "2").code == 0)
        #expect(try petri("note", set, "--text", "odd one", "1").code == 0)
        #expect(try petri("accept", set, "0").output == "\(set): nothing to change in 1 sample\n")
        #expect(try decisions == "arau")
        #expect(try petri("accept", set, "9.png").errors == "petri: \(set): has no sample named \"9.png\"\n")
        let verdicts = try SampleSet.open(set).verdicts()
        #expect(
            verdicts["0.png"]?.tags == ["x"]
                && verdicts["2.png"]
                    == Verdict(
                        decision: .accepted, stars: 4, tags: ["x", "y"])
        )
        #expect(verdicts["1.png"]?.note == "odd one")
        let history = try petri("history", set)
        #expect(history.output.split(separator: "\n").count == 9)
        #expect(history.output.contains("undo: reject 2 samples"))
    }

    @Test func theSummaryCounts() throws {
        _ = try petri("reject", set, "--where", "is:suspect")
        let summary = try petri(set)
        #expect(summary.output.hasPrefix("\(set): 4 samples, 2 undecided, 0 accepted, 2 rejected; 2 suspect\n"))
        #expect(summary.output.contains("alignment"))
        let json = try petri("summary", set, "--json", "--where", "alignment>0.5")
        let report = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(report["samples"] as? Int == 2)
        #expect(report["names"] as? [String] == ["0.png", "2.png"])
        #expect(report["decisions"] as? [String: Int] == ["undecided": 2, "accepted": 0, "rejected": 0])
    }

    @Test func anExportIsSaidFirstAndIsADataSet() throws {
        let out = folder.path("out")
        #expect(try petri("export", set, out, "--to", "cellpose").code == 65)
        _ = try petri("accept", set, "0", "2")
        let dry = try petri("export", set, out, "--to", "cellpose", "--dry-run")
        #expect(dry.output.contains("would write 2 accepted samples") && !FileManager.default.fileExists(atPath: out))
        let answer = try petri("export", set, out, "--to", "cellpose")
        #expect(answer.code == 0 && answer.errors.contains("writing 2 accepted samples"))
        #expect(try DataSet(out).pairs.map(\.name) == ["0", "2"])
        #expect(try petri("export", set, out, "--to", "cellpose").code == 65)
        #expect(try petri("export", set, folder.path("rejected"), "--to", "coco", "--decision", "undecided").code == 0)
    }

    @Test func whatIsWrongHasItsExitCode() throws {
        #expect(try petri("accept", set).code == 64)
        #expect(try petri("accept", set, "0", "--where", "x").code == 64)
        #expect(try petri("star", set, "--stars", "9", "0").code == 64)
        for arguments in [
            ["accept", set, "17"], ["accept", set, "--where", "colour<1"], ["tag", set, "--tag", "a b", "0"],
            [folder.path("none")], ["undo", folder.path("")],
        ] {
            let answer = try Programs.petri(["curate"] + arguments)
            #expect(answer.code == 65, "\(arguments)")
            #expect(answer.errors.hasPrefix("petri: ") && answer.errors.split(separator: "\n").count == 1)
        }
    }

    @Test func aDryRunDoesNothing() throws {
        #expect(try petri("reject", set, "--where", "alignment<0.5", "--dry-run").output == "would reject 2 samples\n")
        #expect(try decisions == "uuuu")
    }
}
