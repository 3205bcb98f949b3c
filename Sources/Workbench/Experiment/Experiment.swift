import Canvas
import Foundation
import Imaging
import Runs

/// What the screen of an experiment shows.
struct Experiment: Sendable {
    /// The experiment's folder.
    var path = ""
    var snapshot: ExperimentSnapshot?
    /// Why it cannot be read.
    var problem: InputError?
    /// What the table is of: places in the plan's lists.
    var dataSet = 0
    var measure = ExperimentMeasure.f1
    var budget = 0
    var scroll = Scroll()
    /// The arm under the cursor.
    var arm = 0
    /// Whether the curves have the screen for themselves.
    var isZoomed = false

    var plan: ExperimentPlan? { snapshot?.plan }

    var source: ExperimentPlan.DataSource? {
        plan.flatMap { $0.dataSets.isEmpty ? nil : $0.dataSets[min(dataSet, $0.dataSets.count - 1)] }
    }

    var shownBudget: ExperimentBudget? {
        plan.flatMap { $0.budgets.isEmpty ? nil : $0.budgets[min(budget, $0.budgets.count - 1)] }
    }

    var arms: [ExperimentArm] { plan?.arms ?? [] }

    /// A row of the table: all seeds of a number of images, or one of them.
    struct Row: Equatable, Sendable {
        var size: Int
        var images: Int
        var seed: UInt64?
    }

    /// The table's rows: for each number of images that there are, what the seeds come to, then each seed.
    var rows: [Row] {
        guard let plan, let source else { return [] }
        var used: Set<Int> = []
        return plan.sizes.filter { used.insert(source.used(of: $0)).inserted }.flatMap { size in
            let images = source.used(of: size)
            return [Row(size: size, images: images)]
                + plan.seeds.map { Row(size: size, images: images, seed: $0) }
        }
    }

    var row: Row? { rows.indices.contains(scroll.selected) ? rows[scroll.selected] : nil }

    /// The cell of a row and an arm; of a row of all seeds, none.
    func cell(_ row: Row, _ arm: ExperimentArm) -> ExperimentCell? {
        guard let seed = row.seed, let source, let budget = shownBudget else { return nil }
        return ExperimentCell(dataSet: source.name, images: row.images, seed: seed, arm: arm, budget: budget)
    }

    /// The cell under the cursor; on a row of all seeds, that of the first seed.
    var selected: ExperimentCell? {
        guard var row, arms.indices.contains(arm) else { return nil }
        row.seed = row.seed ?? plan?.seeds.first
        return cell(row, arms[arm])
    }
}

/// Where the parts of the screen of an experiment are, frames included; those without room are empty.
struct ExperimentLayout: Equatable {
    /// What is worked on, a line.
    let head: Area
    let table: Area
    let curves: Area
    /// Differences, and the cell under the cursor.
    let details: Area

    init(_ area: Area, isZoomed: Bool) {
        let none = Area(columns: 0, rows: 0)
        let parts = area.split(rows: [.fixed(2), .flexible()])
        head = parts[0]
        if isZoomed {
            (table, curves, details) = (none, parts[1], none)
        } else if area.columns >= 110 {
            let halves = parts[1].split(columns: [.flexible(minimum: 56, weight: 4), .flexible(minimum: 50, weight: 3)])
            let right = halves[1].split(rows: [.flexible(minimum: 8), .fixed(max(min(16, parts[1].rows / 2), 6))])
            (table, curves, details) = (halves[0], right[0], right[1])
        } else {
            let halves = parts[1].split(rows: [.flexible(minimum: 6), .fixed(max(min(12, parts[1].rows / 2), 6))])
            let below = halves[1].split(columns: [.flexible(), .flexible()])
            (table, curves, details) = (halves[0], below[0], below[1])
        }
    }

    /// Rows of the table in sight.
    var height: Int { max(Box.inside(table).rows - 1, 1) }
}
