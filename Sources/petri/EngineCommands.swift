import ArgumentParser
import Command

/// The engine's commands as the front end's help lists them; `EngineLauncher` hands them over before they are parsed.
enum EngineCommands {
    static let all: [any ParsableCommand.Type] = [
        Train.self, Resume.self, Segment.self, Generate.self, Remake.self, Styles.self, Compare.self, Bench.self,
    ]

    struct Train: EngineCommand { static let word = EngineWord.train }
    struct Resume: EngineCommand { static let word = EngineWord.resume }
    struct Segment: EngineCommand { static let word = EngineWord.segment }
    struct Generate: EngineCommand { static let word = EngineWord.generate }
    struct Remake: EngineCommand { static let word = EngineWord.remake }
    struct Styles: EngineCommand { static let word = EngineWord.styles }
    struct Compare: EngineCommand { static let word = EngineWord.compare }
    /// `step`, `generate` and `parity` are the engine's; what needs no tensor is measured here.
    struct Bench: EngineCommand {
        static let word = EngineWord.bench
        static let configuration = CommandConfiguration(
            commandName: word.rawValue, abstract: word.abstract,
            discussion: """
                `petri bench step` measures training, `petri bench generate` generation, and `petri bench parity` holds the \
                networks against published figures; `--help` after them tells more.
                """,
            subcommands: [
                BenchUICommand.self, BenchGlyphsCommand.self, BenchCurvesCommand.self, BenchMasksCommand.self,
            ])
    }
}

/// A command that only the engine knows.
protocol EngineCommand: ParsableCommand {
    static var word: EngineWord { get }
}

extension EngineCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: word.rawValue, abstract: word.abstract)
    }
}
