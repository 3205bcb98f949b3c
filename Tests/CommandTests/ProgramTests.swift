import Command
import Foundation
import Runs
import Testing

@testable import petri

@Suite struct ProgramTests {
    @Test func `a file that is not there leaves with 65 and one line`() throws {
        let answer = try Programs.petri(["info", "/nowhere/at\u{1B}all.png"])
        #expect(answer.code == 65)
        #expect(answer.output.isEmpty)
        #expect(answer.errors.hasPrefix("petri: /nowhere/at?all.png: "))
        #expect(answer.errors.filter { $0 == "\n" }.count == 1)
    }

    @Test func `wrong usage leaves with 64`() throws {
        #expect(try Programs.petri(["info"]).code == 64)
        let word = try Programs.petri(["no-such-word"])
        #expect(word.code == 64 && word.errors.hasPrefix("Error: no-such-word is neither a command nor a file"))
        #expect(try Programs.petri(["doctor", "--no-such-option"]).code == 64)
    }

    @Test func `a reader that goes away ends petri quietly`() throws {
        let folder = try #require(Programs.folder)
        let answer = try Programs.run(
            "/bin/bash", ["-c", "\"$0\" --help | (exec <&-; sleep 0.2); echo ${PIPESTATUS[0]}", folder + "/petri"])
        #expect(answer.errors.isEmpty)
        #expect(["141\n", "0\n"].contains(answer.output))
    }

    @Test func `the engine's words are handed over with all that follows`() throws {
        try Programs.withEngine("printf '%s|' \"$@\"; exit 7") { folder in
            let answer = try Programs.petri(["train", "a b", "--help", "", "--x=é"], in: folder)
            #expect(answer.output == "train|a b|--help||--x=é|")
            #expect(answer.code == 7)
            #expect(try Programs.petri(["help", "segment"], in: folder).output == "segment|--help|")
        }
    }

    @Test func `the engine takes petri's place`() throws {
        try Programs.withEngine("echo $PPID") { folder in
            let answer = try Programs.run("/bin/sh", ["-c", "\"$0\" train & echo $$; wait", folder + "/petri"])
            let numbers = Set(answer.output.split(separator: "\n"))
            #expect(numbers.count == 1, "the engine's parent is the shell: \(answer.output)")
        }
    }

    @Test func `without the engine the way to it is told`() throws {
        try Programs.withEngine(nil) { folder in
            let answer = try Programs.petri(["train", "x"], in: folder)
            #expect(answer.code == 65)
            #expect(answer.errors.contains("petri-engine: cannot be started (No such file or directory)"))
            #expect(answer.errors.contains("swift build"))
        }
    }

    static let failures: [(String?, String)] = [
        (nil, "cannot be started"), ("exit 3", "left with 3"), ("echo 'no libtorch' >&2; exit 127", "no libtorch"),
        ("kill -SEGV $$", "crashed"), ("echo nonsense", "not the JSON expected"),
    ]

    @Test(arguments: failures)
    func `doctor survives an engine that does not answer`(script: String?, problem: String) throws {
        try Programs.withEngine(script) { folder in
            let answer = try Programs.petri(["doctor", "--json"], in: folder)
            #expect(answer.code == 0)
            let report = try JSONDecoder().decode(DoctorReport.self, from: Data(answer.output.utf8))
            #expect(report.engine == nil)
            #expect(report.engineProblem?.contains(problem) == true)
            #expect(
                report.cores > 0 && report.libpng?.hasPrefix("1.") == true && report.libtiff?.hasPrefix("4.") == true)
            #expect(try Programs.petri(["doctor"], in: folder).output.contains(problem))
        }
    }

    @Test func `doctor shows what the engine tells`() throws {
        let script = #"echo '{"libtorch": "1.13.0", "devices": ["cpu", "cuda:0"], "threads": 2}'"#
        try Programs.withEngine(script) { folder in
            let lines = try Programs.petri(["doctor"], in: folder).output.split(separator: "\n")
            #expect(lines.contains { $0.hasPrefix("libtorch") && $0.hasSuffix(" 1.13.0") })
            #expect(lines.contains { $0.hasPrefix("devices") && $0.hasSuffix(" cpu, cuda:0") })
        }
    }

    @Test func `an engine that hangs is given up`() throws {
        try Programs.withEngine("sleep 60") { folder in
            let start = ContinuousClock.now
            let report = EngineReport.ask(engine: EngineProgram(folder + "/petri-engine"), timeout: .milliseconds(300))
            guard case .failure(let problem) = report else { throw Programs.NotBuilt() }
            #expect(problem.description.contains("did not answer"))
            #expect(ContinuousClock.now - start < .seconds(20))
        }
    }
}
