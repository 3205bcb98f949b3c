import GRDB
import Imaging

extension InputError {
    /// What a database's error means for who uses the file, and what can be done.
    init(_ path: String, describing error: DatabaseError) {
        let text = error.message ?? "error \(error.resultCode)"
        let (problem, advice): (String, String?) =
            switch error.resultCode {
            case .SQLITE_FULL:
                ("cannot be written: the disk is full", "make room and do it again; nothing else is lost")
            case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN:
                ("cannot be written: \(text)", "check the permissions of the folder and of the file system")
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                ("is being written by another program", "do it again when that is done")
            case .SQLITE_IOERR:
                ("cannot be used: \(text)", "check the disk and do it again; what was said to be done is kept")
            case .SQLITE_CORRUPT, .SQLITE_NOTADB:
                ("is damaged: \(text)", "take a copy back, or save what `sqlite3 FILE .recover` finds")
            default: ("cannot be used: \(text)", nil)
            }
        self.init(path, problem, advice: advice)
    }
}
