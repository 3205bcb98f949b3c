import Foundation
import Runs

// Work whose pieces the processes do each for itself, and hand to rank 0 as texts.
extension Ranks {
    /// Says that no process waits for another's orders: each leaves when its own work is done.
    public func worksInPieces() { isOver = true }

    /// Whether piece `index` is this process's.
    public func has(_ index: Int) -> Bool { environment.has(index) }

    /// Throws where a signal asked any of the processes to leave, or one of them is gone.
    public func check() throws {
        if Interruption.received != nil || isInterrupted { throw Interrupted() }
        if let fault { throw fault }
    }

    /// Puts a text where another process waits for it.
    public func put(_ text: String, at key: String) throws {
        do { try store.set("piece/" + key, text) } catch { throw verdict ?? error }
    }

    /// Waits for a text that another process puts at `key`.
    /// - Parameter keeping: false where nobody else will ask for it.
    /// - Throws: as `check` does.
    public func wait(for key: String, keeping: Bool = false) throws -> String {
        while true {
            try check()
            do {
                if let text = try store.text("piece/" + key) {
                    if !keeping { try store.set("piece/" + key, "") }
                    return text
                }
            } catch { throw verdict ?? error }
            usleep(20_000)
        }
    }
}
