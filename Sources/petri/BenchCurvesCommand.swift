import ArgumentParser
import Canvas
import Command
import Foundation
import Imaging
import Runs
import Workbench

/// `petri bench curves`: how fast the curves of a long run open, and follow it.
struct BenchCurvesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "curves",
        abstract: "Opening the curves of a long run, following it, and their memory.",
        discussion: """
            Writes a metrics file into the temporary folder, reads and draws it on a screen of 120x40 cells, then \
            appends a line for each frame. A frame is all that the workbench does for it: reading what was appended, \
            drawing all panes, and writing them as text with colours.

            Example:
              petri bench curves --steps 1000000 --series 8
            """)

    @Option(help: "Lines of the metrics file.") var steps = 1_000_000
    @Option(help: "Values of each line.") var series = 8
    @Option(help: "Frames, each after a line was appended.") var frames = 300
    @Flag(help: "Print JSON.") var json = false

    struct Result: Encodable {
        let steps: Int
        let series: Int
        let fileMegabytes: Double
        /// From nothing read to the first frame drawn.
        let openSeconds: Double
        let frameMillisecondsMedian: Double
        let frameMillisecondsP99: Double
        /// What the curves take, and what the process grew by.
        let curveBytes: Int
        let residentMegabytes: Double
    }

    /// What this process has in memory.
    private static var residentBytes: Int {
        let pages = SystemFile.text("/proc/self/statm")?.split(separator: " ")
        return (pages?.dropFirst().first.flatMap { Int($0) } ?? 0) * Int(getpagesize())
    }

    func validate() throws {
        guard (1...10_000_000).contains(steps), (1...64).contains(series), (10...10_000).contains(frames) else {
            throw ValidationError(
                "--steps must be from 1 to 10000000, --series from 1 to 64, --frames from 10 to 10000")
        }
    }

    func run() throws {
        let folder = NSTemporaryDirectory() + "/petri-bench-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let run = try RunDirectory.create(folder)
        try Data("{}".utf8).write(to: URL(fileURLWithPath: run.descriptionPath))
        var writer = BenchMetrics(series: series)
        try writer.write(lines: steps, to: run.metricsPath)
        let megabytes =
            try Double(FileManager.default.attributesOfItem(atPath: run.metricsPath)[.size] as? Int ?? 0) / 1e6
        let before = Self.residentBytes
        let begin = ContinuousClock.now
        let bench = CurvesBench(folder, columns: 120, rows: 40)
        _ = bench.open()
        let open = (ContinuousClock.now - begin) / .seconds(1)
        guard bench.lines == steps else {
            throw InputError("the curves", "have \(bench.lines) lines of \(steps)")
        }
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: run.metricsPath))
        try output.seekToEnd()
        var times: [Double] = []
        let text = ANSIText(colors: .truecolor)
        for frame in 0..<frames {
            // Raw and smoothed curves by turns.
            if frame == frames / 2 { bench.smooth() }
            try output.write(contentsOf: writer.line())
            let begin = ContinuousClock.now
            let next = bench.follow()
            let bytes = text.text(next).utf8.count
            times.append((ContinuousClock.now - begin) / .milliseconds(1))
            guard bytes > 0, bench.lines == steps + frame + 1 else {
                throw InputError("the curves", "did not follow line \(frame)")
            }
        }
        times.sort()
        let result = Result(
            steps: steps, series: series, fileMegabytes: megabytes, openSeconds: open,
            frameMillisecondsMedian: times[times.count / 2],
            frameMillisecondsP99: times[min(times.count * 99 / 100, times.count - 1)], curveBytes: bench.bytes,
            residentMegabytes: Double(Self.residentBytes - before) / 1e6)
        if json { return try JSONText.print(result) }
        let rows = [
            (name: "log", value: String(format: "%d lines of %d values, %.1f MB", steps, series, megabytes)),
            (name: "open", value: String(format: "%.3f s", open)),
            (
                name: "frame",
                value: String(
                    format: "%.2f ms median, %.2f ms p99", result.frameMillisecondsMedian, result.frameMillisecondsP99)
            ),
            (
                name: "memory",
                value: String(
                    format: "%.1f MB in curves, %.1f MB more resident", Double(bench.bytes) / 1e6,
                    result.residentMegabytes)
            ),
        ]
        print(TextTable.facts(rows).text, terminator: "")
    }
}

/// Lines of metrics as a training writes them: noisy losses that fall.
private struct BenchMetrics {
    private let names: [String]
    private var generator = SeededGenerator(seed: 1)
    private var step = 0

    init(series: Int) {
        let known = [
            "generator", "segmentation", "cyclePixels", "imageDiscriminator", "maskDiscriminator", "latent",
            "validationF1", "learningRate",
        ]
        names = (0..<series).map { $0 < known.count ? known[$0] : "term\($0)" }
    }

    mutating func line() -> Data {
        step += 1
        var text = "{\"step\":\(step)"
        for (index, name) in names.enumerated() {
            let level = 1 / (1 + Double(step) / 1e5) + Double(index)
            text += ",\"\(name)\":\(Float(level * (0.9 + 0.2 * Double(generator.index(below: 1_000_000)) / 1e6)))"
        }
        return Data((text + "}\n").utf8)
    }

    mutating func write(lines: Int, to path: String) throws {
        try AtomicFile.write(to: path, synced: false) { write in
            for start in stride(from: 0, to: lines, by: 4096) {
                var part = Data()
                for _ in start..<min(start + 4096, lines) { part += line() }
                try part.withUnsafeBytes { try write($0) }
            }
        }
    }
}
