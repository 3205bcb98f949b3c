import Foundation
import Imaging

extension Listing {
    /// What a path that people give for images, or for label images, leads to.
    enum Named {
        /// A single file, called after its stem.
        case file(name: String)
        case dataSet(DataSet)
        /// A folder with nothing but images; no two have the same stem.
        case folder(Listing)
    }

    /// Looks at `path`; `kind` is what errors call its images. Of a folder that is no data set and holds no image itself,
    /// the first subfolder called one of `places` counts.
    /// - Throws: `InputError` if there is nothing, or if two files of a folder have the same stem.
    static func named(_ path: String, of kind: String, in places: String...) throws -> Named {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
            return DataSet.isFile(path) ? .dataSet(try DataSet(path)) : .file(name: path.lastName.stem)
        }
        var listing = try Listing(path, root: folderRoot(path))
        guard try DataSet.find(in: listing) == nil else { return .dataSet(try DataSet(path)) }
        if listing.images.isEmpty, let inside = places.lazy.compactMap({ listing.folder(named: $0) }).first {
            listing = try listing.listing(of: inside)
        }
        if listing.images.isEmpty { return .dataSet(try DataSet(path)) }
        let byStem = Dictionary(grouping: listing.images, by: \.stem).filter { $0.value.count > 1 }
        if let (stem, files) = byStem.min(by: { precedesByBytes($0.key, $1.key) }) {
            throw InputError(
                path, "holds several files for \(stem): \(summary(of: files.map(\.name)))",
                advice: "keep one \(kind) of each name")
        }
        return .folder(listing)
    }
}
