import Imaging

/// `<id>/images/<id>.png` and `<id>/masks/*.png`, one object a file: BBBC038, the Data Science Bowl 2018.
enum BBBC038: FolderLayout {
    static func find(in folder: Listing) throws -> Found? {
        guard var found = try Collection.find(in: folder, single) else { return nil }
        found.reason = "BBBC038: <id>/images and <id>/masks, one file per object"
        return found
    }

    private static func single(in folder: Listing) throws -> Found? {
        guard let images = folder.folder(named: "images"), let masks = folder.folder(named: "masks", "labels") else {
            return nil
        }
        return single(in: folder, images: try folder.listing(of: images), masks: try folder.listing(of: masks))
    }

    /// A folder of one image, of which no mask has its name or which is named after the image and has several masks.
    static func single(in folder: Listing, images: Listing, masks: Listing) -> Found? {
        guard let image = images.images.first, images.images.count == 1 else { return nil }
        let masksOfItsName = masks.images.filter {
            $0.stem == image.stem || nameWithoutMaskEnding($0.stem) == image.stem
        }
        guard masksOfItsName.isEmpty || (image.stem == folder.name && masks.images.count > 1) else { return nil }
        var pairing = Pairing()
        pairing.notes = images.warningsOfImages + masks.warningsOfImages
        if masks.images.isEmpty {
            pairing.unpairedImages = [image.name]
        } else {
            let files = MaskFiles.objects(masks.images.map(\.path))
            pairing.pairs = [Pair(name: folder.name, imagePath: image.path, maskFiles: files)]
        }
        return Found(layout: .bbbc038, reason: "BBBC038: one image, one file per object", pairing: pairing)
    }
}
