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
}
