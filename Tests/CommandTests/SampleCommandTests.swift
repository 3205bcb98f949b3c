import Foundation
import Imaging
import Runs
import TestSupport
import Testing

extension EngineRuns {
    /// Sample sets through the programs: made, made again, judged, compared and learned from.
    @Suite struct SampleCommandTests {
        private let folder: TemporaryFolder
        private let data: String
        private let run: String

        init() throws {
            folder = try TemporaryFolder()
            (data, run) = (folder.path("data"), folder.path("run"))
            try EngineRuns.dataSet(6, at: data)
            try EngineRuns.succeeding(["train", data, "--run", run, "--steps", "4"] + EngineRuns.tiny)
        }

        private func generate(_ options: String..., count: Int = 8, out: String) -> [String] {
            ["generate", run, "--masks", data, "--count", "\(count)", "--seed", "3", "--out", folder.path(out)]
                + options
        }

        @Test func anInterruptedSetGoesOnToTheSameBytes() throws {
            try EngineRuns.succeeding(generate("--style", "mixed", count: 60, out: "whole"))
            let images = folder.path("part/images")
            func count() -> Int { (try? FileManager.default.contentsOfDirectory(atPath: images).count) ?? 0 }
            for (signal, least) in [(SIGKILL, 2), (SIGINT, 8)] {
                let process = try EngineRuns.start(generate("--style", "mixed", count: 60, out: "part"))
                EngineRuns.wait(for: process) { count() >= least }
                EngineRuns.send(signal, to: process)
                EngineRuns.wait(for: process)
                if signal == SIGINT { #expect(process.terminationStatus == 130 || count() == 60) }
            }
            try EngineRuns.succeeding(generate("--style", "mixed", count: 60, out: "part"))
            let (whole, part) = try (SampleSet.open(folder.path("whole")), SampleSet.open(folder.path("part")))
            func facts(_ set: SampleSet) throws -> [Sample] {
                try set.samples().map { sample in
                    var sample = sample
                    sample.created = Date(timeIntervalSince1970: 0)
                    return sample
                }
            }
            #expect(try facts(whole) == facts(part))
            #expect(try whole.samples().allSatisfy { $0.style.count == 512 && $0.scores.count >= 5 })
            for sample in try whole.samples() {
                #expect(
                    try EngineRuns.bytes(whole.imagePath(of: sample)) == EngineRuns.bytes(part.imagePath(of: sample)))
            }
        }

        @Test func samplesAreMadeAgainToTheByte() throws {
            try EngineRuns.succeeding(generate("--style", "random", out: "set"))
            let said = try EngineRuns.succeeding(["remake", folder.path("set")])
            #expect(said.output == "8 made again, to the byte\n")
            try EngineRuns.succeeding(["remake", folder.path("set"), "0003", "--out", folder.path("again")])
            let image = folder.path("set/images/0003.png")
            #expect(try EngineRuns.bytes(folder.path("again/0003.png")) == EngineRuns.bytes(image))
            // An image that somebody changed.
            try FileManager.default.removeItem(atPath: image)
            try FileManager.default.copyItem(atPath: folder.path("set/images/0004.png"), toPath: image)
            try EngineRuns.expectRefusal(
                ["remake", folder.path("set")], "1 of 8 came out otherwise, first 0003.png", lines: 2)
            try EngineRuns.expectRefusal(["remake", folder.path("set"), "x.png"], "has no sample x.png")
            // A run that went on.
            try EngineRuns.succeeding(["resume", run, "--steps", "6"])
            try EngineRuns.expectRefusal(["remake", folder.path("set")], "the run went on since")
        }

