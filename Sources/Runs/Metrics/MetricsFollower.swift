import Foundation
import Imaging

/// Reads metrics.jsonl as it grows, each line once; keeps where it ended and no values. A copy of it goes on from where
/// the original was.
public struct MetricsFollower: Equatable, Sendable {
    /// One value of a line.
    public struct Value: Equatable, Sendable {
        /// The place of the name in `names`.
        public var name: Int
        /// NaN where the log has null.
        public var value: Double

        public init(name: Int, value: Double) {
            self.name = name
            self.value = value
        }
    }

    public let path: String
    /// The names seen so far but "step", in order of appearance.
    public var names: [String] { scanner.names }
    /// Complete lines that make no sense and were passed over.
    public private(set) var damagedLines = 0
    /// Bytes read so far.
    public private(set) var offset = 0

    private var scanner = MetricsScanner()
    private var identity: (device: dev_t, file: ino_t) = (0, 0)

    public init(_ path: String) { self.path = path }

    /// Calls `line` with the step and the values of each line completed since the last call; a last line without its
    /// newline is "not yet". Where the log was replaced, cut (a resumed run) or taken away, calls `anew` and begins from
    /// the start. An absent log is as good as an empty one.
    /// - Returns: whether there was anything new.
    /// - Throws: `InputError`, and what `line` throws.
    public mutating func read(anew: () -> Void, line: (Int, [Value]) throws -> Void) throws -> Bool {
        guard FileManager.default.fileExists(atPath: path) else { return reset(anew) }
        let file = try Descriptor(path, O_RDONLY)
        let facts = try file.facts()
        var changed = false
        if try file.length() < offset || (facts.st_dev, facts.st_ino) != identity {
            changed = reset(anew)
            identity = (facts.st_dev, facts.st_ino)
        }
        let start = offset
        offset = try MetricsLines.forEach(in: file, from: offset) { bytes in
            guard let step = scanner.scan(bytes) else {
                damagedLines += 1
                return
            }
            try line(step, scanner.values)
        }
        return changed || offset > start
    }

    private mutating func reset(_ anew: () -> Void) -> Bool {
        let hadContent = offset > 0
        if hadContent { anew() }
        self = MetricsFollower(path)
        return hadContent
    }

    public static func == (one: MetricsFollower, other: MetricsFollower) -> Bool {
        (one.path, one.offset, one.names) == (other.path, other.offset, other.names) && one.identity == other.identity
    }
}
