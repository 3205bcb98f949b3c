import Foundation

/// The values of one name over the steps, in two kinds of buckets: fine ones to look closely, coarse ones that are few
/// enough to draw all of a long run many times a second. At 20 bytes a bucket a series takes 0.7 MB at most.
struct CurveSeries: Equatable, Sendable {
    /// A point that stands out.
    struct Point: Equatable, Sendable {
        var step: Int
        var value: Double
    }

    private(set) var fine = CurveBuckets(capacity: 1 << 15)
    private(set) var coarse = CurveBuckets(capacity: 1 << 12)
    /// Finite points, of which there may be none.
    private(set) var last: Point?
    private(set) var lowest: Point?
    private(set) var highest: Point?
    /// The step of the last point, finite or not.
    private var end = Int.min

    var bytes: Int { fine.bytes + coarse.bytes }

    /// Adds a point; `settle` must follow the last of several. Steps that do not rise are left out: the log was written by two at once.
    @inline(__always)
    mutating func append(_ step: Int, _ value: Double) {
        guard step > end else { return }
        end = step
        // What a float cannot hold is drawn at its limits.
        let limit = Double(Float.greatestFiniteMagnitude)
        let short = value.isFinite ? Float(min(max(value, -limit), limit)) : .nan
        fine.append(step, short)
        coarse.append(step, short)
        guard value.isFinite else { return }
        last = Point(step: step, value: value)
        if lowest.map({ value < $0.value }) ?? true { lowest = last }
        if highest.map({ value > $0.value }) ?? true { highest = last }
    }

    /// Makes the last points seen; see `CurveBuckets`.
    mutating func settle() {
        fine.settle()
        coarse.settle()
    }

    /// Buckets for a stretch of steps that is drawn on `dots` dots: coarse ones where they are at least as many.
    func buckets(from first: Int, to last: Int, dots: Int) -> CurveBuckets {
        if coarse.width == fine.width { return fine }
        let seen = coarse.firstIndex(from: last) - coarse.firstIndex(from: first)
        return seen >= 2 * dots ? coarse : fine
    }

    /// What the curve is at a step: of the bucket that holds it.
    func value(at step: Int) -> (step: Int, least: Double, mean: Double, greatest: Double)? {
        var index = fine.firstIndex(from: step)
        if index == fine.count || fine.steps[index] > step { index -= 1 }
        guard index >= 0, fine.mean[index].isFinite else { return nil }
        return (fine.steps[index], Double(fine.least[index]), Double(fine.mean[index]), Double(fine.greatest[index]))
    }
}
