import Runs

extension Description {
    /// What an experiment compares.
    init(_ plan: ExperimentPlan, at path: String) {
        self.init(rows: [
            .init(name: "path", value: path),
            .init(name: "data", value: plan.dataSets.map(\.name).joined(separator: ", ")),
            .init(name: "arms", value: plan.arms.map(\.rawValue).joined(separator: ", ")),
            .init(name: "images", value: plan.sizes.map { "\($0)" }.joined(separator: ", ")),
            .init(name: "seeds", value: "\(plan.seeds.count)"),
            .init(name: "budget", value: plan.budgets.map(\.text).joined(separator: ", ")),
        ])
    }
}
