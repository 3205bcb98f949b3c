import Imaging

/// Which values are shown from black to white; values outside are clipped, before anything is averaged.
public enum Window: Equatable, Sendable {
    /// From the 0.35th to the 99.65th percentile of the image.
    case auto
    /// What the file's type holds for 8 bits and fewer, else the image's least to its greatest value.
    case full
    /// From the first value to the second.
    case range(Float, Float)

    /// Reads `auto`, `full` or `LO:HI` with LO less than HI; nil for anything else.
    public init?(_ text: String) {
        switch text {
        case "auto": self = .auto
        case "full": self = .full
        default:
            let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Float($0) }
            guard parts.count == 2, let low = parts[0], let high = parts[1], low < high else { return nil }
            guard low.isFinite, high.isFinite else { return nil }
            self = .range(low, high)
        }
    }

    /// The samples, as stored, that are shown black and white, the first less than the second.
    public func limits(of image: Image) -> ClosedRange<Float> {
        var limits: (low: Float, high: Float)
        switch self {
        case .range(let low, let high): limits = (low, high)
        case .full where image.bits <= 8 && image.format == .uint: limits = (0, image.unit)
        case .full: limits = image.shownRange
        case .auto:
            let found = OrderStatistics.values(
                of: image.shownChannels.map { image.floats(channel: $0) }, at: (0.0035, 0.9965))
            limits = (found.low * image.unit, found.high * image.unit)
            // A few bright pixels on an even ground lie beyond the percentiles.
            if limits.low >= limits.high { limits = image.shownRange }
        }
        if limits.low >= limits.high { limits.high = max(limits.low + image.unit, limits.low.nextUp) }
        return limits.low...limits.high
    }
}

extension Image {
    /// The sample that `floats` gives as 1.
    fileprivate var unit: Float {
        switch samples {
        case .uint8, .uint16, .uint32: bits >= 32 ? Float(UInt32.max) : Float((1 << bits) - 1)
        case .int8: Float(Int8.max)
        case .int16: Float(Int16.max)
        case .int32: Float(Int32.max)
        case .float: 1
        }
    }

    /// Those that are looked at: alpha is not, nor are channels beyond the first where there is neither grey nor colour.
    var shownChannels: Range<Int> { 0..<(channels == 3 || channels == 4 ? 3 : 1) }

    /// The least and the greatest finite sample that is shown; zeros where none is finite.
    fileprivate var shownRange: (low: Float, high: Float) {
        let range = withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { row in
            var range = FiniteRange()
            for y in 0..<height {
                for channel in shownChannels {
                    copy(row: y, of: channel, into: row)
                    range.take(UnsafeBufferPointer(row))
                }
            }
            return range
        }
        let (low, high) = (range.low.min(), range.high.max())
        return low <= high ? (low, high) : (0, 0)
    }

    /// Writes the `width` samples, as stored, of a channel of a row.
    func copy(row: Int, of channel: Int, into target: UnsafeMutableBufferPointer<Float>) {
        let start = row * width * channels + channel
        switch samples {
        case .uint8(let values): Self.copy(values, from: start, step: channels, into: target) { Float($0) }
        case .uint16(let values): Self.copy(values, from: start, step: channels, into: target) { Float($0) }
        case .uint32(let values): Self.copy(values, from: start, step: channels, into: target) { Float($0) }
        case .int8(let values): Self.copy(values, from: start, step: channels, into: target) { Float($0) }
        case .int16(let values): Self.copy(values, from: start, step: channels, into: target) { Float($0) }
        case .int32(let values): Self.copy(values, from: start, step: channels, into: target) { Float($0) }
        case .float(let values): Self.copy(values, from: start, step: channels, into: target) { $0 }
        }
    }

