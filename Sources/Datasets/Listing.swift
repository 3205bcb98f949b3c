import Foundation
import Imaging

/// What a folder holds, sorted by the bytes of the names, without what must not be followed.
struct Listing {
    /// A file or folder inside a folder.
    struct Entry {
        let name: String
        let path: String

        /// The name without its last extension.
        var stem: String { (name as NSString).deletingPathExtension }

        /// The stem without an ending that says "mask".
        var maskStem: String { nameWithoutMaskEnding(stem) }
    }

    let path: String
    /// The folder's own name.
    let name: String
    /// PNG and TIFF files, by their names.
    private(set) var images: [Entry] = []
    private(set) var folders: [Entry] = []
    /// What was left out and why.
    private(set) var warnings: [String] = []

    /// Lists `path`; links that lead out of `root`, a real path, are left out, as are hidden and special files.
    /// - Throws: `InputError` if the folder cannot be read.
    init(_ path: String, root: String) throws {
        self.path = path
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw InputError(path, "cannot be read as a folder", advice: "check its name and permissions")
        }
        let folderName = ((realPath(path) ?? path) as NSString).lastPathComponent
        name = folderName
        var hidden: [String] = []
        var others: [String] = []
        for name in names.sorted(by: precedesByBytes) {
            if name.hasPrefix(".") {
                hidden.append(name)
                continue
            }
            let entry = Entry(name: name, path: (path as NSString).appendingPathComponent(name))
            var status = stat()
            guard lstat(entry.path, &status) == 0 else {
                warnings.append("\(folderName)/\(name) cannot be read; left out")
                continue
            }
            if status.st_mode & S_IFMT == S_IFLNK {
                guard let target = realPath(entry.path), stat(entry.path, &status) == 0 else {
                    warnings.append("\(folderName)/\(name) is a link to nothing; left out")
                    continue
                }
                guard target == root || target.hasPrefix(root == "/" ? root : root + "/") else {
                    warnings.append("\(folderName)/\(name) is a link that leaves the folder; left out")
                    continue
                }
            }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: folders.append(entry)
            case S_IFREG where ["png", "tif", "tiff"].contains((name as NSString).pathExtension.lowercased()):
                images.append(entry)
            case S_IFREG: others.append(name)
            default: warnings.append("\(folderName)/\(name) is no regular file; left out")
            }
        }
        if !hidden.isEmpty { warnings.append("\(folderName): hidden left out: \(summary(of: hidden))") }
        if !others.isEmpty { warnings.append("\(folderName): neither PNG nor TIFF, left out: \(summary(of: others))") }
    }

    /// The subfolder with one of the names, whatever their case.
    func folder(named names: String...) -> Entry? {
        names.lazy.compactMap { name in folders.first { $0.name.lowercased() == name } }.first
    }
}

/// The name without an ending that says "mask": `x_mask`, `x_masks`, `x-labels`, `x_cp_masks`...
func nameWithoutMaskEnding(_ name: String) -> String {
    let lowercased = name.lowercased()
    for ending in ["cp_masks", "masks", "mask", "labels", "label", "instances"] {
        for ending in ["_" + ending, "-" + ending] where lowercased.hasSuffix(ending) && lowercased != ending {
            return String(name.dropLast(ending.count))
        }
    }
    return name
}

/// Order of names that does not depend on locale or Unicode version.
func precedesByBytes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
}

/// The first few of some names, and how many more there are.
func summary(of names: [String], limit: Int = 5) -> String {
    names.count <= limit
        ? names.joined(separator: ", ")
        : names.prefix(limit).joined(separator: ", ") + " and \(names.count - limit) more"
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
