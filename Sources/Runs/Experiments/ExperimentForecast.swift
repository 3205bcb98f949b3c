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

    /// A cell in work.
    public struct InWork {
        public var cell: ExperimentCell
        /// Seconds it has taken.
        public var spent: Double
        /// Seconds it will still take, where its run tells.
        public var eta: Double?

        public init(_ cell: ExperimentCell, spent: Double, eta: Double?) {
            (self.cell, self.spent, self.eta) = (cell, spent, eta)
        }
    }

    /// Seconds until all is done, with as many cells at once as are in work.
    public func remaining(waiting: [ExperimentCell], inWork: [InWork]) -> Double? {
        var sum = 0.0
        var guess: Double?
        for current in inWork {
            guard let left = current.eta ?? seconds(of: current.cell).map({ max($0 - current.spent, 0) }) else {
                return nil
            }
            sum += left
            guess = max(guess ?? 0, current.spent + left)
        }
        for cell in waiting {
            guard let next = seconds(of: cell) ?? guess else { return nil }
            sum += next
        }
        return sum / Double(max(inWork.count, 1))
    }
}
