import Foundation
import Imaging

/// A run's place among those that use a device of this machine: a file that its engine holds locked, in a folder of the
/// user's state. Engines look at the folder by themselves; there is no process that could die and leave the others waiting,
/// and what a dead engine left counts for nothing.
public final class DeviceTicket {
    private enum State: String { case waiting, training }

    private let folder: String
    private let stem: String
    private let lock: FileLock
    private var state: State

    /// Takes a place for this process.
    /// - Parameters:
    ///   - device: "cpu", "cuda:0".
    ///   - waits: whether it waits for its turn, by `isTurn`; else it trains at once, and those that wait wait for it.
    ///   - since: nanoseconds since 1970 from when on it waits.
    ///   - root: where queues are.
    /// - Throws: `InputError` where the folder may not be written.
    public init(
        device: String, waits: Bool, since: UInt64 = DeviceTicket.now, root: String = UserPlaces().state + "/queue"
    ) throws {
        // The user's state may lie on a disk that several machines share.
        folder = root + "/" + Self.plain(RunStatus.thisHost) + "/" + Self.plain(device)
        let digits = String(since)
        stem = String(repeating: "0", count: max(0, 20 - digits.count)) + digits + "-\(getpid())"
        state = waits ? .waiting : .training
        try Folder.make(folder)
        let path = folder + "/" + stem + "." + state.rawValue
        lock = try Self.gated(folder) {
            guard let lock = try FileLock(path) else { throw InputError(path, "is locked by another process") }
            return lock
        }
    }

    deinit { unlink(path) }

    /// Nanoseconds since 1970.
    public static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// The runs of the same device that must end or begin before this one's turn comes.
    public func ahead() throws -> Int { try Self.gated(folder) { try countAhead() } }

    /// Whether nothing trains on the device and nothing has waited longer; then this one counts as training.
    public func isTurn() throws -> Bool {
        try Self.gated(folder) {
            guard try countAhead() == 0 else { return false }
            try becomeTraining()
            return true
        }
    }

    /// Trains without waiting any longer.
    public func jump() throws { try Self.gated(folder) { try becomeTraining() } }

    private var path: String { folder + "/" + stem + "." + state.rawValue }

    private func countAhead() throws -> Int {
        var count = 0
        for name in try Folder.content(folder) ?? [] where !name.hasPrefix(stem + ".") {
            let isTraining = name.hasSuffix("." + State.training.rawValue)
            guard isTraining || name.hasSuffix("." + State.waiting.rawValue) else { continue }
            let other = folder + "/" + name
            if !FileLock.isHeld(other) {
                unlink(other)
            } else if isTraining || name < stem {
                count += 1
            }
        }
        return count
    }

    private func becomeTraining() throws {
        let before = path
        state = .training
        // The lock is the file's, whatever its name.
        guard rename(before, path) == 0 else { throw InputError(path, "cannot be written: \(systemError())") }
    }

    /// Runs `body` while no other process looks at the folder or changes it.
    private static func gated<Result>(_ folder: String, _ body: () throws -> Result) throws -> Result {
        let gate = try Descriptor(folder + "/gate", O_RDWR | O_CREAT)
        while flock(gate.number, LOCK_EX) != 0 && errno == EINTR {}
        return try withExtendedLifetime(gate) { try body() }
    }

    /// A name without what leads to other folders.
    private static func plain(_ name: String) -> String {
        let text = String(name.map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : "-" })
        return text.isEmpty ? "-" : text
    }
}
