import Imaging

/// An image and its objects, both still in their files.
public struct Pair: Equatable, Sendable {
    /// What the pair is called: the image's stem, or its folder's name.
    public let name: String
    /// The image's file.
    public let imagePath: String
    /// The file or files of its objects.
    public let maskFiles: MaskFiles

    public init(name: String, imagePath: String, maskFiles: MaskFiles) {
        self.name = name
        self.imagePath = imagePath
        self.maskFiles = maskFiles
    }

    /// Reads the image, as its file holds it. Throws `InputError`.
    public func image() throws -> Image { try ImageFile.read(imagePath) }

    /// Reads the objects; see `MaskFiles.read`.
    /// - Throws: `InputError` if a file cannot be read or the mask is not of the image's size.
    public func labels() throws -> LabelImage {
        let labels = try maskFiles.read().labels
        let facts = try ImageFile.probe(imagePath)
        try check(labels, width: facts.width, height: facts.height)
        return labels
    }

    /// Reads both.
    /// - Throws: `InputError` if a file cannot be read or the mask is not of the image's size.
    public func read() throws -> (image: Image, mask: Mask) {
        let image = try image()
        let mask = try maskFiles.read()
        try check(mask.labels, width: image.width, height: image.height)
        return (image, mask)
    }

    private func check(_ labels: LabelImage, width: Int, height: Int) throws {
        guard labels.width == width, labels.height == height else {
            throw InputError(
                maskFiles.paths.first ?? name,
                "is \(labels.width)x\(labels.height) pixels, but its image \(imagePath) is \(width)x\(height)",
                advice: "pair each image with a mask of its own size")
        }
    }
}
