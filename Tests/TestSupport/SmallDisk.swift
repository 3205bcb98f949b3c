import Foundation

/// A file system of a few megabytes in memory, which can be filled or made one that is only read; gone with the value.
public final class SmallDisk {
    public let path: String

    /// Mounts one; nil (said on standard error) where that is not allowed.
    public init?(_ path: String, megabytes: Int) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard try Self.run("/bin/mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m", "none", path]) else {
            FileHandle.standardError.write(Data("SKIPPED: a full disk; only root may mount a small one\n".utf8))
            return nil
        }
    }

    deinit { _ = try? Self.run("/bin/umount", ["-l", path]) }

    /// Writes until nothing more can be.
    public func fill() throws {
        let file = open(path + "/filling", O_WRONLY | O_CREAT, 0o600)
        defer { close(file) }
        let block = [UInt8](repeating: 1, count: 4096)
        while write(file, block, block.count) > 0 {}
    }

    /// Removes what `fill` wrote.
    public func empty() throws { try FileManager.default.removeItem(atPath: path + "/filling") }

    /// Lets the disk only be read from now on.
    public func forbidWriting() throws { _ = try Self.run("/bin/mount", ["-o", "remount,ro", path]) }

    private static func run(_ program: String, _ arguments: [String]) throws -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
