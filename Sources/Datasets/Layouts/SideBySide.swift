import Imaging

/// Images and masks in one folder, told apart by their endings: `x.tif` and `x_masks.tif`, `x_img.tif` and `x_masks.tif`,
/// `x.png` and `x_cp_masks.png` (Cellpose, Omnipose); `x_im.tif` and `x_mask.tif` (YeaZ).
enum SideBySide: FolderLayout {
    static func find(in folder: Listing) throws -> Found? {
        var masks: [Listing.Entry] = []
        var images: [Listing.Entry] = []
        for file in folder.images {
            if NameEnding.of(file.stem, among: NameEnding.masks) != nil {
                masks.append(file)
            } else if NameEnding.of(file.stem, among: NameEnding.ignored) == nil {
                images.append(file)
            }
        }
        guard !masks.isEmpty, !images.isEmpty else { return nil }
        var pairing = Pairing()
        pairing.pair(images, with: masks)
        guard let first = pairing.pairs.first else { return nil }
        let ignored = folder.images.count - masks.count - images.count
        if ignored > 0 { pairing.notes.append("\(counted(ignored, "weight map or flow file")) not used") }
        let imageStem = first.imagePath.lastName.stem
        let maskStem = first.maskFiles.paths[0].lastName.stem
        let maskEnding = NameEnding.of(maskStem, among: NameEnding.masks) ?? ""
        let isYeaZ = maskEnding == "mask" && NameEnding.of(imageStem, among: ["im"]) != nil
        let example = "\(first.imagePath.lastName) and \(first.maskFiles.paths[0].lastName) in one folder"
        return Found(
            layout: isYeaZ ? .yeaz : .cellpose, reason: (isYeaZ ? "YeaZ: " : "Cellpose: ") + example, pairing: pairing)
    }
}
