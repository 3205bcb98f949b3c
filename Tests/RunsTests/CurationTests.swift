import Foundation
import GRDB
import Imaging
import TestSupport
import Testing

@testable import Runs

/// A set of samples "0.png", "1.png"..., with these scores each.
func curationSet(_ path: String, count: Int, scores: (Int) -> [String: Double] = { _ in [:] }) throws -> SampleSet {
    let set = try SampleSet.create(path)
    try set.add(
        (0..<count).map { index in
            Sample(
                name: "\(index).png", run: "/runs/a", checkpoint: "best", seed: UInt64(index), style: [0.5],
                maskSource: "m\(index).png", width: 64, height: 64, scores: scores(index))
        })
    return set
}

@Suite("Curation")
struct CurationTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func decisions(_ set: SampleSet) throws -> String {
        try set.curated().map { String($0.verdict.decision.rawValue.prefix(1)) }.joined()
    }

    @Test func whatIsSaidOfSamplesIsThereAfterReopening() throws {
        let path = folder.path("set")
        do {
            let set = try curationSet(path, count: 3)
            #expect(try set.curated().map(\.verdict) == [.none, .none, .none])
            _ = try set.curate(.decide(.accepted), ["0.png", "2.png"])
            _ = try set.curate(.star(4), ["2.png"])
            _ = try set.curate(.tag(adding: ["round", "dense"], removing: []), ["2.png"])
            _ = try set.curate(.tag(adding: ["new"], removing: ["dense"]), ["2.png"])
            _ = try set.curate(.note("keep: \"ü\"\n"), ["2.png"])
        }
        let samples = try SampleSet.open(path).curated()
        #expect(samples.map(\.verdict.decision) == [.accepted, .undecided, .accepted])
        #expect(
            samples[2].verdict
                == Verdict(decision: .accepted, stars: 4, tags: ["new", "round"], note: "keep: \"ü\"\n"))
        let tally = CurationTally(samples)
        #expect((tally.undecided, tally.accepted, tally.rejected, tally.total) == (1, 2, 0, 3))
    }

    @Test func aBulkActionIsUndoneAsOneAlsoAfterReopening() throws {
        let path = folder.path("set")
        do {
            let set = try curationSet(path, count: 4)
            _ = try set.curate(.decide(.accepted), ["1.png"])
            let bulk = try #require(try set.curate(.decide(.rejected), ["0.png", "1.png", "3.png"], by: "ann@lab"))
            #expect(bulk.what == "reject 3 samples")
            #expect(bulk.changes["1.png"]?.before.decision == .accepted)
            #expect(try decisions(set) == "rrur")
        }
        do {
            let set = try SampleSet.open(path)
            let undone = try #require(try set.undo())
            #expect((undone.kind, undone.what, undone.changes.count) == (.undo, "reject 3 samples", 3))
            #expect(try decisions(set) == "uauu")
        }
        do {
            let set = try SampleSet.open(path)
            #expect(try set.redo()?.what == "reject 3 samples")
            #expect(try decisions(set) == "rrur")
            #expect(try set.redo() == nil)
        }
        let set = try SampleSet.open(path)
        #expect(try set.undo()?.what == "reject 3 samples")
        #expect(try set.undo()?.what == "accept 1 sample")
        #expect(try set.undo() == nil)
        #expect(try decisions(set) == "uuuu")
        #expect(try [set.redo()?.what, set.redo()?.what] == ["accept 1 sample", "reject 3 samples"])
        #expect(try decisions(set) == "rrur")
    }

    @Test func afterSomethingElseWasDoneWhatWasUndoneIsNotRedone() throws {
        let set = try curationSet(folder.path("set"), count: 2)
        _ = try set.curate(.decide(.accepted), ["0.png"])
        _ = try set.undo()
        _ = try set.curate(.decide(.rejected), ["1.png"])
        #expect(try set.redo() == nil)
        #expect(try set.undo()?.what == "reject 1 sample")
        #expect(try set.undo() == nil)
        #expect(try decisions(set) == "uu")
    }

    @Test func theHistorySaysWhoDidWhatWhen() throws {
        let set = try curationSet(folder.path("set"), count: 2)
        let date = Date(timeIntervalSince1970: 1_750_000_000.5)
        _ = try set.curate(.star(2), ["0.png", "1.png"], by: "ann@lab", at: date)
        _ = try set.undo(by: "bob@desk", at: date + 1)
        let history = try set.history()
        #expect(history.map(\.kind) == [.undo, .edit])
        #expect(history.map(\.who) == ["bob@desk", "ann@lab"])
        #expect(history.map(\.date) == [date + 1, date])
        #expect(history.map(\.what) == ["give 2 samples 2 stars", "give 2 samples 2 stars"])
        #expect(history[0].changes["1.png"] == .init(before: Verdict(stars: 2), after: Verdict()))
        #expect(history[1].changes["0.png"] == .init(before: Verdict(), after: Verdict(stars: 2)))
    }

    @Test func whatChangesNothingIsNoAction() throws {
        let set = try curationSet(folder.path("set"), count: 2)
        _ = try set.curate(.decide(.accepted), ["0.png"])
        #expect(try set.curate(.decide(.accepted), ["0.png"]) == nil)
        #expect(try set.curate(.tag(adding: [], removing: ["x"]), ["0.png"]) == nil)
        #expect(try set.curate(.decide(.accepted), ["0.png", "1.png"])?.what == "accept 1 sample")
        #expect(try set.history().count == 2)
    }

    @Test func anEditThatCannotBeWholeChangesNothing() throws {
        let set = try curationSet(folder.path("set"), count: 1)
        expectFault("no sample named \"9.png\"") { _ = try set.curate(.decide(.accepted), ["0.png", "9.png"]) }
        expectFault("0 to 5") { _ = try set.curate(.star(6), ["0.png"]) }
        expectFault("blank") { _ = try set.curate(.tag(adding: ["a b"], removing: []), ["0.png"]) }
        expectFault("no tag") { _ = try set.curate(.tag(adding: [], removing: []), ["0.png"]) }
        expectFault("same tag") { _ = try set.curate(.tags("a -a"), ["0.png"]) }
        expectFault("longer") { _ = try set.curate(.note(String(repeating: "x", count: 10_001)), ["0.png"]) }
        #expect(try set.history().isEmpty)
    }

    @Test func typedTagsAreAddedOrRemoved() {
        #expect(CurationEdit.tags(" good, round -bad") == .tag(adding: ["good", "round"], removing: ["bad"]))
    }

    // MARK: - Durability

    @Test func aCommitIsSyncedToTheDisk() throws {
        let set = try curationSet(folder.path("set"), count: 1)
        // 2 is FULL: https://www.sqlite.org/pragma.html#pragma_synchronous
        #expect(try set.database.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
        #expect(try set.database.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
    }

    @Test func twoWhoCurateAtOnceDoNoHarm() throws {
        let path = folder.path("set")
        _ = try curationSet(path, count: 60)
        let failures = Failures()
        DispatchQueue.concurrentPerform(iterations: 4) { worker in
            do {
                let set = try SampleSet.open(path)
                for index in stride(from: worker, to: 60, by: 4) {
                    _ = try set.curate(.decide(index.isMultiple(of: 3) ? .rejected : .accepted), ["\(index).png"])
                }
            } catch { failures.add("\(error)") }
        }
        #expect(failures.all == [])
        let set = try SampleSet.open(path)
        #expect(try decisions(set) == (0..<60).map { $0.isMultiple(of: 3) ? "r" : "a" }.joined())
        #expect(try set.history().count == 60)
    }

    @Test func whatAnotherChangedIsSeen() throws {
        let path = folder.path("set")
        let (mine, others) = (try curationSet(path, count: 2), try SampleSet.open(path))
        let version = try mine.foreignVersion()
        _ = try mine.curate(.decide(.accepted), ["0.png"])
        #expect(try mine.foreignVersion() == version)
        _ = try others.curate(.decide(.rejected), ["1.png"])
        #expect(try mine.foreignVersion() != version)
        #expect(try decisions(mine) == "ar")
        // The last thing done is undone, whoever did it.
        #expect(try mine.undo()?.what == "reject 1 sample")
        #expect(try decisions(others) == "au")
    }

    @Test func aLongTransactionOfAnotherIsSaidToBeInTheWay() throws {
        let path = folder.path("set")
        let set = try curationSet(path, count: 1)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: path + "/samples.sqlite", configuration: configuration)
        try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
        expectFault("written by another program") { _ = try set.curate(.decide(.accepted), ["0.png"]) }
        try other.inDatabase { try $0.execute(sql: "ROLLBACK") }
        #expect(try set.curate(.decide(.accepted), ["0.png"]) != nil)
    }

    @Test func aFullDiskLosesNothingThatWasSaid() throws {
        guard let disk = try SmallDisk(folder.path("disk"), megabytes: 2) else { return }
        let set = try curationSet(disk.path + "/set", count: 40)
        _ = try set.curate(.decide(.accepted), ["0.png"])
        try disk.fill()
        var said: [String] = []
        expectFault("disk is full") {
            for index in 1..<40 {
                _ = try set.curate(.note(String(repeating: "x", count: 9000)), ["\(index).png"])
                said.append("\(index).png")
            }
        }
        func notes(_ set: SampleSet) throws -> [String] {
            try set.curated().filter { !$0.verdict.note.isEmpty }.map(\.sample.name)
        }
        #expect(try notes(set) == said)
        #expect(try notes(SampleSet.open(disk.path + "/set")) == said)
        try disk.empty()
        _ = try set.curate(.decide(.accepted), ["39.png"])
        let again = try SampleSet.open(disk.path + "/set")
        #expect(try again.verdicts().filter { $0.value.decision == .accepted }.keys.sorted() == ["0.png", "39.png"])
        #expect(try notes(again) == said)
    }

    @Test func aSetThatMayOnlyBeReadSaysSo() throws {
        guard let disk = try SmallDisk(folder.path("disk"), megabytes: 2) else { return }
        do { _ = try curationSet(disk.path + "/set", count: 1) }
        try disk.forbidWriting()
        expectFault("check the permissions") {
            _ = try SampleSet.open(disk.path + "/set").curate(.decide(.accepted), ["0.png"])
        }
    }

    @Test(arguments: [
        ("UPDATE verdict SET tags = 'x'", "makes no sense"), ("UPDATE verdict SET tags = '{}'", "makes no sense"),
        ("DROP TABLE verdict", "no such table"), ("ALTER TABLE verdict DROP COLUMN note", "makes no sense"),
    ])
    func verdictsThatOthersSpoiltAreAnError(sql: String, fault: String) throws {
        let path = folder.path("set")
        do { _ = try curationSet(path, count: 2).curate(.star(3), ["0.png", "1.png"]) }
        try DatabaseQueue(path: path + "/samples.sqlite").write { try $0.execute(sql: sql) }
        expectFault(fault) { _ = try SampleSet.open(path).curated() }
    }

    @Test func damagedBytesNeverCrashTheCuration() throws {
        let path = folder.path("set")
        do {
            let set = try curationSet(path, count: 20)
            for index in 0..<20 { _ = try set.curate(.decide(.accepted), ["\(index).png"]) }
        }
        let file = path + "/samples.sqlite"
        let good = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
        for number in 0..<60 {
            var bad = good
            for place in stride(from: number * 41 % 89, to: bad.count, by: 89 + number * 17) { bad[place] ^= 0x2A }
            if number.isMultiple(of: 3) { bad.removeLast(number * 97 % bad.count) }
            for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file + suffix) }
            try Data(bad).write(to: URL(fileURLWithPath: file))
            do {
                let set = try SampleSet.open(path)
                _ = try set.curated()
                _ = try set.curate(.decide(.rejected), ["3.png"])
                _ = try set.undo()
                _ = try set.history()
            } catch is InputError {}
        }
    }

    @Test func aSetOfBeforeThereWasCurationIsTakenUp() throws {
        let path = folder.path("set")
        do { _ = try curationSet(path, count: 1) }
        try DatabaseQueue(path: path + "/samples.sqlite").write { database in
            try database.execute(
                sql: "DROP TABLE change; DROP TABLE action; DROP TABLE verdict; "
                    + "DELETE FROM grdb_migrations WHERE identifier = '3'")
        }
        #expect(try decisions(SampleSet.open(path)) == "u")
    }

    @Test func tenThousandSamplesAreQuick() throws {
        let set = try curationSet(folder.path("set"), count: 10_000) { ["alignment": Double($0 % 100) / 100] }
        let names = (0..<10_000).map { "\($0).png" }
        func seconds(_ body: () throws -> Void) rethrows -> Double {
            let start = ContinuousClock.now
            try body()
            return (ContinuousClock.now - start) / .seconds(1)
        }
        let bulk = try seconds { _ = try set.curate(.decide(.accepted), names) }
        let one = try seconds { for name in names.prefix(100) { _ = try set.curate(.star(1), [name]) } } / 100
        var samples: [CuratedSample] = []
        let load = try seconds { samples = try set.curated() }
        let filter = try CurationFilter("alignment<0.5 png", scores: [])
        let arrange = seconds { _ = CurationOrder(.score("alignment")).places(in: samples, filter) }
        print("10000 samples: bulk \(bulk) s, one \(one * 1000) ms, load \(load) s, arrange \(arrange * 1000) ms")
        // Wide bounds: builds without optimisation take several times as long as those that are used.
        #expect(bulk < 10 && one < 0.1 && load < 10 && arrange < 1)
    }
}

/// What went wrong on some threads.
private final class Failures: @unchecked Sendable {
    private let lock = NSLock()
    private var texts: [String] = []
    var all: [String] { lock.withLock { texts } }
    func add(_ text: String) { lock.withLock { texts.append(text) } }
}
