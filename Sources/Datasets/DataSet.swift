import Imaging

/// Images with annotated objects in a folder, found but not yet read.
public struct DataSet: Sendable {
    /// How the files lie in the folder; each is told by one file in Layouts/.
    public enum Layout: String, Codable, Sendable, CaseIterable {
        /// `images/x.tif` and `masks/x.png`, paired by stem.
        case imagesAndMasks = "images+masks"
        /// `images/x.png` and `masks/x_cell_area_masked.png`, weight maps beside them (DeepSea).
        case deepsea
        /// `<id>/images/<id>.png` and `<id>/masks/*.png`, one object a file (BBBC038, the Data Science Bowl 2018).
        case bbbc038
        /// `<set>/raw.tif` and `<set>/instances_ids.png` (Usiigaci).
        case usiigaci
        /// `01/t000.tif` and `01_GT/SEG/man_seg000.tif` (Cell Tracking Challenge).
        case ctc
        /// Images and JSON annotations (COCO, LIVECell, EVICAN).
        case coco
        /// `x.tif` and `x_masks.tif` in one folder (Cellpose, Omnipose).
        case cellpose
        /// `x_im.tif` and `x_mask.tif` in one folder (YeaZ).
        case yeaz
        /// Two folders beside one another, named by the user or told apart by "mask" or "label" in a name.
        case siblings
    }

    /// The folder that was opened; of two named folders, that of the images.
    public let path: String
    /// How the files lie in it.
    public let layout: Layout
    /// The layout in words, and what it was told by.
    public let layoutDescription: String
    /// Images with their objects, ordered by the bytes of their parts' and their own names.
    public let pairs: [Pair]
    /// Images that no mask belongs to.
    public let unpairedImages: [String]
    /// Masks that belong to no image.
    public let unpairedMasks: [String]
    /// Names that more than one image, or more than one mask, claims.
    public let duplicates: [String]
    /// The tracks of time-lapses, where they were found.
    public let tracks: [TrackFacts]
    /// What was left out when the folder was searched, and why.
    public let warnings: [String]

    /// Opens the data set in the folder `path`, telling the layout from what lies there; a COCO file can be named itself.
    /// A folder whose subfolders are the parts of one data set (train, test...) holds the pairs of all.
    /// - Throws: `InputError` if the folder cannot be read or holds no data set; if its subfolders do, that names them.
    public init(_ path: String) throws {
        if path.lowercasedExtension == "json", let found = try COCOLayout.find(inFile: path) {
            try self.init(path: path, found)
            return
        }
        if Self.arrays.contains(path.lowercasedExtension) { throw Self.arrayFile(path) }
        let listing = try Listing(path, root: folderRoot(path))
        guard let found = try Self.find(in: listing) else { throw Self.noDataSet(listing) }
        try self.init(path: path, found, earlierWarnings: listing.warnings)
    }

    /// Whether a file of this name is not an image but holds, or may hold, a whole data set: COCO's JSON, NumPy's arrays.
    public static func isFile(_ path: String) -> Bool {
        path.lowercasedExtension == "json" || arrays.contains(path.lowercasedExtension)
    }

    /// The extensions of NumPy's arrays, which are refused with the way to convert them.
    private static let arrays = ["npy", "npz"]

    /// Opens the data set whose images lie in one folder and whose masks in another, paired by stem; `masks` may also be a
    /// COCO file.
    /// - Throws: `InputError` if a folder cannot be read or no image has a mask.
    public init(images: String, masks: String) throws {
        let imageListing = try Listing(images, root: folderRoot(images))
        if masks.lowercasedExtension == "json" {
            try self.init(path: images, COCOLayout.find(file: masks, images: imageListing))
            return
        }
        let maskListing = try Listing(masks, root: folderRoot(masks))
        let found = Found(
            layout: .siblings, reason: "two folders, paired by stem (images: \(images), masks: \(masks))",
            pairing: Pairing(images: imageListing, masks: maskListing))
        try self.init(path: images, found)
    }

    init(path: String, _ found: Found, earlierWarnings: [String] = []) throws {
        let pairing = found.pairing
        guard !pairing.pairs.isEmpty else {
            let reason = pairing.warnings.first.map { " (\($0))" } ?? ""
            throw InputError(
                path, "holds no image with a mask\(reason)",
                advice: "give each image and its mask the same name, as PNG, TIFF or JPEG")
        }
        self.path = path
        layout = found.layout
        layoutDescription = found.reason
        pairs = Self.ordered(pairing.pairs)
        unpairedImages = pairing.unpairedImages
        unpairedMasks = pairing.unpairedMasks
        duplicates = pairing.duplicates
        tracks = pairing.tracks
        warnings = earlierWarnings + pairing.warnings
    }

    private init(_ original: DataSet, pairs: [Pair]) {
        path = original.path
        layout = original.layout
        layoutDescription = original.layoutDescription
        unpairedImages = original.unpairedImages
        unpairedMasks = original.unpairedMasks
        duplicates = original.duplicates
        tracks = original.tracks
        warnings = original.warnings
        self.pairs = pairs
    }

    /// Pairs by part and name, with names made unique: one that several parts have gets its part's before it.
    private static func ordered(_ pairs: [Pair]) -> [Pair] {
        func precedes(_ left: Pair, _ right: Pair) -> Bool {
            left.part == right.part
                ? precedesByBytes(left.name, right.name) : precedesByBytes(left.part ?? "", right.part ?? "")
        }
        var pairs = pairs.sorted(by: precedes)
        guard pairs.contains(where: { $0.part != nil }) else { return pairs }
        var counts: [String: Int] = [:]
        for pair in pairs { counts[pair.name, default: 0] += 1 }
        var taken = Set(counts.keys)
        for (index, pair) in pairs.enumerated() {
            guard let part = pair.part, counts[pair.name] ?? 0 > 1 else { continue }
            // An image may be called so already.
            let wanted = "\(part)_\(pair.name)"
            var (name, number) = (wanted, 2)
            while !taken.insert(name).inserted { (name, number) = ("\(wanted)_\(number)", number + 1) }
            pairs[index] = pair.renamed(name, part: part)
        }
        return pairs
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

    /// The same data set with this plane taken of every image that has several.
    public func taking(_ plane: PlaneSelection) -> DataSet {
        DataSet(self, pairs: pairs.map { $0.taking(plane) })
    }

    /// The names of its parts, such as "test" and "train"; empty where it has none.
    public var parts: [String] { Set(pairs.compactMap(\.part)).sorted(by: precedesByBytes) }

    /// What is to be trained on: the parts named after training, or all where there are no parts.
    /// - Throws: `InputError` if there are parts and none is for training.
    public func forTraining() throws -> DataSet {
        let parts = parts
        if parts.isEmpty { return self }
        let wanted = Set(parts.filter { PartKind(folder: $0) == .training })
        guard !wanted.isEmpty else {
            throw InputError(
                path, "has no part to train on, only \(summary(of: parts))",
                advice: "name the folder to train on, such as \(path)/\(parts[0])")
        }
        return DataSet(self, pairs: pairs.filter { $0.part.map(wanted.contains) ?? false })
    }
}
