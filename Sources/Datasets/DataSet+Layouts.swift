import Imaging

extension DataSet {
    /// A layout that was recognised and the pairs in it.
    struct Found {
        var layout: Layout
        var description: String
        var pairing: Pairing
    }

    /// The data set that the folder itself holds, or nil.
    static func find(in listing: Listing, root: String) throws -> Found? {
        if let own = try findOwn(in: listing, root: root) { return own }

        // Folders that each hold one image and its objects.
        var single: [(folder: Listing.Entry, found: Found)] = []
        var others: [String] = []
        for folder in listing.folders {
            let inside = try? Listing(folder.path, root: root)
            if let inside, let found = try findOwn(in: inside, root: root) {
                // A subfolder that is a data set of its own kind makes this folder a collection, not a data set.
                guard found.layout == .bbbc038 || found.layout == .usiigaci else { return nil }
                single.append((folder, found))
            } else {
                others.append(folder.name)
            }
        }
        guard let layout = single.first?.found.layout else { return nil }
        var pairing = Pairing()
        for (folder, found) in single {
            if found.layout == layout {
                pairing.pairs += found.pairing.pairs
            } else {
                others.append(folder.name)
            }
            pairing.warnings += found.pairing.warnings.map { "\(folder.name): \($0)" }
        }
        if !others.isEmpty {
            pairing.warnings.append(
                "folders without an image and its objects, left out: \(summary(of: others.sorted(by: precedesByBytes)))"
            )
        }
        if !listing.images.isEmpty {
            pairing.warnings.append("images outside the folders, left out: \(summary(of: listing.images.map(\.name)))")
        }
        let description =
            layout == .bbbc038
            ? "BBBC038: <id>/images and <id>/masks, one file per object" : "Usiigaci: <set>/raw and <set>/instances_ids"
        return Found(layout: layout, description: description, pairing: pairing)
    }

    /// What the folder holds directly, not in folders that each hold one image.
    private static func findOwn(in listing: Listing, root: String) throws -> Found? {
        if let images = listing.folder(named: "images"), let masks = listing.folder(named: "masks", "labels") {
            return try findImagesAndMasks(images, masks, in: listing, root: root)
        }
        if let instances = listing.images.first(where: { $0.stem.lowercased() == "instances_ids" }) {
            return findInstances(instances, in: listing)
        }
        guard listing.folders.count == 2 else { return nil }
        let isMasks = listing.folders.map { ["mask", "label"].contains(where: $0.name.lowercased().contains) }
        guard isMasks[0] != isMasks[1] else { return nil }
        let (images, masks) = isMasks[1] ? (0, 1) : (1, 0)
        let pairing = Pairing(
            images: try Listing(listing.folders[images].path, root: root),
            masks: try Listing(listing.folders[masks].path, root: root))
        guard !pairing.pairs.isEmpty else { return nil }
        return Found(
            layout: .siblings,
            description: "two folders, paired by stem (taken as images: \"\(listing.folders[images].name)\", "
                + "as masks: \"\(listing.folders[masks].name)\")",
            pairing: pairing)
    }

    /// `images` and `masks`: paired by stem, or, where the only image has no mask of its name, one object a file.
    private static func findImagesAndMasks(
        _ images: Listing.Entry, _ masks: Listing.Entry, in listing: Listing, root: String
    ) throws -> Found {
        let imageListing = try Listing(images.path, root: root)
        let maskListing = try Listing(masks.path, root: root)
        var pairing = Pairing(images: imageListing, masks: maskListing)
        let name = listing.name
        if imageListing.images.count == 1, let image = imageListing.images.first,
            pairing.pairs.isEmpty || (image.stem == name && maskListing.images.count > 1)
        {
            pairing = Pairing()
            pairing.warnings = imageListing.warnings + maskListing.warnings
            if maskListing.images.isEmpty {
                pairing.warnings.append("no file in \(masks.name); left out")
            } else {
                let files = MaskFiles.objects(maskListing.images.map(\.path))
                pairing.pairs = [Pair(name: name, imagePath: image.path, maskFiles: files)]
            }
            return Found(layout: .bbbc038, description: "BBBC038: one image, one file per object", pairing: pairing)
        }
        return Found(
            layout: .imagesAndMasks, description: "\(images.name)/ and \(masks.name)/, paired by stem", pairing: pairing
        )
    }

    /// One image beside its `instances_ids`: `raw`, or else the only other image.
    private static func findInstances(_ instances: Listing.Entry, in listing: Listing) -> Found {
        let name = listing.name
        let others = listing.images.filter { $0.stem.lowercased() != "instances_ids" }
        let raw = others.filter { $0.stem.lowercased() == "raw" }
        let masks = listing.images.count - others.count
        var pairing = Pairing()
        pairing.warnings = listing.warnings
        let candidates = raw.isEmpty ? others : raw
        if let image = candidates.first, candidates.count == 1, masks == 1 {
            pairing.pairs = [Pair(name: name, imagePath: image.path, maskFiles: .whole(instances.path))]
            let ignored = others.filter { $0.name != image.name }
            if !ignored.isEmpty {
                pairing.warnings.append("beside \(image.name) left out: \(summary(of: ignored.map(\.name)))")
            }
        } else {
            let names = summary(of: listing.images.map(\.name))
            pairing.warnings.append("not one image and one instances_ids file (\(names)); left out")
        }
        return Found(layout: .usiigaci, description: "Usiigaci: one image and its instances_ids", pairing: pairing)
    }

    /// The error for a folder that holds no data set itself; names the subfolders that do.
    static func noDataSet(_ listing: Listing, root: String) -> InputError {
        // Each look goes three folders deep, so only so many are taken.
        let holders = listing.folders.prefix(100).filter { folder in
            guard let inside = try? Listing(folder.path, root: root) else { return false }
            return (try? find(in: inside, root: root))?.pairing.pairs.isEmpty == false
        }
        guard let first = holders.first else {
            return InputError(
                listing.path, "holds no data set that Petri knows",
                advice:
                    "give a folder with images/ and masks/, with <id>/images and <id>/masks, with <set>/raw.tif and "
                    + "<set>/instances_ids.png, or name two folders with --images and --masks")
        }
        return InputError(
            listing.path, "holds no data set itself, but its subfolders do: \(summary(of: holders.map(\.name)))",
            advice: "open one of them, such as \(first.path)")
    }
}
