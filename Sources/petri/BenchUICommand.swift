import ArgumentParser
import Canvas
import Command
import Foundation
import Imaging

/// `petri bench ui`: how fast the workbench is, seen from outside through a pseudo-terminal.
struct BenchUICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ui",
        abstract: "First frame, key to frame and memory of the workbench on a large data set.",
        discussion: """
            Draws a folder of many small pairs (links to a few files) into the temporary folder, opens it in a \
            pseudo-terminal of 120x40 cells, and presses keys.

            Example:
              petri bench ui --pairs 100000
            """)

    @Option(help: "Pairs in the folder.") var pairs = 100_000
    @Option(help: "Keys pressed.") var keys = 500
    @Option(help: "Colours: truecolor, 256 or 16.") var colors = ColorDepth.truecolor
    @Flag(help: "Print JSON.") var json = false

    struct Result: Encodable {
        let pairs: Int
        /// Milliseconds from the start of the process.
        let firstFrame: Double
        let firstRows: Double
        let listed: Double
        let keyToFrameMedian: Double
        let keyToFrameP99: Double
        let residentMegabytes: Double
        let peakMegabytes: Double
    }

    func validate() throws {
        // What is looked for in the output is not there in mono.
        if colors == .mono { throw ValidationError("--colors must be truecolor, 256 or 16") }
        guard (1...1_000_000).contains(pairs), (10...100_000).contains(keys) else {
            throw ValidationError("--pairs must be from 1 to 1000000, --keys from 10 to 100000")
        }
    }

    func run() throws {
        let folder = NSTemporaryDirectory() + "/petri-bench-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Self.makePairs(pairs, in: folder)
        try FileManager.default.createDirectory(
            atPath: folder + "/config/petri", withIntermediateDirectories: true)
        try "colors = \"\(colors.rawValue)\"\n".write(
            toFile: folder + "/config/petri/config.toml", atomically: true, encoding: .utf8)
        let workbench = try PseudoTerminal(
            EngineLauncher.executable, ["open", folder], columns: 120, rows: 40,
            environment: ["XDG_STATE_HOME": folder + "/state", "XDG_CONFIG_HOME": folder + "/config"])
        defer { workbench.end() }
        guard let first = workbench.wait(for: "BROWSE", seconds: 10),
            let firstRows = workbench.wait(for: "cell-", seconds: 60),
            let listed = workbench.wait(for: "1/\(pairs)", seconds: 60)
        else { throw InputError("the workbench", "did not draw its first screen") }
        workbench.quiet(seconds: 1)
        var times: [Double] = []
        for _ in 0..<keys {
            let begin = ContinuousClock.now
            workbench.type("j")
            // Previews and values are drawn all along, but only a key changes the status line, which is the last row.
            guard workbench.wait(for: "\u{1B}[40;", seconds: 5, inSequences: true) != nil else { continue }
            times.append((ContinuousClock.now - begin) / .milliseconds(1))
            usleep(20_000)
        }
        times.sort()
        guard !times.isEmpty else { throw InputError("the workbench", "did not answer keys") }
        let memory = workbench.memory
        let result = Result(
            pairs: pairs, firstFrame: first, firstRows: firstRows, listed: listed,
            keyToFrameMedian: times[times.count / 2],
            keyToFrameP99: times[min(times.count * 99 / 100, times.count - 1)], residentMegabytes: memory.resident,
            peakMegabytes: memory.peak)
        if json { return try JSONText.print(result) }
        let rows = [
            ("pairs", "\(pairs)"), ("first frame", String(format: "%.1f ms", first)),
            ("first rows", String(format: "%.1f ms", firstRows)),
            ("all listed", String(format: "%.0f ms", listed)),
            (
                "key to frame",
                String(format: "%.2f ms median, %.2f ms p99", result.keyToFrameMedian, result.keyToFrameP99)
            ),
            ("memory", String(format: "%.1f MB resident, %.1f MB peak", memory.resident, memory.peak)),
        ]
        print(TextTable.facts(rows.map { (name: $0.0, value: $0.1) }).text, terminator: "")
    }

    /// Many names of one small image and one mask: hard links, where the file system allows as many, else copies.
    private static func makePairs(_ count: Int, in folder: String) throws {
        let files = FileManager.default
        for part in ["images", "masks"] {
            try files.createDirectory(atPath: "\(folder)/\(part)", withIntermediateDirectories: true)
        }
        var generator = SeededGenerator(seed: 1)
        let samples = (0..<64 * 64).map { _ in UInt8(generator.index(below: 200)) }
        let image = Image(width: 64, height: 64, channels: 1, samples: .uint8(samples))
        var labels = LabelImage(width: 64, height: 64)
        for y in 0..<64 { for x in 0..<64 { labels[x, y] = Int32(4 * (y / 16) + x / 16) } }
        try ImageFile.write(image, to: folder + "/image.png")
        try labels.write(to: folder + "/mask.png")
        for number in 1...count {
            let digits = "\(1_000_000 + number)".dropFirst()
            for (source, part) in [("image", "images"), ("mask", "masks")] {
                let name = "\(folder)/\(part)/cell-\(digits).png"
                if link("\(folder)/\(source).png", name) == 0 { continue }
                try files.copyItem(atPath: "\(folder)/\(source).png", toPath: name)
            }
        }
        try files.removeItem(atPath: folder + "/image.png")
        try files.removeItem(atPath: folder + "/mask.png")
    }
}
