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