    @inline(__always)
    private static func copy<Sample>(
        _ values: [Sample], from start: Int, step: Int, into target: UnsafeMutableBufferPointer<Float>,
        _ number: (Sample) -> Float
    ) {
        values.withUnsafeBufferPointer { values in
            if step == 1 {
                // Told apart, since it then is done in several lanes at once.
                for x in 0..<target.count { target[x] = number(values[start &+ x]) }
            } else {
                for x in 0..<target.count { target[x] = number(values[start &+ x &* step]) }
            }
        }
    }
}

/// The least and the greatest finite one of some numbers, in each of eight lanes.
private struct FiniteRange {
    var low = SIMD8<Float>(repeating: .infinity)
    var high = SIMD8<Float>(repeating: -.infinity)

    mutating func take(_ values: UnsafeBufferPointer<Float>) {
        let bytes = UnsafeRawBufferPointer(values)
        let whole = values.count / 8
        for index in 0..<whole { take(bytes.loadUnaligned(fromByteOffset: 32 * index, as: SIMD8<Float>.self)) }
        for value in values[(8 * whole)...] { take(SIMD8(repeating: value)) }
    }

    @inline(__always)
    private mutating func take(_ values: SIMD8<Float>) {
        // Neither infinities nor what is no number are 0 less themselves.
        let isFinite = values - values .== 0
        low.replace(with: values, where: isFinite .& (values .< low))
        high.replace(with: values, where: isFinite .& (values .> high))
    }
}

/// Exact order statistics of finite floats in two counting passes, without sorting.
enum OrderStatistics {
    /// The finite values at two quantiles 0...1 (nearest rank); zeros where no value is finite.
    static func values(of channels: [[Float]], at quantiles: (low: Double, high: Double)) -> (low: Float, high: Float) {
        var counts = [Int](repeating: 0, count: 1 << 16)
        for channel in channels { count(channel, into: &counts) { key in Int(key >> 16) } }
        let total = counts.reduce(0, +)
        guard total > 0 else { return (0, 0) }
        var lowRank = Int((quantiles.low * Double(total - 1)).rounded())
        var highRank = Int((quantiles.high * Double(total - 1)).rounded())
        let low = UInt32(bucket(counts[...], &lowRank))
        let high = UInt32(bucket(counts[...], &highRank))
        // The lower halves of the keys in both buckets, one after the other; or in one, where both ranks are in it.
        var lower = [Int](repeating: 0, count: 2 << 16)
        for channel in channels {
            count(channel, into: &lower) { key in
                if key >> 16 == low { return Int(key & 0xFFFF) }
                return key >> 16 == high ? (1 << 16) + Int(key & 0xFFFF) : -1
            }
        }
        let lowHalf = UInt32(bucket(lower[..<(1 << 16)], &lowRank))
        let highHalf = UInt32(bucket(low == high ? lower[..<(1 << 16)] : lower[(1 << 16)...], &highRank))
        return (value(low << 16 | lowHalf), value(high << 16 | highHalf))
    }

    /// The bucket holding the value of this rank; the rank becomes that within the bucket.
    private static func bucket(_ counts: ArraySlice<Int>, _ rank: inout Int) -> Int {
        for (index, count) in counts.enumerated() {
            if rank < count { return index }
            rank -= count
        }
        return counts.count - 1
    }

    /// Adds one at `place` of every finite value's key; a negative place is passed over.
    @inline(__always)
    private static func count(_ values: [Float], into counts: inout [Int], place: (UInt32) -> Int) {
        counts.withUnsafeMutableBufferPointer { counts in
            values.withUnsafeBufferPointer { values in
                for value in values where value.isFinite {
                    let index = place(key(value))
                    if index >= 0 { counts[index] += 1 }
                }
            }
        }
    }

    /// The bits of a float, changed so that keys sort as the values do.
    @inline(__always)
    private static func key(_ value: Float) -> UInt32 {
        let bits = value.bitPattern
        return bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits
    }

    private static func value(_ key: UInt32) -> Float {
        Float(bitPattern: key >> 31 == 1 ? key & 0x7FFF_FFFF : ~key)
    }
}
