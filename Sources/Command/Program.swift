import ArgumentParser
import Foundation
import Imaging

extension ParsableCommand {
    /// Runs the command that the arguments name and leaves with its exit code: the `main` of both programs. A reader that
    /// goes away (`petri … | head`) ends the program quietly.
    public static func runProgram(_ arguments: [String] = Array(CommandLine.arguments.dropFirst())) -> Never {
        signal(SIGPIPE, SIG_DFL)
        do {
            var command = try parseAsRoot(arguments)
            try command.run()
        } catch {
            leave(error)
        }
        Foundation.exit(EXIT_SUCCESS)
    }

    /// Says what went wrong and leaves with the exit code that belongs to it.
    public static func leave(_ error: any Error) -> Never {
        let code = Outcome.code(of: error, in: Self.self)
        // Help, versions and usage errors are written by ArgumentParser; who throws a code has said why.
        guard [Outcome.badInput, Outcome.fault].contains(code), !(error is ExitCode) else { exit(withError: error) }
        StandardError.write("petri: \(Outcome.text(of: error))\n")
        Foundation.exit(code)
    }
}

extension Outcome {
    /// The exit code for an error that left the command line `root`.
    public static func code<Root: ParsableCommand>(of error: any Error, in root: Root.Type) -> Int32 {
        if error is InputError { return badInput }
        if let code = error as? ExitCode { return code.rawValue }
        let code = root.exitCode(for: error)
        return code == .failure ? fault : code.rawValue
    }

    /// One line about the error, safe to print on a terminal.
    static func text(of error: any Error) -> String {
        if let error = error as? InputError { return error.description }
        return "internal error: \(String(describing: error).printable)"
    }
}

/// Standard error, written at once.
public enum StandardError {
    public static func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }
}
