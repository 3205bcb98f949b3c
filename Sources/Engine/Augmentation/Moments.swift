/// The mean and the standard deviation of values that come one by one; 0 without any.
struct Moments {
    private(set) var count = 0.0
    private var sum = 0.0
    private var squares = 0.0

    init() {}

    init(_ values: some Sequence<Double>) { for value in values { add(value) } }

    var mean: Double { count > 0 ? sum / count : 0 }
    var deviation: Double { count > 0 ? max(0, squares / count - mean * mean).squareRoot() : 0 }

    mutating func add(_ value: Double) {
        count += 1
        sum += value
        squares += value * value
    }
}
