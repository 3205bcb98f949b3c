import Command
import Foundation
import Imaging
import Measures
import Runs

extension ExperimentReport {
    /// The report of what is scored so far.
    init(
        _ plan: ExperimentPlan, _ scores: [CellScores], failures: [String: String], written: Date = Date()
    ) {
        let known = Dictionary(scores.map { ($0.cell, $0) }, uniquingKeysWith: { first, _ in first })
        let cells = plan.cells
        self.init(
            plan: plan, command: ShellWords.quoted(plan.command), machine: Self.machine(scores), written: written,
            cellCount: cells.count, cells: cells.compactMap { known[$0].map(Cell.init) }, failures: failures,
            groups: Self.groups(plan, known), comparisons: Self.comparisons(plan, known),
            intervals: Self.explanation(plan))
    }

    /// The pooled measures of a cell.
    static func values(of scores: CellScores) -> [ExperimentMeasure: Double] {
        ExperimentMeasure.allCases.reduce(into: [:]) { values, measure in
            guard let fractions = measure.fractions(of: scores) else { return }
            values[measure] = ImageScores.Fraction.pooled(fractions)
        }
    }

    private static func machine(_ scores: [CellScores]) -> Machine {
        var versions = ["petri": Version.petri, "swift": Version.swift]
        for scores in scores { versions.merge(scores.versions) { $1 } }
        return Machine(
            host: RunStatus.thisHost, cores: ProcessInfo.processInfo.activeProcessorCount,
            devices: Set(scores.map(\.device)).sorted(), versions: versions)
    }

    private static func groups(_ plan: ExperimentPlan, _ known: [ExperimentCell: CellScores]) -> [Group] {
        plan.budgets.flatMap { budget in
            plan.dataSets.flatMap { source in
                plan.sizes.flatMap { size in
                    plan.arms.compactMap { arm -> Group? in
                        let found = plan.seeds.compactMap { known[plan.cell(budget, source, size, $0, arm)] }.map {
                            values(of: $0)
                        }
                        let measures = ExperimentMeasure.allCases.reduce(into: [:]) { summaries, measure in
                            summaries[measure] = Spread(found.compactMap { $0[measure] }).map(Summary.init)
                        }
                        guard !measures.isEmpty else { return nil }
                        return Group(
                            budget: budget, dataSet: source.name, size: size, images: source.used(of: size), arm: arm,
                            measures: measures)
                    }
                }
            }
        }
    }

    private static func comparisons(
        _ plan: ExperimentPlan, _ known: [ExperimentCell: CellScores]
    ) -> [Comparison] {
        var comparisons: [Comparison] = []
        for budget in plan.budgets {
            for size in plan.sizes {
                for arm in plan.arms where arm != .conventional {
                    let pairs = plan.dataSets.map { source in
                        plan.seeds.compactMap { seed -> (arm: CellScores, reference: CellScores)? in
                            guard let own = known[plan.cell(budget, source, size, seed, arm)],
                                let reference = known[plan.cell(budget, source, size, seed, .conventional)]
                            else { return nil }
                            return (own, reference)
                        }
                    }
                    func compare(_ groups: [[(arm: CellScores, reference: CellScores)]], _ dataSet: String?) {
                        let measures = ExperimentMeasure.allCases.reduce(into: [:]) { differences, measure in
                            differences[measure] = difference(measure, groups)
                        }
                        guard !measures.isEmpty else { return }
                        comparisons.append(
                            Comparison(budget: budget, dataSet: dataSet, size: size, arm: arm, measures: measures))
                    }
                    for (source, pairs) in zip(plan.dataSets, pairs) { compare([pairs], source.name) }
                    if plan.dataSets.count > 1 { compare(pairs, nil) }
                }
            }
        }
        return comparisons
    }

    private static func difference(
        _ measure: ExperimentMeasure, _ groups: [[(arm: CellScores, reference: CellScores)]]
    ) -> Difference? {
        let paired = groups.map { pairs in
            pairs.compactMap { pair -> PairedScores? in
                // Of the same images in the same order, or not a pair.
                guard pair.arm.images.map(\.name) == pairs[0].reference.images.map(\.name),
                    pair.reference.images.map(\.name) == pairs[0].reference.images.map(\.name),
                    let arm = measure.fractions(of: pair.arm), let reference = measure.fractions(of: pair.reference)
                else { return nil }
                return PairedScores(arm: arm, reference: reference)
            }
        }
        return PairedDifference(paired).map {
            Difference(mean: $0.mean, low: $0.low, high: $0.high, pairs: $0.pairs, images: $0.images)
        }
    }

    private static func explanation(_ plan: ExperimentPlan) -> String {
        let seeds = plan.seeds.count
        let caution =
            seeds == 1
            ? " With one seed an interval says how the test images vary, and nothing of how trainings do."
            : seeds < 5
                ? " With \(seeds) seeds an interval knows little of how trainings vary, and is too narrow: look at the "
                    + "standard deviations too."
                : ""
        return
            "Differences are between trainings with the same data set, images and seed, of measures pooled over the test "
            + "images, averaged over seeds. Intervals: 95 %, percentiles of \(PairedDifference.usualDraws) bootstrap draws "
            + "of seeds and, independently, of test images, the same for both arms; data sets are not drawn." + caution
    }
}

extension ExperimentPlan {
    /// The cell of these, with as many of the asked images as there are.
    func cell(
        _ budget: ExperimentBudget, _ source: DataSource, _ size: Int, _ seed: UInt64, _ arm: ExperimentArm
    ) -> ExperimentCell {
        ExperimentCell(dataSet: source.name, images: source.used(of: size), seed: seed, arm: arm, budget: budget)
    }
}

extension ExperimentMeasure {
    /// The measure's part and whole in each test image; nil where one was not matched at its IoU.
    fileprivate func fractions(of scores: CellScores) -> [ImageScores.Fraction]? {
        let fractions = scores.images.compactMap(fraction).map { ImageScores.Fraction(part: $0.part, whole: $0.whole) }
        return fractions.count == scores.images.count ? fractions : nil
    }
}

extension ExperimentReport.Cell {
    init(_ scores: CellScores) {
        self.init(
            cell: scores.cell, measures: ExperimentReport.values(of: scores), steps: scores.steps,
            bestStep: scores.bestStep, validationF1: scores.validationF1, trainingSeconds: scores.trainingSeconds,
            seconds: scores.seconds)
    }
}

extension ExperimentReport.Summary {
    init(_ spread: Spread) { self.init(count: spread.count, mean: spread.mean, deviation: spread.deviation) }
}
