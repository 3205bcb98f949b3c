import Canvas
import Imaging
import Runs

/// What the screen of curves shows.
struct Curves: Sendable {
    /// A run whose curves are drawn.
    struct Run: Sendable {
        let path: String
        /// As it is shown.
        let name: String
        /// nil until its log was read.
        var curves: RunCurves?
        /// Why it cannot be read.
        var problem: InputError?
    }

    /// Which part of the axis is seen.
    enum Stretch: Equatable, Sendable {
        case all
        /// So much up to the end, which moves on.
        case tail(Double)
        case range(ClosedRange<Double>)
    }

    var runs: [Run] = []
    var panes: [CurvePane] = []
    /// The pane under the cursor, and the first row of panes in sight.
    var scroll = Scroll()
    var isZoomed = false
    /// What a point counts for the one before it: 0 is the curve itself.
    var smoothing = 0.0
    var isLogarithmic = false
    var axis = CurveAxis.steps
    var stretch = Stretch.all
    /// Where the crosshair is on the axis.
    var crosshair: Double?
    var hasBest = true
    /// Whether values far from nearly all others bound nothing.
    var isTrimmed = false

    static let smoothings = [0, 0.6, 0.9, 0.97, 0.99, 0.999]
    /// Runs over each other at most.
    static let maximumRuns = 8

    var pane: CurvePane? { panes.indices.contains(scroll.selected) ? panes[scroll.selected] : nil }

    /// The curves that panes are made of, in order of appearance.
    var names: [String] {
        var names: [String] = []
        for name in runs.flatMap({ $0.curves?.names ?? [] }) where !names.contains(name) { names.append(name) }
        return names
    }

    /// Sets the panes anew where there are other curves now; the pane under the cursor stays.
    mutating func arrangePanes() {
        let panes = CurvePane.panes(of: names, isShared: runs.count > 1)
        guard panes != self.panes else { return }
        let names = pane?.names ?? []
        self.panes = panes
        let place = panes.firstIndex { pane in pane.names.contains(where: names.contains) }
        scroll = Scroll(selected: place ?? 0, top: 0)
    }

    // MARK: - The axis

    /// Where a run's steps are on the axis; its steps themselves where its log does not tell.
    func axis(of curves: RunCurves) -> StepAxis { StepAxis(axis, of: curves) ?? StepAxis() }

    /// From the first to the last point of all runs.
    var extent: ClosedRange<Double> {
        var (low, high) = (Double.infinity, -Double.infinity)
        for curves in runs.compactMap(\.curves) where curves.lines > 0 {
            var axis = axis(of: curves)
            let first = curves.series.compactMap { $0.fine.steps.first }.min() ?? 0
            low = min(low, axis.place(of: first))
            high = max(high, axis.place(of: curves.lastStep))
        }
        return low < high ? low...high : low == high ? low...low + 1 : 0...1
    }

    /// What is seen of the axis.
    var range: ClosedRange<Double> {
        let extent = extent
        switch stretch {
        case .all: return extent
        case .tail(let length): return max(extent.upperBound - length, extent.lowerBound)...extent.upperBound
        case .range(let range): return range
        }
    }

    /// Shows `factor` times as much, about the crosshair where there is one. What is seen up to the end goes on to be.
    mutating func zoom(by factor: Double) {
        let (extent, range) = (extent, range)
        let length = (range.upperBound - range.lowerBound) * factor
        let whole = extent.upperBound - extent.lowerBound
        if length >= whole {
            stretch = .all
            return
        }
        // Closer than two steps there is nothing.
        guard length >= min(axis == .steps ? 4 : whole / 1e6, whole) else { return }
        if case .range = stretch {
        } else if crosshair == nil {
            stretch = .tail(length)
            return
        }
        let middle = min(
            max(crosshair ?? (range.lowerBound + range.upperBound) / 2, range.lowerBound), range.upperBound)
        let share = (middle - range.lowerBound) / (range.upperBound - range.lowerBound)
        show(from: middle - share * length, length, extent)
    }

    /// Pans by a part of what is seen. At the end, the view follows again.
    mutating func pan(by share: Double) {
        let range = range
        let length = range.upperBound - range.lowerBound
        show(from: range.lowerBound + share * length, length, extent)
    }

    private mutating func show(from low: Double, _ length: Double, _ extent: ClosedRange<Double>) {
        if length >= extent.upperBound - extent.lowerBound {
            stretch = .all
            return
        }
        if low + length >= extent.upperBound {
            stretch = .tail(length)
            return
        }
        let low = max(low, extent.lowerBound)
        stretch = .range(low...low + length)
    }

    /// Goes to the beginning or the end, as near as now.
    mutating func go(toEnd: Bool) {
        let (range, extent) = (range, extent)
        let length = range.upperBound - range.lowerBound
        show(from: toEnd ? extent.upperBound - length : extent.lowerBound, length, extent)
    }
}

/// A log to be read on from where it ended, or from the start.
struct CurveFollow: Equatable, Sendable {
    var path: String
    var follower: MetricsFollower?
}

/// What was found in a log.
struct CurveGrowth: Sendable {
    enum Change: Sendable {
        /// It was read from the start.
        case all(RunCurves)
        case lines([RunCurves.Line], upTo: MetricsFollower)
        case failed(InputError)
    }

    var path: String
    var change: Change
}
