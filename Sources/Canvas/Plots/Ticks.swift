import Foundation

/// Round numbers along an axis.
struct Ticks: Equatable {
    let values: [Double]
    let labels: [String]

    /// About `count` round numbers between the bounds, 1, 2 or 5 times a power of ten apart.
    init(from low: Double, to high: Double, count: Int) {
        guard low.isFinite, high.isFinite, high > low, count > 0, (high - low).isFinite else {
            self.init(values: low.isFinite ? [low] : [], step: 0)
            return
        }
        let rough = (high - low) / Double(max(count, 2))
        let power = pow(10, floor(log10(rough)))
        var step = power * ([1, 2, 5, 10].first { $0 * power >= rough * 0.999 } ?? 10)
        // One number alone tells no scale: nearer ones, then.
        for smaller in [5, 2, 1, 0.5, 0.2].map({ $0 * power }) where smaller < step * 0.999 {
            if floor(high / step + 1e-9) > ceil(low / step - 1e-9) { break }
            step = smaller
        }
        guard step > 0, step.isFinite else {
            self.init(values: [low], step: 0)
            return
        }
        let first = ceil(low / step - 1e-9)
        let last = floor(high / step + 1e-9)
        guard last >= first, last - first < 1000 else {
            self.init(values: [low], step: 0)
            return
        }
        // Adding 0 makes 0 of -0.
        self.init(values: stride(from: first, through: last, by: 1).map { $0 * step + 0 }, step: step)
    }

    /// Powers of ten, at most `count` of them, between the bounds of a logarithmic axis, which are logarithms themselves.
    init(logarithmsFrom low: Double, to high: Double, count: Int) {
        guard low.isFinite, high.isFinite, high > low else {
            self.init(
                values: low.isFinite ? [low] : [], labels: low.isFinite ? [Self.label(pow(10, low), step: 0)] : [])
            return
        }
        let stretch = max(1, ((high - low) / Double(max(count, 1))).rounded(.up))
        var exponents = Array(stride(from: ceil(low - 1e-9), through: floor(high + 1e-9), by: stretch))
        if exponents.count < 2 { exponents = [low, high] }
        self.init(values: exponents, labels: exponents.map { Self.label(pow(10, $0), step: 0) })
    }

    private init(values: [Double], step: Double) {
        self.init(values: values, labels: values.map { Self.label($0, step: step) })
    }

    private init(values: [Double], labels: [String]) {
        self.values = values
        self.labels = labels
    }

    /// A value with as many decimals as the step between ticks needs; three digits where there is no step.
    static func label(_ value: Double, step: Double) -> String {
        let size = abs(value)
        if size != 0, size >= 1e6 || size < 1e-3 {
            return String(format: "%.3g", value).replacingOccurrences(of: "e+0", with: "e")
                .replacingOccurrences(of: "e-0", with: "e-").replacingOccurrences(of: "e+", with: "e")
        }
        if step > 0 { return String(format: "%.\(max(0, Int(ceil(-log10(step) - 1e-9))))f", value) }
        return String(format: "%.3g", value)
    }
}
