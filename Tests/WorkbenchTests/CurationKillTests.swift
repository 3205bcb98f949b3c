import Foundation
import Imaging
import Runs
import TestSupport
import Testing

@testable import Workbench
@testable import petri

/// The program is killed at random moments while keys decide: whatever decision its screen had shown is in the database.
/// PETRI_KILLS says how often; about 20 times unless told.
@Suite(.serialized)
struct CurationKillTests {
    /// All are on one screen, whose captions then stay where they are.
    static let count = 30
    static let (columns, rows) = (200, 70)

    /// The decisions, and what undoing goes back through: a sample and its decision before.
    struct Standing {
        var decisions: [CurationDecision]
        var done: [(sample: Int, before: CurationDecision)]
    }

    @Test func whatTheScreenShowedSurvivesTheKill() throws {
        let kills = ProcessInfo.processInfo.environment["PETRI_KILLS"].flatMap { Int($0) } ?? 20
        let fixture = try SampleFixture(count: Self.count, size: 32)
        var generator = SeededGenerator(seed: UInt64(kills))
        var standing = Standing(decisions: .init(repeating: .undecided, count: Self.count), done: [])
        var (shown, unshown, without) = (0, 0, 0)
        let start = ContinuousClock.now
        for round in 0..<kills {
            let found = try Self.round(fixture, standing, &generator)
            #expect(found.lost == nil, "round \(round): \(found.lost ?? "")")
            guard let after = found.after else { return }
            standing = after
            shown += found.shown
            unshown += found.unshown
            without += found.shown == 0 ? 1 : 0
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        print(
            String(format: "%d kills in %.0f s: ", kills, seconds)
                + "\(shown) decisions were shown before the kill and none of them lost; \(unshown) more were in the "
                + "database and not yet shown; \(without) kills came before the first was shown")
        #expect(shown > kills)
        // Every row is sound, by SQLite's own word.
        #expect(Self.integrity(fixture.path + "/samples.sqlite") == "ok\n")
        let history = try fixture.set.history(last: 1_000_000)
        #expect(history.count { $0.kind == .edit } - history.count { $0.kind == .undo } == standing.done.count)
    }

    struct Found {
        /// What the screen showed and the database has not.
        var lost: String?
        var shown = 0
        var unshown = 0
        var after: Standing?
    }

    /// Starts the program, types, kills, and compares.
    private static func round(
        _ fixture: SampleFixture, _ before: Standing, _ generator: inout SeededGenerator
    ) throws -> Found {
        let terminal = try PseudoTerminal(
            Programs.petri, [fixture.path], columns: UInt16(columns), rows: UInt16(rows),
            environment: [
                "XDG_STATE_HOME": fixture.home, "XDG_CONFIG_HOME": fixture.home, "XDG_CACHE_HOME": fixture.home,
                "PETRI_HOME": Harness.repository.path,
            ])
        var screen = TerminalScreen(columns: columns, rows: rows)
        var places: [(row: Int, column: Int)] = []
        let end = ContinuousClock.now + .seconds(20)
        while places.count < count, ContinuousClock.now < end {
            screen.write(terminal.output(milliseconds: 5))
            places = captions(screen)
        }
        guard places.count == count else {
            terminal.end()
            return Found(lost: "the samples did not appear:\n\(screen.text)")
        }
        // All that the keys can lead through.
        var standings = [before]
        var seen = before.decisions
        var sawStep = [Int](repeating: 0, count: count)
        func look() {
            for (sample, place) in places.enumerated() {
                guard let decision = decision(screen.cells[place.row][place.column]), decision != seen[sample] else {
                    continue
                }
                seen[sample] = decision
                // The first step, behind those that were seen, that makes it so.
                let step = standings.indices.dropFirst(sawStep[sample] + 1).first { step in
                    standings[step].decisions[sample] == decision
                }
                sawStep[sample] = step ?? .max
            }
        }
        look()
        // Decisions first, then some of them are taken back.
        let decided = 5 + generator.index(below: count - 8)
        let keys =
            (0..<decided).map { _ in generator.index(below: 2) == 0 ? "a" : "x" }
            + Array(repeating: "u", count: generator.index(below: 5))
        let last = generator.index(below: keys.count + 10)
        // From bursts to somebody who waits for most of the answers.
        let pace = [0, 15, 250][generator.index(below: 3)]
        for (place, key) in keys.enumerated() where place <= last {
            standings.append(after(key, at: place, standings[standings.count - 1]))
            terminal.type(key)
            let end = ContinuousClock.now + .milliseconds(generator.index(below: pace + 1))
            let before = seen
            while ContinuousClock.now < end, seen == before {
                screen.write(terminal.output(milliseconds: 2))
                look()
            }
        }
        usleep(UInt32(generator.index(below: 20_000)))
        screen.write(terminal.end())
        look()

        let now = try fixture.set.curated().map(\.verdict.decision)
        let least = sawStep.max() ?? 0
        var found = Found(shown: least)
        guard let step = standings.indices.first(where: { $0 >= least && standings[$0].decisions == now }) else {
            found.lost =
                "the screen had shown step \(least) of \(standings.count - 1) (\(keys.joined())), but the "
                + "database has \(now.map(\.sign).joined()), the screen \(seen.map(\.sign).joined())"
            return found
        }
        found.unshown = step - least
        found.after = standings[step]
        return found
    }

    /// What a key makes of the decisions; the key's number is the sample under the cursor.
    private static func after(_ key: String, at place: Int, _ standing: Standing) -> Standing {
        var standing = standing
        if key == "u" {
            if let last = standing.done.popLast() { standing.decisions[last.sample] = last.before }
            return standing
        }
        let decision: CurationDecision = key == "a" ? .accepted : .rejected
        guard standing.decisions[place] != decision else { return standing }
        standing.done.append((place, standing.decisions[place]))
        standing.decisions[place] = decision
        return standing
    }

    /// Where the signs before the samples' names are, in the order of the names; only those found.
    private static func captions(_ screen: TerminalScreen) -> [(row: Int, column: Int)] {
        (0..<count).compactMap { sample in
            let name = Array(String(format: " s%03d", sample))
            for row in 0..<rows {
                let cells = screen.cells[row]
                for column in 1..<columns - name.count where cells[column] == " " {
                    guard decision(cells[column - 1]) != nil, cells[column..<column + name.count].elementsEqual(name)
                    else { continue }
                    return (row, column - 1)
                }
            }
            return nil
        }
    }

    private static func decision(_ sign: Character) -> CurationDecision? {
        CurationDecision.allCases.first { $0.sign == String(sign) }
    }

    private static func integrity(_ path: String) -> String {
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = [
            "python3", "-c",
            "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); "
                + "print(*[r[0] for r in d.execute('PRAGMA integrity_check')])", path,
        ]
        let output = Pipe()
        python.standardOutput = output
        guard (try? python.run()) != nil else { return "" }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        python.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    private enum Programs {
        /// The program as built, which lies beside the tests.
        static let petri = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("petri").path
    }
}
