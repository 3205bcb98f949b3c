import Imaging

/// A folder of images without masks, or of masks without images.
public enum LooseFiles {
    /// What the folder at `path` holds, or nil where it is a data set or has no image file of its own,
    /// in images/, in masks/ or in <id>/images.
    ///
    /// Files are masks where most of them look like some: background 0, and few of the pixels differ from the pixel beside
    /// them.
    /// - Throws: `InputError` if the folder, or every file in it, cannot be read.
    public static func facts(_ path: String, all: Bool = false) throws -> DataSetFacts? {
        let listing = try Listing(path, root: folderRoot(path))
        // Of a data set that cannot be opened, its own error says more.
        guard try DataSet.find(in: listing) == nil else { return nil }
        let (files, place) = try files(of: listing)
        guard !files.isEmpty else { return nil }
        let isWhole = all || files.count <= DataSet.mostReadWhole
        let chosen =
            isWhole
            ? files : (0..<DataSet.sampleSize).map { files[$0 * files.count / DataSet.sampleSize] }
        let found = try concurrentMap(chosen) { FileFacts($0) }
        let usable = found.filter { $0.problem == nil }
        if usable.isEmpty, let problem = found.first?.problem { throw problem }
        let areMasks = 2 * usable.count(where: \.isMask) > usable.count
        var warnings = listing.warningsOfImages + found.compactMap(\.problem?.description)
        if !isWhole { warnings.append("\(chosen.count) of \(files.count) files were read; --all reads every one") }
        let names = files.map(\.name)
        let encodings = areMasks ? frequentFirst(usable.compactMap { $0.mask?.encoding }) : []
        return DataSetFacts(
            path: path, layout: areMasks ? "masks" : "images",
            layoutReason: areMasks
                ? "masks without images\(place): most files have background 0 and even areas"
                : "images without masks\(place)",
            pairs: 0, pairsRead: 0, parts: [],
            sizes: frequentFirst(usable.map { "\($0.width)x\($0.height)" }),
            channels: frequentFirst(usable.map(\.channels)), bits: frequentFirst(usable.map(\.bits)),
            maskEncoding: encodings.isEmpty ? "none" : encodings.map(\.description).joined(separator: "; "),
            maskReason: encodings.map(\.reason).joined(separator: "; "),
            objects: areMasks ? usable.reduce(0) { $0 + ($1.mask?.objects ?? 0) } : 0,
            unpairedImages: areMasks ? [] : names, unpairedMasks: areMasks ? names : [], duplicates: [], leaks: [],
            split: nil, tracks: [], warnings: warnings, images: names)
    }

    /// The image files, and where they are in words.
    private static func files(of listing: Listing) throws -> ([Listing.Entry], String) {
        if !listing.images.isEmpty { return (listing.images, "") }
        if let inside = listing.folder(named: "images", "masks", "labels") {
            return (try listing.listing(of: inside).images, " in \(inside.name)/")
        }
        let inner = try listing.folders.flatMap { entry -> [Listing.Entry] in
            guard let images = try listing.listing(of: entry).folder(named: "images") else { return [] }
            return try listing.listing(of: images).images
        }
        return (inner, " in <id>/images")
    }

    private struct FileFacts: Sendable {
        var width = 0
        var height = 0
        var channels = 0
        var bits = 0
        var isMask = false
        /// What it holds if it is a mask.
        var mask: (encoding: MaskEncoding, objects: Int)?
        var problem: InputError?

        init(_ entry: Listing.Entry) {
            do {
                let image = try ImageFile.read(entry.path, as: .stored)
                (width, height, channels, bits) = (image.width, image.height, image.channels, image.bits)
                guard let labels = try? LabelImage(image: image, name: entry.path), labels.isEven else { return }
                isMask = true
                let read = try MaskFiles.whole(entry.path).read()
                mask = (read.encoding, read.objects)
            } catch let error as InputError {
                problem = error
            } catch {
                problem = InputError(entry.path, "cannot be read: \(error)")
            }
        }
    }
}

extension LabelImage {
    /// Whether there is background, and of the pixels less than a tenth differ from the one to their left.
    fileprivate var isEven: Bool {
        labels.withUnsafeBufferPointer { labels in
            guard var last = labels.first else { return false }
            var changes = 0
            var hasBackground = false
            for label in labels {
                if label != last { changes += 1 }
                if label == 0 { hasBackground = true }
                last = label
            }
            return hasBackground && changes * 10 < labels.count
        }
    }
}
