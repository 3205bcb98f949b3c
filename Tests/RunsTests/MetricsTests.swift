import Foundation
import Imaging
import TestSupport
import Testing

@testable import Runs

@Suite("Metrics")
struct MetricsTests {
    let folder: TemporaryFolder
    var path: String { folder.path("metrics.jsonl") }

    init() throws { folder = try TemporaryFolder() }

    func text() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test func linesAreFlatJSONInTheGivenOrder() throws {
        let log = try MetricsLog(path)
        try log.append(step: 1, [("loss", 0.5), ("f1", .nan), ("rate", Double(Float(0.1)))])
        try log.append(
            step: 2, [("loss", -.infinity), ("a\"b\\c\n", 0.1), ("tiny", .leastNonzeroMagnitude), ("huge", 1e300)])
        try log.append(step: 3, [])
        #expect(
            try text() == """
                {"step":1,"loss":0.5,"f1":null,"rate":0.1}
                {"step":2,"loss":null,"a_b_c_":0.1,"tiny":5e-324,"huge":1e+300}
                {"step":3}

                """)
        for line in try text().split(separator: "\n") {
            #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: Any])
        }
    }

    @Test func whatIsNoStepMakesNoLine() throws {
        // The first that a double holds and an integer of 64 bits does not take without rounding is beyond 2^53.
        let steps = ["-1", "0.5", "1e300", "9007199254740994", "-9e18", "9e18", "9007199254740992", "3"]
        for step in steps {
            try "{\"step\":1,\"loss\":1}\n{\"step\":\(step),\"loss\":2}\n".write(
                toFile: path, atomically: true, encoding: .utf8)
            var found: [Int] = []
            var follower = MetricsFollower(path)
            _ = try follower.read(anew: {}, line: { step, _ in found.append(step) })
            #expect(found == [1] + (steps.suffix(2).contains(step) ? [Int(step) ?? 0] : []), "\(step)")
        }
    }

    /// The lines are what Python's json.dumps writes, among others.
    @Test func linesOfOtherWritersRead() throws {
        let lines = [
            #"{"step": 0, "loss": 1.2345678901234567, "lr": 1e-05}"#, #"{"loss": -0.0, "step": 10}"#,
            #"  { "step" : 2E1 , "lr" : -1.5E+3 , "none" : null }  "#,
            #"{"step":30,"loss":123456789012345678901234567890}"#,
            #"{"step":40,"loss":0.000000000000000000000000000001234}"#, #"{"step":50,"größe":1e-400,"lr":1e400}"#,
        ]
        try Data(lines.joined(separator: "\n").appending("\n").utf8).write(to: URL(fileURLWithPath: path))
        var reader = MetricsReader(path)
        #expect(try reader.refresh())
        #expect(reader.damagedLines == 0)
        #expect(reader.names == ["loss", "lr", "none", "größe"])
        #expect(reader["loss"]?.steps == [0, 10, 30, 40])
        #expect(
            reader["loss"]?.values == [1.2345678901234567, -0.0, 123_456_789_012_345_677_877_719_597_056, 1.234e-30])
        #expect(reader["loss"]?.values[1].sign == .minus)
        #expect(reader["lr"]?.steps == [0, 20, 50])
        #expect(reader["lr"]?.values == [1e-05, -1500, .infinity])
        #expect(reader["none"]?.values.first?.isNaN == true)
        #expect(reader["größe"]?.values == [0])
        #expect(reader["step"] == nil)
        #expect(reader.curves.count == 4)
    }

    @Test func anyNumberReadsAsTheStandardLibraryReadsIt() throws {
        var state: UInt64 = 7
        let texts = (0..<3000).map { index -> String in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Double(bitPattern: state)
            if index.isMultiple(of: 3), value.isFinite { return "\(value)" }
            let digits = String(state >> 20).prefix(1 + index % 13)
            return index.isMultiple(of: 2) ? "-0.\(digits)e\(index % 40 - 20)" : "\(digits).\(digits)"
        }
        let lines = texts.enumerated().map { "{\"step\":\($0.offset),\"x\":\($0.element)}\n" }
        try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: path))
        var reader = MetricsReader(path)
        _ = try reader.refresh()
        #expect(reader["x"]?.values == texts.map { Double($0) ?? .nan })
    }

    @Test(arguments: [
        "", "nonsense", "{}", "{\"loss\":1}", "{\"step\":1.5}", "{\"step\":null}", "{\"step\":1e300}", "{\"step\":1",
        "{\"step\":1}}", "{\"step\":1,}", "{\"step\":1,\"a\":}", "{\"step\":1,\"a\":\"b\"}", "{\"step\":1,\"a\":[1]}",
        "{\"step\":1,\"a\":true}", "{\"step\":1,\"a\":nul}", "{\"step\":1,\"a\":- 1}", "{\"step\":1,\"a\":.5}",
        "{\"step\":1,\"a\":1.}", "{\"step\":1,\"a\":1e}", "{\"step\":1,\"a\":0x1}", "{\"step\":1,\"step\":1}",
        "\u{0}\u{0}",
        "{\"step\":1 \"a\":2}", "{\"step\":1,\"a\\n\":2}", "[1]",
    ])
    func aLineThatMakesNoSenseIsPassedOverWhole(line: String) throws {
        try Data("{\"step\":0,\"a\":1}\n\(line)\n{\"step\":2,\"a\":3}\n".utf8).write(to: URL(fileURLWithPath: path))
        var reader = MetricsReader(path)
        _ = try reader.refresh()
        #expect(reader["a"]?.steps == [0, 2])
        #expect(reader.damagedLines == 1)
    }

    @Test func aTornLastLineIsNotYet() throws {
        let whole = "{\"step\":1,\"a\":10}\n"
        let next = "{\"step\":2,\"a\":20}\n"
        for cut in 0..<next.count {
            try Data((whole + next.prefix(cut)).utf8).write(to: URL(fileURLWithPath: path))
            var reader = MetricsReader(path)
            #expect(try reader.refresh())
            #expect(reader["a"]?.values == [10])
            #expect(reader.damagedLines == 0)
            #expect(try !reader.refresh())
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(next.dropFirst(cut).utf8))
            try handle.close()
            #expect(try reader.refresh())
            #expect(reader["a"]?.values == [10, 20])
        }
    }

    @Test func aWriterCutsOffWhatAKilledOneLeft() throws {
        try Data("{\"step\":1,\"a\":1}\n{\"step\":2,\"a".utf8).write(to: URL(fileURLWithPath: path))
        try MetricsLog(path).append(step: 2, [("a", 2)])
        #expect(
            try text() == "{\"step\":1,\"a\":1}\n{\"step\":2,\"a\":2.0}\n")
    }

    @Test func truncationDropsLaterStepsAndAReaderBeginsAnew() throws {
        let log = try MetricsLog(path)
        for step in 0..<100 { try log.append(step: step, [("a", Double(step))]) }
        var reader = MetricsReader(path)
        _ = try reader.refresh()
        try MetricsLog.truncate(path, afterStep: 41)
        let again = try MetricsLog(path)
        for step in 42..<200 { try again.append(step: step, [("a", Double(-step))]) }
        #expect(try reader.refresh())
        #expect(reader["a"]?.steps == Array(0..<200))
        #expect(reader["a"]?.values == (0..<200).map { Double($0 < 42 ? $0 : -$0) })
        try MetricsLog.truncate(path, afterStep: -1)
        #expect(try reader.refresh())
        #expect(reader["a"] == nil)
        try MetricsLog.truncate(folder.path("absent"), afterStep: 3)
        #expect(!FileManager.default.fileExists(atPath: folder.path("absent")))
    }

    @Test func anEndlessLineIsPassedOver() throws {
        let long = "{\"step\":1,\"" + String(repeating: "x", count: MetricsLines.pieceLength * 2 + 5) + "\":1}\n"
        try Data(("{\"step\":0,\"a\":1}\n" + long + "{\"step\":2,\"a\":3}\n" + long.dropLast()).utf8).write(
            to: URL(fileURLWithPath: path))
        var reader = MetricsReader(path)
        _ = try reader.refresh()
        #expect(reader["a"]?.steps == [0, 2])
        #expect(try !reader.refresh())
        #expect(reader.names == ["a"])
    }

    @Test func aMillionNamesDoNotFillTheMemory() throws {
        let lines = (0..<2000).map { "{\"step\":\($0),\"name\($0)\":1}\n" }
        try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: path))
        var reader = MetricsReader(path)
        _ = try reader.refresh()
        #expect(reader.names.count == MetricsScanner.maximumNames)
        #expect(reader.damagedLines == 0)
    }

    @Test func aReaderBesideTheWriterSeesEveryLineOnceAndNoneInPart() async throws {
        let count = 5000
        let path = path
        let writer = BackgroundWriter {
            let log = try MetricsLog(path)
            for step in 0..<count { try log.append(step: step, [("a", Double(step) / 7), ("b", Double(step * 3))]) }
        }
        var reader = MetricsReader(path)
        var ended = false
        while !ended {
            ended = writer.hasEnded()
            _ = try reader.refresh()
        }
        try writer.finish()
        #expect(reader.damagedLines == 0)
        #expect(reader["b"]?.steps == Array(0..<count))
        #expect(reader["b"]?.values == (0..<count).map { Double($0 * 3) })
        #expect(reader["a"]?.values == (0..<count).map { Double($0) / 7 })
    }
}
