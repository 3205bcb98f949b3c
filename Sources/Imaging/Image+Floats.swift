extension Image {
    /// Smallest, largest and mean sample.
    public struct Statistics: Equatable, Sendable, Codable {
        public let minimum: Double
        public let maximum: Double
        public let mean: Double
        /// Samples that are no number or infinite, left out of the others.
        public let nonFinite: Int
    }

    /// Statistics over all samples of all channels, as stored.
    public var statistics: Statistics {
        switch samples {
        case .uint8(let values): Self.statistics(of: values)
        case .uint16(let values): Self.statistics(of: values)
        case .uint32(let values): Self.statistics(of: values)
        case .int8(let values): Self.statistics(of: values)
        case .int16(let values): Self.statistics(of: values)
        case .int32(let values): Self.statistics(of: values)
        case .float(let values): Self.statistics(of: values)
        }
    }

    private static func statistics<Sample: FixedWidthInteger>(of values: [Sample]) -> Statistics {
        values.withUnsafeBufferPointer { values in
            var low = Sample.max
            var high = Sample.min
            // 2^31 samples of 32 bits stay within 64 bits.
            var sum = 0
            for value in values {
                low = min(low, value)
                high = max(high, value)
                sum &+= Int(truncatingIfNeeded: value)
            }
            guard !values.isEmpty else { return Statistics(minimum: 0, maximum: 0, mean: 0, nonFinite: 0) }
            return Statistics(
                minimum: Double(low), maximum: Double(high), mean: Double(sum) / Double(values.count), nonFinite: 0)
        }
    }

    private static func statistics(of values: [Float]) -> Statistics {
        values.withUnsafeBufferPointer { values in
            var low = Float.infinity
            var high = -Float.infinity
            var sum = 0.0
            var finite = 0
            for value in values where value.isFinite {
                low = min(low, value)
                high = max(high, value)
                sum += Double(value)
                finite += 1
            }
            guard finite > 0 else { return Statistics(minimum: 0, maximum: 0, mean: 0, nonFinite: values.count) }
            return Statistics(
                minimum: Double(low), maximum: Double(high), mean: sum / Double(finite),
                nonFinite: values.count - finite)
        }
    }

    /// The `width * height` samples of one channel: unsigned ones divided by the largest value of their depth (so 0...1),
    /// signed ones by the largest positive value (so -1...1), floats as they are.
    public func floats(channel: Int = 0) -> [Float] {
        precondition(channel >= 0 && channel < channels, "no such channel")
        let unsigned = bits >= 32 ? Float(UInt32.max) : Float((1 << bits) - 1)
        return switch samples {
        case .uint8(let values): scaled(values, channel, by: 1 / unsigned)
        case .uint16(let values): scaled(values, channel, by: 1 / unsigned)
        case .uint32(let values): scaled(values, channel, by: 1 / unsigned)
        case .int8(let values): scaled(values, channel, by: 1 / Float(Int8.max))
        case .int16(let values): scaled(values, channel, by: 1 / Float(Int16.max))
        case .int32(let values): scaled(values, channel, by: 1 / Float(Int32.max))
        case .float(let values): pick(values, channel)
        }
    }

    private func scaled<Sample: FixedWidthInteger>(_ values: [Sample], _ channel: Int, by factor: Float) -> [Float] {
        let count = width * height
        let step = channels
        return values.withUnsafeBufferPointer { values in
            [Float](unsafeUninitializedCapacity: count) { target, initialized in
                var source = channel
                for i in 0..<count {
                    target[i] = Float(values[source]) * factor
                    source &+= step
                }
                initialized = count
            }
        }
    }

    private func pick(_ values: [Float], _ channel: Int) -> [Float] {
        channels == 1 ? values : (0..<width * height).map { values[$0 * channels + channel] }
    }
}
