import Foundation
import Imaging

/// Making and checking the folders that runs and sample sets live in.
package enum Folder {
    /// Makes the folder and its parents, where they are absent.
    /// - Throws: `InputError` that names the part of the path that cannot be made.
    package static func make(_ path: String) throws {
        var part = path.hasPrefix("/") ? "/" : ""
        for component in path.split(separator: "/") {
            part += (part.isEmpty || part.hasSuffix("/") ? "" : "/") + component
            guard mkdir(part, 0o777) != 0, errno != EEXIST else { continue }
            // A parent that exists may answer with another error: it may lie on a file system that is read only.
            let problem = systemError()
            var facts = stat()
            guard stat(part, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else {
                throw InputError(
                    part, "cannot be made: \(problem)", advice: "name another folder, or check the permissions")
            }
        }
    }

    /// The names in the folder, or nil where there is nothing at `path`.
    /// - Throws: `InputError` where `path` is no folder or may not be read.
    package static func content(_ path: String) throws -> [String]? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
        guard isFolder.boolValue else { throw InputError(path, "is a file, not a folder", advice: "name a folder") }
        guard let content = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw InputError(path, "may not be read", advice: "check the folder's permissions")
        }
        return content
    }
}

extension OpaquePointer {
    /// The names in an open folder (DIR *), without "." and "..".
    var names: [String] {
        var names: [String] = []
        while let entry = readdir(self) {
            let name = entry.name
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}

extension UnsafeMutablePointer<dirent> {
    /// The entry's name.
    var name: String {
        withUnsafePointer(to: &pointee.d_name) { name in
            name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
    }
}
