import Foundation
import GRDB
import Imaging

/// Something done to verdicts, as the history keeps it: all of it at once, in one transaction.
public struct CurationAction: Equatable, Sendable {
    public enum Kind: String, Codable, Sendable {
        case edit, undo, redo
    }

    public let id: Int64
    public let date: Date
    /// The user, and the host where they were.
    public let who: String
    /// "reject 12 samples".
    public let what: String
    public let kind: Kind
    /// The verdicts that it changed, before and after, by the names of the samples.
    public let changes: [String: Change]

    public struct Change: Equatable, Sendable {
        public let before: Verdict
        public let after: Verdict
    }
}

/// The verdicts on a set's samples. Whatever returns from a change is on the disk: the database commits with a sync.
/// Several processes may curate a set at once; each waits for the other's transaction, and undoing takes back what was
/// done last, by whomever.
extension SampleSet {
    /// Who decides: the user that runs this program.
    public static var curator: String { "\(NSUserName())@\(ProcessInfo.processInfo.hostName)" }

    /// All samples with what was said of them, in the order they were added.
    /// - Throws: `InputError` where the database is damaged.
    public func curated(rules: RejectRules = RejectRules()) throws -> [CuratedSample] {
        let verdicts = try verdicts()
        return try samples(withStyles: false).map { CuratedSample($0, verdicts[$0.name] ?? .none, rules: rules) }
    }

    /// What was said of the samples of which something was, by their names.
    /// - Throws: `InputError` where the database is damaged.
    public func verdicts() throws -> [String: Verdict] {
        try Self.naming(path) {
            try database.read { database in
                let names = try Self.names(database)
                return try VerdictRecord.fetchAll(database).reduce(into: [:]) { verdicts, record in
                    if let name = names[record.sampleID] { verdicts[name] = record.verdict }
                }
            }
        }
    }

    /// Does one thing to some samples. Returns what was done, nil where it changes nothing.
    /// - Throws: `InputError` where a sample is not in the set, the edit makes no sense, or nothing can be written; then
    ///   nothing was changed.
    public func curate(
        _ edit: CurationEdit, _ names: [String], by who: String = Self.curator, at date: Date = Date()
    ) throws -> CurationAction? {
        if let problem = edit.problem {
            throw InputError(path, "cannot \(edit.words(count: names.count)): it \(problem)")
        }
        return try changing { database in
            let changes = try Set(names).sorted().compactMap { name -> Change? in
                let select =
                    "SELECT sample.id AS sampleID, decision, stars, tags, note FROM sample "
                    + "LEFT JOIN verdict ON verdict.sampleID = sample.id WHERE sample.name = ?"
                guard let row = try Row.fetchOne(database.cachedStatement(sql: select), arguments: [name]) else {
                    throw InputError(path, "has no sample named \"\(name)\"")
                }
                let before = row.hasNull(atIndex: 1) ? Verdict.none : try VerdictRecord(row: row).verdict
                let after = edit.applied(to: before)
                return before == after
                    ? nil : Change(sampleID: row["sampleID"], name: name, before: before, after: after)
            }
            if changes.isEmpty { return nil }
            // What was undone before cannot be redone behind this.
            try database.execute(sql: "UPDATE action SET state = 'dropped' WHERE state = 'undone'")
            let record = ActionRecord(
                time: date.timeIntervalSince1970, who: who, what: edit.words(count: changes.count), kind: .edit,
                state: .done)
            return try Self.keep(record, changes, database)
        }
    }

    /// Takes back what was done last, whoever did it and whenever; nil where there is nothing.
    /// - Throws: `InputError` where nothing can be written; then nothing was changed.
    public func undo(by who: String = Self.curator, at date: Date = Date()) throws -> CurationAction? {
        try changing { database in
            let last = ActionRecord.filter(Column("state") == ActionRecord.State.done.rawValue).order(Column("id").desc)
            return try Self.turn(.undo, last.fetchOne(database), by: who, at: date, database)
        }
    }

