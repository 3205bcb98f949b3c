import Foundation
import Runs
import TestSupport
import Testing
import Torch

extension EngineRuns {
    /// Several processes that share every batch, as torchrun and the like start them.
    @Suite struct DistributedTests {
        private let folder: TemporaryFolder
        private let data: String

        init() throws {
            folder = try TemporaryFolder()
            data = folder.path("data")
            try EngineRuns.dataSet(6, at: data)
        }

        /// Processes that are killed when the test is done, however it ends.
        private final class Ranks {
            var processes: [Process] = []
            let errors: [String]

            init(_ count: Int, _ folder: TemporaryFolder, _ arguments: (Int) -> [String]) throws {
                let (port, place) = (try Self.freePort(), folder.path("errors-\(UUID().uuidString)"))
                errors = (0..<count).map { "\(place)-\($0)" }
                guard let programs = Programs.folder else { throw Programs.NotBuilt() }
                for rank in 0..<count {
                    let process = Process()
                    process.executableURL = URL(fileURLWithPath: programs + "/petri")
                    process.arguments = arguments(rank)
                    let own = [
                        "RANK": "\(rank)", "WORLD_SIZE": "\(count)", "LOCAL_RANK": "\(rank)",
                        "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "\(port)",
                    ]
                    process.environment = ProcessInfo.processInfo.environment.merging(EngineRuns.environment) { $1 }
                        .merging(own) { $1 }
                    _ = FileManager.default.createFile(atPath: errors[rank], contents: nil)
                    process.standardOutput = FileHandle.nullDevice
                    process.standardError = FileHandle(forWritingAtPath: errors[rank])
                    try process.run()
                    processes.append(process)
                }
            }

            deinit { for process in processes { EngineRuns.send(SIGKILL, to: process) } }

            /// Waits for the end of all; the exit codes, and the last line that each wrote.
            func end() -> [(code: Int32, said: String)] {
                zip(processes, errors).map { process, path in
                    EngineRuns.wait(for: process)
                    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
                    return (process.terminationStatus, text.split(separator: "\n").last.map(String.init) ?? "")
                }
            }

