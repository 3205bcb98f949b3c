import Runs

/// The curves of one run as far as its log was read.
struct RunCurves: Equatable, Sendable {
    /// A line of the log.
    struct Line: Equatable, Sendable {
        var step: Int
        var values: [MetricsFollower.Value]
    }

    /// Series that are kept; further names are passed over. With their buckets they bound the memory of a run, 47 MB.
    static let maximumSeries = 64

    /// Where reading goes on.
    private(set) var follower: MetricsFollower
    /// By the place of their names in the follower's.
    private(set) var series: [CurveSeries] = []
    /// The last step of any line.
    private(set) var lastStep = 0
    private(set) var lines = 0
    /// What run.json says, for a log that does not tell epochs.
    var stepsPerEpoch: Int?

    init(_ path: String) { follower = MetricsFollower(path) }

    var names: [String] { Array(follower.names.prefix(series.count)) }

    var bytes: Int { series.reduce(0) { $0 + $1.bytes } }

    subscript(name: String) -> CurveSeries? {
        guard let place = follower.names.firstIndex(of: name), series.indices.contains(place) else { return nil }
        return series[place]
    }

    /// All that the log holds now.
    /// - Throws: `InputError`, and what `check` throws.
    static func read(_ path: String, check: () throws -> Void = {}) throws -> RunCurves {
        var curves = RunCurves(path)
        var follower = curves.follower
        _ = try follower.read(
            anew: { curves = RunCurves(path) },
            line: { step, values in
                curves.append(step, values)
                if curves.lines & 0xFFFF == 0 { try check() }
            })
        curves.follower = follower
        curves.settle()
        return curves
    }

    /// What was written after a follower read; nil where the log began anew.
    static func lines(after follower: inout MetricsFollower) throws -> [Line]? {
        var lines: [Line] = []
        var isAnew = false
        _ = try follower.read(
            anew: { isAnew = true },
            line: { step, values in
                if !isAnew { lines.append(Line(step: step, values: values)) }
            })
        return isAnew ? nil : lines
    }

    /// Adds what was read, up to where the follower is now.
    mutating func append(_ lines: [Line], upTo follower: MetricsFollower) {
        for line in lines { append(line.step, line.values) }
        self.follower = follower
        settle()
    }

    private mutating func settle() {
        for index in series.indices { series[index].settle() }
    }

    @inline(__always)
    private mutating func append(_ step: Int, _ values: [MetricsFollower.Value]) {
        lines += 1
        if step > lastStep { lastStep = step }
        for value in values where value.name >= series.count && value.name < Self.maximumSeries {
            while series.count <= value.name { series.append(CurveSeries()) }
        }
        series.withUnsafeMutableBufferPointer { series in
            for value in values where value.name < series.count { series[value.name].append(step, value.value) }
        }
    }
}
