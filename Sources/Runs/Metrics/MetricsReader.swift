import Foundation
import Imaging

/// The values of one name over the steps.
public struct MetricCurve: Equatable, Sendable {
    public private(set) var steps: [Int] = []
    /// NaN where the log has null.
    public private(set) var values: [Double] = []

    mutating func append(_ step: Int, _ value: Double) {
        steps.append(step)
        values.append(value)
    }
}

/// metrics.jsonl, the reader's side: the curves so far; `refresh` adds what was written since.
public struct MetricsReader: Sendable {
    public let path: String
    /// The curves by name.
    public var curves: [String: MetricCurve] {
        Dictionary(uniqueKeysWithValues: zip(scanner.names, data))
    }
    /// The names, in order of appearance.
    public var names: [String] { scanner.names }
    /// Complete lines that make no sense and were passed over.
    public private(set) var damagedLines = 0

    private var scanner = MetricsScanner()
    private var data: [MetricCurve] = []
    private var offset = 0
    private var identity: (device: dev_t, file: ino_t) = (0, 0)

    public init(_ path: String) { self.path = path }

    /// The curve of this name, or nil.
    public subscript(name: String) -> MetricCurve? { scanner.names.firstIndex(of: name).map { data[$0] } }

    /// Reads the lines that were completed since the last call; a last line without its newline is "not yet". Where the
    /// log was replaced or cut (a resumed run), begins anew. An absent log is as good as an empty one.
    /// - Returns: whether the curves changed.
    /// - Throws: `InputError`.
    public mutating func refresh() throws -> Bool {
        guard FileManager.default.fileExists(atPath: path) else { return reset() }
        let file = try Descriptor(path, O_RDONLY)
        let facts = try file.facts()
        var changed = false
        if try file.length() < offset || (facts.st_dev, facts.st_ino) != identity {
            changed = reset()
            identity = (facts.st_dev, facts.st_ino)
        }
        let start = offset
        offset = try MetricsLines.forEach(in: file, from: offset) { line in
            guard let step = scanner.scan(line) else {
                damagedLines += 1
                return
            }
            while data.count < scanner.names.count { data.append(MetricCurve()) }
            for value in scanner.values { data[value.name].append(step, value.value) }
        }
        return changed || offset > start
    }

    private mutating func reset() -> Bool {
        let hadContent = offset > 0
        self = MetricsReader(path)
        return hadContent
    }
}
