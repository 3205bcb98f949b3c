import Imaging

/// An image and its objects, both still in their files.
public struct Pair: Equatable, Sendable {
    /// What the pair is called: the image's stem, or its folder's name. No two pairs of a data set have the same.
    public let name: String
    /// The part of the data set that it lies in, such as "train", where the data set has parts.
    public let part: String?
    /// The image's file.
    public let imagePath: String
    /// The slice of a stack, from 0, that the mask belongs to, where masks name them.
    public let slice: Int?
    /// The file or files of its objects.
    public let maskFiles: MaskFiles
    /// The plane taken of an image with several.
    public private(set) var plane = PlaneSelection()

    public init(name: String, part: String? = nil, imagePath: String, slice: Int? = nil, maskFiles: MaskFiles) {
        self.name = name
        self.part = part
        self.imagePath = imagePath
        self.slice = slice
        self.maskFiles = maskFiles
    }

    /// The same files with this plane taken of an image that has several, and of its mask the page that belongs to it.
    public func taking(_ plane: PlaneSelection) -> Pair {
        var pair = self
        pair.plane = plane
        return pair
    }

    /// The same files under another name or in a part.
    func renamed(_ name: String, part: String?) -> Pair {
        Pair(name: name, part: part, imagePath: imagePath, slice: slice, maskFiles: maskFiles).taking(plane)
    }

    /// Reads the image, as its file holds it; of a stack, its `plane`. Throws `InputError`.
    public func image() throws -> Image {
        try ImageFile.read(imagePath, plane: planes(of: ImageFile.probe(imagePath)).image)
    }

    /// Reads the objects; see `MaskFiles.read`.
    /// - Throws: `InputError` if a file cannot be read or the mask is not of the image's size.
    public func labels() throws -> LabelImage { try mask().labels }

    /// Reads the objects and how they were written down.
    /// - Throws: `InputError` if a file cannot be read or the mask is not of the image's size.
    public func mask() throws -> Mask {
        let facts = try ImageFile.probe(imagePath)
        return try mask(width: facts.width, height: facts.height, plane: planes(of: facts).mask)
    }

    /// Reads both.
    /// - Throws: `InputError` if a file cannot be read or the mask is not of the image's size.
    public func read() throws -> (image: Image, mask: Mask) {
        let planes = try planes(of: ImageFile.probe(imagePath))
        let image = try ImageFile.read(imagePath, plane: planes.image)
        return (image, try mask(width: image.width, height: image.height, plane: planes.mask))
    }

    /// Which planes of the image's file and of the mask's belong together.
    private func planes(of facts: ImageFacts) throws -> (image: PlaneSelection, mask: PlaneSelection) {
        let single = PlaneSelection()
        if let slice, facts.stack.planes > 1 {
            // Nothing may be said of the pages; then they count as frames.
            let isSaid = facts.stack.slices > 1
            let own = PlaneSelection(
                channel: plane.channel, slice: isSaid ? slice + 1 : nil, frame: isSaid ? nil : slice + 1)
            return (own, single)
        }
        guard facts.stack.planes > 1, case .whole(let path) = maskFiles else { return (plane, single) }
        let mask = try ImageFile.probe(path).stack
        if mask.planes == 1 { return (plane, single) }
        let (slices, frames) = (facts.stack.slices, facts.stack.frames)
        if mask.slices == slices, mask.frames == frames {
            return (plane, PlaneSelection(slice: plane.slice, frame: plane.frame))
        }
        guard mask.slices == 1, mask.channels == 1, mask.frames == slices * frames else {
            throw InputError(
                path, "has \(mask.planes) planes, but its image \(imagePath) has \(facts.stack.planes)",
                advice: "give masks of one plane, or a stack of the image's shape")
        }
        // The mask's pages are the slices of one frame after another; without a choice, the image's usual plane.
        let (slice, frame) = (plane.slice ?? (slices + 1) / 2, plane.frame ?? 1)
        return (plane, PlaneSelection(frame: (frame - 1) * slices + slice))
    }

    private func mask(width: Int, height: Int, plane: PlaneSelection) throws -> Mask {
        let mask = try maskFiles.read(width: width, height: height, plane: plane)
        guard mask.labels.width == width, mask.labels.height == height else {
            throw InputError(
                maskFiles.paths.first ?? name,
                "is \(mask.labels.width)x\(mask.labels.height) pixels, but its image \(imagePath) is \(width)x\(height)",
                advice: "pair each image with a mask of its own size")
        }
        return mask
    }
}
