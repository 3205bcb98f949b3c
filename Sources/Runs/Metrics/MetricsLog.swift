import Foundation
import Imaging

/// metrics.jsonl, the writer's side: one flat JSON object of numbers a line, appended in one system call each. There is
/// one writer at a time.
public final class MetricsLog {
    private let file: Descriptor
    private let path: String
    private var line: [UInt8] = []

    /// Opens the log for appending, or makes it. What a killed writer left of a last line is cut off.
    /// - Throws: `InputError`.
    public init(_ path: String) throws {
        self.path = path
        file = try Descriptor(path, O_RDWR | O_APPEND | O_CREAT)
        let end = try MetricsLines.forEach(in: file, from: 0) { _ in }
        if try file.length() > end { try file.truncate(to: end) }
    }

    /// Appends the values of one step. NaN and infinities become null; a value that came from a float32 is written with as
    /// many digits as a float32 needs. In names, quotes, backslashes and control characters become "_".
    /// - Throws: `InputError` where the disk refuses; the log then ends with the line before.
    public func append(step: Int, _ values: [(name: String, value: Double)]) throws {
        line.removeAll(keepingCapacity: true)
        line.append(contentsOf: "{\"step\":\(step)".utf8)
        for (name, value) in values {
            line.append(contentsOf: ",\"".utf8)
            line.append(contentsOf: name.utf8.map(Self.harmless))
            line.append(contentsOf: "\":".utf8)
            line.append(contentsOf: Self.text(value).utf8)
        }
        line.append(contentsOf: "}\n".utf8)
        let length = try file.length()
        do {
            try line.withUnsafeBytes { try file.write($0) }
        } catch {
            try file.truncate(to: length)
            throw error
        }
    }

    /// Drops the lines of steps after `last`, for a run that goes on from a checkpoint of that step; also lines that make
    /// no sense. A reader sees the old log or the new one.
    /// - Throws: `InputError`. An absent log is as good as an empty one.
    public static func truncate(_ path: String, afterStep last: Int) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let file = try Descriptor(path, O_RDONLY)
        try AtomicFile.write(to: path, synced: true) { write in
            var scanner = MetricsScanner()
            _ = try MetricsLines.forEach(in: file, from: 0) { line in
                guard let step = scanner.scan(line), step <= last else { return }
                try write(UnsafeRawBufferPointer(rebasing: line))
            }
        }
    }

    private static func harmless(_ byte: UInt8) -> UInt8 {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? UInt8(ascii: "_") : byte
    }

    private static func text(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        let short = Float(value)
        return Double(short) == value ? "\(short)" : "\(value)"
    }
}

/// Lines of a file in turn, read in pieces.
enum MetricsLines {
    /// Bytes read at a time, and the longest line that is not passed over.
    static let pieceLength = 1 << 20

    /// Calls `body` with every complete line from `offset` on, each with its newline.
    /// - Returns: the offset after the last complete line.
    static func forEach(
        in file: Descriptor, from offset: Int, _ body: (Slice<UnsafeRawBufferPointer>) throws -> Void
    ) throws -> Int {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceLength, alignment: 16)
        defer { buffer.deallocate() }
        let newline = Int32(UInt8(ascii: "\n"))
        var lineStart = offset
        /// Where a line too long for the buffer began; what follows up to its end belongs to it.
        var longLine: Int?
        while true {
            let count = try file.read(at: lineStart, into: buffer)
            guard count > 0, let base = buffer.baseAddress else { return longLine ?? lineStart }
            let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            var start = 0
            while start < count, let end = memchr(base + start, newline, count - start) {
                let next = base.distance(to: end) + 1
                if longLine == nil { try body(piece[start..<next]) }
                longLine = nil
                start = next
            }
            if start == 0 && count == buffer.count {
                longLine = longLine ?? lineStart
                start = count
            }
            lineStart += start
            if count < buffer.count { return longLine ?? lineStart }
        }
    }
}
