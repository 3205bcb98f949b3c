extension Plane {
    /// How values between pixels come about.
    public enum Resampling: Sendable {
        /// Linear between the four nearest pixels (OpenCV's INTER_LINEAR); skips pixels when shrinking a lot.
        case bilinear
        /// The mean over the area a new pixel covers (OpenCV's INTER_AREA when shrinking); an axis that grows is
        /// interpolated linearly.
        case area
    }

    /// The plane resampled to another size.
    public func resized(width newWidth: Int, height newHeight: Int, _ resampling: Resampling = .bilinear) -> Plane {
        precondition(newWidth > 0 && newHeight > 0 && !values.isEmpty, "an image has pixels")
        if newWidth == width && newHeight == height { return self }
        let across = AxisTaps(from: width, to: newWidth, resampling)
        let down = AxisTaps(from: height, to: newHeight, resampling)
        let width = width
        // First every row to the new width, then sums of whole rows, which vectorise.
        let rows = [Float](unsafeUninitializedCapacity: newWidth * height) { rows, initialized in
            values.withUnsafeBufferPointer { values in
                across.withTaps { firsts, counts, offsets, weights in
                    for y in 0..<height {
                        for x in 0..<newWidth {
                            let source = y * width + firsts[x]
                            let offset = offsets[x]
                            var sum = values[source] * weights[offset]
                            var tap = 1
                            while tap < counts[x] {
                                sum += values[source &+ tap] * weights[offset &+ tap]
                                tap &+= 1
                            }
                            rows[y &* newWidth &+ x] = sum
                        }
                    }
                }
            }
            initialized = newWidth * height
        }
        var resized = [Float](repeating: 0, count: newWidth * newHeight)
        resized.withUnsafeMutableBufferPointer { resized in
            rows.withUnsafeBufferPointer { rows in
                down.withTaps { firsts, counts, offsets, weights in
                    for y in 0..<newHeight {
                        for tap in 0..<counts[y] {
                            let weight = weights[offsets[y] + tap]
                            add(
                                rows, from: (firsts[y] + tap) * newWidth, newWidth, times: weight, to: resized,
                                at: y * newWidth)
                        }
                    }
                }
            }
        }
        return Plane(width: newWidth, height: newHeight, values: resized)
    }
}

/// Adds `count` values of `source`, from `start` on, times `factor`, to those of `target` from `place` on.
@inline(__always)
func add(
    _ source: UnsafeBufferPointer<Float>, from start: Int, _ count: Int, times factor: Float,
    to target: UnsafeMutableBufferPointer<Float>, at place: Int
) {
    guard let source = source.baseAddress, let target = target.baseAddress else { return }
    let from = source + start
    let to = target + place
    for i in 0..<count { to[i] += from[i] * factor }
}

/// For every new pixel of one axis, which old ones it is made of and with what weights.
private struct AxisTaps {
    private var firsts: [Int] = []
    private var counts: [Int] = []
    private var offsets: [Int] = []
    private var weights: [Float] = []

    init(from old: Int, to new: Int, _ resampling: Plane.Resampling) {
        let scale = Double(old) / Double(new)
        for i in 0..<new {
            if resampling == .area && scale > 1 {
                addCovered(from: Double(i) * scale, to: min(Double(i + 1) * scale, Double(old)))
            } else {
                addInterpolated(at: (Double(i) + 0.5) * scale - 0.5, old: old)
            }
        }
    }

    /// Weights by how much of each old pixel lies within the span; slivers that rounding makes are left out.
    private mutating func addCovered(from start: Double, to end: Double) {
        let sliver = 1e-3
        let first =
            Int(start.rounded(.down)) + (start.rounded(.up) - start < sliver && start != start.rounded() ? 1 : 0)
        let last = max(
            first, Int(end.rounded(.up)) - 1 - (end - end.rounded(.down) < sliver && end != end.rounded() ? 1 : 0))
        let parts = (first...last).map { min(end, Double($0 + 1)) - max(start, Double($0)) }
        let total = parts.reduce(0, +)
        add(first: first, parts.map { Float($0 / total) })
    }

    private mutating func addInterpolated(at place: Double, old: Int) {
        let below = Int(place.rounded(.down))
        let part = Float(place - Double(below))
        if below < 0 {
            add(first: 0, [1])
        } else if below >= old - 1 {
            add(first: old - 1, [1])
        } else {
            add(first: below, [1 - part, part])
        }
    }

    private mutating func add(first: Int, _ parts: [Float]) {
        firsts.append(first)
        counts.append(parts.count)
        offsets.append(weights.count)
        weights.append(contentsOf: parts)
    }

    func withTaps(
        _ body: (
            UnsafeBufferPointer<Int>, UnsafeBufferPointer<Int>, UnsafeBufferPointer<Int>, UnsafeBufferPointer<Float>
        ) -> Void
    ) {
        firsts.withUnsafeBufferPointer { firsts in
            counts.withUnsafeBufferPointer { counts in
                offsets.withUnsafeBufferPointer { offsets in
                    weights.withUnsafeBufferPointer { body(firsts, counts, offsets, $0) }
                }
            }
        }
    }
}
