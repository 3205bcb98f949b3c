import Canvas
import Runs

/// An experiment's measure over the number of training images, a curve for each arm, with standard deviations over seeds.
public struct ExperimentCurves: Sendable {
    /// The arms that have results, as many as the plot has curves.
    public let arms: [ExperimentArm]
    public let plot: LinePlot

    /// How far arms stand beside each other, so that their bars do not cover one another; numbers of images are 1 apart.
    private static let gap = 0.08

    public init(
        _ report: ExperimentReport, _ budget: ExperimentBudget.Kind, _ source: ExperimentPlan.DataSource,
        _ measure: ExperimentMeasure, symbols: Symbols = .braille
    ) {
        let counts = Set(report.plan.sizes.map(source.used)).sorted()
        var arms: [ExperimentArm] = []
        var series: [LinePlot.Series] = []
        for (place, arm) in report.plan.arms.enumerated() {
            var curve = LinePlot.Series(
                arm.rawValue, x: [], y: [], paint: Span(arm.letter, .series(arm.place)))
            for (index, count) in counts.enumerated() {
                let group = report.groups.first {
                    $0.budget.kind == budget && $0.dataSet == source.name && $0.images == count && $0.arm == arm
                }
                guard let summary = group?.measures[measure] else { continue }
                curve.x.append(Double(index) + (Double(place) - Double(report.plan.arms.count - 1) / 2) * Self.gap)
                curve.y.append(summary.mean)
                curve.errors.append(summary.deviation ?? .nan)
            }
            guard !curve.x.isEmpty else { continue }
            arms.append(arm)
            series.append(curve)
        }
        self.arms = arms
        var plot = LinePlot(series, xRange: -0.4...Double(max(counts.count, 1)) - 0.6, symbols: symbols)
        plot.xLabels = counts.enumerated().map { (Double($0), "\($1)") }
        self.plot = plot
    }
}

extension ExperimentArm {
    /// The number of its colour.
    public var place: Int {
        switch self {
        case .conventional: 0
        case .cyclegan: 1
        case .synthetic: 2
        case .published: 3
        case .recombined: 4
        }
    }

    /// The sign that tells it without colours.
    var letter: String {
        switch self {
        case .conventional: "c"
        case .cyclegan: "g"
        case .synthetic: "s"
        case .published: "p"
        case .recombined: "r"
        }
    }
}
