import ArgumentParser
import Command
import Foundation
import Imaging
import Runs

/// Runs Petri's commands as child processes, each shown as the user would type it.
struct DemoSession {
    /// The folder paths are shown relative to.
    private let here = FileManager.default.currentDirectoryPath + "/"

    func say(_ text: String) {
        print(text)
        // Children write to the same place: in order only if nothing waits here.
        fflush(nil)
    }

    /// Runs `petri` with the arguments; its output goes where this program's goes. Leaves with its exit code if it fails.
    func run(_ arguments: [String]) throws {
        say("$ " + Self.shown(["petri"] + arguments, here: here))
        do {
            let child = try Child.start(EngineLauncher.executable, arguments)
            try check(child.wait(), arguments)
        } catch let failure as ProcessStart.Failure {
            throw EngineProgram.beside.missing(reason: failure.description)
        }
        say("")
    }

    /// Runs `petri` likewise, but returns what it writes to standard output.
    func output(_ arguments: [String]) throws -> Data {
        say("$ " + Self.shown(["petri"] + arguments, here: here))
        let capture = try Child.capture(EngineLauncher.executable, arguments, errors: false)
        try check(capture.end, arguments)
        return capture.output
    }

    private func check(_ end: Child.End, _ arguments: [String]) throws {
        let command = "petri " + (arguments.first ?? "")
        switch end {
        case .exited(0): return
        case .exited(let code):
            StandardError.write("petri: the demo ends here, as \(command) left with \(code)\n")
            throw ExitCode(code)
        case .killed(let signal):
            let name = String(cString: strsignal(signal))
            StandardError.write("petri: the demo ends here, as \(command) was ended (\(name))\n")
            throw ExitCode(Outcome.fault)
        case .interrupted, .timedOut: throw ExitCode(Outcome.interrupted)
        }
    }

    /// The words as a shell takes them, paths below `here` made relative.
    static func shown(_ words: [String], here: String) -> String {
        ShellWords.quoted(words.map { $0.hasPrefix(here) ? String($0.dropFirst(here.count)) : $0 }).printable
    }
}
