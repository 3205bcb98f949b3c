import Drawing
import Foundation
import Imaging
import Runs
import TestSupport
import Testing

extension EngineRuns {
    /// Runs that are killed or interrupted, and taken up again.
    @Suite struct ResumeTests {
        private let folder: TemporaryFolder
        private let data: String

        init() throws {
            folder = try TemporaryFolder()
            data = folder.path("my data")
            try EngineRuns.dataSet(6, at: data)
        }

        private func latest(_ run: String) -> String { run + "/checkpoints/latest.safetensors" }

        /// When the file was last replaced.
        private func version(_ path: String) -> Date? {
            (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
        }

        private func curves(_ run: String) throws -> [String: MetricCurve] {
            var reader = MetricsReader(run + "/metrics.jsonl")
            _ = try reader.refresh()
            #expect(reader.damagedLines == 0)
            // How fast it was is another matter.
            return reader.curves.filter { !["stepsPerSecond", "seconds", "memory"].contains($0.key) }
        }

        /// The published preset validates every three steps of this size, tiny ones not at all in so few.
        @Test(arguments: [["--conventional", "--preset", "paper"], [], ["--preset", "paper", "--segmenter", "unet"]])
        func aRunKilledAtAnyMomentEndsWithTheSameBytes(options: [String]) throws {
            // PETRI_KILLS asks for more than there is time for in every test run.
            let wanted = ProcessInfo.processInfo.environment["PETRI_KILLS"].flatMap(Int.init) ?? 4
            let steps = wanted > 4 ? 30 * wanted : 30
            let options = ["train", data, "--steps", "\(steps)", "--checkpoint-every", "3"] + EngineRuns.tiny + options
            let whole = folder.path("whole")
            let process = try EngineRuns.start(options + ["--run", whole])
            EngineRuns.wait(for: process)
            try #require(process.terminationStatus == 0)

            let killed = folder.path("killed")
            var random = SeededGenerator(seed: UInt64(options.joined().utf8.count))
            var kills = 0
            for attempt in 0..<wanted {
                let before = version(latest(killed))
                let process = try EngineRuns.start(attempt == 0 ? options + ["--run", killed] : ["resume", killed])
                // The first is killed while it starts, the others at some moment after a checkpoint.
                EngineRuns.wait(for: process) {
                    attempt == 0
                        ? FileManager.default.fileExists(atPath: killed + "/run.json")
                        : version(latest(killed)) != before
                }
                usleep(UInt32(random.index(below: attempt == 0 ? 800_000 : 120_000)))
                if EngineRuns.send(SIGKILL, to: process) { kills += 1 }
                EngineRuns.wait(for: process)
            }
            #expect(wanted > 4 ? kills == wanted : kills > 0)
            let last = try EngineRuns.start(["resume", killed])
            EngineRuns.wait(for: last)
            #expect(last.terminationStatus == 0)

            let status = try RunDirectory.open(killed).status()
            #expect(status.state == .finished && status.step == steps)
            #expect(try EngineRuns.bytes(latest(killed)) == EngineRuns.bytes(latest(whole)))
            let (mine, theirs) = (try curves(killed), try curves(whole))
            #expect(mine == theirs)
            #expect(mine["segmentation"]?.steps == Array(stride(from: 10, through: steps, by: 10)))
            if options.contains("paper") {
                #expect(mine["validationF1"]?.steps == Array(stride(from: 3, through: steps, by: 3)))
                let best = "/checkpoints/best.safetensors"
                #expect(try EngineRuns.bytes(killed + best) == EngineRuns.bytes(whole + best))
            }
        }

        @Test(arguments: [SIGINT, SIGTERM]) func aSignalWritesACheckpointAndLeaves(signal: Int32) throws {
            let run = folder.path("run")
            let process = try EngineRuns.start(
                ["train", data, "--run", run, "--conventional", "--steps", "1000000", "--checkpoint-every", "50"]
                    + EngineRuns.tiny)
            EngineRuns.wait(for: process) { FileManager.default.fileExists(atPath: latest(run)) }
            let before = version(latest(run))
            EngineRuns.send(signal, to: process)
            EngineRuns.wait(for: process)
            #expect(process.terminationReason == .exit)
            #expect(process.terminationStatus == 130)
            let directory = try RunDirectory.open(run)
            let status = try directory.status()
            #expect(status.state == .interrupted)
            #expect(version(latest(run)) != before)
            #expect(try EngineRuns.bytes(latest(run)).range(of: Data("\"step\":\"\(status.step)\"".utf8)) != nil)

            try EngineRuns.succeeding(["resume", run, "--steps", "\(status.step + 3)"])
            #expect(try directory.status().state == .finished)
            #expect(try directory.status().step == status.step + 3)
        }

        @Test func whatWasAskedOfADeadEngineIsForgotten() throws {
            let run = folder.path("run")
            try EngineRuns.succeeding(
                ["train", data, "--run", run, "--conventional", "--steps", "2"] + EngineRuns.tiny)
            let directory = try RunDirectory.open(run)
            try directory.control.send(.stop)
            // Fewer steps than between two lines of metrics are told of, too.
            let answer = try EngineRuns.succeeding(["resume", run, "--steps", "4"])
            #expect(answer.errors.contains("Training: 4 steps in "))
            let again = try EngineRuns.succeeding(["resume", run])
            #expect(again.errors.contains("Its budget was spent already: `petri resume \(run) --steps N`"))
            #expect(try directory.status().state == .finished && directory.status().step == 4)
            #expect(directory.control.pending().isEmpty)
        }

        @Test func aRunOutOfPatienceTrainsOnWithALargerBudget() throws {
            let run = folder.path("run")
            try EngineRuns.succeeding(
                ["train", data, "--run", run, "--conventional", "--preset", "paper", "--steps", "6", "--lr", "1e-9"]
                    + EngineRuns.tiny)
            let directory = try RunDirectory.open(run)
            let description = try String(contentsOfFile: directory.descriptionPath, encoding: .utf8)
            try description.replacing("\"patience\" : 500", with: "\"patience\" : 1")
                .write(toFile: directory.descriptionPath, atomically: true, encoding: .utf8)
            try EngineRuns.succeeding(["resume", run, "--steps", "60"])
            let step = try directory.status().step
            try #require(step < 60)
            try EngineRuns.succeeding(["resume", run, "--steps", "61"])
            #expect(try directory.status().step > step)
        }

        @Test func changedDataAreNoticed() throws {
            let run = folder.path("run")
            try EngineRuns.succeeding(
                ["train", data, "--run", run, "--conventional", "--steps", "2"] + EngineRuns.tiny)
            try EngineRuns.succeeding(["resume", run, "--steps", "3"])
            // An image more is no change of those that the run learns from; another mask is.
            try EngineRuns.dataSet(7, at: data)
            try EngineRuns.succeeding(["resume", run, "--steps", "4"])
            let mask = data + "/masks/cell 3.png"
            var labels = try LabelImage.read(mask)
            labels[0, 0] += 1
            try labels.write(to: mask)
            try EngineRuns.expectRefusal(["resume", run, "--steps", "5"], "has changed since the run began")
            try FileManager.default.removeItem(atPath: mask)
            try EngineRuns.expectRefusal(["resume", run, "--steps", "5"], "has changed since the run began")
        }

        @Test func whatCannotBeResumedIsSaid() throws {
            let run = folder.path("run")
            try EngineRuns.succeeding(
                ["train", data, "--run", run, "--conventional", "--steps", "1"] + EngineRuns.tiny)
            let directory = try RunDirectory.open(run)
            let finished = try directory.status()
            var status = finished
            (status.state, status.pid, status.heartbeat) = (.running, getpid(), Date())
            try directory.write(status)
            do {
                let lock = try RunLock(directory)
                defer { withExtendedLifetime(lock) {} }
                try EngineRuns.expectRefusal(["resume", run], "is being trained by process \(getpid())")
            }
            status.host = "elsewhere"
            try directory.write(status)
            try EngineRuns.expectRefusal(["resume", run], "is being trained by process \(getpid()) on elsewhere")
            try directory.write(finished)

            let whole = try EngineRuns.bytes(latest(run))
            try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: latest(run)))
            // The line before says what begins.
            try EngineRuns.expectRefusal(["resume", run], "latest.safetensors", lines: 2)
            let failed = try directory.status()
            #expect(failed.state == .failed && failed.lastError?.contains("latest.safetensors") == true)
            try whole.write(to: URL(fileURLWithPath: latest(run)))

            let description = try String(contentsOfFile: directory.descriptionPath, encoding: .utf8)
            try description.replacing("\"batch\" : 2", with: "\"batch\" : 0")
                .write(toFile: directory.descriptionPath, atomically: true, encoding: .utf8)
            try EngineRuns.expectRefusal(["resume", run], "run.json: settings.batch is out of its range")
            try "{}".write(toFile: directory.descriptionPath, atomically: true, encoding: .utf8)
            try EngineRuns.expectRefusal(["resume", run], "run.json: is damaged: no settings")
        }
    }
}
