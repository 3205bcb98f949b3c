import ArgumentParser
import Command

/// The front end: what needs no tensor is answered here; the rest is handed to `petri-engine`.
@main
struct Petri: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "petri",
        abstract: "A terminal workbench for microscopists who have too few annotated images.",
        subcommands: [
            InfoCommand.self, ViewCommand.self, EvaluateCommand.self, SampleDataCommand.self,
        ])
}
