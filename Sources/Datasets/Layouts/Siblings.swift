import Imaging

/// Two folders, one of them named after masks or labels, paired by stem.
enum Siblings: FolderLayout {
    static func find(in folder: Listing) throws -> Found? {
        guard folder.folders.count == 2 else { return nil }
        let isMasks = folder.folders.map { ["mask", "label"].contains(where: $0.name.lowercased().contains) }
        guard isMasks[0] != isMasks[1] else { return nil }
        let (images, masks) = isMasks[1] ? (0, 1) : (1, 0)
        let pairing = Pairing(
            images: try folder.listing(of: folder.folders[images]), masks: try folder.listing(of: folder.folders[masks])
        )
        guard !pairing.pairs.isEmpty else { return nil }
        return Found(
            layout: .siblings,
            reason: "two folders, paired by stem (taken as images: \"\(folder.folders[images].name)\", "
                + "as masks: \"\(folder.folders[masks].name)\")",
            pairing: pairing)
    }
}
