import Command
import Foundation
import Imaging

/// The way from `petri` to `petri-engine`.
enum EngineLauncher {
    /// This program's own file.
    static var executable: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }

    /// The engine, which lies beside this program.
    static var engine: String {
        URL(fileURLWithPath: executable).deletingLastPathComponent().appendingPathComponent("petri-engine").path
    }

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
        var words: [UnsafeMutablePointer<CChar>?] = ([engine] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        words.append(nil)
        // OpenMP threads spin while they wait. On a machine whose cores others use too, long spinning takes from the
        // very thread that is waited for: 30 small steps took 60 s, and 2.2 s with this. The runtime reads it when loaded.
        setenv("GOMP_SPINCOUNT", "10000", 0)
        execv(engine, words)
        throw missing(reason: String(cString: strerror(errno)))
    }

    static func missing(reason: String) -> InputError {
        InputError(
            engine, "cannot be started (\(reason))",
            advice:
                "start Petri through bin/petri, which builds it, or run: swift build -c release --product petri-engine")
    }
}
