import Foundation
import Imaging
import Runs
import TestSupport
import Testing

extension EngineRuns {
    /// From images to masks and back, through the programs.
    @Suite struct EndToEndTests {
        private let folder: TemporaryFolder
        private let data: String
        private let run: String

        init() throws {
            folder = try TemporaryFolder()
            (data, run) = (folder.path("my data"), folder.path("my run"))
        }

        private func train(_ options: String..., colour: Bool = false) throws {
            try EngineRuns.dataSet(5, at: data, colour: colour)
            try EngineRuns.succeeding(["train", data, "--run", run, "--steps", "4"] + EngineRuns.tiny + options)
        }

        private func names(_ path: String) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        }

        @Test func masksComeFromImagesFoldersAndDataSets() throws {
            try train("--conventional", "--segmenter", "unet")
            // Odd sizes, a single pixel, and larger than a tile of 512.
            let images = folder.path("others")
            let sizes = ["odd": (53, 37), "one": (1, 1), "wide": (700, 21), "large": (513, 515)]
            try FileManager.default.createDirectory(atPath: images, withIntermediateDirectories: true)
            for (name, size) in sizes {
                let samples = (0..<size.0 * size.1).map { UInt8($0 * 31 % 256) }
                let image = Image(width: size.0, height: size.1, channels: 1, samples: .uint8(samples))
                try ImageFile.write(image, to: images + "/\(name).png")
            }
            try EngineRuns.succeeding(["segment", run, images, "--out", folder.path("masks")])
            #expect(try names(folder.path("masks")) == ["large.png", "odd.png", "one.png", "wide.png"])
            for (name, size) in sizes {
                let facts = try ImageFile.probe(folder.path("masks/\(name).png"))
                #expect(facts.width == size.0 && facts.height == size.1 && facts.bits == 16 && facts.channels == 1)
            }
            try EngineRuns.succeeding(["segment", run, images + "/odd.png", "--out", folder.path("single")])
            let single = try EngineRuns.bytes(folder.path("single/odd.png"))
            #expect(try single == EngineRuns.bytes(folder.path("masks/odd.png")))

            let arguments = ["segment", run, data, "--out", folder.path("found")]
            try EngineRuns.succeeding(arguments)
            #expect(try names(folder.path("found")) == names(data + "/images"))
            let answer = try EngineRuns.succeeding(["evaluate", data, folder.path("found"), "--json"])
            let report = try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any]
            #expect(report?["images"] as? Int == 5)

