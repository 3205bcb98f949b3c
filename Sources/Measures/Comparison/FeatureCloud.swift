/// Points of a feature space, one for each image, and what lies near what. All distances are Euclidean and exact.
public struct FeatureCloud: Equatable, Sendable {
    /// Points.
    public let count: Int
    /// Numbers a point.
    public let dimensions: Int
    /// `count * dimensions` numbers, point by point.
    public let values: [Float]

    /// A cloud of `count` points laid one after another in `values`.
    public init(values: [Float], count: Int) {
        precondition(count > 0 ? values.count % count == 0 : values.isEmpty, "the values do not divide into the points")
        self.count = count
        self.values = values
        dimensions = count > 0 ? values.count / count : 0
    }

    /// A cloud of points of equally many numbers.
    public init(_ rows: [[Float]]) {
        precondition(rows.allSatisfy { $0.count == rows[0].count }, "the points differ in length")
        self.init(values: rows.flatMap { $0 }, count: rows.count)
    }

    /// The cloud of the points of these numbers.
    public func choosing(_ indices: [Int]) -> FeatureCloud {
        FeatureCloud(
            values: indices.flatMap { values[$0 * dimensions..<($0 + 1) * dimensions] }, count: indices.count)
    }

    /// A point and how far it is.
    public struct Neighbour: Equatable, Sendable {
        /// Number of the point in its cloud.
        public let index: Int
        public let distance: Float
    }

    /// The `count` points nearest to `point` (`dimensions` numbers), nearest first, of equally near ones the earlier first;
    /// the point numbered `excluded` is left out.
    public func nearest(to point: [Float], count wanted: Int, excluding excluded: Int? = nil) -> [Neighbour] {
        precondition(point.count == dimensions || count == 0, "the point has another length")
        let distances: [Float] = point.withUnsafeBufferPointer { point in
            values.withUnsafeBufferPointer { values in
                (0..<count).map { squaredDistance(values, $0 * dimensions, point, 0, dimensions) }
            }
        }
        let order = distances.indices.filter { $0 != excluded }.sorted {
            (distances[$0], $0) < (distances[$1], $1)
        }
        return order.prefix(wanted).map { Neighbour(index: $0, distance: distances[$0].squareRoot()) }
    }

    /// Squared distance from every point to its `rank`-th nearest other one, from 1; `rank` is less than `count`.
    func squaredRadii(rank: Int) -> [Float] {
        precondition(rank > 0 && rank < count, "there are not so many other points")
        return values.withUnsafeBufferPointer { values in
            (0..<count).map { point in
                // The nearest so far, ascending; short, so that inserting is cheap.
                var nearest = [Float](repeating: .infinity, count: rank)
                for other in 0..<count where other != point {
                    let distance = squaredDistance(values, point * dimensions, values, other * dimensions, dimensions)
                    if !(distance < nearest[rank - 1]) { continue }
                    var place = rank - 1
                    while place > 0, nearest[place - 1] > distance {
                        nearest[place] = nearest[place - 1]
                        place -= 1
                    }
                    nearest[place] = distance
                }
                return nearest[rank - 1]
            }
        }
    }

    /// Which of `others` lie in the balls of these squared radii around the points: how many each ball holds, and in how
    /// many balls each of the others lies.
    func held(_ others: FeatureCloud, within squaredRadii: [Float]) -> (byBall: [Int], byOther: [Int]) {
        precondition(others.dimensions == dimensions, "the points differ in length")
        var byBall = [Int](repeating: 0, count: count)
        var byOther = [Int](repeating: 0, count: others.count)
        values.withUnsafeBufferPointer { mine in
            others.values.withUnsafeBufferPointer { theirs in
                for point in 0..<count {
                    for other in 0..<others.count
                    where squaredDistance(mine, point * dimensions, theirs, other * dimensions, dimensions)
                        <= squaredRadii[point]
                    {
                        byBall[point] += 1
                        byOther[other] += 1
                    }
                }
            }
        }
        return (byBall, byOther)
    }
}

/// Sum of the squared differences of `count` numbers, in eight sums side by side that the compiler makes a vector of.
@inline(__always)
func squaredDistance(
    _ one: UnsafeBufferPointer<Float>, _ start: Int, _ other: UnsafeBufferPointer<Float>, _ otherStart: Int,
    _ count: Int
) -> Float {
    guard let one = one.baseAddress, let other = other.baseAddress else { return 0 }
    let (left, right) = (UnsafeRawPointer(one + start), UnsafeRawPointer(other + otherStart))
    var sums = SIMD8<Float>(repeating: 0)
    var i = 0
    while i &+ 8 <= count {
        let difference =
            left.loadUnaligned(fromByteOffset: i &* 4, as: SIMD8<Float>.self)
            - right.loadUnaligned(fromByteOffset: i &* 4, as: SIMD8<Float>.self)
        sums += difference * difference
        i &+= 8
    }
    var sum = sums.sum()
    while i < count {
        let difference = one[start &+ i] - other[otherStart &+ i]
        sum += difference * difference
        i &+= 1
    }
    return sum
}
