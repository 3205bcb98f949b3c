/// What the x axis counts.
enum CurveAxis: String, CaseIterable, Sendable {
    case steps, epochs
    /// Since the run began.
    case time

    /// The metric that says it of a step.
    fileprivate var name: String? {
        switch self {
        case .steps: nil
        case .epochs: "epoch"
        case .time: "seconds"
        }
    }
}

/// Where on the x axis the steps of a run are: between the steps whose place is known, in equal parts.
struct StepAxis: Sendable {
    private var steps: [Int] = []
    /// Not falling.
    private var places: [Double] = []
    /// Where the last step asked for was.
    private var index = 0

    /// nil where the run's log does not tell.
    init?(_ axis: CurveAxis, of curves: RunCurves) {
        guard let name = axis.name else { return }
        if curves[name] == nil, axis == .epochs, let length = curves.stepsPerEpoch {
            (steps, places) = ([0, length], [0, 1])
            return
        }
        // Coarse buckets: a clock runs evenly, and this is asked for at every frame.
        guard let known = curves[name]?.coarse, known.count > 1 else { return nil }
        var highest = -Double.infinity
        for (step, place) in zip(known.steps, known.least) where place.isFinite {
            // A clock may have been set back.
            highest = max(highest, Double(place))
            steps.append(step)
            places.append(highest)
        }
        if steps.count < 2 { return nil }
    }

    /// Steps count themselves.
    init() {}

    /// The place of a step; steps that rise from call to call are found at once.
    mutating func place(of step: Int) -> Double {
        guard !steps.isEmpty else { return Double(step) }
        while index > 0, steps[index] > step { index -= 1 }
        while index + 2 < steps.count, steps[index + 1] <= step { index += 1 }
        // As doubles: a damaged log may hold steps whose difference no integer has.
        let (low, high) = (Double(steps[index]), Double(steps[index + 1]))
        let share = high > low ? (Double(step) - low) / (high - low) : 0
        return max(places[index] + share * (places[index + 1] - places[index]), 0)
    }

    /// The step at a place.
    func step(at place: Double) -> Int {
        // Held to what an integer takes, since a view may be anywhere.
        func whole(_ value: Double) -> Int { Int(min(max(value, -1e15), 1e15).rounded()) }
        guard !steps.isEmpty else { return whole(place) }
        var (low, high) = (0, places.count - 2)
        while low < high {
            let middle = (low + high + 1) / 2
            if places[middle] <= place { low = middle } else { high = middle - 1 }
        }
        let extent = places[low + 1] - places[low]
        guard extent > 0 else { return steps[low] }
        let share = (place - places[low]) / extent
        return whole(Double(steps[low]) + share * (Double(steps[low + 1]) - Double(steps[low])))
    }
}
