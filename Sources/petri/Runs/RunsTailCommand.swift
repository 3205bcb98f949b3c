import ArgumentParser
import Command
import Foundation
import Imaging
import Runs

/// `petri runs tail`: follows a run.
struct RunsTailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Follow a run's log and its progress until it ends; Ctrl-C leaves it going on.",
        discussion: """
            Leaves with 65 where the run failed or its engine is gone.

            Example:
              petri runs tail my-run
            """)
    @OptionGroup var chosen: RunArgument

    @Option(help: "Lines of the log shown at first.")
    var lines = 10

    func validate() throws {
        guard (0...100_000).contains(lines) else { throw ValidationError("--lines must be from 0 to 100000.") }
    }

    func run() throws {
        let directory = try chosen.open()
        var log = LogFollower(directory.logPath)
        log.skip(toLast: lines)
        var progress: ProgressLine?
        while true {
            // Before the log: what is written before the last state is shown with it.
            let status = try directory.status()
            let state = RunState(status)
            for line in log.news() { print(line) }
            fflush(nil)
            guard state.isActive else {
                progress?.finish()
                return try end(directory, state, status)
            }
            if state == .running {
                let shown = progress ?? ProgressLine("Training", total: status.totalSteps, unit: "steps")
                progress = shown
                let best = status.bestScore.map { String(format: "best F1 %.3f", $0) } ?? ""
                shown.update(status.step, fraction: status.fraction, note: best)
            }
            usleep(500_000)
        }
    }

    private func end(_ run: RunDirectory, _ state: RunState, _ status: RunStatus) throws {
        switch state {
        case .failed: throw InputError(run.path, "failed: \(status.lastError ?? "for no known reason")")
        case .lost:
            for line in RunLog.lastLines(of: run.outputPath, count: 3) { StandardError.write(line + "\n") }
            throw InputError(
                run.path, "has lost its engine (process \(status.pid) on \(status.host))",
                advice: "`petri runs resume` goes on after its last checkpoint")
        default: StandardError.write("petri: \(run.path.printable) is \(state.rawValue) at step \(status.step)\n")
        }
    }
}

/// Reads a growing text file line by line.
struct LogFollower {
    private let path: String
    private var offset = 0

    init(_ path: String) { self.path = path }

    /// Leaves out all but the last lines of what is there.
    mutating func skip(toLast count: Int) {
        guard let data = FileManager.default.contents(atPath: path) else { return }
        var start = data.endIndex
        var lines = 0
        while start > data.startIndex {
            if data[start - 1] == UInt8(ascii: "\n"), start < data.endIndex || count == 0 {
                lines += 1
                if lines >= max(count, 1) { break }
            }
            start -= 1
        }
        offset = start - data.startIndex
    }

    /// The lines completed since the last call, made harmless for a terminal.
    mutating func news() -> [String] {
        guard let file = FileHandle(forReadingAtPath: path) else { return [] }
        defer { try? file.close() }
        guard (try? file.seek(toOffset: UInt64(offset))) != nil, let data = try? file.readToEnd(),
            let end = data.lastIndex(of: UInt8(ascii: "\n"))
        else { return [] }
        let complete = data[...end]
        offset += complete.count
        return complete.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self).printable }
    }
}
