import Datasets
import Foundation
import Imaging
import Runs

extension Performer {
    /// The set that was read last, kept open, and the version of its database that was read.
    struct KeptSamples: Sendable {
        var set: SampleSet
        var version: Int
    }

    /// Reads a set and all that was said of it.
    func readCuration(_ path: String) -> Result<[CuratedSample], InputError> {
        Self.naming(path) {
            let set = try sampleSet(path)
            // Taken before reading: what changes in between is read again.
            let version = try set.foreignVersion()
            let samples = try set.curated()
            samplesKept.withLock { $0 = KeptSamples(set: set, version: version) }
            return samples
        }
    }

    /// What is there now, if others have changed the set since it was read.
    func changedCuration(_ path: String) -> Result<[CuratedSample], InputError>? {
        guard let kept = samplesKept.withLock({ $0 }), kept.set.path == path else { return readCuration(path) }
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
    func exportCuration(_ path: String, _ layout: Conversion.Layout, to typed: String, send: @escaping Send) throws {
        let export = try CurationExport(sampleSet(path), to: layout, in: whole(typed))
        send(.said("writing \(export.announcement)…", .information))
        for warning in try export.run() { send(.said(warning, .warning)) }
        send(.said("written: \(export.destination), \(export.count) samples and manifest.json", .information))
    }

    private func sampleSet(_ path: String) throws -> SampleSet {
        if let kept = samplesKept.withLock({ $0 }), kept.set.path == path { return kept.set }
        return try SampleSet.open(path)
    }

    private static func naming<Value>(_ path: String, _ body: () throws -> Value) -> Result<Value, InputError> {
        Result(catching: body).mapError { $0 as? InputError ?? InputError(path, "cannot be used: \($0)") }
    }
}
