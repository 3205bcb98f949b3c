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
