import Imaging

/// An image and its objects, both still in their files.
public struct Pair: Equatable, Sendable {
    /// What the pair is called: the image's stem, or its folder's name. No two pairs of a data set have the same.
    public let name: String
    /// The part of the data set that it lies in, such as "train", where the data set has parts.
    public let part: String?
    /// The image's file.
    public let imagePath: String
    /// The page of that file, from 0; other than 0 where masks belong to the slices of a stack.
    public let imagePage: Int
    /// The file or files of its objects.
    public let maskFiles: MaskFiles

    public init(name: String, part: String? = nil, imagePath: String, imagePage: Int = 0, maskFiles: MaskFiles) {
        self.name = name
        self.part = part
        self.imagePath = imagePath
        self.imagePage = imagePage
        self.maskFiles = maskFiles
    }

    /// The same files under another name or in a part.
    func renamed(_ name: String, part: String?) -> Pair {
        Pair(name: name, part: part, imagePath: imagePath, imagePage: imagePage, maskFiles: maskFiles)
    }

    /// Reads the image, as its file holds it. Throws `InputError`.
    public func image() throws -> Image { try ImageFile.read(imagePath, page: imagePage) }

    /// Reads the objects; see `MaskFiles.read`.
    /// - Throws: `InputError` if a file cannot be read or the mask is not of the image's size.
    public func labels() throws -> LabelImage { try mask().labels }

    /// Reads the objects and how they were written down.
    /// - Throws: `InputError` if a file cannot be read or the mask is not of the image's size.
    public func mask() throws -> Mask {
        let facts = try ImageFile.probe(imagePath)
        return try mask(width: facts.width, height: facts.height)
    }

    /// Reads both.
    /// - Throws: `InputError` if a file cannot be read or the mask is not of the image's size.
    public func read() throws -> (image: Image, mask: Mask) {
        let image = try image()
        return (image, try mask(width: image.width, height: image.height))
    }

    private func mask(width: Int, height: Int) throws -> Mask {
        let mask = try maskFiles.read(width: width, height: height)
        guard mask.labels.width == width, mask.labels.height == height else {
            throw InputError(
                maskFiles.paths.first ?? name,
                "is \(mask.labels.width)x\(mask.labels.height) pixels, but its image \(imagePath) is \(width)x\(height)",
                advice: "pair each image with a mask of its own size")
        }
        return mask
    }
}
