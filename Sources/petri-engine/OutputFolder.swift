import Foundation
import Imaging

/// A folder that results are written into.
enum OutputFolder {
    /// Makes the folder; refuses before any work where a file would be written over, unless that is asked for.
    static func prepare(_ path: String, for names: [String], force: Bool) throws {
        let files = FileManager.default
        do {
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw InputError(path, "cannot be made a folder", advice: "name another one with --out")
        }
        if force { return }
        if let present = names.first(where: { files.fileExists(atPath: path + "/" + $0) }) {
            throw InputError(
                path, "holds \(present) already", advice: "name another folder, or write over it with --force")
        }
    }
}
