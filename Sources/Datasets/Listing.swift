import Foundation
import Imaging

/// What a folder holds, sorted by the bytes of the names, without what must not be followed.
struct Listing {
    /// A file or folder inside a folder.
    struct Entry: Equatable, Sendable {
        let name: String
        /// The path of the folder it lies in; shared by all entries of it.
        let folder: String

        var path: String { folder.hasSuffix("/") ? folder + name : folder + "/" + name }
        /// The name without its last extension.
        var stem: String { name.stem }
    }

    let path: String
    /// The real path that links must not leave.
    let root: String
    /// The folder's own name.
    let name: String
    /// PNG, TIFF and JPEG files, by their names.
    private(set) var images: [Entry] = []
    private(set) var folders: [Entry] = []
    /// Other regular files.
    private(set) var others: [Entry] = []
    /// Names of links that lead out of the root.
    private(set) var outsideLinks: [String] = []
    /// What was left out and why.
    private(set) var warnings: [String] = []

    /// Lists `path`; links that lead out of `root`, a real path, are left out, as are hidden and special files.
    /// - Throws: `InputError` if the folder cannot be read.
    init(_ path: String, root: String) throws {
        self.path = path
        self.root = root
        guard let stream = opendir(path) else {
            throw InputError(path, "cannot be read as a folder", advice: "check its name and permissions")
        }
        defer { closedir(stream) }
        name = (realPath(path) ?? path).lastName
        var found: [(name: String, type: Int32)] = []
        while let entry = readdir(stream) {
            let name = Self.name(of: entry)
            if name != "." && name != ".." { found.append((name, Int32(entry.pointee.d_type))) }
        }
        found.sort { precedesByBytes($0.name, $1.name) }
        var hidden: [String] = []
        for (name, type) in found {
            if name.hasPrefix(".") { hidden.append(name) } else { add(Entry(name: name, folder: path), type) }
        }
        if !hidden.isEmpty { warnings.append("\(self.name): hidden left out: \(summary(of: hidden))") }
    }

    static func name(of entry: UnsafeMutablePointer<dirent>) -> String {
        withUnsafePointer(to: &entry.pointee.d_name) { place in
            place.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
    }

    /// Sorts an entry in by its kind; links are followed where they stay inside the root.
    private mutating func add(_ entry: Entry, _ type: Int32) {
        var kind: mode_t
        switch type {
        // The kind that the folder itself tells saves a call to the system for each file.
        case Int32(DT_REG): kind = S_IFREG
        case Int32(DT_DIR): kind = S_IFDIR
        default:
            var status = stat()
            guard lstat(entry.path, &status) == 0 else {
                warnings.append("\(name)/\(entry.name) cannot be read; left out")
                return
            }
            if status.st_mode & S_IFMT == S_IFLNK {
                guard let target = realPath(entry.path), stat(entry.path, &status) == 0 else {
                    warnings.append("\(name)/\(entry.name) is a link to nothing; left out")
                    return
                }
                guard isInside(target) else {
                    outsideLinks.append(entry.name)
                    warnings.append("\(name)/\(entry.name) is a link that leaves the folder; left out")
                    return
                }
            }
            kind = status.st_mode & S_IFMT
        }
        switch kind {
        case S_IFDIR: folders.append(entry)
        case S_IFREG where ImageFile.extensions.contains(entry.name.lowercasedExtension): images.append(entry)
        case S_IFREG: others.append(entry)
        default: warnings.append("\(name)/\(entry.name) is no regular file; left out")
        }
    }

    /// Whether a real path lies in the root.
    private func isInside(_ target: String) -> Bool {
        target == root || target.hasPrefix(root.hasSuffix("/") ? root : root + "/")
    }

    /// What was left out, and the files of other kinds, which do not belong into a folder of images.
    var warningsOfImages: [String] {
        // Petri's own notes lie beside what they are about.
        let strange = others.filter { !$0.name.hasPrefix("petri-") && $0.name != "masks.json" }
        if strange.isEmpty { return warnings }
        return warnings + ["\(name): no images, left out: \(summary(of: strange.map(\.name)))"]
    }

    /// The subfolder with one of the names, whatever their case.
    func folder(named names: String...) -> Entry? {
        names.lazy.compactMap { name in folders.first { $0.name.lowercased() == name } }.first
    }

    /// What a folder inside this one holds.
    func listing(of folder: Entry) throws -> Listing { try Listing(folder.path, root: root) }
}

/// The path without links, or nil where there is nothing.
func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
}

/// The real path of a folder that the user named.
/// - Throws: `InputError` if it is absent or no folder.
func folderRoot(_ path: String) throws -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), let root = realPath(path) else {
        throw InputError(path, "does not exist", advice: "check the path")
    }
    guard isFolder.boolValue else {
        throw InputError(path, "is a file, not a folder", advice: "name the folder of the data set")
    }
    return root
}
