import Foundation
import Imaging

/// A little room kept in a run directory while it is trained in, given up when the disk is full: so that the status and the
/// log can still say why the training ended.
public final class DiskReserve {
    private let path: String
    private static let length = 256 << 10

    /// Takes the room, as much as there is.
    public init(_ run: RunDirectory) {
        path = run.reservePath
        guard let file = try? Descriptor(path, O_WRONLY | O_CREAT | O_TRUNC) else { return }
        // Zeros may take no room on some disks.
        let noise = (0..<Self.length).map { _ in UInt8.random(in: 0...255) }
        try? noise.withUnsafeBytes { try file.write($0) }
    }

    deinit { release() }

    /// Gives the room back.
    public func release() { unlink(path) }
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
