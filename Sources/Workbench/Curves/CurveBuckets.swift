/// The points of a curve in buckets of `width` points each, of which the least, the greatest and the mean are kept. There
/// are never more than `capacity` buckets: when one more would be needed, neighbours are joined and `width` doubles. A
/// curve takes the same memory however long its run becomes, and is exact as long as `width` is 1.
struct CurveBuckets: Equatable, Sendable {
    let capacity: Int
    /// Points of every bucket but the last, which may have fewer.
    private(set) var width = 1
    /// The step of each bucket's first point; they rise.
    private(set) var steps: [Int] = []
    /// Of the finite points of each bucket; infinity, -infinity and NaN where there are none.
    private(set) var least: [Float] = []
    private(set) var greatest: [Float] = []
    private(set) var mean: [Float] = []
    /// The last bucket while it fills; `settle` puts it in its place.
    private var points = 0
    private var low = Float.infinity
    private var high = -Float.infinity
    private var sum = 0.0
    private var finite = 0

    /// `capacity` is even.
    init(capacity: Int) { self.capacity = capacity }

    var count: Int { steps.count }

    /// Bytes that the buckets take.
    var bytes: Int {
        steps.capacity * MemoryLayout<Int>.stride
            + (least.capacity + greatest.capacity + mean.capacity) * MemoryLayout<Float>.stride
    }

    /// Adds a point; one that is not finite is a gap. After the last of several, `settle` must be called.
    @inline(__always)
    mutating func append(_ step: Int, _ value: Float) {
        if points == width || steps.isEmpty { begin(step) }
        points += 1
        guard value.isFinite else { return }
        finite += 1
        sum += Double(value)
        low = min(low, value)
        high = max(high, value)
    }

    /// Makes the last points seen.
    mutating func settle() {
        guard let last = steps.indices.last, points > 0 else { return }
        least[last] = low
        greatest[last] = high
        mean[last] = finite == 0 ? .nan : Float(sum / Double(finite))
    }

    private mutating func begin(_ step: Int) {
        settle()
        if steps.count == capacity { halve() }
        steps.append(step)
        least.append(.infinity)
        greatest.append(-.infinity)
        mean.append(.nan)
        (points, low, high, sum, finite) = (0, .infinity, -.infinity, 0, 0)
    }

    /// Joins neighbours. All buckets are full now, and their number is even.
    private mutating func halve() {
        let half = steps.count / 2
        for index in 0..<half {
            let (one, other) = (2 * index, 2 * index + 1)
            steps[index] = steps[one]
            least[index] = min(least[one], least[other])
            greatest[index] = max(greatest[one], greatest[other])
            let (left, right) = (mean[one], mean[other])
            mean[index] = left.isNaN ? right : right.isNaN ? left : left / 2 + right / 2
        }
        steps.removeLast(steps.count - half)
        least.removeLast(least.count - half)
        greatest.removeLast(greatest.count - half)
        mean.removeLast(mean.count - half)
        width *= 2
    }

    /// The first bucket whose first step is not before `step`.
    func firstIndex(from step: Int) -> Int {
        var (low, high) = (0, steps.count)
        while low < high {
            let middle = (low + high) / 2
            if steps[middle] < step { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
