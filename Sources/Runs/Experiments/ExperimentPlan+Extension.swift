import Imaging

extension ExperimentPlan {
    /// This plan as recorded in `path`, made larger by a later one: with more seeds, sizes, arms, or another kind of budget.
    /// - Throws: `InputError` that names whatever else differs.
    public func extended(by later: ExperimentPlan, path: String) throws -> ExperimentPlan {
        var differences: [String] = []
        func same<Value: Equatable>(_ name: String, _ old: Value, _ new: Value, _ text: (Value) -> String) {
            if old != new { differences.append("\(name) \(text(old)), now \(text(new))") }
        }
        func kept<Value: Equatable>(_ name: String, _ old: [Value], _ new: [Value], _ text: (Value) -> String) {
            guard !old.allSatisfy(new.contains) else { return }
            differences.append(
                "\(name) \(old.map(text).joined(separator: ",")), now \(new.map(text).joined(separator: ","))")
        }
        same("data sets", dataSets.map(\.train), later.dataSets.map(\.train)) { $0.joined(separator: ", ") }
        same("test sets", dataSets.map(\.test), later.dataSets.map(\.test)) { $0.joined(separator: ", ") }
        for (old, new) in zip(dataSets, later.dataSets) where (old.train, old.test) == (new.train, new.test) {
            if old.trainFingerprint != new.trainFingerprint { differences.append("\(old.train) has changed since") }
            if old.testFingerprint != new.testFingerprint { differences.append("\(old.test) has changed since") }
        }
        same("preset", preset, later.preset) { $0.rawValue }
        for name in Set(options.keys).union(later.options.keys).sorted() {
            same("--\(name)", options[name], later.options[name]) { $0 ?? "not given" }
        }
        for budget in budgets {
            let new = later.budgets.first { $0.kind == budget.kind }
            same("budget", Optional(budget), new) { $0?.text ?? "without \(budget.kind.rawValue)" }
        }
        kept("sizes", sizes, later.sizes) { "\($0)" }
        kept("seeds", seeds, later.seeds) { "\($0)" }
        kept("arms", arms, later.arms) { $0.rawValue }
        guard differences.isEmpty else {
            throw InputError(
                path, "holds an experiment of another plan: " + differences.joined(separator: "; "),
                advice: "`petri experiment --out \(path)` goes on with it; name another folder for a new one")
        }
        var plan = later
        plan.created = created
        // Names are those of the cells that are there.
        plan.dataSets = dataSets
        return plan
    }
}
