import Foundation
import GRDB
import Imaging
import TestSupport
import Testing

@testable import Runs

@Suite("Sample sets")
struct SampleSetTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func sample(_ name: String, seed: UInt64 = 1, scores: [String: Double] = [:]) -> Sample {
        Sample(
            name: name, run: "/runs/a", checkpoint: "best", seed: seed, style: [0.1, -2.5, 3e-8], maskSource: "m.png",
            width: 256, height: 128, created: Date(timeIntervalSince1970: 1_700_000_000.25), scores: scores)
    }

    @Test func samplesReadBackInOrderAfterReopening() throws {
        let path = folder.path("new/set")
        let samples = [
            sample("b.png", seed: .max, scores: ["alignment": 0.5, "distance": 2]), sample("a.png", seed: 0),
            sample("ü '\".png"),
        ]
        do {
            let set = try SampleSet.create(path)
            #expect(try set.samples() == [])
            try set.add(Array(samples[..<2]))
            try set.add(Array(samples[2...]))
            #expect(set.imagePath(of: samples[0]) == path + "/images/b.png")
            #expect(set.maskPath(of: samples[0]) == path + "/masks/b.png")
        }
        #expect(try SampleSet.open(path).samples() == samples)
    }

    @Test func scoresThatAreNotNumbersAreLeftOut() throws {
        let set = try SampleSet.create(folder.path("set"))
        try set.add([sample("a", scores: ["x": .nan, "y": .infinity, "z": 1])])
        #expect(try set.samples().first?.scores == ["z": 1])
    }

    @Test func aBatchGoesInWholeOrNotAtAll() throws {
        let set = try SampleSet.create(folder.path("set"))
        try set.add([sample("a")])
        expectFault("UNIQUE") { try set.add([sample("b"), sample("a")]) }
        expectFault("no plain file name") { try set.add([sample("c"), sample("../a")]) }
        #expect(try set.samples().map(\.name) == ["a"])
    }

    @Test func theTablesAreThoseThatOtherToolsAreToldOf() throws {
        let set = try SampleSet.create(folder.path("set"))
        try set.add([sample("a", seed: .max, scores: ["s": 0.25])])
        try DatabaseQueue(path: folder.path("set/samples.sqlite")).read { database in
            #expect(try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal")
            let row = try #require(
                try Row.fetchOne(database, sql: "SELECT * FROM sample JOIN score ON score.sampleID = sample.id"))
            #expect(row["seed"] as Int64 == -1)
            #expect(
                row["style"] as String == "[0.1,-2.5,3e-08]" || row["style"] as String == "[0.1,-2.5,2.9999999e-08]")
            #expect(row["value"] as Double == 0.25)
            #expect(row["created"] as Double == 1_700_000_000.25)
        }
    }

    @Test func whatIsNoSampleSetIsSaidToBeNone() throws {
        expectFault("no samples.sqlite") { _ = try SampleSet.open(folder.url.path) }
        try Data().write(to: URL(fileURLWithPath: folder.path("file")))
        expectFault("is a file") { _ = try SampleSet.create(folder.path("file")) }
        expectFault("not empty") { _ = try SampleSet.create(folder.url.path) }
        expectFault("cannot be made") { _ = try SampleSet.create(folder.path("file/set")) }
    }

    @Test(arguments: [
        ("UPDATE sample SET style = 'x'", "makes no sense"), ("UPDATE sample SET style = '{}'", "makes no sense"),
        ("DROP TABLE score", "no such table"), ("UPDATE sample SET name = '../../x'", "no plain file name"),
        ("ALTER TABLE sample DROP COLUMN width", "makes no sense"),
        ("INSERT INTO grdb_migrations VALUES ('9')", "newer Petri"),
        ("DROP TABLE score; DROP TABLE sample", "no such table"),
        (
            "PRAGMA foreign_keys = OFF; CREATE TABLE t AS SELECT id, name, run, checkpoint, NULL AS seed, style, maskSource, "
                + "width, height, created FROM sample; DROP TABLE sample; ALTER TABLE t RENAME TO sample",
            "makes no sense"
        ),
    ])
    func aDatabaseThatOthersSpoiltIsAnError(sql: String, fault: String) throws {
        do { try SampleSet.create(folder.path("set")).add([sample("a")]) }
        do {
            var configuration = Configuration()
            configuration.foreignKeysEnabled = false
            try DatabaseQueue(path: folder.path("set/samples.sqlite"), configuration: configuration).write {
                try $0.execute(sql: sql)
            }
        }
        expectFault(fault) { _ = try SampleSet.open(folder.path("set")).samples() }
    }

    @Test func damagedBytesNeverCrash() throws {
        do { try SampleSet.create(folder.path("set")).add((0..<20).map { sample("\($0)", scores: ["s": 1]) }) }
        let path = folder.path("set/samples.sqlite")
        let good = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        for number in 0..<150 {
            var bad = good
            for place in stride(from: number * 37 % 97, to: bad.count, by: 97 + number * 13) { bad[place] ^= 0x55 }
            if number.isMultiple(of: 3) { bad.removeLast(number * 91 % bad.count) }
            for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            try Data(bad).write(to: URL(fileURLWithPath: path))
            do { _ = try SampleSet.open(folder.path("set")).samples() } catch is InputError {}
        }
        try Data(repeating: 65, count: 9000).write(to: URL(fileURLWithPath: path))
        expectFault("not a database") { _ = try SampleSet.open(folder.path("set")) }
    }
}
