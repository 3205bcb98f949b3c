import Foundation
import Imaging
import TestSupport
import Testing

@testable import Runs

@Suite("Run status")
struct RunStatusTests {
    static let beat = Date(timeIntervalSince1970: 1_700_000_000)

    @Test func everyFieldReadsBackAndNaNDoesNoHarm() throws {
        let folder = try TemporaryFolder()
        let run = try RunDirectory.create(folder.path("run"))
        for state in RunStatus.State.allCases {
            let status = RunStatus(
                state: state, step: 7, totalSteps: 9, epoch: 2, rate: 0.5, eta: .infinity, heartbeat: Self.beat,
                pid: 12,
                host: "h", lastError: "line\n\"quoted\"", bestScore: 0.75, bestStep: 6)
            try run.write(status)
            #expect(try run.status() == status)
        }
        try run.write(RunStatus(state: .running, rate: .nan))
        #expect(try run.status().rate?.isNaN == true)
        #expect(!FileManager.default.fileExists(atPath: run.path + "/partial"))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: run.path).sorted()
                == ["checkpoints", "control", "previews", "status.json"])
    }

    @Test(arguments: [
        ("", "is damaged: it is not JSON"), ("{\"state\": \"running\", \"st", "is damaged: it is not JSON"),
        ("{\"state\": \"dancing\"}", "is damaged: state makes no sense"), ("{\"state\": 3}", "state is not of type"),
        ("{\"state\": \"running\", \"step\": 1e99}", "is damaged"), ("{\"state\": \"running\"}", "is damaged: no "),
    ])
    func aDamagedStatusIsAnErrorThatSaysWhatIsWrong(text: String, fault: String) throws {
        let folder = try TemporaryFolder()
        let run = try RunDirectory.create(folder.path("run"))
        try Data(text.utf8).write(to: URL(fileURLWithPath: run.statusPath))
        expectFault(fault) { _ = try run.status() }
        expectFault("status.json: ") { _ = try run.status() }
    }

    @Test func anAbsentStatusAndOneThatIsNoFileAreErrors() throws {
        let folder = try TemporaryFolder()
        let run = try RunDirectory.create(folder.path("run"))
        expectFault("No such file") { _ = try run.status() }
        #expect(mkfifo(run.statusPath, 0o600) == 0)
        expectFault("is not a file") { _ = try run.status() }
    }

    @Test func damagedBytesNeverCrash() throws {
        let folder = try TemporaryFolder()
        let run = try RunDirectory.create(folder.path("run"))
        try run.write(RunStatus(state: .running, step: 5, rate: 1.5, heartbeat: Self.beat))
        let good = [UInt8](try Data(contentsOf: URL(fileURLWithPath: run.statusPath)))
        for place in good.indices {
            var bad = good
            bad[place] ^= UInt8(1 << (place % 8))
            try Data(place.isMultiple(of: 2) ? bad : Array(good[..<place])).write(
                to: URL(fileURLWithPath: run.statusPath))
            do { _ = try run.status() } catch is InputError {}
        }
    }

    @Test(arguments: [
        // State, seconds since the heartbeat, whether here, whether the process exists, lost?
        (RunStatus.State.running, 5.0, true, true, false), (.running, 5, true, false, true),
        (.running, 300, true, true, false), (.running, 700, true, true, true), (.running, 30, false, false, false),
        (.paused, 90, false, true, true), (.stopping, 90, false, true, true), (.starting, 5, true, false, true),
        (.finished, 9e9, true, false, false), (.queued, 5, true, false, true), (.queued, 5, true, true, false),
        (.interrupted, 90, false, false, false),
    ])
    func aRunIsLostWhenItsEngineIs(
        state: RunStatus.State, silence: Double, isHere: Bool, exists: Bool, isLost: Bool
    ) {
        let status = RunStatus(state: state, heartbeat: Self.beat, pid: 12, host: "here")
        let now = Self.beat.addingTimeInterval(silence)
        #expect(status.isLost(now: now, host: isHere ? "here" : "there", exists: { $0 == 12 && exists }) == isLost)
    }

    @Test func processesAreSeen() {
        #expect(RunStatus.processExists(getpid()))
        #expect(RunStatus.processExists(1))
        #expect(!RunStatus.processExists(0))
        #expect(!RunStatus.processExists(-1))
        #expect(!RunStatus.processExists(.max))
    }

    @Test func aReaderSeesTheOldStatusOrTheNewOneAndNeverAPart() async throws {
        let folder = try TemporaryFolder()
        let run = try RunDirectory.create(folder.path("run"))
        try run.write(RunStatus(state: .running, step: 0, lastError: ""))
        let writer = BackgroundWriter {
            for step in 1...150 {
                try run.write(
                    RunStatus(
                        state: .running, step: step, lastError: String(repeating: "x", count: step * 797 % 20_000)))
            }
        }
        var last = 0
        var ended = false
        while last < 150 && !ended {
            ended = writer.hasEnded()
            let status = try run.status()
            #expect(status.step >= last)
            #expect(status.lastError?.count == status.step * 797 % 20_000)
            last = status.step
        }
        try writer.finish()
        #expect(last == 150)
    }

    @Test func aFailedReplacementLeavesTheOldFile() throws {
        struct Broken: Error {}
        let folder = try TemporaryFolder()
        try AtomicFile.write(to: folder.path("f"), synced: true) { write in
            try Array("old".utf8).withUnsafeBytes { try write($0) }
        }
        #expect(throws: Broken.self) {
            try AtomicFile.write(to: folder.path("f"), synced: true) { write in
                try Array("new".utf8).withUnsafeBytes { try write($0) }
                throw Broken()
            }
        }
        #expect(try String(contentsOfFile: folder.path("f"), encoding: .utf8) == "old")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["f"])
        try FileManager.default.createDirectory(atPath: folder.path("d/e"), withIntermediateDirectories: true)
        expectFault("cannot be written") { try AtomicFile.write(to: folder.path("d"), synced: true) { _ in } }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == ["d", "f"])
        expectFault("No such file") { try AtomicFile.write(to: folder.path("no/f"), synced: true) { _ in } }
    }
}
