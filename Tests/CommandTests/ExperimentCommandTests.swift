import Drawing
import Foundation
import Imaging
import Runs
import TestSupport
import Testing

extension EngineRuns {
    /// `petri experiment` as a user runs it, on drawn pictures and with networks that train in a second.
    @Suite struct ExperimentCommandTests {
        private let folder: TemporaryFolder
        private var out: String { folder.path("study") }

        init() throws {
            folder = try TemporaryFolder()
            try EngineRuns.dataSet(5, at: folder.path("cells/train"))
            try Self.test(3, at: folder.path("cells/test"))
        }

        /// Pictures that `dataSet` does not draw.
        private static func test(_ count: Int, at path: String) throws {
            for place in ["images", "masks"] {
                try FileManager.default.createDirectory(atPath: path + "/" + place, withIntermediateDirectories: true)
            }
            for index in 0..<count {
                let settings = Phantom.Settings(width: 48, height: 40, density: 2, size: 0.5)
                let phantom = Phantom.draw(.fluorescence, settings, seed: UInt64(index) + 100)
                try ImageFile.write(phantom.image, to: path + "/images/test \(index).png")
                try phantom.labels.write(to: path + "/masks/test \(index).png")
            }
        }

        private func words(
            sizes: String = "2", seeds: Int = 1, arms: String = "conventional,cyclegan", steps: Int = 12,
            engine: [String] = ["--segmenter-steps", "2", "--validate-every", "6"]
        ) -> [String] {
            ["experiment", folder.path("cells/train"), "--test", folder.path("cells/test"), "--train", sizes]
                + ["--seeds", "\(seeds)", "--steps", "\(steps)", "--arms", arms, "--out", out, "--"] + EngineRuns.tiny
                + engine
        }

        private var study: ExperimentFolder { ExperimentFolder(out) }

        private func report() throws -> ExperimentReport { try #require(try study.report()) }

        /// When the scores of each cell were written.
        private func versions() throws -> [String: Date] {
            try study.plan().cells.reduce(into: [:]) { versions, cell in
                let facts = try? FileManager.default.attributesOfItem(atPath: study.scoresPath(of: cell))
                versions[cell.name] = facts?[.modificationDate] as? Date
            }
        }

        @Test func anExperimentRunsToItsReportAndIsExtended() throws {
            let answer = try EngineRuns.succeeding(words())
            #expect(answer.output == out + "/report.md\n")
            #expect(answer.errors.contains("1/2 cells, 2 images, seed 1, conventional, 12 steps"), "\(answer.errors)")
            let first = try report()
            #expect(first.cells.count == 2 && first.cellCount == 2 && first.failures.isEmpty)
            // As many optimizer steps of the segmenter: 12, or 4 of one full step and two of the segmenter alone.
            #expect(first.cells.map(\.steps) == [12, 4])
            #expect(first.machine.devices == ["cpu"] && first.machine.versions["libtorch"] != nil)
            for file in ["plots/cells-f1-50.png", "plots/cells-dice.png", "examples/cells.png"] {
                #expect(try ImageFile.probe(out + "/" + file).width > 100, "\(file)")
            }
            let scores = try study.plan().cells.compactMap { try study.scores(of: $0) }
            try #require(scores.count == 2)
            // Both arms have the same images to train and to validate on.
            #expect(scores[0].training == scores[1].training && scores[0].validation == scores[1].validation)
            #expect(scores[0].training.count == 1 && scores[0].validation.count == 1)
            // What `petri evaluate` says of the same masks.
            let cell = scores[0].cell
            let said = try EngineRuns.succeeding(
                ["evaluate", folder.path("cells/test"), study.masksPath(of: cell), "--json"])
            let evaluated = try #require(
                JSONSerialization.jsonObject(with: Data(said.output.utf8)) as? [String: Any])
            let pooled = try #require((evaluated["pooled"] as? [String: [Double]])?["f1"]?.first)
            #expect(abs((first.cells[0].measures[.f1] ?? -1) - pooled) < 1e-9)

            let before = try versions()
            // Nothing is left to do, with the folder alone too.
            let again = try EngineRuns.succeeding(["experiment", "--out", out, "--json"])
            #expect(try versions() == before)
            let decoder = JSONDecoder()
            decoder.dateDecodingStrategy = .iso8601
            #expect(try decoder.decode(ExperimentReport.self, from: Data(again.output.utf8)).cells == first.cells)
            // More images than there are: all five, and the cells that are there stay.
            try EngineRuns.succeeding(words(sizes: "2,9"))
            let extended = try report()
            #expect(extended.cells.count == 4 && extended.cells.last?.cell.images == 5)
            let after = try versions()
            #expect(before.allSatisfy { after[$0.key] == $0.value })
            // The smaller set lies in the larger one.
            let whole = try #require(try study.scores(of: extended.cells[2].cell))
            #expect(Set(scores[0].training + scores[0].validation).isSubset(of: whole.training + whole.validation))
            try EngineRuns.expectRefusal(words(sizes: "2,9", steps: 13), "budget 12 steps, now 13 steps")
            try EngineRuns.expectRefusal(words(sizes: "9"), "sizes 2,9, now 9")
            try FileManager.default.removeItem(atPath: folder.path("cells/train/images/cell 0.png"))
            try EngineRuns.expectRefusal(["experiment", "--out", out], "has changed since the experiment began")
            try EngineRuns.expectRefusal(words(sizes: "2,9"), "has changed since")
        }

