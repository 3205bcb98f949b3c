import Foundation
import Imaging

/// Images with names, to be segmented: those of a data set, of a folder, or a single file.
public struct ImageSet: Sendable {
    /// One image, still in its file.
    public struct Item: Equatable, Sendable {
        /// Name of the pair, or stem of the file.
        public let name: String
        public let path: String
    }

    /// The images, ordered by the bytes of their names; no two have the same.
    public let items: [Item]

    /// Opens a data set, a folder of images or a single image.
    /// - Throws: `InputError` if there is none, or if two files of a folder have the same stem.
    public init(_ path: String) throws {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
            let stem = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
            items = [Item(name: stem, path: path)]
            return
        }
        let root = try folderRoot(path)
        let listing = try Listing(path, root: root)
        guard !listing.images.isEmpty, try DataSet.find(in: listing, root: root) == nil else {
            items = try DataSet(path).pairs.map { Item(name: $0.name, path: $0.imagePath) }
            return
        }
        let byStem = Dictionary(grouping: listing.images, by: \.stem)
        if let (stem, files) = byStem.first(where: { $0.value.count > 1 }) {
            throw InputError(
                path, "holds several files for \(stem): \(summary(of: files.map(\.name)))",
                advice: "keep one image of each name")
        }
        items = listing.images.map { Item(name: $0.stem, path: $0.path) }
    }
}
