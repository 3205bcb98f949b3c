/// How fast work goes and how long it will still take. Pure: the clock's reading is given.
public struct ProgressPace: Sendable {
    /// Where the work was when first heard of: a resumed run does not begin at nothing.
    private var first: (done: Int, fraction: Double)?
    /// How much is done, and of how much if known, in `unit`s.
    public private(set) var done = 0
    public let total: Int?
    public let unit: String
    /// The part of the work that is done, 0 to 1; nil if unknown.
    public private(set) var fraction: Double?
    /// Seconds since the beginning.
    public private(set) var elapsed = 0.0
    /// Seconds still to go where whoever does the work knows better than the pace.
    private var forecast: Double?

    public init(total: Int? = nil, unit: String) {
        self.total = total
        self.unit = unit
    }

    /// Takes note of where the work stands. `fraction` is for work bounded by other than a count, such as minutes;
    /// `remaining` are the seconds still to go where they are known.
    public mutating func update(done: Int, fraction: Double? = nil, remaining: Double? = nil, at seconds: Double) {
        self.done = done
        forecast = remaining
        let counted = total.map { $0 > 0 ? Double(done) / Double($0) : 1 }
        self.fraction = (fraction ?? counted).map { $0.isFinite ? min(max($0, 0), 1) : 0 }
        if first == nil { first = (done, self.fraction ?? 0) }
        elapsed = seconds
    }

    /// Units a second, nil while unknown.
    public var rate: Double? {
        guard let first, elapsed > 0, done > first.done else { return nil }
        return Double(done - first.done) / elapsed
    }

    /// Seconds still to go, at the pace so far where nothing better is known; nil while unknown.
    public var remaining: Double? {
        if let forecast { return forecast }
        guard let first, let fraction, fraction > first.fraction, elapsed > 0 else { return nil }
        return elapsed * (1 - fraction) / (fraction - first.fraction)
    }

    /// "1234/5000 steps".
    var count: String { total.map { "\(done)/\($0) \(unit)" } ?? doneCount }

    /// "1234 steps", "1 step".
    var doneCount: String { "\(done) \(done == 1 ? one : unit)" }

    /// What one unit is called.
    private var one: String { unit.hasSuffix("s") ? String(unit.dropLast()) : unit }

    /// "12.3 steps/s", or "1.9 s a step" where it is slower than one a second.
    var speed: String? {
        guard let rate else { return nil }
        if rate >= 1 { return "\(rate >= 100 ? "\(Int(min(rate, 1e15)))" : "\((rate * 10).rounded() / 10)") \(unit)/s" }
        let article = one.first.map("aeio".contains) == true ? "an" : "a"
        return "\(Duration.seconds(1 / rate).brief) \(article) \(one)"
    }
}
