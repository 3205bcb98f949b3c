import Foundation
import GRDB

/// A row of what was said of a sample; a sample without one is undecided.
struct VerdictRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "verdict"

    var sampleID: Int64
    var decision: CurationDecision
    var stars: Int
    /// A JSON array.
    var tags: [String]
    var note: String

    init(_ sampleID: Int64, _ verdict: Verdict) {
        self.sampleID = sampleID
        decision = verdict.decision
        stars = verdict.stars
        tags = verdict.tags
        note = verdict.note
    }

    var verdict: Verdict { Verdict(decision: decision, stars: stars, tags: tags, note: note) }
}

/// A row of the history: what was done at once.
struct ActionRecord: Codable, FetchableRecord, MutablePersistableRecord {
    static let databaseTableName = "action"

    /// What became of an edit since. Undoing and redoing are rows of their own and have none.
    enum State: String, Codable {
        case done, undone
        /// Undone, and then something else was done.
        case dropped
    }

    var id: Int64?
    /// Seconds since 1970.
    var time: Double
    var who: String
    var what: String
    var kind: CurationAction.Kind
    /// The edit that was undone or redone.
    var target: Int64?
    var state: State?

    mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }
}

/// A row of the history: a sample's verdict before and after an action, as JSON.
struct ChangeRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "change"

    var actionID: Int64
    var sampleID: Int64
    var before: Verdict
    var after: Verdict
}

extension SampleSchema {
    /// The verdicts and their history.
    static func createCuration(_ database: Database) throws {
        try database.create(table: VerdictRecord.databaseTableName, options: .strict) { table in
            table.primaryKey("sampleID", .integer)
                .references(SampleRecord.databaseTableName, onDelete: .cascade)
            table.column("decision", .text).notNull().check(sql: "decision IN ('undecided', 'accepted', 'rejected')")
            table.column("stars", .integer).notNull().check(sql: "stars BETWEEN 0 AND 5")
            table.column("tags", .text).notNull()
            table.column("note", .text).notNull()
        }
        try database.create(table: ActionRecord.databaseTableName, options: .strict) { table in
            table.autoIncrementedPrimaryKey("id")
            table.column("time", .real).notNull()
            table.column("who", .text).notNull()
            table.column("what", .text).notNull()
            table.column("kind", .text).notNull().check(sql: "kind IN ('edit', 'undo', 'redo')")
            table.column("target", .integer).references(ActionRecord.databaseTableName)
            table.column("state", .text).check(sql: "state IN ('done', 'undone', 'dropped')")
        }
        try database.create(
            index: "undoneActions", on: ActionRecord.databaseTableName, columns: ["id"],
            condition: Column("state") == ActionRecord.State.undone.rawValue)
        try database.create(table: ChangeRecord.databaseTableName, options: [.strict, .withoutRowID]) { table in
            table.column("actionID", .integer).notNull()
                .references(ActionRecord.databaseTableName, onDelete: .cascade)
            table.column("sampleID", .integer).notNull()
                .references(SampleRecord.databaseTableName, onDelete: .cascade)
            table.column("before", .text).notNull()
            table.column("after", .text).notNull()
            table.primaryKey(["actionID", "sampleID"])
        }
    }
}
