import Foundation

/// The real images beside the project, which tests use where they are present.
public enum SharedData {
    /// `../shared/data` beside the checkout, or nil (said once on standard error) where it is absent.
    public static let folder: URL? = {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        let beside = root.deletingLastPathComponent().appendingPathComponent("shared/data")
        let candidates = [
            ProcessInfo.processInfo.environment["PETRI_SHARED_DATA"].map { URL(fileURLWithPath: $0) }, beside,
        ]
        for case let folder? in candidates where FileManager.default.fileExists(atPath: folder.path) { return folder }
        FileHandle.standardError.write(
            Data("SKIPPED: tests on real images; \(beside.path) is absent (PETRI_SHARED_DATA names another)\n".utf8))
        return nil
    }()
}

/// A new empty folder under the system's temporary folder, removed when the value goes.
public final class TemporaryFolder: Sendable {
    public let url: URL
    public init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("petri-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(at: url) }
    /// The path of `name` inside the folder.
    public func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}
