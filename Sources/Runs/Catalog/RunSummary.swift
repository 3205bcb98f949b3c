import Foundation
import Imaging

/// What a list shows of one run. Whatever of it is damaged is left out, and `problem` says what is wrong.
public struct RunSummary: Codable, Equatable, Sendable {
    public let path: String
    /// The user's name for it, else its folder's.
    public var name: String
    public var state: RunState
    public var arm: TrainingSettings.Arm?
    public var segmenter: SegmenterKind?
    public var preset: TrainingSettings.Preset?
    /// The data set's folders.
    public var dataset: [String]
    public var step: Int
    public var totalSteps: Int?
    public var epoch: Int
    /// The part of the budget that is spent, 0...1.
    public var fraction: Double?
    /// Seconds trained, without pauses.
    public var seconds: Double?
    /// Steps a second, while it trains.
    public var rate: Double?
    /// Seconds to the end, while it trains.
    public var eta: Double?
    /// Pooled F1 at IoU 0.5 of the best validation, and its step.
    public var bestScore: Double?
    public var bestStep: Int?
    /// "cpu" or "cuda:0"; before the run begins, what was asked for.
    public var device: String?
    public var host: String?
    public var pid: Int32?
    public var created: Date?
    public var heartbeat: Date?
    public var note: String
    public var isArchived: Bool
    public var warnings: [HealthWarning]
    /// Why it failed.
    public var lastError: String?
    /// What is wrong with its files.
    public var problem: String?

    /// What the three documents say; each as it was read, or why it could not be.
    init(
        _ run: RunDirectory, description: Result<Facts, InputError>, status: Result<RunStatus, InputError>,
        notes: Result<RunNotes, InputError>, now: Date
    ) {
        let facts = try? description.get()
        let known = try? status.get()
        let noted = (try? notes.get()) ?? RunNotes()
        path = run.path
        name = noted.name.flatMap { $0.isEmpty ? nil : $0 } ?? run.name
        state = known.map { RunState($0, now: now) } ?? .damaged
        (arm, segmenter, preset) = (facts?.arm, facts?.segmenter, facts?.preset)
        dataset = facts?.dataset ?? []
        (device, created) = (facts?.device, facts?.created)
        step = known?.step ?? 0
        (totalSteps, epoch) = (known?.totalSteps, known?.epoch ?? 0)
        (fraction, seconds) = (known?.fraction, known?.seconds)
        let isTraining = state == .running
        rate = isTraining ? known?.rate : nil
        eta = isTraining ? known?.eta.flatMap { $0.isFinite ? $0 : nil } : nil
        (bestScore, bestStep) = (known?.bestScore, known?.bestStep)
        (host, pid, heartbeat) = (known?.host, known?.pid, known?.heartbeat)
        (note, isArchived) = (noted.note, noted.isArchived)
        warnings = known?.warnings ?? []
        lastError = known?.lastError
        let problems = [description.failure, status.failure, notes.failure].compactMap { $0?.description }
        problem = problems.isEmpty ? nil : problems.joined(separator: "; ")
        if description.failure != nil && !state.isActive { state = .damaged }
    }

    /// What a list needs of run.json, or of launch.json before that is there.
    struct Facts: Equatable, Sendable {
        var arm: TrainingSettings.Arm
        var segmenter: SegmenterKind
        var preset: TrainingSettings.Preset
        var dataset: [String]
        var device: String?
        var created: Date?

        init(_ run: RunDirectory) throws {
            if access(run.descriptionPath, F_OK) != 0, let request = try run.launchRequest() {
                let settings = try request.settings()
                (arm, segmenter, preset) = (settings.arm, settings.segmenter, settings.preset)
                dataset = [request.dataset] + (request.masks.map { [$0] } ?? [])
                device = request.values["device"]
                return
            }
            let description = try run.trainingDescription()
            let settings = description.settings
            (arm, segmenter, preset) = (settings.arm, settings.segmenter, settings.preset)
            (dataset, device, created) = (description.dataset.paths, description.device, description.created)
        }
    }
}

extension Result {
    /// The error, if it is one.
    fileprivate var failure: Failure? {
        guard case .failure(let error) = self else { return nil }
        return error
    }
}

extension RunDirectory {
    /// What a list shows of this run.
    public func summary(now: Date = Date()) -> RunSummary {
        RunSummary(
            self, description: Self.trying { try RunSummary.Facts(self) }, status: Self.trying { try self.status() },
            notes: Self.trying { try self.notes() }, now: now)
    }

    static func trying<Value>(_ body: () throws -> Value) -> Result<Value, InputError> {
        do {
            return .success(try body())
        } catch {
            return .failure(error as? InputError ?? InputError("a run's file", "cannot be read: \(error)"))
        }
    }
}
