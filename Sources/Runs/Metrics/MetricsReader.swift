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

/// All values of metrics.jsonl; `refresh` adds what was written since.
public struct MetricsReader: Sendable {
    public var path: String { follower.path }
    /// The curves by name.
    public var curves: [String: MetricCurve] { Dictionary(uniqueKeysWithValues: zip(names, data)) }
    /// The names, in order of appearance.
    public var names: [String] { follower.names }
    /// Complete lines that make no sense and were passed over.
    public var damagedLines: Int { follower.damagedLines }

    private var follower: MetricsFollower
    private var data: [MetricCurve] = []

    public init(_ path: String) { follower = MetricsFollower(path) }

    /// The curve of this name, or nil.
    public subscript(name: String) -> MetricCurve? {
        names.firstIndex(of: name).flatMap { data.indices.contains($0) ? data[$0] : nil }
    }

    /// Reads what was written since the last call, as `MetricsFollower` does.
    /// - Returns: whether the curves changed.
    /// - Throws: `InputError`.
    public mutating func refresh() throws -> Bool {
        var data = self.data
        self.data = []
        defer { self.data = data }
        return try follower.read(
            anew: { data = [] },
            line: { step, values in
                for value in values {
                    while data.count <= value.name { data.append(MetricCurve()) }
                    data[value.name].append(step, value.value)
                }
            })
    }
}
