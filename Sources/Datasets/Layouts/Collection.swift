import Imaging

/// A folder of folders that each hold one image and its objects.
enum Collection {
    /// The pairs of the subfolders in which `single` finds one; nil where it finds none.
    static func find(in folder: Listing, _ single: @Sendable (Listing) throws -> Found?) throws -> Found? {
        // Most folders are of another layout: a look at a few tells.
        let glance = folder.folders.prefix(20)
        guard try glance.contains(where: { try (try? folder.listing(of: $0)).map(single) ?? nil != nil }) else {
            return nil
        }
        let all = try concurrentMap(folder.folders) { entry in
            try (try? Listing(entry.path, root: folder.root)).map(single) ?? nil
        }
        var pairing = Pairing()
        var strange: [String] = []
        var layout = DataSet.Layout.bbbc038
        for (entry, found) in zip(folder.folders, all) {
            guard let found else {
                strange.append(entry.name)
                continue
            }
            layout = found.layout
            pairing.add(found.pairing, from: entry.name)
        }
        if !strange.isEmpty {
            pairing.notes.append("folders without an image and its objects, left out: \(summary(of: strange))")
        }
        if !folder.images.isEmpty {
            pairing.notes.append("images outside the folders, left out: \(summary(of: folder.images.map(\.name)))")
        }
        return Found(layout: layout, reason: "", pairing: pairing)
    }
}
