import ArgumentParser
import Command
import Foundation
import Workbench

/// `petri [PATH]`: the workbench, where standard input and output are a terminal.
struct WorkbenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Browse data sets and runs and look at images (the same as `petri [PATH]`).",
        discussion: """
            PATH is a folder to look for data sets and runs in, or an image. Without it, what was opened last is \
            opened, or the sample data. ? shows all keys.

            Example:
              petri open nuclei
            """)

    @Argument(help: "A folder, or an image file.", completion: .file())
    var path: String?

    func run() throws {
        PetriHome.offerTerminals()
        let environment = ProcessInfo.processInfo.environment
        try Session.run(
            .init(
                path: path, isUTF8: TerminalFacts(descriptor: STDOUT_FILENO).isUTF8, environment: environment,
                themes: PetriHome.folder("themes"), sampleData: PetriHome.folder("sample-data")))
    }

    /// The command line with `open` before it where it names nothing or a path: `petri`, `petri PATH`. A command's name
    /// always means the command; without a terminal, `petri` alone tells what there is.
    /// - Throws: `ValidationError` where the first word is neither a command nor a path.
    static func completed(_ arguments: [String], commands: [String]) throws -> [String] {
        guard let first = arguments.first else {
            return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 ? ["open"] : []
        }
        if first.hasPrefix("-") || commands.contains(first) { return arguments }
        guard first.contains("/") || FileManager.default.fileExists(atPath: first) else {
            throw ValidationError("\(first.printable) is neither a command nor a file or folder here.")
        }
        return ["open"] + arguments
    }
}
