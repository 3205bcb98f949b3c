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

        /// A learning rate at which rounding does not grow: Adam makes a whole step of every gradient, however small.
        private static let options =
            ["--segmenter", "unet", "--batch-statistics", "synchronised", "--lr", "1e-5", "--validate-every", "1000"]
            + EngineRuns.tiny + ["--batch", "4"]

        private func words(_ run: String, _ options: [String]) -> [String] {
            ["train", data, "--run", folder.path(run)] + Self.options + options
        }

        /// How far two runs are from one another.
        private struct Difference {
            /// The largest difference of weights and running statistics.
            var weights = 0.0
            /// That of the means of gradients, as a part of the largest of a parameter.
            var gradients = 0.0
            /// That of the losses of step 10.
            var losses = 0.0
        }

        private func tensors(_ run: String) throws -> [String: [Double]] {
            let file = try TensorFile.open(folder.path(run) + "/checkpoints/latest.safetensors")
            let read = try file.tensors.map { stored in
                (stored.name, try Tensor(file, named: stored.name, shape: stored.shape).array(of: Double.self))
            }
            return Dictionary(uniqueKeysWithValues: read)
        }

        private func losses(_ run: String) throws -> [String: Double] {
            var reader = MetricsReader(folder.path(run) + "/metrics.jsonl")
            _ = try reader.refresh()
            let machine: Set = ["stepsPerSecond", "seconds", "memory"]
            return reader.curves.filter { !machine.contains($0.key) }.compactMapValues(\.values.last)
        }

        private func difference(_ first: String, _ second: String) throws -> Difference {
            var difference = Difference()
            let (one, other) = (try tensors(first), try tensors(second))
            try #require(one.keys == other.keys)
            for (name, values) in one {
                let largest = zip(values, try #require(other[name])).map { abs($0 - $1) }.max() ?? 0
                if name.hasSuffix(".first") {
                    let scale = max(values.map(abs).max() ?? 0, 1e-2)
                    difference.gradients = max(difference.gradients, largest / scale)
                } else if !name.hasSuffix("conv1.bias"), !name.hasSuffix("conv2.bias"), !name.hasSuffix(".second") {
                    // Batch normalisation takes those biases away again: their gradients are nothing but rounding.
                    difference.weights = max(difference.weights, largest)
                }
            }
            let (early, late) = (try losses(first), try losses(second))
            try #require(early.keys == late.keys)
            difference.losses = early.map { abs($1 - (late[$0] ?? .infinity)) }.max() ?? 0
            return difference
        }

        /// Trains as one process and as two, and compares.
        private func compare(_ options: [String]) throws -> Difference {
            let (one, two) = ("one-\(UUID().uuidString)", "two-\(UUID().uuidString)")
            try EngineRuns.succeeding(words(one, options))
            let ends = try Ranks(2, folder) { _ in words(two, options) }.end()
            try #require(ends.map(\.code) == [0, 0], "\(ends)")
            return try difference(one, two)
        }

        @Test func theGradientsOfTwoProcessesAreThoseOfOne() throws {
            #expect(try compare(["--conventional", "--steps", "1"]).gradients < 1e-3)
            let weighted = ["--conventional", "--steps", "1", "--classes", "3", "--contact-weight", "100"]
            #expect(try compare(weighted).gradients < 1e-3)
            // There is something to weigh.
            try EngineRuns.succeeding(words("weighted", weighted))
            try EngineRuns.succeeding(words("even", weighted.dropLast() + ["1"]))
            #expect(try difference("weighted", "even").gradients > 0.1)
            // The statistics of halves are others.
            let local = ["--conventional", "--steps", "1", "--batch-statistics", "local"]
            #expect(try compare(local).gradients > 0.1)
        }

        /// The published CycleGAN draws noise, styles and changes of images beside the crops.
        @Test(arguments: [["--conventional"], ["--published", "--p-diff", "1"]])
        func twoProcessesLearnWhatOneDoes(method: [String]) throws {
            let same = try compare(method + ["--steps", "10"])
            // Losses are sums of some 20; BLAS's kernels for AVX-512 round otherwise where a batch is halved.
            #expect(same.weights < 1e-4 && same.losses < 5e-4 && same.gradients < 0.2, "\(same)")
        }

        @Test func otherCropsTeachOtherThings() throws {
            try EngineRuns.succeeding(words("one", ["--conventional", "--steps", "10"]))
            try EngineRuns.succeeding(words("other", ["--conventional", "--steps", "10", "--batch", "2"]))
            let apart = try difference("one", "other")
            #expect(apart.weights > 1e-3 && apart.losses > 1e-3 && apart.gradients > 0.5, "\(apart)")
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

        /// Each trains its cells of the same experiment; what a process leaves that is gone, process 0 does.
        @Test(arguments: [false, true]) func anExperimentIsSharedOut(isKilled: Bool) throws {
            let test = folder.path("test")
            try EngineRuns.dataSet(3, at: test, width: 64)
            func words(_ out: String) -> [String] {
                ["experiment", data, "--test", test, "--train", "3", "--seeds", "2", "--steps", "10", "--arms"]
                    + ["conventional,recombined", "--out", folder.path(out), "--"] + EngineRuns.tiny
            }
            try EngineRuns.succeeding(words("alone"))
            let ranks = try Ranks(2, folder) { _ in words("shared") }
            if isKilled { EngineRuns.send(SIGKILL, to: ranks.processes[1]) }
            #expect(ranks.end().map(\.code) == [0, isKilled ? SIGKILL : 0])
            func report(_ out: String) throws -> ExperimentReport {
                try #require(try ExperimentFolder(folder.path(out)).report())
            }
            let (alone, shared) = (try report("alone"), try report("shared"))
            #expect(shared.cells.count == 4 && shared.failures.isEmpty)
            #expect(shared.cells.map(\.cell) == alone.cells.map(\.cell))
            #expect(shared.cells.map(\.measures) == alone.cells.map(\.measures))
            let said = try ranks.errors.map { try String(contentsOfFile: $0, encoding: .utf8) }
            for (number, rank) in [(1, 0), (2, 1), (3, 0), (4, 1)] {
                #expect(said[isKilled ? 0 : rank].contains("\(number)/4 "), "\(said)")
                if !isKilled { #expect(!said[1 - rank].contains("\(number)/4 "), "\(said)") }
            }
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
