import Foundation
import Imaging

/// log.txt: one line an event, each with its time (UTC).
public final class RunLog: Sendable {
    private let file: Descriptor

    /// Opens the log for appending, or makes it.
    /// - Throws: `InputError`.
    public init(_ path: String) throws { file = try Descriptor(path, O_WRONLY | O_APPEND | O_CREAT) }

    /// Appends one line; line breaks and terminal escapes in `message` become "?".
    public func append(_ message: String, at time: Date = Date()) throws {
        let line = "\(time.formatted(.iso8601)) \(message.printable)\n"
        try Array(line.utf8).withUnsafeBytes { try file.write($0) }
    }

    /// The last lines of a text file (of its last 64 KiB), made harmless for a terminal; none where it cannot be read.
    public static func lastLines(of path: String, count: Int) -> [String] {
        guard let file = try? Descriptor(path, O_RDONLY), let length = try? file.length() else { return [] }
        let start = max(0, length - 64 << 10)
        var bytes = [UInt8](repeating: 0, count: length - start)
        guard let read = try? bytes.withUnsafeMutableBytes({ try file.read(at: start, into: $0) }) else { return [] }
        let lines = bytes.prefix(read).split(separator: UInt8(ascii: "\n"))
        return lines.suffix(count).map { String(decoding: $0, as: UTF8.self).printable }
    }
}
