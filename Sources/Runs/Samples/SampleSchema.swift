import Foundation
import GRDB

/// The tables of samples.sqlite and their history.
enum SampleSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.create(table: SampleRecord.databaseTableName, options: .strict) { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("name", .text).notNull().unique()
                table.column("run", .text).notNull()
                table.column("checkpoint", .text).notNull()
                table.column("seed", .integer).notNull()
                table.column("style", .text).notNull()
                table.column("maskSource", .text).notNull()
                table.column("width", .integer).notNull()
                table.column("height", .integer).notNull()
                table.column("created", .real).notNull()
            }
            try database.create(table: ScoreRecord.databaseTableName, options: .strict) { table in
                table.column("sampleID", .integer).notNull()
                    .references(SampleRecord.databaseTableName, onDelete: .cascade)
                table.column("name", .text).notNull()
                table.column("value", .real).notNull()
                table.primaryKey(["sampleID", "name"])
            }
        }
        migrator.registerMigration("2") { database in
            try database.alter(table: SampleRecord.databaseTableName) { table in
                table.add(column: "checkpointDigest", .text).notNull().defaults(to: "")
                table.add(column: "styleSource", .text).notNull().defaults(to: "")
                table.add(column: "nearest", .text)
            }
        }
        migrator.registerMigration("3", migrate: createCuration)
        return migrator
    }
}

/// A row of the table of samples.
struct SampleRecord: Codable, FetchableRecord, MutablePersistableRecord {
    static let databaseTableName = "sample"

    var id: Int64?
    var name: String
    var run: String
    var checkpoint: String
    var checkpointDigest: String
    /// The seed's bits: SQLite has no unsigned numbers.
    var seed: Int64
    /// A JSON array.
    var style: [Float]
    var styleSource: String
    var maskSource: String
    var width: Int
    var height: Int
    /// Seconds since 1970.
    var created: Double
    var nearest: String?

    init(_ sample: Sample) {
        name = sample.name
        run = sample.run
        checkpoint = sample.checkpoint
        checkpointDigest = sample.checkpointDigest
        seed = Int64(bitPattern: sample.seed)
        style = sample.style
        styleSource = sample.styleSource
        maskSource = sample.maskSource
        width = sample.width
        height = sample.height
        created = sample.created.timeIntervalSince1970
        nearest = sample.nearest
    }

    func sample(scores: [String: Double]) -> Sample {
        Sample(
            name: name, run: run, checkpoint: checkpoint, checkpointDigest: checkpointDigest,
            seed: UInt64(bitPattern: seed), style: style, styleSource: styleSource, maskSource: maskSource,
            width: width, height: height, created: Date(timeIntervalSince1970: created), scores: scores,
            nearest: nearest)
    }

    mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }
}

/// A row of the table of scores.
struct ScoreRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "score"

    var sampleID: Int64?
    var name: String
    var value: Double
}
