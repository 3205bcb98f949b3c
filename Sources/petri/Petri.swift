import ArgumentParser
import Command

/// The front end: what needs no tensor is answered here; the rest is handed to `petri-engine`.
@main
struct Petri: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "petri",
        abstract: "A terminal workbench for microscopists who have too few annotated images.",
        discussion: """
            Example:
              petri my-data          opens the workbench
              petri demo
              petri train my-data --run my-run --minutes 10
              petri segment my-run new-images --out new-masks
            """,
        version: Version.petri,
        groupedSubcommands: [
            CommandGroup(name: "Workbench", subcommands: [WorkbenchCommand.self]),
            CommandGroup(
                name: "Image and data set",
                subcommands: [
                    InfoCommand.self, ViewCommand.self, EvaluateCommand.self, ConvertCommand.self, SplitCommand.self,
                    SampleDataCommand.self, MasksCommand.self,
                ]),
            CommandGroup(
                name: "Training and synthesis",
                subcommands: EngineCommands.all + [ExperimentCommand.self, RunsCommand.self, CurateCommand.self]),
            CommandGroup(name: "Other", subcommands: [DemoCommand.self, DoctorCommand.self]),
        ])

    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        var commands = ["help"]
        for group in configuration.groupedSubcommands {
            for command in group.subcommands { commands += [command.configuration.commandName ?? ""] }
        }
        do {
            try EngineLauncher.handOver(arguments)
            runProgram(try WorkbenchCommand.completed(arguments, commands: commands))
        } catch {
            leave(error)
        }
    }
}
