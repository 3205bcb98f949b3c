import Foundation
import GRDB
import Imaging

/// Where a synthetic pair came from. Its image and its mask are files of the same name in the set's two folders.
public struct Sample: Codable, Equatable, Sendable {
    /// The file name in images/ and masks/.
    public var name: String
    /// The run directory that the generator was trained in.
    public var run: String
    public var checkpoint: String
    /// The checkpoint's fingerprint: a run that goes on writes another under the same name.
    public var checkpointDigest: String
    /// The seed of the noise.
    public var seed: UInt64
    /// The style vectors as the generator got them: one for all decoder levels, or one for each level after the other.
    public var style: [Float]
    /// How the style was come by, in words: "random", "between a and b at 0.30".
    public var styleSource: String
    /// The file that the mask was taken from, or how it was drawn.
    public var maskSource: String
    /// Pixels.
    public var width: Int
    public var height: Int
    public var created: Date
    /// Measures of the pair by name, those of `SampleScore` among them; what is not finite is not kept.
    public var scores: [String: Double]
    /// The path of the training image that looks most like this one; nil where it was not looked for.
    public var nearest: String?

    public init(
        name: String, run: String, checkpoint: String, checkpointDigest: String = "", seed: UInt64, style: [Float],
        styleSource: String = "", maskSource: String, width: Int, height: Int, created: Date = Date(),
        scores: [String: Double] = [:], nearest: String? = nil
    ) {
        self.name = name
        self.run = run
        self.checkpoint = checkpoint
        self.checkpointDigest = checkpointDigest
        self.seed = seed
        self.style = style
        self.styleSource = styleSource
        self.maskSource = maskSource
        self.width = width
        self.height = height
        self.created = created
        self.scores = scores
        self.nearest = nearest
    }
}

/// A folder of synthetic pairs: images/, masks/ (16-bit labels) and samples.sqlite, which says where each came from.
public struct SampleSet: Sendable {
    public let path: String
    let database: DatabasePool

    public var imagesPath: String { Self.inside(path, "images") }
    public var masksPath: String { Self.inside(path, "masks") }
    var databasePath: String { Self.inside(path, Self.databaseName) }
    private static let databaseName = "samples.sqlite"

    /// Makes a set in an absent or empty folder.
    /// - Throws: `InputError` where the path holds something, or may not be written.
    public static func create(_ path: String) throws -> SampleSet {
        guard try Folder.content(path)?.isEmpty ?? true else {
            throw InputError(path, "exists and is not empty", advice: "name another folder for the samples")
        }
        for folder in ["images", "masks"] { try Folder.make(inside(path, folder)) }
        return try SampleSet(path: path)
    }

    /// Opens a set.
    /// - Throws: `InputError` where the folder is none, is damaged, or a newer Petri made it.
    public static func open(_ path: String) throws -> SampleSet {
        guard isSet(path) else {
            throw InputError(path, "is not a sample set: it has no \(databaseName)")
        }
        return try SampleSet(path: path)
    }

    /// Whether the folder is a set, as far as its files' names tell.
    public static func isSet(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: inside(path, databaseName))
    }

    private init(path: String) throws {
        self.path = path
        database = try Self.naming(path) {
            var configuration = Configuration()
            configuration.busyMode = .timeout(5)
            let database = try DatabasePool(path: Self.inside(path, Self.databaseName), configuration: configuration)
            // A commit is on the disk when it returns; GRDB's own choice is quicker and loses the last ones in a power cut.
            try database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            let migrator = SampleSchema.migrator
            guard try !database.read(migrator.hasBeenSuperseded) else {
                throw InputError(path, "was made by a newer Petri", advice: "use that one")
            }
            try migrator.migrate(database)
            return database
        }
    }

    /// Adds samples, all or none.
    /// - Throws: `InputError` where a name is there already or is no plain file name.
    public func add(_ samples: [Sample]) throws {
        for sample in samples { try check(sample.name) }
        try Self.naming(path) {
            try database.write { database in
                for sample in samples {
                    let record = try SampleRecord(sample).inserted(database)
                    for (name, value) in sample.scores.sorted(by: { $0.key < $1.key }) where value.isFinite {
                        try ScoreRecord(sampleID: record.id, name: name, value: value).insert(database)
                    }
                }
            }
        }
    }

    /// All samples, in the order they were added; without their style vectors if they are not asked for, which are most
    /// of what there is to read.
    /// - Throws: `InputError` where the database is damaged.
    public func samples(withStyles: Bool = true) throws -> [Sample] {
        let samples = try Self.naming(path) {
            try database.read { database in
                var scores: [Int64?: [String: Double]] = [:]
                for score in try ScoreRecord.fetchAll(database) {
                    scores[score.sampleID, default: [:]][score.name] = score.value
                }
                // Of two columns of one name the first is read.
                let sql = "SELECT \(withStyles ? "" : "'[]' AS style, ")sample.* FROM sample ORDER BY id"
                return try SampleRecord.fetchAll(database, sql: sql).map { record in
                    record.sample(scores: scores[record.id] ?? [:])
                }
            }
        }
        for sample in samples { try check(sample.name) }
        return samples
    }

    /// The file name of the sample that a user means: as given, or with the ending where that was left away.
    public static func fileName(_ given: String, among names: Set<String>) -> String {
        names.contains(given) || given.hasSuffix(".png") ? given : given + ".png"
    }

    /// The path of a sample's image.
    public func imagePath(of sample: Sample) -> String { Self.inside(imagesPath, sample.name) }

    /// The path of a sample's mask.
    public func maskPath(of sample: Sample) -> String { Self.inside(masksPath, sample.name) }

    /// A name must not lead out of the set's folders.
    private func check(_ name: String) throws {
        guard !name.isEmpty, name != ".", name != "..", !name.contains("/"), !name.contains("\0") else {
            throw InputError(path, "has a sample named \"\(name)\", which is no plain file name")
        }
    }

    private static func inside(_ path: String, _ name: String) -> String {
        (path as NSString).appendingPathComponent(name)
    }

    /// Says the database's errors as errors about the set at `path`.
    static func naming<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw InputError(inside(path, databaseName), describing: error)
        } catch let error as InputError {
            throw error
        } catch {
            throw InputError(inside(path, databaseName), "is damaged: a row makes no sense")
        }
    }
}
