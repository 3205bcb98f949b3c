import Imaging

/// How the objects of an image are written down.
public enum MaskEncoding: Hashable, Sendable, CustomStringConvertible {
    /// Foreground or background: objects are the 4-connected components, so touching ones are one.
    case binary
    /// The number of the object, in so many bits.
    case labels(bits: Int)
    /// The number of the object as an index into a palette.
    case paletteIndices
    /// One binary file for every object.
    case objectFiles

    public var description: String {
        switch self {
        case .binary: "binary"
        case .labels(let bits): "labels, \(bits) bit"
        case .paletteIndices: "labels, palette indices"
        case .objectFiles: "one file per object"
        }
    }
}

/// The objects of one image and how they were written down.
public struct Mask: Equatable, Sendable {
    /// The objects.
    public let labels: LabelImage
    /// How the files say it.
    public let encoding: MaskEncoding
    /// Pixels that more than one object's file claims; the first file keeps them.
    public let contestedPixels: Int
    /// Object files without a pixel left: empty ones and ones that others cover.
    public let lostObjects: [String]

    /// Number of objects with at least one pixel; counted anew at each use.
    public var objects: Int { labels.distinctLabels }
}

/// The file or files that hold the objects of one image.
public enum MaskFiles: Equatable, Sendable {
    /// One mask of the whole image: labels, or foreground and background.
    case whole(String)
    /// One binary mask for every object, in order.
    case objects([String])

    /// The files' paths.
    public var paths: [String] {
        switch self {
        case .whole(let path): [path]
        case .objects(let paths): paths
        }
    }

    /// Reads the objects.
    ///
    /// A mask with one value beside 0 is binary, and its 4-connected components become the objects, if that value is
    /// 1, 255 or the largest of its depth, or if the mask has 8 bits or fewer. Any other mask holds labels as stored.
    /// - Throws: `InputError` if a file cannot be read, is no mask, or object files differ in size.
    public func read() throws -> Mask {
        switch self {
        case .whole(let path): try Self.readWhole(path)
        case .objects(let paths): try Self.readObjects(paths)
        }
    }

    private static func readWhole(_ path: String) throws -> Mask {
        let image = try ImageFile.read(path, as: .stored)
        let labels = try LabelImage(image: image, name: path)
        if let value = labels.onlyLabel {
            let isForeground = value == 1 || value == 255 || Int(value) == (1 << min(image.bits, 31)) - 1
            if isForeground || image.bits <= 8 {
                let components = labels.components(connectivity: .four)
                return Mask(
                    labels: components, encoding: .binary, contestedPixels: 0,
                    lostObjects: [])
            }
        }
        let isPalette = try image.bits <= 8 && ImageFile.probe(path).isPalette
        return Mask(
            labels: labels, encoding: isPalette ? .paletteIndices : .labels(bits: image.bits),
            contestedPixels: 0, lostObjects: [])
    }

    private static func readObjects(_ paths: [String]) throws -> Mask {
        guard let first = paths.first else { throw InputError("masks", "hold no file") }
        var merged: LabelImage?
        var contested = 0
        var lost: [String] = []
        var next: Int32 = 1
        for path in paths {
            let object = try ImageFile.read(path, as: .stored)
            var labels = merged ?? LabelImage(width: object.width, height: object.height)
            merged = nil
            guard object.width == labels.width, object.height == labels.height else {
                throw InputError(
                    path,
                    "is \(object.width)x\(object.height) pixels, but \(first) is \(labels.width)x\(labels.height)",
                    advice: "the masks of one image must have one size")
            }
            let painted: (new: Int, contested: Int)
            if object.channels == 1, case .uint8(let samples) = object.samples {
                painted = labels.paint(next, where: samples)
            } else {
                painted = labels.paint(next, where: try LabelImage(image: object, name: path).labels)
            }
            contested += painted.contested
            if painted.new > 0 { next += 1 } else { lost.append(path) }
            merged = labels
        }
        return Mask(
            labels: merged ?? LabelImage(width: 0, height: 0), encoding: .objectFiles,
            contestedPixels: contested, lostObjects: lost)
    }
}

extension LabelImage {
    /// The only label beside background, or nil where there is none or more than one.
    var onlyLabel: Int32? {
        labels.withUnsafeBufferPointer { labels in
            guard let first = labels.first(where: { $0 != 0 }) else { return nil }
            return labels.allSatisfy { $0 == 0 || $0 == first } ? first : nil
        }
    }

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

    /// Gives background pixels `label` where `samples`, one a pixel, are not 0; counts those and the ones already taken.
    mutating func paint<Sample: FixedWidthInteger>(
        _ label: Int32, where samples: [Sample]
    ) -> (new: Int, contested: Int) {
        var (new, contested) = (0, 0)
        samples.withUnsafeBytes { bytes in
            labels.withUnsafeMutableBufferPointer { labels in
                func visit(_ pixels: Range<Int>) {
                    for pixel in pixels
                    where bytes.load(fromByteOffset: pixel * MemoryLayout<Sample>.stride, as: Sample.self) != 0 {
                        if labels[pixel] == 0 {
                            labels[pixel] = label
                            new += 1
                        } else {
                            contested += 1
                        }
                    }
                }
                // An object is a small part of its file: empty stretches are skipped 64 bytes at a time.
                let stretch = 64
                let pixels = stretch / MemoryLayout<Sample>.stride
                let whole = bytes.count / stretch
                for index in 0..<whole {
                    let part = bytes.loadUnaligned(fromByteOffset: index * stretch, as: SIMD8<UInt64>.self)
                    if part != .zero { visit(index * pixels..<(index + 1) * pixels) }
                }
                visit(whole * pixels..<labels.count)
            }
        }
        return (new, contested)
    }
}
