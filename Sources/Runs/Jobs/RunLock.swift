import Foundation
import Imaging

/// The right to train in a run directory, which one process of a machine has at a time; the system takes it away when the
/// process ends, however it ends. On other machines that share the folder, the run's status tells.
public final class RunLock: Sendable {
    private let file: FileLock

    /// Takes the run for this process.
    /// - Throws: `InputError` where another process trains in it, here or elsewhere.
    public init(_ run: RunDirectory) throws {
        let status = try? run.status()
        if let status, status.host != RunStatus.thisHost, status.state.isActive, !status.isLost() {
            throw Self.taken(run, status)
        }
        guard let file = try FileLock(run.lockPath) else { throw Self.taken(run, status) }
        self.file = file
    }

    /// Whether a process of this machine has the run.
    public static func isHeld(_ run: RunDirectory) -> Bool { FileLock.isHeld(run.lockPath) }

    private static func taken(_ run: RunDirectory, _ status: RunStatus?) -> InputError {
        let who = status.map { "process \($0.pid) on \($0.host)" } ?? "another process"
        return InputError(run.path, "is being trained by \(who)", advice: "stop that one first")
    }
}

/// An exclusive lock on a file, held until the value goes or the process ends.
final class FileLock: Sendable {
    private let file: Descriptor

    /// Makes the file where it is absent and locks it.
    /// - Returns: nil where another process, or another value, holds it.
    /// - Throws: `InputError` where the file cannot be opened.
    init?(_ path: String) throws {
        file = try Descriptor(path, O_RDWR | O_CREAT)
        // A file system without locks has none to respect.
        guard flock(file.number, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else { return nil }
    }

    /// Whether someone holds the lock of this file, which need not be there.
    static func isHeld(_ path: String) -> Bool {
        guard let file = try? Descriptor(path, O_RDONLY) else { return false }
        // Shared, so that two who look at once do not take each other for the holder.
        return flock(file.number, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }
}
