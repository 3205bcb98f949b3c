/// The values of one quantity on all images of two sets, sorted once, so that the distance between any two groups of
/// the images is one sweep over them.
struct PooledValues {
    /// One value and how much it counts.
    struct Weighted {
        var value: Float
        var weight: Float
    }

    /// On which side of a comparison an image is.
    enum Side: Int8 {
        case first = 1
        case second = -1
        case neither = 0
    }

    private let values: [Float]
    private let weights: [Float]
    private let images: [Int32]

    /// The values by image; those that are no number are left out.
    init(_ valuesByImage: [[Weighted]]) {
        var order: [(value: Float, weight: Float, image: Int32)] = []
        order.reserveCapacity(valuesByImage.reduce(0) { $0 + $1.count })
        for (image, values) in valuesByImage.enumerated() {
            for item in values where item.value.isFinite && item.weight > 0 {
                order.append((item.value, item.weight, Int32(image)))
            }
        }
        order.sort { $0.value < $1.value }
        values = order.map(\.value)
        weights = order.map(\.weight)
        images = order.map(\.image)
    }

    /// Wasserstein-1 distance and Kolmogorov-Smirnov statistic (the largest difference of the cumulative distributions)
    /// between the values on the two sides; nil where one side has none. One side per image.
    func distance(between sides: [Side]) -> (wasserstein: Double, ks: Double)? {
        let steps = steps(sides)
        guard steps.first > 0, steps.second > 0 else { return nil }
        let (perFirst, perSecond) = (1 / steps.first, 1 / steps.second)
        var (wasserstein, ks, difference) = (0.0, 0.0, 0.0)
        var previous = Double(values[0])
        values.withUnsafeBufferPointer { values in
            weights.withUnsafeBufferPointer { weights in
                images.withUnsafeBufferPointer { images in
                    sides.withUnsafeBufferPointer { sides in
                        for i in 0..<values.count {
                            let side = sides[Int(images[i])]
                            if side == .neither { continue }
                            let value = Double(values[i])
                            if value > previous {
                                wasserstein += abs(difference) * (value - previous)
                                ks = max(ks, abs(difference))
                                previous = value
                            }
                            difference += Double(weights[i]) * (side == .first ? perFirst : -perSecond)
                        }
                    }
                }
            }
        }
        return (wasserstein, ks)
    }

    /// Sums of the weights on both sides.
    private func steps(_ sides: [Side]) -> (first: Double, second: Double) {
        var (first, second) = (0.0, 0.0)
        for (weight, image) in zip(weights, images) {
            switch sides[Int(image)] {
            case .first: first += Double(weight)
            case .second: second += Double(weight)
            case .neither: break
            }
        }
        return (first, second)
    }

    /// Mean and standard deviation of the values of one side; nil where it has none.
    func summary(of side: Side, _ sides: [Side]) -> ValueSummary? {
        var (total, sum) = (0.0, 0.0)
        for i in values.indices where sides[Int(images[i])] == side {
            total += Double(weights[i])
            sum += Double(weights[i]) * Double(values[i])
        }
        guard total > 0 else { return nil }
        let mean = sum / total
        var squares = 0.0
        for i in values.indices where sides[Int(images[i])] == side {
            let deviation = Double(values[i]) - mean
            squares += Double(weights[i]) * deviation * deviation
        }
        return ValueSummary(mean: mean, deviation: (squares / total).squareRoot())
    }

    /// The range that holds all values but the lowest and the highest `tail` of their weight; nil without values.
    func range(withoutTails tail: Double) -> ClosedRange<Double>? {
        let total = weights.reduce(0.0) { $0 + Double($1) }
        guard total > 0 else { return nil }
        var sum = 0.0
        var low: Double?
        for (value, weight) in zip(values, weights) {
            sum += Double(weight)
            if low == nil, sum >= tail * total { low = Double(value) }
            if sum >= (1 - tail) * total { return (low ?? Double(value))...Double(value) }
        }
        return low.flatMap { low in values.last.map { low...Double($0) } }
    }

    /// The share of the weight of one side in each of `bins` equal bins over `range`; what lies beyond is in the end bins.
    func shares(of side: Side, _ sides: [Side], in range: ClosedRange<Double>, bins: Int) -> [Double] {
        var shares = [Double](repeating: 0, count: bins)
        let scale = Double(bins) / max(range.upperBound - range.lowerBound, .leastNormalMagnitude)
        var total = 0.0
        for i in values.indices where sides[Int(images[i])] == side {
            let place = (Double(values[i]) - range.lowerBound) * scale
            shares[Int(min(max(place, 0), Double(bins - 1)))] += Double(weights[i])
            total += Double(weights[i])
        }
        return total > 0 ? shares.map { $0 / total } : shares
    }
}

/// Mean and spread of a quantity.
public struct ValueSummary: Codable, Equatable, Sendable {
    public let mean: Double
    /// Standard deviation (of the population).
    public let deviation: Double
}
