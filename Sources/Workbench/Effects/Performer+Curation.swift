import Datasets
import Foundation
import Imaging
import Runs

extension Performer {
    /// The set that was read last, kept open, and the version of its database that was read.
    struct KeptSamples: Sendable {
        var set: SampleSet
        var version: Int
        /// Which file the set's database was when it was opened.
        var file: UInt64?
    }

    /// Reads a set and all that was said of it.
    func readCuration(_ path: String) -> Result<[CuratedSample], InputError> {
        Self.naming(path) {
            let set = try sampleSet(path)
            // Taken before reading: what changes in between is read again.
            let version = try set.foreignVersion()
            let samples = try set.curated()
            samplesKept.withLock { $0 = KeptSamples(set: set, version: version, file: set.databaseFile) }
            return samples
        }
    }

    /// What is there now, if others have changed the set since it was read.
    func changedCuration(_ path: String) -> Result<[CuratedSample], InputError>? {
        guard let kept = keptSamples(path) else { return readCuration(path) }
        // Where this cannot be told, reading says why.
        guard let version = try? kept.set.foreignVersion(), version == kept.version else { return readCuration(path) }
        return nil
    }

    /// Does something to a set's verdicts; when this returns, it is on the disk.
    func curate(_ path: String, _ request: CurationRequest) -> Result<CurationAction?, InputError> {
        Self.naming(path) {
            let set = try sampleSet(path)
            return switch request {
            case .edit(let edit, let names): try set.curate(edit, names)
            case .undo: try set.undo()
            case .redo: try set.redo()
            }
        }
    }

    /// Writes the accepted samples; says first what that will be.
    func exportCuration(
        _ path: String, _ layout: Conversion.Layout, to typed: String, send: @escaping Send, check: @escaping Check
    ) throws {
        let export = try CurationExport(sampleSet(path), to: layout, in: whole(typed))
        send(.said("writing \(export.announcement)…", .information))
        for warning in try export.run(checking: check) { send(.said(warning, .warning)) }
        let place = export.destination.abbreviated(home: home)
        send(.said("\(counted(export.count, "sample")) and manifest.json written to \(place)", .information))
    }

    private func sampleSet(_ path: String) throws -> SampleSet {
        try keptSamples(path)?.set ?? SampleSet.open(path)
    }

    /// What is open; nil where another file has taken its place, as when a set is made anew: what went into the old one
    /// would be lost.
    private func keptSamples(_ path: String) -> KeptSamples? {
        samplesKept.withLock { $0 }.flatMap { $0.set.path == path && $0.file == $0.set.databaseFile ? $0 : nil }
    }

    private static func naming<Value>(_ path: String, _ body: () throws -> Value) -> Result<Value, InputError> {
        Result(catching: body).mapError { $0 as? InputError ?? InputError(path, "cannot be used: \($0)") }
    }
}
