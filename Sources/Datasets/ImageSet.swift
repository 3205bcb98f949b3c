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
        switch try Listing.named(path, of: "image", in: "images") {
        case .file(let name): items = [Item(name: name, path: path)]
        case .dataSet(let dataSet): items = dataSet.pairs.map { Item(name: $0.name, path: $0.imagePath) }
        case .folder(let listing): items = listing.images.map { Item(name: $0.stem, path: $0.path) }
        }
    }
}
