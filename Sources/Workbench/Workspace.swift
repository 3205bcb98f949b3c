import Foundation
import Imaging

/// Which folder the workbench opens when none is named.
enum Workspace {
    private static let name = "workspace"

    /// Keeps the path for the next time.
    static func remember(_ path: String, in folder: String?) throws {
        guard let folder else { return }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try (path + "\n").write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
        } catch {
            throw InputError(folder + "/" + name, "cannot be written: \(error.localizedDescription)")
        }
    }

    /// The folder opened last, if it is still there.
    static func last(in folder: String?) -> String? {
        guard let folder, let data = FileManager.default.contents(atPath: folder + "/" + name), data.count < 1 << 16
        else { return nil }
        let path = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
        return !path.isEmpty && FileManager.default.fileExists(atPath: path) ? path : nil
    }
}
