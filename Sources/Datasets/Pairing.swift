import Imaging

/// Images and the masks that belong to them, with what was left out.
struct Pairing {
    var pairs: [Pair] = []
    var warnings: [String] = []

    /// Pairs two folders by stem: masks of the same stem first, then those named `<stem>_mask`, `<stem>_labels`...
    init(images: Listing, masks: Listing) {
        warnings = images.warnings + masks.warnings
        let (maskOf, unused, maskDuplicates) = Self.partners(
            of: Set(images.images.map(\.stem)), among: masks.images)
        let grouped = Dictionary(grouping: images.images, by: \.stem)
        var unpaired: [String] = []
        for (stem, group) in grouped.sorted(by: { precedesByBytes($0.key, $1.key) }) {
            guard let image = group.first, group.count == 1 else {
                warnings.append("\(stem): several images (\(summary(of: group.map(\.name)))); left out")
                continue
            }
            if let mask = maskOf[stem] {
                pairs.append(Pair(name: stem, imagePath: image.path, maskFiles: .whole(mask.path)))
            } else if !maskDuplicates.contains(stem) {
                unpaired.append(image.name)
            }
        }
        for stem in maskDuplicates.sorted(by: precedesByBytes) {
            warnings.append("\(stem): several masks; left out")
        }
        if !unpaired.isEmpty { warnings.append("images without mask, left out: \(summary(of: unpaired))") }
        if !unused.isEmpty { warnings.append("masks without image, left out: \(summary(of: unused))") }
    }

    init() {}

    /// For each stem its only mask, the names of masks that belong to none, and stems that several masks claim.
    private static func partners(
        of stems: Set<String>, among masks: [Listing.Entry]
    ) -> (partners: [String: Listing.Entry], unused: [String], duplicates: Set<String>) {
        var partners: [String: Listing.Entry] = [:]
        var duplicates: Set<String> = []
        func claim(_ stem: String, _ mask: Listing.Entry) {
            if partners.updateValue(mask, forKey: stem) != nil { duplicates.insert(stem) }
        }
        for mask in masks where stems.contains(mask.stem) { claim(mask.stem, mask) }
        let exact = Set(partners.keys)
        var unused: [String] = []
        for mask in masks where !stems.contains(mask.stem) {
            let stem = mask.maskStem
            if stems.contains(stem) && !exact.contains(stem) { claim(stem, mask) } else { unused.append(mask.name) }
        }
        for stem in duplicates { partners[stem] = nil }
        return (partners, unused, duplicates)
    }
}
