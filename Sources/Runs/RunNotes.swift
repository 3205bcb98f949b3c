import Foundation
import Imaging

/// notes.json: what the user keeps about a run. The engine neither reads nor writes it.
public struct RunNotes: Codable, Equatable, Sendable {
    /// The name that the run is shown under; nil: that of its folder, which stays as it is, since other files name it.
    public var name: String?
    public var note: String
    /// Put away: not listed unless asked for.
    public var isArchived: Bool

    public init(name: String? = nil, note: String = "", isArchived: Bool = false) {
        (self.name, self.note, self.isArchived) = (name, note, isArchived)
    }
}

extension RunDirectory {
    /// Reads notes.json; where there is none, nothing is noted.
    /// - Throws: `InputError` where it is damaged.
    public func notes() throws -> RunNotes {
        guard access(notesPath, F_OK) == 0 else { return RunNotes() }
        return try RunDocuments.read(RunNotes.self, from: notesPath)
    }

    /// Replaces notes.json.
    public func write(_ notes: RunNotes) throws { try RunDocuments.write(notes, to: notesPath) }

    /// Changes what is noted.
    public func annotate(_ change: (inout RunNotes) -> Void) throws {
        var notes = try notes()
        change(&notes)
        try write(notes)
    }

    /// Reads launch.json; nil where the run was not launched.
    /// - Throws: `InputError` where it is damaged.
    public func launchRequest() throws -> TrainingRequest? {
        guard access(launchPath, F_OK) == 0 else { return nil }
        return try RunDocuments.read(TrainingRequest.self, from: launchPath)
    }
}
