import Imaging

/// The objects of one image and how they were written down.
public struct Mask: Equatable, Sendable {
    /// The objects.
    public let labels: LabelImage
    /// How the files say it.
    public let encoding: MaskEncoding
    /// Pixels that more than one object claims; the first keeps them.
    public internal(set) var contestedPixels = 0
    /// Objects without a pixel left: empty ones and ones that others cover; as paths or names.
    public internal(set) var lostObjects: [String] = []
    /// What else is to be known of it, such as regions that were left out.
    public internal(set) var notes: [String] = []

    /// Number of objects with at least one pixel; counted anew at each use.
    public var objects: Int { labels.distinctLabels }
}

/// The file or files that hold the objects of one image.
public enum MaskFiles: Equatable, Sendable {
    /// One mask of the whole image: labels, or foreground and background.
    case whole(String)
    /// One binary mask for every object, in order.
    case objects([String])
    /// The annotations of one image in a COCO file.
    case annotations(COCOAnnotations)

    /// The files' paths.
    public var paths: [String] {
        switch self {
        case .whole(let path): [path]
        case .objects(let paths): paths
        case .annotations(let annotations): [annotations.path]
        }
    }

    /// Reads the objects.
    ///
    /// A mask with one value beside 0 is binary, and its 4-connected components become the objects, if that value is
    /// 1, 255 or the largest of its depth, or if the mask has 8 bits or fewer. Any other mask of one channel holds labels
    /// as stored; of differing channels, each colour is an object.
    /// - Parameters:
    ///   - width: Columns of the image, where known. Annotations, which have no pixels of their own, need them.
    ///   - height: Rows of the image.
    ///   - plane: The plane of a mask that is a stack.
    /// - Throws: `InputError` if a file cannot be read, is no mask, or object files differ in size.
    public func read(
        width: Int? = nil, height: Int? = nil, plane: PlaneSelection = PlaneSelection()
    ) throws -> Mask {
        switch self {
        case .whole(let path): try Self.readWhole(path, plane: plane)
        case .objects(let paths): try Self.readObjects(paths)
        case .annotations(let annotations): try annotations.read(width: width, height: height)
        }
    }
}

extension LabelImage {
    /// Number of labels beside background.
    var distinctLabels: Int {
        labels.withUnsafeBufferPointer { labels in
            var starts: Set<Int32> = []
            var last: Int32 = 0
            for label in labels where label != last {
                last = label
                if label != 0 { starts.insert(label) }
            }
            return starts.count
        }
    }
}
