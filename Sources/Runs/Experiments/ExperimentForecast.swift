/// How long an experiment will still take, by what its finished cells took.
public struct ExperimentForecast: Sendable {
    private let finished: [ExperimentCell: Double]

    /// - Parameter finished: what cells took, seconds.
    public init(_ finished: [ExperimentCell: Double]) { self.finished = finished }

    /// What a cell takes: the mean of its arm's with this budget, else of all with it; by minutes, else what was asked for.
    /// nil where nothing is known.
    public func seconds(of cell: ExperimentCell) -> Double? {
        let alike = finished.filter { $0.key.budget == cell.budget }
        for known in [alike.filter { $0.key.arm == cell.arm }, alike] where !known.isEmpty {
            return known.values.reduce(0, +) / Double(known.count)
        }
        return cell.budget.kind == .minutes ? cell.budget.amount * 60 : nil
    }

    /// Seconds until all is done: the cells that wait, and of the one in work what is left of it.
    /// - Parameter current: the cell in work, the seconds it has taken, and those it will take where its run tells.
    public func remaining(
        waiting: [ExperimentCell], current: (cell: ExperimentCell, spent: Double, eta: Double?)?
    ) -> Double? {
        var sum = 0.0
        var guess: Double?
        if let current {
            guard let left = current.eta ?? seconds(of: current.cell).map({ max($0 - current.spent, 0) }) else {
                return nil
            }
            sum += left
            guess = current.spent + left
        }
        for cell in waiting {
            guard let next = seconds(of: cell) ?? guess else { return nil }
            sum += next
        }
        return sum
    }
}
