import ArgumentParser
import Command
import Testing

@testable import petri

@Suite struct HelpTests {
    @Test func `help lists every command of both programs in one line`() throws {
        let answer = try Programs.petri(["--help"])
        #expect(answer.code == 0)
        let words =
            EngineWord.allCases.map(\.rawValue) + [
                "info", "view", "evaluate", "convert", "split", "sample-data", "masks", "open", "runs", "curate",
                "demo",
                "doctor",
            ]
        for word in words {
            let line = answer.output.split(separator: "\n").first { $0.hasPrefix("  \(word) ") }
            #expect(line != nil, "\(word) is not in the help, or has no summary")
        }
    }

    @Test func `every command of the front end shows an example`() {
        let commands = Petri.configuration.subcommands + Petri.configuration.groupedSubcommands.flatMap(\.subcommands)
        #expect(commands.count > 5)
        for command in commands where !(command is any EngineCommand.Type) {
            let help = Petri.helpMessage(for: command)
            #expect(help.contains("Example"), "\(command) shows no example")
            #expect(help.contains("petri \(command._commandName)"), "\(command) shows no command line")
        }
    }

    @Test func `the help's list has every word of the engine`() {
        #expect(
            Set(EngineCommands.all.map { $0._commandName }) == Set(EngineWord.allCases.map(\.rawValue)))
    }
}
