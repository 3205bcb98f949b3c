import Command
import Foundation
import Imaging
import Runs

/// The way from `petri` to `petri-engine`.
enum EngineLauncher {
    /// This program's own file.
    static var executable: String { EngineProgram.runningProgram }

    /// Whether these arguments ask for a command of the engine: `train …` or `help train`. Returns what the engine is to be
    /// called with.
    static func engineArguments(_ arguments: [String]) -> [String]? {
        guard let first = arguments.first else { return nil }
        let ours = EngineCommands.Bench.configuration.subcommands.compactMap { $0.configuration.commandName }
        if first == EngineWord.bench.rawValue, arguments.count > 1, ours.contains(arguments[1]) { return nil }
        if EngineWord(rawValue: first) != nil { return arguments }
        if first == "help", arguments.count == 2, EngineWord(rawValue: arguments[1]) != nil {
            return [arguments[1], "--help"]
        }
        return nil
    }

    /// Replaces this process by the engine if a command of the engine is asked for; otherwise returns.
    static func handOver(_ arguments: [String]) throws {
        guard let arguments = engineArguments(arguments) else { return }
        let engine = EngineProgram.beside
        var words: [UnsafeMutablePointer<CChar>?] = ([engine.path] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        words.append(nil)
        for (name, value) in EngineProgram.environment { setenv(name, value, 0) }
        execv(engine.path, words)
        throw engine.missing(reason: String(cString: strerror(errno)))
    }
}