        @Test func setsAreComparedWithRealOnes() throws {
            try EngineRuns.succeeding(generate(out: "set"))
            let answer = try EngineRuns.succeeding(["compare", data, folder.path("set"), "--json"])
            let report = try #require(
                try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
            #expect(report["alignment"] is [String: Any] && report["segmenterFeatures"] is [String: Any])
            #expect(report["inceptionFeatures"] == nil)
            let absent = try #require(report["absent"] as? [String: String])
            #expect(absent["FID"]?.contains("--inception") == true && absent["KID"] != nil)
            // A set beside itself: nothing lies between.
            let same = try EngineRuns.succeeding(["compare", data, data, "--run", run, "--json"])
            let own = try #require(
                try JSONSerialization.jsonObject(with: Data(same.output.utf8)) as? [String: Any])
            let features = try #require(own["segmenterFeatures"] as? [String: Any])
            let frechet = try #require((features["frechet"] as? [String: Any])?["value"] as? Double)
            #expect(abs(frechet) < 1e-6)
            let words = try EngineRuns.succeeding(["compare", data, folder.path("set")])
            #expect(words.output.contains("cell area") && words.output.contains("no FID"))
            try EngineRuns.expectRefusal(["compare", data, folder.path("set:accepted")], "has no accepted sample")
            try EngineRuns.expectRefusal(["compare", folder.path("none"), data], "none")
        }

        @Test func stylesAreKeptFittedAndUsed() throws {
            try EngineRuns.succeeding(generate(out: "set"))
            try EngineRuns.succeeding(["styles", "keep", run, folder.path("set/images/0002.png"), "--as", "two"])
            try EngineRuns.expectRefusal(
                ["styles", "keep", run, folder.path("set/images/0009.png"), "--as", "x"], "has no sample 0009.png")
            let pair = [data + "/images/cell 1.png", "--mask", data + "/masks/cell 1.png"]
            try EngineRuns.succeeding(["styles", "fit", run] + pair + ["--as", "one", "--steps", "3"])
            let listed = try EngineRuns.succeeding(["styles", run]).output.split(separator: "\n")
            #expect(listed.count { $0.hasPrefix("kept") } == 2 && listed.count { $0.hasPrefix("training") } >= 4)
            try EngineRuns.succeeding(generate("--style", "two:one:0.5", count: 2, out: "between"))
            #expect(
                try SampleSet.open(folder.path("between")).samples().map(\.styleSource)
                    == ["50 % from two to one", "50 % from two to one"])
            try EngineRuns.succeeding(["styles", "remove", run, "two"])
            try EngineRuns.expectRefusal(generate("--style", "two", out: "none"), "is neither a style")
            #expect(!FileManager.default.fileExists(atPath: folder.path("none")))
        }

        @Test func aSegmenterLearnsFromAcceptedSamples() throws {
            try EngineRuns.succeeding(generate(out: "set"))
            let set = folder.path("set")
            let options =
                ["train", data, "--conventional", "--steps", "6", "--checkpoint-every", "2", "--synthetic"] + [
                    set + ":accepted"
                ]
                + EngineRuns.tiny
            try EngineRuns.expectRefusal(options + ["--run", folder.path("a")], "has no accepted sample")
            _ = try SampleSet.open(set).curate(.decide(.accepted), ["0002.png", "0005.png"])
            try EngineRuns.succeeding(options + ["--run", folder.path("a")])
            let description = try RunDirectory.open(folder.path("a")).trainingDescription()
            #expect(description.dataset.synthetic?.names == ["0002", "0005"])
            // Without synthetic crops the same seed learns otherwise; a ratio of 0 is as without.
            func final(_ name: String) throws -> Data {
                try EngineRuns.bytes(folder.path(name) + "/checkpoints/latest.safetensors")
            }
            let plain = ["train", data, "--conventional", "--steps", "6", "--checkpoint-every", "2"] + EngineRuns.tiny
            try EngineRuns.succeeding(plain + ["--run", folder.path("plain")])
            try EngineRuns.succeeding(options + ["--synthetic-ratio", "0", "--run", folder.path("zero")])
            #expect(try final("plain") == final("zero"))
            #expect(try final("plain") != final("a"))
            // Decisions that change later change nothing of a run that goes on.
            try EngineRuns.succeeding(options + ["--run", folder.path("whole"), "--steps", "8"])
            _ = try SampleSet.open(set).curate(.decide(.rejected), ["0002.png"])
            try EngineRuns.succeeding(["resume", folder.path("a"), "--steps", "8"])
            #expect(
                try RunDirectory.open(folder.path("a")).trainingDescription().dataset.synthetic?.names == [
                    "0002", "0005",
                ]
            )
            try FileManager.default.removeItem(atPath: set + "/images/0005.png")
            try EngineRuns.expectRefusal(["resume", folder.path("a"), "--steps", "9"], "no image named 0005")
        }
    }
}