    /// Does again what was undone last; nil where there is nothing.
    /// - Throws: `InputError` where nothing can be written; then nothing was changed.
    public func redo(by who: String = Self.curator, at date: Date = Date()) throws -> CurationAction? {
        try changing { database in
            let next = ActionRecord.filter(Column("state") == ActionRecord.State.undone.rawValue).order(Column("id"))
            return try Self.turn(.redo, next.fetchOne(database), by: who, at: date, database)
        }
    }

    /// The last things done, the latest first.
    /// - Throws: `InputError` where the database is damaged.
    public func history(last count: Int = 100) throws -> [CurationAction] {
        try Self.naming(path) {
            try database.read { database in
                let names = try Self.names(database)
                return try ActionRecord.order(Column("id").desc).limit(count).fetchAll(database).map { record in
                    let changes = try ChangeRecord.filter(Column("actionID") == record.id).fetchAll(database)
                    return CurationAction(
                        record,
                        changes.compactMap { change in
                            names[change.sampleID].map {
                                Change(sampleID: change.sampleID, name: $0, before: change.before, after: change.after)
                            }
                        })
                }
            }
        }
    }

    /// A number that is another after others than this object have changed the database.
    /// - Throws: `InputError` where the database is damaged.
    public func foreignVersion() throws -> Int {
        try Self.naming(path) {
            try database.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
        }
    }

    /// Which file the database is now; another one after the set was made anew in the same place.
    public var databaseFile: UInt64? {
        var facts = stat()
        return stat(databasePath, &facts) == 0 ? UInt64(facts.st_ino) : nil
    }

    // MARK: - Within a transaction

    fileprivate struct Change {
        var sampleID: Int64
        var name: String
        var before: Verdict
        var after: Verdict
    }

    private func changing(_ body: (Database) throws -> CurationAction?) throws -> CurationAction? {
        try Self.naming(path) { try database.write(body) }
    }

    /// Undoes or redoes an edit.
    private static func turn(
        _ kind: CurationAction.Kind, _ target: ActionRecord?, by who: String, at date: Date, _ database: Database
    ) throws -> CurationAction? {
        guard var target else { return nil }
        let changes = try ChangeRecord.filter(Column("actionID") == target.id).fetchAll(database).compactMap {
            record -> Change? in
            guard
                let name = try String.fetchOne(
                    database, sql: "SELECT name FROM sample WHERE id = ?", arguments: [record.sampleID])
            else { return nil }
            let now = try VerdictRecord.fetchOne(database, key: record.sampleID)?.verdict ?? .none
            return Change(
                sampleID: record.sampleID, name: name, before: now, after: kind == .undo ? record.before : record.after)
        }
        target.state = kind == .undo ? .undone : .done
        try target.update(database)
        let record = ActionRecord(
            time: date.timeIntervalSince1970, who: who, what: target.what, kind: kind, target: target.id)
        return try keep(record, changes, database)
    }

    /// Writes the verdicts, and what was done into the history.
    private static func keep(
        _ record: ActionRecord, _ changes: [Change], _ database: Database
    ) throws -> CurationAction {
        let record = try record.inserted(database)
        for change in changes {
            try VerdictRecord(change.sampleID, change.after).upsert(database)
            try ChangeRecord(
                actionID: record.id ?? 0, sampleID: change.sampleID, before: change.before, after: change.after
            ).insert(database)
        }
        return CurationAction(record, changes)
    }

    private static func names(_ database: Database) throws -> [Int64: String] {
        try Row.fetchAll(database, sql: "SELECT id, name FROM sample").reduce(into: [:]) { $0[$1[0]] = $1[1] }
    }
}

extension CurationAction {
    fileprivate init(_ record: ActionRecord, _ changes: [SampleSet.Change]) {
        id = record.id ?? 0
        date = Date(timeIntervalSince1970: record.time)
        (who, what, kind) = (record.who, record.what, record.kind)
        self.changes = changes.reduce(into: [:]) { $0[$1.name] = Change(before: $1.before, after: $1.after) }
    }
}
