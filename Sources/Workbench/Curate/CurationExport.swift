import Datasets
import Foundation
import Imaging
import Runs

/// Writing those samples of a set that have a decision, as a data set in some layout with a manifest. The folder appears
/// under its name when all of it is written.
public struct CurationExport: Sendable {
    public let destination: String
    public let layout: Conversion.Layout
    public let decision: CurationDecision
    /// How many samples are written.
    public var count: Int { samples.count }

    private let set: SampleSet
    private let samples: [CuratedSample]
    private let tally: CurationTally

    /// Looks what there is to be written; nothing is written yet.
    /// - Throws: `InputError` where the set is none, no sample has the decision, or the destination is not empty.
    public init(
        _ set: SampleSet, to layout: Conversion.Layout, in destination: String, decision: CurationDecision = .accepted
    ) throws {
        self.set = set
        self.layout = layout
        self.decision = decision
        self.destination =
            destination.count > 1 && destination.hasSuffix("/") ? String(destination.dropLast()) : destination
        let all = try set.curated()
        tally = CurationTally(all)
        samples = all.filter { $0.verdict.decision == decision }
        guard !samples.isEmpty else {
            throw InputError(
                set.path, "has no \(decision.rawValue) samples",
                advice: decision == .accepted ? "accept some first, on the screen or with `petri curate accept`" : nil)
        }
        try checkDestination()
    }

    /// What is about to be written, in one line.
    public var announcement: String {
        let pairs = counted(count, "\(decision.rawValue) sample")
        let bytes = samples.reduce(0) { sum, sample in
            sum + size(set.imagePath(of: sample.sample)) + size(set.maskPath(of: sample.sample))
        }
        let left = tally.total - count
        return "\(pairs) of \(set.path) to \(destination) as \(layout.rawValue), about "
            + String(format: "%.1f MB", Double(bytes) / 1e6) + ", with manifest.json; \(left) others stay out"
    }

    /// Writes all of it. Returns what is to be known of the objects.
    /// - Parameters:
    ///   - progress: Told how many samples are written.
    ///   - checking: Called before each sample; what it throws ends the writing.
    /// - Throws: `InputError` where a file cannot be read or written; then nothing stays.
    public func run(
        progress: (@Sendable (Int) -> Void)? = nil, checking: (@Sendable () throws -> Void)? = nil
    ) throws -> [String] {
        let beside = partial
        do {
            let conversion = Conversion(try dataSet(), to: layout, in: beside)
            let outcome = try conversion.run(progress: progress, checking: checking)
            try writeManifest(conversion.imagePaths(), in: beside)
            try checkDestination()
            // Takes the place of an empty folder, and fails where there is more.
            guard rename(beside, destination) == 0 else {
                throw InputError(destination, "cannot be written: \(systemError())")
            }
            return outcome.warnings
        } catch {
            try? FileManager.default.removeItem(atPath: beside)
            throw error
        }
    }

    /// Beside the destination, for it to take its name at once.
    private var partial: String {
        let folder = (destination as NSString).deletingLastPathComponent
        let name = ".\((destination as NSString).lastPathComponent)-\(getpid()).partial"
        return (folder as NSString).appendingPathComponent(name)
    }

    private func checkDestination() throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: destination, isDirectory: &isFolder) else { return }
        let content = isFolder.boolValue ? try? FileManager.default.contentsOfDirectory(atPath: destination) : nil
        guard content?.isEmpty == true else {
            throw InputError(
                destination, isFolder.boolValue ? "is not empty" : "is a file", advice: "name a new folder")
        }
    }

    /// The samples as pairs.
    private func dataSet() throws -> DataSet {
        let all = try DataSet(images: set.imagesPath, masks: set.masksPath)
        let names = Dictionary(all.pairs.map { (($0.imagePath as NSString).lastPathComponent, $0.name) }) { $1 }
        return try all.choosing(
            names: samples.map { sample in
                guard let name = names[sample.sample.name] else {
                    throw InputError(
                        set.imagePath(of: sample.sample), "is gone, or has no mask in masks/",
                        advice: "take it back from a copy, or reject the sample")
                }
                return name
            })
    }

    private func size(_ path: String) -> Int {
        var facts = stat()
        return stat(path, &facts) == 0 ? Int(facts.st_size) : 0
    }

    // MARK: - The manifest

    private struct Manifest: Encodable {
        struct Entry: Encodable {
            /// The sample's name in the set, and its image's path in the export.
            var name: String
            var image: String
            var decision: CurationDecision
            var stars: Int
            var tags: [String]
            var note: String
            var scores: [String: Double]
            var nearest: String?
            var run: String
            var checkpoint: String
            var checkpointDigest: String
            var seed: UInt64
            var style: [Float]
            var styleSource: String
            var maskSource: String
            var width: Int
            var height: Int
            var created: Date
        }

        var set: String
        var layout: Conversion.Layout
        var decision: CurationDecision
        var written: Date
        /// Of the set, when this was written.
        var counts: CurationTally
        var samples: [Entry]
    }

    private func writeManifest(_ images: [String], in folder: String) throws {
        let styles = try set.samples().reduce(into: [:]) { $0[$1.name] = $1.style }
        let entries = zip(samples, images).map { curated, image in
            let (sample, verdict) = (curated.sample, curated.verdict)
            return Manifest.Entry(
                name: sample.name, image: String(image.dropFirst(folder.count + 1)), decision: verdict.decision,
                stars: verdict.stars, tags: verdict.tags, note: verdict.note, scores: sample.scores,
                nearest: sample.nearest, run: sample.run, checkpoint: sample.checkpoint,
                checkpointDigest: sample.checkpointDigest, seed: sample.seed, style: styles[sample.name] ?? [],
                styleSource: sample.styleSource, maskSource: sample.maskSource, width: sample.width,
                height: sample.height, created: sample.created)
        }
        let manifest = Manifest(
            set: set.path.absolutePath, layout: layout, decision: decision,
            written: Date(), counts: tally, samples: entries)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        let document = try encoder.encode(manifest) + Data("\n".utf8)
        try AtomicFile.write(to: folder + "/manifest.json", synced: true) { write in
            try document.withUnsafeBytes { try write($0) }
        }
    }
}