        /// Killed while it trains, while its engine goes on alone, and interrupted.
        @Test func whatWasStoppedGoesOn() throws {
            let words = words(sizes: "3", seeds: 2, arms: "conventional", steps: 400)
            let cells = ["cells-n3-s1-conventional-steps", "cells-n3-s2-conventional-steps"]
            func runs(_ cell: String) -> Bool {
                FileManager.default.fileExists(atPath: out + "/runs/" + cell + "/run.json")
            }
            let first = try EngineRuns.start(words)
            EngineRuns.wait(for: first) { runs(cells[0]) }
            usleep(100_000)
            // The engine stays, and is followed by the next one.
            EngineRuns.send(SIGKILL, to: first)
            EngineRuns.wait(for: first)
            let second = try EngineRuns.start(["experiment", "--out", out])
            EngineRuns.wait(for: second) { runs(cells[1]) }
            usleep(50_000)
            EngineRuns.send(SIGTERM, to: second)
            EngineRuns.wait(for: second)
            #expect(second.terminationReason == .exit && second.terminationStatus == 130)
            #expect(try study.status()?.state == .interrupted)
            let scored = try study.plan().cells.filter { try study.scores(of: $0) != nil }
            #expect(scored.count == 1)
            let before = try versions()
            let answer = try EngineRuns.succeeding(words)
            #expect(answer.errors.contains("1 of 2 trainings are done already"), "\(answer.errors)")
            #expect(try versions()[cells[0]] == before[cells[0]])
            #expect(try report().cells.map(\.steps) == [400, 400])
            #expect(try study.status()?.state == .finished)
        }

        /// Two at once are both interrupted, go on both, and stand in the report in the order of the plan.
        @Test func trainingsRunBesideEachOther() throws {
            let words = words(sizes: "3", seeds: 2, arms: "conventional", steps: 400)
            let parallel = ["experiment", "--parallel", "2"] + words.dropFirst()
            func states() -> [RunStatus.State] {
                ["cells-n3-s1-conventional-steps", "cells-n3-s2-conventional-steps"].compactMap {
                    try? RunDirectory.open(out + "/runs/" + $0).status().state
                }
            }
            let first = try EngineRuns.start(parallel)
            EngineRuns.wait(for: first) {
                states() == [.running, .running] && (try? study.status()?.inWork.count) == 2
            }
            EngineRuns.send(SIGTERM, to: first)
            EngineRuns.wait(for: first)
            #expect(first.terminationReason == .exit && first.terminationStatus == 130)
            #expect(states() == [.interrupted, .interrupted])
            #expect(try study.status()?.state == .interrupted && study.status()?.inWork.isEmpty == true)
            try EngineRuns.succeeding(parallel)
            #expect(try report().cells.map(\.cell) == study.plan().cells)
            #expect(try study.status()?.state == .finished)
        }

