import Foundation
import Imaging

/// What a folder is to someone who looks for data sets.
public struct FolderContent: Sendable {
    /// The data set that the folder holds itself.
    public let dataSet: DataSet?
    /// Paths of image files in it, where it holds no data set.
    public let images: [String]
    /// Paths of its folders to look into, where it holds no data set.
    public let folders: [String]

    /// Lists the folder at `path`; links that lead out of `root` are left out.
    /// - Throws: `InputError` if the folder, or the data set in it, cannot be read.
    public init(_ path: String, root: String? = nil) throws {
        let listing = try Listing(path, root: folderRoot(root ?? path))
        if let found = try DataSet.find(in: listing), !found.pairing.pairs.isEmpty {
            dataSet = try DataSet(path: path, found, earlierWarnings: listing.warnings)
            (images, folders) = ([], [])
        } else {
            dataSet = nil
            images = listing.images.map(\.path)
            folders = listing.folders.map(\.path)
        }
    }
}

extension FolderContent {
    /// Names of images that lie in the folder or in its `images`, the first ones by their bytes of what is found in a few
    /// hundredths of a second: something to show while a large folder is listed. Empty where there are none.
    public static func glimpse(_ path: String, limit: Int = 200) -> [String] {
        for folder in [path, path + "/images"] {
            guard let stream = opendir(folder) else { continue }
            defer { closedir(stream) }
            let end = ContinuousClock.now + .milliseconds(20)
            var names: [String] = []
            var looked = 0
            while let entry = readdir(stream) {
                looked += 1
                if looked % 256 == 0, ContinuousClock.now > end { break }
                let name = Listing.name(of: entry)
                if !name.hasPrefix("."), ImageFile.extensions.contains(name.lowercasedExtension) { names.append(name) }
            }
            if !names.isEmpty { return Array(names.sorted(by: precedesByBytes).prefix(limit)) }
        }
        return []
    }
}