            /// A port that nobody listens at.
            private static func freePort() throws -> Int {
                let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                defer { close(number) }
                var address = sockaddr_in()
                address.sin_family = sa_family_t(AF_INET)
                address.sin_addr.s_addr = inet_addr("127.0.0.1")
                var length = socklen_t(MemoryLayout<sockaddr_in>.size)
                let bound = withUnsafeMutablePointer(to: &address) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        bind(number, $0, length) == 0 && getsockname(number, $0, &length) == 0
                    }
                }
                try #require(bound)
                return Int(UInt16(bigEndian: address.sin_port))
            }
        }

        private static let options =
            ["--segmenter", "unet", "--batch-statistics", "synchronised", "--steps", "10", "--validate-every", "1000"]
            + EngineRuns.tiny + ["--batch", "4"]

        private func words(_ run: String, _ options: [String]) -> [String] {
            ["train", data, "--run", folder.path(run)] + Self.options + options
        }

        /// The networks' tensors and the losses of step 10.
        private func outcome(_ run: String) throws -> (weights: [String: [Double]], losses: [String: Double]) {
            let file = try TensorFile.open(folder.path(run) + "/checkpoints/latest.safetensors")
            var weights: [String: [Double]] = [:]
            for stored in file.tensors where !stored.name.hasPrefix("optimizer.") {
                weights[stored.name] = try Tensor(file, named: stored.name, shape: stored.shape).array()
            }
            var reader = MetricsReader(folder.path(run) + "/metrics.jsonl")
            _ = try reader.refresh()
            let machine: Set = ["stepsPerSecond", "seconds", "memory"]
            let losses = reader.curves.filter { !machine.contains($0.key) }.compactMapValues(\.values.last)
            return (weights, losses)
        }

        /// The largest difference of weights as a part of the largest of their tensor, and of losses.
        private func difference(_ first: String, _ second: String) throws -> (weights: Double, losses: Double) {
            let (one, other) = (try outcome(first), try outcome(second))
            #expect(one.weights.keys == other.weights.keys && one.losses.keys == other.losses.keys)
            let parts = one.weights.compactMap { name, values -> Double? in
                // Batch normalisation takes these biases away again: their gradients are nothing but rounding, which Adam
                // makes into whole steps.
                if name.hasSuffix("conv1.bias") || name.hasSuffix("conv2.bias") { return nil }
                let scale = values.map(abs).max() ?? 0
                let largest = zip(values, other.weights[name] ?? []).map { abs($0 - $1) }.max() ?? 0
                print("DIFF", name, largest, scale, largest / max(scale, 1e-3))
                return largest / max(scale, 1e-3)
            }
            let losses = one.losses.map { abs($1 - (other.losses[$0] ?? .infinity)) }
            return (parts.max() ?? 0, losses.max() ?? 0)
        }

        @Test(arguments: [["--conventional"], ["--published"]])
        func twoProcessesLearnWhatOneDoes(method: [String]) throws {
            try EngineRuns.succeeding(words("one", method))
            let ends = try Ranks(2, folder) { _ in words("two", method) }.end()
            #expect(ends.map(\.code) == [0, 0], "\(ends)")
            let same = try difference("one", "two")
            print("SAME", same)
            #expect(same.weights < 1e-4 && same.losses < 1e-4)

            // Other crops, and statistics of halves, do not come to the same.
            try EngineRuns.succeeding(words("other", method + ["--seed", "7"]))
            #expect(try difference("one", "other").weights > 1e-2)
            let local = try Ranks(2, folder) { _ in words("local", method + ["--batch-statistics", "local"]) }.end()
            #expect(local.map(\.code) == [0, 0], "\(local)")
            let apart = try difference("one", "local")
            print("LOCAL", apart)
            #expect(apart.weights > 1e-3 && apart.losses > 1e-3)
        }

        /// Starts two processes that would train for long, and waits for a checkpoint.
        private func trainingForLong() throws -> Ranks {
            let options = words("long", ["--conventional", "--checkpoint-every", "3"])
            let ranks = try Ranks(2, folder) { _ in options + ["--steps", "100000"] }
            let checkpoint = folder.path("long") + "/checkpoints/latest.safetensors"
            EngineRuns.wait(for: ranks.processes[0]) { FileManager.default.fileExists(atPath: checkpoint) }
            return ranks
        }

        @Test(arguments: [1, 0]) func whoIsKilledIsNamedAndTheRunGoesOn(killed: Int) throws {
            let ranks = try trainingForLong()
            let culprit = ranks.processes[killed]
            let clock = ContinuousClock.now
            #expect(EngineRuns.send(SIGKILL, to: culprit))
            let ends = ranks.end()
            #expect(ContinuousClock.now - clock < .seconds(60))
            print("KILL", killed, ContinuousClock.now - clock, ends)
            let name = "rank \(killed) (\(RunStatus.thisHost), process \(culprit.processIdentifier)) is gone"
            #expect(ends[1 - killed].code == 70 && ends[1 - killed].said.contains(name), "\(ends)")
            let run = try RunDirectory.open(folder.path("long"))
            let status = try run.status()
            #expect(status.state == .failed && status.lastError?.contains(name) == true, "\(status)")

            let step = "\(status.step + 30)"
            let resumed = try Ranks(2, folder) { _ in ["resume", folder.path("long"), "--steps", step] }.end()
            #expect(resumed.map(\.code) == [0, 0], "\(resumed)")
            #expect(try run.status().state == .finished && "\(run.status().step)" == step)
        }

        @Test func whoFailsSaysWhyToAll() throws {
            let ends = try Ranks(2, folder) { words("run", $0 == 1 ? ["--lr", "0.5"] : []) }.end()
            #expect(ends[1].code == 65 && ends[1].said.contains("has other images or other options than rank 0"))
            #expect(ends[0].code == 70 && ends[0].said.contains("rank 1 (") && ends[0].said.contains("other options"))
            let status = try RunDirectory.open(folder.path("run")).status()
            #expect(status.state == .failed && status.lastError?.contains("other options") == true)
        }

        @Test func theStopOfOneEndsAll() throws {
            let ranks = try trainingForLong()
            // A signal to a process that is not rank 0.
            #expect(EngineRuns.send(SIGTERM, to: ranks.processes[1]))
            #expect(ranks.end().map(\.code) == [130, 130])
            #expect(try RunDirectory.open(folder.path("long")).status().state == .interrupted)
        }

        @Test func samplesAndMasksAreSharedOut() throws {
            let run = folder.path("run")
            try EngineRuns.succeeding(["train", data, "--run", run, "--steps", "3"] + EngineRuns.tiny)
            func commands(_ place: String) -> [[String]] {
                [
                    ["generate", run, "--masks", data, "--count", "5", "--device", "cpu", "--out"],
                    ["segment", run, data, "--checkpoint", "latest", "--device", "cpu", "--out"],
                ].map { $0 + [folder.path(place + $0[0])] }
            }
            for command in commands("alone-") { try EngineRuns.succeeding(command) }
            for command in commands("shared-") {
                #expect(try Ranks(2, folder) { _ in command }.end().map(\.code) == [0, 0], "\(command)")
            }
            for place in ["generate/images", "generate/masks", "segment"] {
                let (alone, shared) = (folder.path("alone-" + place), folder.path("shared-" + place))
                let names = try FileManager.default.contentsOfDirectory(atPath: alone)
                #expect(names.count == (place == "segment" ? 6 : 5))
                #expect(try Set(FileManager.default.contentsOfDirectory(atPath: shared)) == Set(names))
                for name in names {
                    let made = try EngineRuns.bytes(shared + "/" + name)
                    #expect(try made == EngineRuns.bytes(alone + "/" + name), "\(name)")
                }
            }
            func samples(_ place: String) throws -> [Sample] {
                try SampleSet.open(folder.path(place)).samples().map { sample in
                    var sample = sample
                    sample.created = .distantPast
                    return sample
                }
            }
            #expect(try samples("shared-generate") == samples("alone-generate"))
        }

        @Test func aWrongEnvironmentIsRefused() throws {
            func refusal(_ variables: [String], _ options: [String] = []) throws -> Programs.Answer {
                guard let programs = Programs.folder else { throw Programs.NotBuilt() }
                return try Programs.run("/usr/bin/env", variables + [programs + "/petri"] + words("none", options))
            }
            let rank = try refusal(["WORLD_SIZE=2", "RANK=2", "MASTER_ADDR=127.0.0.1", "MASTER_PORT=29500"])
            #expect(rank.code == 65)
            #expect(rank.errors == "petri: RANK: is \"2\" in the environment, not a whole number from 0 to 1\n")
            let batch = try refusal(["WORLD_SIZE=3", "RANK=0", "MASTER_ADDR=127.0.0.1", "MASTER_PORT=29500"])
            #expect(batch.code == 64 && batch.errors.contains("--batch 4 is no multiple of the 3 processes"))
            #expect(!FileManager.default.fileExists(atPath: folder.path("none")))
        }
    }
}