        @Test func aCellThatFailsIsRecordedAndTriedAgain() throws {
            let answer = try EngineRuns.petri(
                words(sizes: "2", engine: ["--segmenter", "cellpose", "--vgg", "/nothing"]))
            #expect(answer.code == 70, "\(answer.errors)")
            let failed = try report()
            #expect(failed.failures.count == 2 && failed.cells.isEmpty)
            #expect(failed.failures.values.allSatisfy { $0.contains("/nothing") }, "\(failed.failures)")
            #expect(try study.status()?.state == .failed)
            #expect(try String(contentsOfFile: study.pagePath, encoding: .utf8).contains("## Failed"))
            #expect(try EngineRuns.petri(["experiment", "--out", out]).code == 70)
        }

        @Test func wrongThingsAreRefusedBeforeAnythingIsTrained() throws {
            let (train, test) = (folder.path("cells/train"), folder.path("cells/test"))
            func usage(_ arguments: [String], _ words: String) throws {
                let answer = try EngineRuns.petri(["experiment"] + arguments)
                #expect(answer.code == 64 && answer.errors.contains(words), "\(arguments): \(answer.errors)")
            }
            let plain = [train, "--test", test, "--out", out, "--steps", "5"]
            try usage(plain, "--train")
            try usage(plain + ["--train", "1"], "from 2 on")
            try usage(plain + ["--train", "two"], "from 2 on")
            try usage(plain + ["--train", "2", "--arms", "conventional,magic"], "is no arm")
            try usage(plain + ["--train", "2", "--arms", "cyclegan"], "must be among them")
            try usage(plain + ["--train", "2", "--seeds", "0"], "--seeds")
            try usage(plain + ["--train", "2", "--parallel", "0"], "--parallel must be")
            try usage(plain + ["--train", "2", "--preset", "huge"], "--preset is one of")
            try usage(plain + ["--train", "2", "--", "--base", "2"], "--base")
            try usage(plain + ["--train", "2", "--", "--steps", "2"], "set by the experiment itself")
            try usage(plain + ["--train", "2", "--", "--magic", "2"], "is no option")
            try usage([train, "--test", test, "--out", out, "--train", "2"], "--steps or --minutes")
            try usage(
                [train, train, "--test", test, "--out", out, "--train", "2", "--steps", "1"], "one --test folder")
            func refused(_ train: String, _ test: String, _ words: String) throws {
                try EngineRuns.expectRefusal(
                    ["experiment", train, "--test", test, "--out", out, "--steps", "5", "--train", "2"], words)
                #expect(!FileManager.default.fileExists(atPath: out))
            }
            try refused(train, folder.path("nowhere"), "nowhere")
            try refused(folder.path("nowhere"), test, "nowhere")
            try refused(train, test + "/images", "images")
            try refused(train, train, "which is also trained on")
            try EngineRuns.dataSet(1, at: folder.path("one"))
            try refused(folder.path("one"), test, "has 1 image to train on")
            let binary = folder.path("binary")
            try Self.test(2, at: binary)
            for name in ["test 0", "test 1"] {
                var labels = try LabelImage.read(binary + "/masks/\(name).png")
                labels.labels = labels.labels.map { $0 == 0 ? 0 : 255 }
                try labels.write(to: binary + "/masks/\(name).png")
            }
            try refused(train, binary, "has no instance truth")
            let empty = folder.path("empty")
            try Self.test(1, at: empty)
            try LabelImage(width: 48, height: 40).write(to: empty + "/masks/test 0.png")
            try refused(train, empty, "has no object")
            try EngineRuns.expectRefusal(["experiment", "--out", folder.path("cells")], "holds no experiment")
            try EngineRuns.expectRefusal(
                ["experiment", train, "--test", test, "--out", folder.path("cells"), "--steps", "5", "--train", "2"],
                "is no experiment's folder")
        }
    }
}
