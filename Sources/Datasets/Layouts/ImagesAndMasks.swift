import Imaging

/// `images/` and `masks/` (or `labels/`), paired by stem: cGAN-Seg, StarDist; with `_cell_area_masked`, DeepSea.
enum ImagesAndMasks: FolderLayout {
    static func find(in folder: Listing) throws -> Found? {
        guard let images = folder.folder(named: "images"), let masks = folder.folder(named: "masks", "labels") else {
            return nil
        }
        let imageListing = try folder.listing(of: images)
        let maskListing = try folder.listing(of: masks)
        if let single = BBBC038.single(in: folder, images: imageListing, masks: maskListing) { return single }
        let reason = "\(images.name)/ and \(masks.name)/, paired by stem"
        var pairing = Pairing(images: imageListing, masks: maskListing)
        if imageListing.images.isEmpty && maskListing.images.isEmpty {
            pairing = try pairSubfolders(imageListing, maskListing)
        }
        let deepSea = maskListing.images.contains { $0.stem.lowercased().hasSuffix("_cell_area_masked") }
        guard deepSea else { return Found(layout: .imagesAndMasks, reason: reason, pairing: pairing) }
        if let weights = folder.folder(named: "wmaps", "weights", "weight_maps") {
            pairing.notes.append("weight maps are not used: \(weights.name)/")
        }
        return Found(
            layout: .deepsea, reason: "DeepSea: \(reason), masks named _cell_area_masked", pairing: pairing)
    }

    /// `images/train`, `masks/train`, `images/test`, `masks/test`.
    private static func pairSubfolders(_ images: Listing, _ masks: Listing) throws -> Pairing {
        var pairing = Pairing()
        for part in images.folders where PartKind(folder: part.name) != nil {
            guard let other = masks.folder(named: part.name.lowercased()) else { continue }
            var inside = Pairing(images: try images.listing(of: part), masks: try masks.listing(of: other))
            inside.pairs = inside.pairs.map { $0.renamed($0.name, part: part.name) }
            pairing.add(inside, from: part.name)
        }
        return pairing
    }
}
