import Imaging

/// Images with annotated objects in a folder, found but not yet read.
public struct DataSet: Sendable {
    /// How the files lie in the folder.
    public enum Layout: String, Codable, Sendable {
        /// `images/x.tif` and `masks/x.png`, paired by stem.
        case imagesAndMasks = "images+masks"
        /// `<id>/images/<id>.png` and `<id>/masks/*.png`, one object a file (BBBC038, the Data Science Bowl 2018).
        case bbbc038
        /// `<set>/raw.tif` and `<set>/instances_ids.png` (Usiigaci).
        case usiigaci
        /// Two folders beside one another, named by the user or told apart by "mask" or "label" in a name.
        case siblings
    }

    /// The folder that was opened; of two named folders, that of the images.
    public let path: String
    /// How the files lie in it.
    public let layout: Layout
    /// The layout in words, with the names of the folders where they were guessed.
    public let layoutDescription: String
    /// Images with their objects, ordered by the bytes of their names.
    public let pairs: [Pair]
    /// What was left out when the folder was searched, and why.
    public let warnings: [String]

    /// Opens the data set in the folder `path`, telling the layout from what lies there.
    /// - Throws: `InputError` if the folder cannot be read or holds no data set; if its subfolders do, that names them.
    public init(_ path: String) throws {
        let root = try folderRoot(path)
        let listing = try Listing(path, root: root)
        guard let found = try Self.find(in: listing, root: root) else {
            throw Self.noDataSet(listing, root: root)
        }
        try self.init(path: path, found, earlierWarnings: listing.warnings)
    }

    /// Opens the data set whose images lie in one folder and whose masks in another, paired by stem.
    /// - Throws: `InputError` if a folder cannot be read or no image has a mask.
    public init(images: String, masks: String) throws {
        let imageListing = try Listing(images, root: folderRoot(images))
        let maskListing = try Listing(masks, root: folderRoot(masks))
        let found = Found(
            layout: .siblings, description: "two folders, paired by stem (images: \(images), masks: \(masks))",
            pairing: Pairing(images: imageListing, masks: maskListing))
        try self.init(path: images, found, earlierWarnings: [])
    }

    private init(path: String, _ found: Found, earlierWarnings: [String]) throws {
        guard !found.pairing.pairs.isEmpty else {
            let reason = found.pairing.warnings.first.map { " (\($0))" } ?? ""
            throw InputError(
                path, "holds no image with a mask\(reason)",
                advice: "give each image and its mask the same name, as PNG or TIFF")
        }
        self.path = path
        layout = found.layout
        layoutDescription = found.description
        pairs = found.pairing.pairs.sorted { precedesByBytes($0.name, $1.name) }
        warnings = earlierWarnings + found.pairing.warnings
    }

    private init(_ original: DataSet, pairs: [Pair]) {
        path = original.path
        layout = original.layout
        layoutDescription = original.layoutDescription
        warnings = original.warnings
        self.pairs = pairs
    }

    /// The same data set with only the pairs of the given names, in the given order.
    /// - Throws: `InputError` naming those that the data set does not have.
    public func choosing(names: [String]) throws -> DataSet {
        let byName = Dictionary(pairs.map { ($0.name, $0) }) { first, _ in first }
        let missing = names.filter { byName[$0] == nil }
        guard missing.isEmpty else {
            throw InputError(path, "has no image named \(summary(of: missing))")
        }
        return DataSet(self, pairs: names.compactMap { byName[$0] })
    }
}
