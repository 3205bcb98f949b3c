import ArgumentParser
import Command
import Foundation

/// `petri doctor`: what Petri finds on this machine.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Show versions, the terminal, libtorch and its devices, memory and disk.",
        discussion: """
            Example:
              petri doctor
              petri doctor --json
            """)

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let report = DoctorReport.gather()
        if json {
            try JSONText.print(report)
        } else {
            print(report.table.text, terminator: "")
        }
    }
}
