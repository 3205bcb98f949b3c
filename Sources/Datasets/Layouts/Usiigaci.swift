import Imaging

/// `<set>/raw.tif` and `<set>/instances_ids.png`: Usiigaci.
enum Usiigaci: FolderLayout {
    static func find(in folder: Listing) throws -> Found? {
        if let single = single(in: folder) { return single }
        guard var found = try Collection.find(in: folder, single) else { return nil }
        found.reason = "Usiigaci: <set>/raw and <set>/instances_ids"
        return found
    }

    /// One image beside its `instances_ids`: `raw`, or else the only other image.
    private static func single(in folder: Listing) -> Found? {
        let instances = folder.images.filter { $0.stem.lowercased() == "instances_ids" }
        guard let mask = instances.first else { return nil }
        let others = folder.images.filter { $0.stem.lowercased() != "instances_ids" }
        let raw = others.filter { $0.stem.lowercased() == "raw" }
        var pairing = Pairing()
        pairing.notes = folder.warningsOfImages
        let candidates = raw.isEmpty ? others : raw
        if let image = candidates.first, candidates.count == 1, instances.count == 1 {
            pairing.pairs = [Pair(name: folder.name, imagePath: image.path, maskFiles: .whole(mask.path))]
            let ignored = others.filter { $0.name != image.name }
            if !ignored.isEmpty {
                pairing.notes.append("beside \(image.name) left out: \(summary(of: ignored.map(\.name)))")
            }
        } else {
            let names = summary(of: folder.images.map(\.name))
            pairing.notes.append("not one image and one instances_ids file (\(names)); left out")
        }
        return Found(layout: .usiigaci, reason: "Usiigaci: one image and its instances_ids", pairing: pairing)
    }
}
