import Imaging

/// Label images with names, to be compared with others: those of a data set, of a folder, or of a single file.
public struct LabelSet: Sendable {
    /// One label image, still in its file or files.
    public struct Item: Equatable, Sendable {
        /// Name of the pair, or stem of the file.
        public let name: String
        /// Where the labels are.
        public let files: MaskFiles
        /// The image they belong to, whose size they must have, where there is one.
        let imagePath: String?

        /// Reads the labels; see `MaskFiles.read`. Throws `InputError`, also if they are not of their image's size.
        public func labels() throws -> LabelImage {
            guard let imagePath else { return try files.read().labels }
            return try Pair(name: name, imagePath: imagePath, maskFiles: files).labels()
        }

        /// How large a pixel is, where the image's file or the labels' says it.
        public func pixelSize() -> PixelSize? {
            ([imagePath] + [files.paths.first]).lazy.compactMap { $0 }
                .compactMap { try? ImageFile.probe($0).pixelSize }.first
        }
    }

    /// What was opened.
    public let path: String
    /// The label images, ordered by the bytes of their names; no two have the same.
    public let items: [Item]
    /// What was left out, and why.
    public let warnings: [String]

    /// Opens a data set, a folder of label images or a single label image.
    /// - Throws: `InputError` if there is none, or if two files of a folder have the same stem.
    public init(_ path: String) throws {
        self.path = path
        switch try Listing.named(path, of: "label image", in: "masks", "labels") {
        case .file(let name):
            items = [Item(name: name, files: .whole(path), imagePath: nil)]
            warnings = []
        case .dataSet(let dataSet):
            items = dataSet.pairs.map { Item(name: $0.name, files: $0.maskFiles, imagePath: $0.imagePath) }
            warnings = dataSet.warnings
        case .folder(let listing):
            items = listing.images.map { Item(name: $0.stem, files: .whole($0.path), imagePath: nil) }
            warnings = listing.warnings
        }
    }

    /// Label images of two sets that belong together, and the names of those that belong to none in the other.
    public struct Partners: Sendable {
        public let pairs: [(truth: Item, predicted: Item)]
        public let unmatchedTruth: [String]
        public let unmatchedPredicted: [String]
    }

    /// Pairs this set, the truth, with `predicted` by name; what is left, by names without endings such as `_mask`. Two
    /// single files belong together whatever their names.
    public func partners(in predicted: LabelSet) -> Partners {
        func isFile(_ set: LabelSet) -> Bool { set.items.count == 1 && set.items[0].files == .whole(set.path) }
        if isFile(self) && isFile(predicted) {
            return Partners(pairs: [(items[0], predicted.items[0])], unmatchedTruth: [], unmatchedPredicted: [])
        }
        let exact = Dictionary(predicted.items.map { ($0.name, $0) }) { first, _ in first }
        let names = Set(items.map(\.name))
        let loose = Dictionary(
            grouping: predicted.items.filter { !names.contains($0.name) }, by: { nameWithoutMaskEnding($0.name) })
        let rivals = Dictionary(
            grouping: items.filter { exact[$0.name] == nil }, by: { nameWithoutMaskEnding($0.name) })
        var pairs: [(truth: Item, predicted: Item)] = []
        var unmatched: [String] = []
        var used: Set<String> = []
        for item in items {
            let bare = nameWithoutMaskEnding(item.name)
            let candidates = exact[item.name].map { [$0] } ?? (rivals[bare]?.count == 1 ? loose[bare] ?? [] : [])
            if let partner = candidates.first, candidates.count == 1 {
                pairs.append((item, partner))
                used.insert(partner.name)
            } else {
                unmatched.append(item.name)
            }
        }
        return Partners(
            pairs: pairs, unmatchedTruth: unmatched,
            unmatchedPredicted: predicted.items.map(\.name).filter { !used.contains($0) })
    }
}