            try EngineRuns.expectRefusal(arguments, "holds cell 0.png already")
            try EngineRuns.succeeding(arguments + ["--force", "--checkpoint", "latest"])
        }

        @Test func samplesAreGeneratedAndTrainedOn() throws {
            try train()
            let out = folder.path("samples")
            let arguments = ["generate", run, "--masks", data, "--count", "7", "--seed", "3", "--out"]
            try EngineRuns.succeeding(arguments + [out])
            let files = (1...7).map { "000\($0).png" }
            #expect(try names(out + "/images") == files)
            #expect(try names(out + "/masks") == files)

            let samples = try SampleSet.open(out).samples()
            #expect(samples.map(\.name) == files)
            #expect(Set(samples.map(\.seed)).count == 7)
            #expect(Set(samples.map(\.style)).count == 7)
            for (index, sample) in samples.enumerated() {
                // Five masks, used in turn.
                let source = data + "/masks/cell \(index % 5).png"
                #expect(sample.maskSource.hasSuffix("my data/masks/cell \(index % 5).png"))
                #expect(try LabelImage.read(out + "/masks/" + sample.name) == LabelImage.read(source))
                #expect(sample.run.hasSuffix("/my run") && sample.checkpoint == "latest.safetensors")
                #expect(sample.style.count == 128)
                let facts = try ImageFile.probe(out + "/images/" + sample.name)
                #expect(facts.width == 48 && facts.height == 40 && facts.channels == 1 && facts.bits == 16)
            }
            let first = try EngineRuns.bytes(out + "/images/0001.png")
            #expect(try first != EngineRuns.bytes(out + "/images/0006.png"), "one mask, two styles")

            try EngineRuns.succeeding(arguments + [folder.path("again")])
            for file in files {
                let again = try EngineRuns.bytes(folder.path("again/images/\(file)"))
                #expect(try again == EngineRuns.bytes(out + "/images/\(file)"), "\(file)")
            }
            try EngineRuns.succeeding(
                [
                    "generate", run, "--masks", data + "/masks", "--count", "1", "--seed", "4", "--out",
                    folder.path("new"),
                ])
            #expect(try EngineRuns.bytes(folder.path("new/images/0001.png")) != first)

            let same = try EngineRuns.succeeding(arguments + [out])
            #expect(same.errors.contains("7 of 7 samples are there already"))
            let others = ["generate", run, "--masks", data, "--count", "7", "--seed", "5", "--out", out]
            try EngineRuns.expectRefusal(others, "asked for otherwise")
            try EngineRuns.succeeding(
                ["train", out, "--run", folder.path("second"), "--conventional", "--steps", "2"] + EngineRuns.tiny)
            let second = try RunDirectory.open(folder.path("second")).status()
            #expect(second.state == .finished && second.step == 2)
        }

        @Test func colourStaysColour() throws {
            try train("--classes", "2", "--segmenter", "cellpose", colour: true)
            try EngineRuns.succeeding(["generate", run, "--masks", data, "--count", "1", "--out", folder.path("out")])
            let facts = try ImageFile.probe(folder.path("out/images/0001.png"))
            #expect(facts.channels == 3 && facts.bits == 8)
            try EngineRuns.succeeding(["segment", run, data, "--out", folder.path("found")])
            #expect(try names(folder.path("found")).count == 5)
        }

        @Test func wrongInputIsSaidInOneLine() throws {
            try train("--conventional")
            let out = folder.path("out")
            try EngineRuns.expectRefusal(["segment", data, data, "--out", out], "is not a run directory")
            try EngineRuns.expectRefusal(["segment", folder.path("none"), data, "--out", out], "does not exist")
            try EngineRuns.expectRefusal(
                ["generate", run, "--masks", data, "--count", "1", "--out", out], "holds no generator")
            try EngineRuns.expectRefusal(["segment", run, folder.path("none"), "--out", out], "none")
            try EngineRuns.expectRefusal(["segment", run, data, "--out", out, "--device", "cuda:99"], "is not here")
            try EngineRuns.expectRefusal(
                ["train", data, "--run", run, "--steps", "1"] + EngineRuns.tiny, "holds a run already")
            #expect(!FileManager.default.fileExists(atPath: out))

            let new = ["--run", folder.path("new"), "--steps", "1"] + EngineRuns.tiny
            try EngineRuns.expectRefusal(["train", folder.path("none")] + new, "none")
            let empty = folder.path("empty")
            try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
            try EngineRuns.expectRefusal(["train", empty] + new, "empty")
            let image = data + "/images/cell 2.png"
            try EngineRuns.bytes(image).prefix(200).write(to: URL(fileURLWithPath: image))
            try EngineRuns.expectRefusal(["train", data] + new, "cell 2.png")
            #expect(!FileManager.default.fileExists(atPath: folder.path("new")))

            let latest = run + "/checkpoints/latest.safetensors"
            try Data("nonsense".utf8).write(to: URL(fileURLWithPath: latest))
            let segment = ["segment", run, data + "/images/cell 1.png", "--out", out]
            try EngineRuns.expectRefusal(segment + ["--checkpoint", "latest"], "latest.safetensors")
            for name in try names(run + "/checkpoints") {
                try FileManager.default.removeItem(atPath: run + "/checkpoints/" + name)
            }
            try EngineRuns.expectRefusal(segment, "has no checkpoint yet")
        }

        @Test func weightsThatAreNoVGGAreRefused() throws {
            try train("--conventional")
            try EngineRuns.expectRefusal(
                ["train", data, "--run", folder.path("new"), "--vgg", run + "/checkpoints/latest.safetensors"]
                    + EngineRuns.tiny, "has no tensor features.0.weight", lines: 3)
            // SHA-256 of "abc": FIPS 180-2, appendix B.1.
            let file = folder.path("vgg 19.pth")
            try Data("abc".utf8).write(to: URL(fileURLWithPath: file))
            try EngineRuns.expectRefusal(
                ["train", data, "--run", folder.path("new"), "--vgg", file] + EngineRuns.tiny,
                "its SHA-256 begins with ba7816bf, not dcbb9e9d")
        }

        @Test func wrongUsageLeavesWith64() throws {
            try EngineRuns.dataSet(2, at: data)
            for options in [["--device", "toaster"], ["--steps", "0"]] {
                let answer = try EngineRuns.petri(["train", data, "--run", run] + options)
                #expect(answer.code == 64, "\(answer.errors)")
                #expect(answer.errors.contains("Error: "))
            }
        }
    }
}
