import Foundation
import Imaging

/// A little room kept in a run directory while it is trained in, for a full disk: so that the status and the log can still say
/// why the training ended. The status takes the very blocks that were kept: what is given back first, others may take.
public final class DiskReserve {
    private let run: RunDirectory
    private static let length = 256 << 10
    /// Of it, what is kept for the status.
    private static let statusLength = 64 << 10

    /// Takes the room, as much as there is.
    public init(_ run: RunDirectory) {
        self.run = run
        guard let file = try? Descriptor(run.reservePath, O_WRONLY | O_CREAT | O_TRUNC) else { return }
        // Zeros may take no room on some disks.
        let noise = (0..<Self.length).map { _ in UInt8.random(in: 0...255) }
        try? noise.withUnsafeBytes { try file.write($0) }
    }

    deinit { unlink(run.reservePath) }

    /// Gives back all but the room for a status.
    public func shrink() { truncate(run.reservePath, off_t(Self.statusLength)) }

    /// Writes the last status of a training, if need be into the room kept for it, which then becomes status.json.
    /// - Throws: `InputError` where the disk refuses that as well.
    public func write(_ status: RunStatus) throws {
        do {
            try run.write(status)
        } catch {
            let document = try RunDocuments.encoded(status)
            guard document.count <= Self.statusLength else { throw error }
            let file = try Descriptor(run.reservePath, O_WRONLY, subject: run.statusPath)
            try document.withUnsafeBytes { try file.write($0) }
            try file.truncate(to: document.count)
            try file.sync()
            guard rename(run.reservePath, run.statusPath) == 0 else { throw error }
        }
    }
}

extension RunDirectory {
    /// Bytes free on the run's disk for this user; nil where the system does not say.
    public var freeSpace: Int? {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0 else { return nil }
        let (bytes, overflows) = Int(facts.f_bavail).multipliedReportingOverflow(by: Int(facts.f_frsize))
        return overflows ? nil : bytes
    }
}
