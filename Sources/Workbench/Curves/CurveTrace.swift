import Foundation

/// A curve as it is drawn: few points, whatever the log holds.
struct CurveTrace: Equatable, Sendable {
    var x: [Double] = []
    /// NaN where the line is broken.
    var y: [Double] = []
}

extension CurveSeries {
    /// The curve between two places of the axis for so many dots across: for each dot the least and the greatest value, and
    /// lines from mean to mean. A stretch without any value is a gap.
    func trace(_ range: ClosedRange<Double>, dots: Int, _ axis: StepAxis) -> CurveTrace {
        var axis = axis
        let buckets = buckets(
            from: axis.step(at: range.lowerBound), to: axis.step(at: range.upperBound), dots: dots)
        let seen = buckets.seen(range, axis)
        var trace = CurveTrace()
        var (dot, x) = (Int.min, 0.0)
        var (least, greatest, first, last) = (Double.infinity, -Double.infinity, Double.nan, Double.nan)
        func finish() {
            guard dot != .min else { return }
            if first.isNaN {
                if trace.y.last?.isNaN == false {
                    trace.x.append(x)
                    trace.y.append(.nan)
                }
            } else {
                for y in first == last && least == greatest ? [first] : [first, least, greatest, last] {
                    trace.x.append(x)
                    trace.y.append(y)
                }
            }
        }
        for index in seen {
            let place = axis.place(of: buckets.steps[index])
            let next = Self.dot(place, range, dots)
            if next != dot {
                finish()
                (dot, x) = (next, place)
                (least, greatest, first) = (.infinity, -.infinity, .nan)
            }
            let mean = Double(buckets.mean[index])
            if mean.isNaN { continue }
            if first.isNaN { first = mean }
            last = mean
            least = min(least, Double(buckets.least[index]))
            greatest = max(greatest, Double(buckets.greatest[index]))
        }
        finish()
        return trace
    }

    /// The dot of a place, held near those in sight.
    @inline(__always)
    private static func dot(_ place: Double, _ range: ClosedRange<Double>, _ dots: Int) -> Int {
        let scale = Double(max(dots - 1, 1)) / max(range.upperBound - range.lowerBound, .leastNormalMagnitude)
        return Int(min(max(((place - range.lowerBound) * scale).rounded(), -1e6), 1e6))
    }

    /// The exponentially weighted mean of the points up to each dot: each point counts `weight` times what the one behind
    /// it counts; the first ones are not drawn towards zero (Kingma and Ba 2015).
    func smoothed(_ range: ClosedRange<Double>, weight: Double, dots: Int, _ axis: StepAxis) -> CurveTrace {
        var axis = axis
        let buckets = buckets(
            from: axis.step(at: range.lowerBound), to: axis.step(at: range.upperBound), dots: dots)
        let seen = buckets.seen(range, axis)
        // The mean of a bucket stands for all its points.
        let kept = pow(weight, Double(buckets.width))
        var trace = CurveTrace()
        var (sum, missing, dot) = (0.0, 1.0, Int.min)
        for index in 0..<seen.upperBound {
            let mean = Double(buckets.mean[index])
            if mean.isFinite {
                sum = kept * sum + (1 - kept) * mean
                missing *= kept
            }
            guard index >= seen.lowerBound else { continue }
            if mean.isNaN, trace.y.last?.isNaN ?? true { continue }
            let place = axis.place(of: buckets.steps[index])
            let next = Self.dot(place, range, dots)
            // A smooth line is where it was last in each dot.
            if next == dot, !mean.isNaN, trace.y.last?.isNaN == false {
                trace.y[trace.y.count - 1] = sum / (1 - missing)
                continue
            }
            dot = next
            trace.x.append(place)
            trace.y.append(mean.isNaN ? .nan : sum / (1 - missing))
        }
        return trace
    }
}

extension CurveBuckets {
    /// The buckets in sight and one on each side, whose lines reach into it.
    fileprivate func seen(_ range: ClosedRange<Double>, _ axis: StepAxis) -> Range<Int> {
        let low = firstIndex(from: axis.step(at: range.lowerBound))
        let high = firstIndex(from: axis.step(at: range.upperBound) + 1)
        return max(low - 1, 0)..<max(min(high + 1, count), max(low - 1, 0))
    }
}
