import ArgumentParser
import Imaging
import Testing

@testable import Command

@Suite struct OutcomeTests {
    private struct Sample: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "sample", version: "1")
        @Option var count: Int
    }
    private struct Strange: Error {}

    private func code(parsing arguments: [String]) -> Int32 {
        do {
            var command = try Sample.parseAsRoot(arguments)
            try command.run()
            return -1
        } catch {
            return Outcome.code(of: error, in: Sample.self)
        }
    }

    @Test func `each kind of error has its exit code`() {
        #expect(Outcome.code(of: InputError("a", "b"), in: Sample.self) == 65)
        #expect(Outcome.code(of: ValidationError("a"), in: Sample.self) == 64)
        #expect(Outcome.code(of: ExitCode(130), in: Sample.self) == 130)
        #expect(Outcome.code(of: ExitCode(1), in: Sample.self) == 1)
        #expect(Outcome.code(of: Strange(), in: Sample.self) == 70)
    }

    @Test func `usage errors, help and versions have theirs`() {
        #expect(code(parsing: []) == 64)
        #expect(code(parsing: ["--count", "x"]) == 64)
        #expect(code(parsing: ["--what"]) == 64)
        #expect(code(parsing: ["--help"]) == 0)
        #expect(code(parsing: ["--version"]) == 0)
    }
}
