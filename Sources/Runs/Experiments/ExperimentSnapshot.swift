import Foundation
import Imaging

/// Where an experiment stands, as its files say.
public struct ExperimentSnapshot: Sendable {
    /// Where one cell stands.
    public enum CellState: Equatable, Sendable {
        case waiting
        /// Trained, or left on the way, as its run says.
        case begun(RunStatus)
        case done
        case failed(String)
    }

    public let plan: ExperimentPlan
    public let report: ExperimentReport?
    public let status: ExperimentStatus?
    /// Whether a process works on it, here or, as far as its run tells, on another machine.
    public let isActive: Bool
    public let states: [ExperimentCell: CellState]
    /// The cells in work.
    public let inWork: [ExperimentCell]
    /// Seconds until all is done, where a process works on it and that can be told.
    public let remaining: Double?
    public let now: Date

    /// - Throws: `InputError` where the folder holds no experiment or a document is damaged.
    public init(_ folder: ExperimentFolder, now: Date = Date()) throws {
        plan = try folder.plan()
        report = try folder.report()
        status = try folder.status()
        self.now = now
        let cells = plan.cells
        let done = Set(report?.cells.map(\.cell) ?? [])
        var states: [ExperimentCell: CellState] = [:]
        for cell in cells {
            if done.contains(cell) {
                states[cell] = .done
            } else if let failure = status?.failures[cell.name] {
                states[cell] = .failed(failure)
            } else if let status = try? folder.run(of: cell).status() {
                states[cell] = .begun(status)
            } else {
                states[cell] = .waiting
            }
        }
        self.states = states
        let stages = status?.inWork ?? [:]
        let named = cells.filter { stages[$0.name] != nil }
        let isElsewhere = status.map { $0.state == .running && $0.host != RunStatus.thisHost } ?? false
        let isLost = named.contains { cell in
            if case .begun(let run)? = states[cell] { run.isLost(now: now) } else { false }
        }
        let isHeld = isElsewhere && !isLost || ExperimentLock.isHeld(folder)
        isActive = isHeld
        inWork = isHeld ? named : []
        guard !inWork.isEmpty else {
            remaining = nil
            return
        }
        let seconds = report?.cells.map { ($0.cell, $0.seconds) } ?? []
        let forecast = ExperimentForecast(Dictionary(seconds, uniquingKeysWith: { first, _ in first }))
        remaining = forecast.remaining(
            waiting: cells.filter { !named.contains($0) && states[$0] != .done && !Self.isFailed(states[$0]) },
            inWork: named.map { cell in
                guard case .begun(let run)? = states[cell] else { return .init(cell, spent: 0, eta: nil) }
                return .init(cell, spent: run.seconds ?? 0, eta: run.eta)
            })
    }

    private static func isFailed(_ state: CellState?) -> Bool {
        if case .failed? = state { true } else { false }
    }

    /// Cells that have their scores.
    public var done: Int { states.values.count { $0 == .done } }
}
