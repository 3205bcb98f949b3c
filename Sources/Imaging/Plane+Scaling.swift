extension Plane {
    /// The smallest and the largest finite value; nil where there is none.
    public var range: ClosedRange<Float>? {
        values.withUnsafeBufferPointer { values in
            var low = Float.infinity
            var high = -Float.infinity
            for value in values where value.isFinite {
                low = min(low, value)
                high = max(high, value)
            }
            return low <= high ? low...high : nil
        }
    }

    /// The values mapped so that `range` becomes 0...1, and cut off there. No number becomes 0; a range of one value
    /// makes everything up to it 0 and everything above 1.
    public func scaled(from range: ClosedRange<Float>) -> Plane {
        let low = range.lowerBound
        // Halved, so that a range over all floats does not overflow.
        let extent = range.upperBound / 2 - low / 2
        var scaled = self
        scaled.values.withUnsafeMutableBufferPointer { values in
            for i in values.indices {
                let value = (values[i] / 2 - low / 2) / extent
                values[i] = value > 0 ? min(value, 1) : 0
            }
        }
        return scaled
    }

    /// The value below which `fraction` (0...1) of the finite values lie, interpolated linearly between the two nearest
    /// ranks as numpy does; nil where there is no finite value.
    public func quantile(_ fraction: Double) -> Float? {
        quantiles([fraction]).first ?? nil
    }

    /// Several quantiles with one sort; see `quantile`.
    public func quantiles(_ fractions: [Double]) -> [Float?] {
        let order = RankTable(values)
        guard order.count > 0 else { return fractions.map { _ in nil } }
        return fractions.map { fraction in
            let place = min(max(fraction, 0), 1) * Double(order.count - 1)
            let below = Int(place)
            let low = Double(order.value(rank: below))
            let part = place - Double(below)
            return Float(part > 0 ? low + (Double(order.value(rank: below + 1)) - low) * part : low)
        }
    }
}

/// Finds the value of any rank among finite floats by counting, in time that does not depend on their order.
private struct RankTable {
    /// Finite values.
    let count: Int
    private let keys: [UInt32]
    /// Values by the upper half of their key.
    private let upper: [Int]

    init(_ values: [Float]) {
        var upper = [Int](repeating: 0, count: 1 << 16)
        // Bit patterns changed so that they sort as the values do.
        var keys = [UInt32]()
        keys.reserveCapacity(values.count)
        upper.withUnsafeMutableBufferPointer { upper in
            for value in values where value.isFinite {
                let key = value.bitPattern ^ (value.bitPattern >> 31 == 1 ? .max : 0x8000_0000)
                keys.append(key)
                upper[Int(key >> 16)] += 1
            }
        }
        self.keys = keys
        self.upper = upper
        count = keys.count
    }

    /// The value that `rank` others are not above, from 0.
    func value(rank: Int) -> Float {
        let (high, rest) = Self.place(of: rank, in: upper)
        var lower = [Int](repeating: 0, count: 1 << 16)
        lower.withUnsafeMutableBufferPointer { lower in
            for key in keys where key >> 16 == high { lower[Int(key & 0xFFFF)] += 1 }
        }
        let (low, _) = Self.place(of: rest, in: lower)
        let key = UInt32(high << 16 | low)
        return Float(bitPattern: key ^ (key >> 31 == 1 ? 0x8000_0000 : .max))
    }

    /// The bin in which the item of `rank` lies and its rank within.
    private static func place(of rank: Int, in bins: [Int]) -> (bin: Int, rank: Int) {
        var rest = rank
        for (bin, count) in bins.enumerated() {
            if rest < count { return (bin, rest) }
            rest -= count
        }
        return (bins.count - 1, 0)
    }
}

extension [Plane] {
    /// All planes scaled alike, so that the smallest value of all becomes 0 and the largest 1; a flat image becomes 0.
    public func minMaxScaled() -> [Plane] {
        let ranges = compactMap(\.range)
        guard let low = ranges.map(\.lowerBound).min(), let high = ranges.map(\.upperBound).max() else {
            return map {
                Plane(width: $0.width, height: $0.height, values: .init(repeating: 0, count: $0.values.count))
            }
        }
        return map { $0.scaled(from: low...high) }
    }
}
