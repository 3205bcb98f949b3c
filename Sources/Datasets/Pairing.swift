import Imaging

/// Images and the masks that belong to them, with what was left out.
struct Pairing {
    var pairs: [Pair] = []
    /// Images that no mask belongs to, as "folder/name" or the name alone.
    var unpairedImages: [String] = []
    /// Masks that belong to no image.
    var unpairedMasks: [String] = []
    /// Names that several images or several masks claim.
    var duplicates: [String] = []
    var tracks: [TrackFacts] = []
    /// What else was left out, and why.
    var notes: [String] = []

    init() {}

    /// Pairs two folders by stem; see `pair`.
    init(images: Listing, masks: Listing) {
        notes = images.warningsOfImages + masks.warningsOfImages
        pair(images.images, with: masks.images)
    }

    /// Pairs by stem: a mask of the image's own stem goes first, then `x_mask`, `x_labels`... with `x`, then with `x_img`,
    /// `x_im`... Linear in the number of files.
    mutating func pair(_ images: [Listing.Entry], with masks: [Listing.Entry]) {
        var imageOf: [String: Listing.Entry] = [:]
        imageOf.reserveCapacity(images.count)
        var doubled: [String: [String]] = [:]
        for image in images {
            let stem = image.stem
            if let other = imageOf.updateValue(image, forKey: stem) {
                doubled[stem, default: [other.name]].append(image.name)
            }
        }
        // Images by their names without `_img`: only where no other image has that name.
        var bareStems: [String: String] = [:]
        for stem in imageOf.keys {
            let bare = NameEnding.dropped(from: stem, among: NameEnding.images)
            if bare != stem && imageOf[bare] == nil && bareStems.updateValue(stem, forKey: bare) != nil {
                bareStems[bare] = ""
            }
        }
        var maskOf: [String: Listing.Entry] = [:]
        maskOf.reserveCapacity(masks.count)
        var rivals: [String: [String]] = [:]
        func claim(_ stem: String, _ mask: Listing.Entry) {
            if let other = maskOf.updateValue(mask, forKey: stem) {
                rivals[stem, default: [other.name]].append(mask.name)
            }
        }
        var rest: [Listing.Entry] = []
        for mask in masks {
            let stem = mask.stem
            if imageOf[stem] != nil { claim(stem, mask) } else { rest.append(mask) }
        }
        let exact = maskOf
        // Names of pairs without `_img`, where the mask has them so.
        var bareNames: [String: String] = [:]
        for mask in rest {
            let bare = nameWithoutMaskEnding(mask.stem)
            let stem = imageOf[bare] != nil ? bare : bareStems[bare] ?? ""
            if stem != bare { bareNames[stem] = bare }
            if stem.isEmpty && NameEnding.of(mask.stem, among: NameEnding.ignored) != nil { continue }
            if !stem.isEmpty && exact[stem] == nil { claim(stem, mask) } else { unpairedMasks.append(mask.name) }
        }
        for image in images {
            let stem = image.stem
            if doubled[stem] != nil || rivals[stem] != nil { continue }
            if let mask = maskOf[stem] {
                pairs.append(Pair(name: bareNames[stem] ?? stem, imagePath: image.path, maskFiles: .whole(mask.path)))
            } else {
                unpairedImages.append(image.name)
            }
        }
        for (kind, all) in [("images", doubled), ("masks", rivals)] {
            for (stem, names) in all.sorted(by: { precedesByBytes($0.key, $1.key) }) {
                duplicates.append(stem)
                notes.append("\(stem): several \(kind) (\(summary(of: names))); left out")
            }
        }
    }

    /// What was left out, and why.
    var warnings: [String] {
        var warnings = notes
        if !unpairedImages.isEmpty { warnings.append("images without mask, left out: \(summary(of: unpairedImages))") }
        if !unpairedMasks.isEmpty { warnings.append("masks without image, left out: \(summary(of: unpairedMasks))") }
        return warnings
    }

    /// Takes over what another pairing found in the folder `name`.
    mutating func add(_ other: Pairing, from name: String) {
        pairs += other.pairs
        unpairedImages += other.unpairedImages.map { "\(name)/\($0)" }
        unpairedMasks += other.unpairedMasks.map { "\(name)/\($0)" }
        duplicates += other.duplicates.map { "\(name)/\($0)" }
        tracks += other.tracks.map { $0.inside(name) }
        notes += other.notes.map { "\(name): \($0)" }
    }
}
