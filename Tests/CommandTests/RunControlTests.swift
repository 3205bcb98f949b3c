import Foundation
import Imaging
import Runs
import TestSupport
import Testing

extension EngineRuns {
    /// Runs in the background: launched, steered, queued.
    @Suite(.timeLimit(.minutes(5))) struct RunControlTests {
        private let folder: TemporaryFolder
        private let data: String

        init() throws {
            folder = try TemporaryFolder()
            data = folder.path("my data")
            try EngineRuns.dataSet(6, at: data)
        }

        private func launch(_ name: String, _ more: [String] = [], steps: Int = 1_000_000) throws -> RunDirectory {
            try EngineRuns.succeeding(
                ["train", data, "--run", folder.path(name), "--conventional", "--steps", "\(steps)", "--detach"]
                    + EngineRuns.tiny + more)
            return try RunDirectory.open(folder.path(name))
        }

        /// Waits until the run's status is as wanted.
        @discardableResult
        private func wait(
            _ run: RunDirectory, _ wanted: (RunStatus) -> Bool, sourceLocation: SourceLocation = #_sourceLocation
        ) throws -> RunStatus {
            let deadline = ContinuousClock.now + .seconds(60)
            while ContinuousClock.now < deadline {
                if let status = try? run.status(), wanted(status) { return status }
                usleep(20_000)
            }
            let status = try run.status()
            try #require(wanted(status), "\(status)", sourceLocation: sourceLocation)
            return status
        }

        private func end(_ runs: RunDirectory...) {
            for run in runs {
                if let status = try? run.status(), status.state.isActive, status.pid != getpid() {
                    kill(status.pid, SIGKILL)
                }
            }
        }

        @Test func aRunInTheBackgroundObeysAndOutlivesWhatEndsTerminals() throws {
            let run = try launch("run", ["--checkpoint-every", "1000"])
            defer { end(run) }
            let begun = try wait(run) { $0.state == .running && $0.step > 0 }
            // A session of its own, with nothing of ours open.
            #expect(getsid(begun.pid) == begun.pid && begun.pid != getpid())
            let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(begun.pid)/fd")
            let first = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(begun.pid)/fd/0")
            #expect(first == "/dev/null" && open.count < 20)
            kill(begun.pid, SIGHUP)

            try EngineRuns.expectRefusal(["resume", run.path], "is being trained by process \(begun.pid)")
            try EngineRuns.expectRefusal(["runs", "delete", run.path, "--yes"], "is being trained")
            try EngineRuns.succeeding(["runs", "pause", run.path])
            let paused = try wait(run) { $0.state == .paused }
            #expect(paused.pid == begun.pid && paused.eta == nil)
            try EngineRuns.succeeding(["runs", "checkpoint", run.path])
            // Paused for longer than between two heartbeats.
            let later = try wait(run) { $0.state == .paused && $0.heartbeat > paused.heartbeat + 4 }
            #expect(later.step == paused.step && later.seconds == paused.seconds)
            let asked = try EngineRuns.bytes(run.checkpointPath(.latest))
            #expect(asked.range(of: Data("\"step\":\"\(paused.step)\"".utf8)) != nil)
            try EngineRuns.succeeding(["runs", "resume", run.path])
            let going = try wait(run) { $0.state == .running && $0.step > paused.step }
            #expect(try #require(going.seconds) < later.heartbeat.timeIntervalSince(begun.heartbeat) + 60)
            try EngineRuns.succeeding(["runs", "stop", run.path])
            let stopped = try wait(run) { $0.state == .stopped }
            try EngineRuns.expectRefusal(["runs", "pause", run.path], "is not being trained (stopped)")

            // From another front end, to the end.
            try EngineRuns.succeeding(["runs", "resume", run.path, "--steps", "\(stopped.step + 20)"])
            let tail = try EngineRuns.succeeding(["runs", "tail", run.path, "--lines", "1000"])
            #expect(tail.output.contains("paused after step \(paused.step)"))
            #expect(tail.output.contains("ended after step \(stopped.step + 20): budget"))
            #expect(try run.status().state == .finished)
            var reader = MetricsReader(run.metricsPath)
            _ = try reader.refresh()
            let curve = try #require(reader["segmentation"])
            #expect(curve.steps == Array(stride(from: 10, through: stopped.step + 20, by: 10)))
            #expect(reader.damagedLines == 0)
            let seconds = try #require(reader["seconds"]).values
            #expect(seconds == seconds.sorted())
        }

        @Test func aRunIsListedAnnotatedRestartedAndDeleted() throws {
            let run = try launch("run", ["--validate-every", "1", "--tensorboard", "--preset", "paper"], steps: 12)
            try wait(run) { $0.state == .finished }
            #expect(try FileManager.default.contentsOfDirectory(atPath: run.tensorBoardPath).count == 1)
            try EngineRuns.succeeding(["runs", "rename", run.path, "a better name"])
            try EngineRuns.succeeding(["runs", "note", run.path, "for the figure"])
            let table = try EngineRuns.succeeding(["runs", folder.url.path]).output
            #expect(table.contains("a better name") && table.contains("12/12") && table.contains("for the figure"))
            let json = try JSONDecoder().decode(
                [Listed].self, from: Data(EngineRuns.succeeding(["runs", folder.url.path, "--json"]).output.utf8))
            #expect(json == [Listed(name: "a better name", path: run.path, state: "finished", step: 12)])
            try EngineRuns.succeeding(["runs", "archive", run.path])
            #expect(try EngineRuns.succeeding(["runs", folder.url.path]).output.hasPrefix("No runs here"))
            #expect(try EngineRuns.succeeding(["runs", folder.url.path, "--archived"]).output.contains("archived"))

            let best = try #require(try run.status().bestStep)
            try EngineRuns.succeeding(
                ["runs", "restart", run.path, "--from", "best", "--run", folder.path("second"), "--steps", "20"])
            let second = try RunDirectory.open(folder.path("second"))
            try wait(second) { $0.state == .finished }
            #expect(try second.status().step == 20)
            let log = try String(contentsOfFile: second.logPath, encoding: .utf8)
            #expect(log.contains("begun at the best checkpoint") && log.contains("going on after step \(best)"))
            #expect(try run.status().step == 12)

            try EngineRuns.expectRefusal(["runs", "delete", run.path], "say --yes")
            try EngineRuns.succeeding(["runs", "delete", run.path, "--yes"])
            #expect(!FileManager.default.fileExists(atPath: run.path))
        }

        private struct Listed: Decodable, Equatable {
            let name, path, state: String
            let step: Int
        }

        @Test func whyALaunchedRunFailedIsSaid() throws {
            try EngineRuns.expectRefusal(
                ["train", folder.path("none"), "--run", folder.path("run"), "--detach"], "none: does not exist")
            let status = try RunDirectory.open(folder.path("run")).status()
            #expect(status.state == .failed && status.lastError?.contains("does not exist") == true)
            try EngineRuns.expectRefusal(["runs", "tail", folder.path("run")], "does not exist")
            // The data set is found meanwhile: the same run begins.
            try EngineRuns.dataSet(6, at: folder.path("none"))
            let run = try RunDirectory.open(folder.path("run"))
            try EngineRuns.succeeding(["runs", "resume", run.path])
            defer { end(run) }
            try wait(run) { $0.state == .running }
        }

        @Test func aKilledEngineLeavesALostRun() throws {
            let run = try launch("run", ["--checkpoint-every", "20"])
            let status = try wait(run) { $0.state == .running && $0.step > 40 }
            kill(status.pid, SIGKILL)
            while RunStatus.processExists(status.pid) { usleep(10_000) }
            #expect(run.summary().state == .lost)
            try EngineRuns.expectRefusal(["runs", "tail", run.path], "has lost its engine", lines: 2)
            try EngineRuns.succeeding(["runs", "resume", run.path, "--steps", "\(status.step + 5)"])
            try wait(run) { $0.state == .finished }
        }

        @Test func queuedRunsTrainOneAfterTheOther() throws {
            let first = try launch("first")
            let second = try launch("second", ["--queue"], steps: 20)
            let third = try launch("third", ["--queue"])
            let fourth = try launch("fourth", ["--queue"], steps: 20)
            defer { end(first, second, third, fourth) }
            try wait(first) { $0.state == .running }
            usleep(2_500_000)
            for run in [second, third, fourth] { #expect(try run.status().state == .queued) }
            // One may be told not to wait; one may leave.
            try EngineRuns.succeeding(["runs", "stop", first.path])
            let done = try wait(second) { $0.state == .finished }
            let begun = try wait(third) { $0.state == .running }
            #expect(done.heartbeat <= begun.heartbeat)
            #expect(try fourth.status().state == .queued)
            try EngineRuns.succeeding(["runs", "resume", fourth.path])
            try wait(fourth) { $0.state == .finished }
            #expect(try third.status().state == .running)
            #expect(try String(contentsOfFile: fourth.logPath, encoding: .utf8).contains("begins at once, as asked"))
            let fifth = try launch("fifth", ["--queue"])
            defer { end(fifth) }
            try EngineRuns.succeeding(["runs", "stop", fifth.path])
            try wait(fifth) { $0.state == .stopped }
            // Killed, the third leaves nobody waiting.
            let sixth = try launch("sixth", ["--queue"], steps: 10)
            kill(begun.pid, SIGKILL)
            try wait(sixth) { $0.state == .finished }
        }

        @Test func aFullDiskEndsTheRunAndKeepsItsCheckpoint() throws {
            guard let mounted = try SmallDisk(folder.path("disk"), megabytes: 4) else { return }
            defer { withExtendedLifetime(mounted) {} }
            let disk = mounted.path
            let options =
                ["train", data, "--conventional", "--steps", "600", "--checkpoint-every", "20"] + EngineRuns.tiny
            let process = try EngineRuns.start(options + ["--run", disk + "/run"])
            let run = RunDirectoryPath(disk + "/run")
            EngineRuns.wait(for: process) { FileManager.default.fileExists(atPath: run.latest) }
            let filler = disk + "/filler"
            try Data().write(to: URL(fileURLWithPath: filler))
            let file = try #require(FileHandle(forWritingAtPath: filler))
            // All that the run itself gives back is taken at once.
            while process.isRunning {
                _ = try? file.write(contentsOf: Data(count: 4096))
            }
            EngineRuns.wait(for: process)
            #expect(process.terminationStatus == 65)
            let directory = try RunDirectory.open(run.path)
            let status = try directory.status()
            #expect(status.state == .failed)
            #expect(status.lastError?.contains("No space left on device") == true)
            try file.close()
            unlink(filler)
            // What was kept is whole: the run goes on to the bytes that it would have had.
            try EngineRuns.succeeding(["resume", run.path])
            #expect(try directory.status().step == 600)
            let whole = folder.path("whole")
            try EngineRuns.succeeding(options + ["--run", whole])
            #expect(
                try EngineRuns.bytes(run.latest) == EngineRuns.bytes(whole + "/checkpoints/latest.safetensors"))
        }

        /// A run that is not there yet.
        private struct RunDirectoryPath {
            let path: String
            init(_ path: String) { self.path = path }
            var latest: String { path + "/checkpoints/latest.safetensors" }
        }

        @Test func aProbeTellsAndLeavesNothing() throws {
            let answer = try EngineRuns.succeeding(
                ["train", data, "--probe", "--json", "--conventional", "--steps", "9"] + EngineRuns.tiny)
            let probe = try JSONDecoder().decode(TrainingProbe.self, from: Data(answer.output.utf8))
            #expect(probe.secondsPerStep > 0 && probe.totalSteps == 9 && probe.device == "cpu")
            // Also where the processor has bfloat16 of its own: our kernels are quicker in float32.
            #expect(probe.precision == .float32)
            #expect(probe.trainingImages + probe.validationImages == 6)
            let said = try EngineRuns.succeeding(["train", data, "--probe", "--conventional"] + EngineRuns.tiny)
            #expect(said.output.contains("s a step") && said.output.contains("steps and"))
        }
    }
}
