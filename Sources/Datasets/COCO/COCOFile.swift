import Foundation
import Imaging

/// A file of annotations in COCO's JSON: which images it names and where in the file the outlines of their objects are.
/// Outlines stay in the file until an image's objects are read, so that files of hundreds of megabytes need little memory.
final class COCOFile: Sendable {
    let path: String
    /// The images that the file names, in its order.
    let images: [Image]
    /// Annotations of images that the file does not name.
    let strayAnnotations: Int
    private let file: Descriptor

    /// An image and its annotations.
    struct Image: Sendable {
        let fileName: String
        /// Pixels across and down as the file says, or 0 where it does not.
        let width: Int
        let height: Int
        fileprivate(set) var annotations: [Annotation] = []
    }

    /// One object.
    struct Annotation: Sendable {
        /// Where in the file the value of "segmentation" is; empty where there is none.
        let place: Range<Int>
        /// Whether it is a region of objects that nobody told apart.
        let isCrowd: Bool
    }

    /// The longest file read, in bytes.
    static let maximumLength = 2 << 30

    /// Looks through the file at `path`; nil where it holds no "images" and "annotations".
    /// - Throws: `InputError` where it cannot be read or is damaged.
    init?(_ path: String) throws {
        self.path = path
        file = try Descriptor(path, O_RDONLY)
        let bytes = try FileContent.read(path, maximumLength: Self.maximumLength)
        var index = Index()
        try bytes.withUnsafeBufferPointer { buffer in
            var scanner = JSONScanner(buffer, name: path)
            do {
                guard try scanner.kind() == .object else { return }
                try scanner.forEachMember { scanner, key in
                    switch key {
                    case "images": try index.addImages(&scanner)
                    case "annotations": try index.addAnnotations(&scanner)
                    default: try scanner.skipValue()
                    }
                }
            } catch let error as InputError {
                // What is damaged before it says anything of annotations is something else that lies there.
                if index.hasImages || index.hasAnnotations { throw error }
            }
        }
        guard index.hasImages && index.hasAnnotations else { return nil }
        (images, strayAnnotations) = index.joined()
    }

    /// The bytes in the file's range.
    func bytes(_ place: Range<Int>) throws -> [UInt8] {
        let bytes = try [UInt8](unsafeUninitializedCapacity: place.count) { buffer, count in
            count = try file.read(at: place.lowerBound, into: UnsafeMutableRawBufferPointer(buffer))
        }
        guard bytes.count == place.count else { throw InputError(path, "was shortened while it was read") }
        return bytes
    }

    /// What is gathered on the way through the file; annotations may come before the images.
    private struct Index {
        var hasImages = false
        var hasAnnotations = false
        private var images: [Image] = []
        private var placeOfID: [Int: Int] = [:]
        private var annotations: [(image: Int, annotation: Annotation)] = []

        mutating func addImages(_ scanner: inout JSONScanner) throws {
            hasImages = true
            try scanner.forEachElement { scanner in
                var (id, width, height) = (Int?.none, 0, 0)
                var fileName = ""
                try scanner.forEachMember { scanner, key in
                    switch key {
                    case "id": id = try scanner.integer()
                    case "file_name": fileName = try scanner.string()
                    case "width": width = try scanner.integer()
                    case "height": height = try scanner.integer()
                    default: try scanner.skipValue()
                    }
                }
                guard let id, !fileName.isEmpty else { throw scanner.damage("an image without id or file_name") }
                guard placeOfID.updateValue(images.count, forKey: id) == nil else {
                    throw scanner.damage("a second image of the id \(id)")
                }
                images.append(Image(fileName: fileName, width: width, height: height))
            }
        }

        mutating func addAnnotations(_ scanner: inout JSONScanner) throws {
            hasAnnotations = true
            // Some releases keep annotations in an object by their numbers instead of an array.
            try scanner.forEachElement { scanner in
                var image: Int?
                var place = 0..<0
                var isCrowd = false
                try scanner.forEachMember { scanner, key in
                    switch key {
                    case "image_id": image = try scanner.integer()
                    case "segmentation":
                        // null says as much as nothing.
                        let isNull = try scanner.kind() == .word
                        let value = try scanner.skipValue()
                        if !isNull { place = value }
                    case "iscrowd":
                        let value = try scanner.skipValue()
                        isCrowd = value.count == 1 && scanner.byte(at: value.lowerBound) == UInt8(ascii: "1")
                    default: try scanner.skipValue()
                    }
                }
                guard let image else { throw scanner.damage("an annotation without image_id") }
                annotations.append((image, Annotation(place: place, isCrowd: isCrowd)))
            }
        }

        /// The images with their annotations, and the number of annotations that belong to none.
        func joined() -> ([Image], Int) {
            var counts = [Int](repeating: 0, count: images.count)
            for (image, _) in annotations { placeOfID[image].map { counts[$0] += 1 } }
            var images = images
            for index in images.indices { images[index].annotations.reserveCapacity(counts[index]) }
            var strays = 0
            for (image, annotation) in annotations {
                if let place = placeOfID[image] {
                    images[place].annotations.append(annotation)
                } else {
                    strays += 1
                }
            }
            return (images, strays)
        }
    }
}
