import Imaging

/// The objects of one image in a COCO file, still in the file.
public struct COCOAnnotations: Equatable, Sendable {
    let file: COCOFile
    /// Which of the file's images it is.
    let index: Int

    /// The COCO file.
    public var path: String { file.path }

    public static func == (left: COCOAnnotations, right: COCOAnnotations) -> Bool {
        left.path == right.path && left.index == right.index
    }

    /// Objects that cover an image more often than this in all are no annotations of it.
    private static let mostCover = 256

    /// Paints the objects in the file's order; the first that claims a pixel keeps it. Crowd regions are left out.
    /// - Throws: `InputError` where the annotations are damaged or are of an image of another size.
    func read(width: Int?, height: Int?) throws -> Mask {
        let image = file.images[index]
        guard let width, let height else { throw InputError(path, "says nothing of the size of \(image.fileName)") }
        guard image.width == 0 || image.width == width, image.height == 0 || image.height == height else {
            throw InputError(
                path,
                "is for \(image.fileName) of \(image.width)x\(image.height) pixels, but that is \(width)x\(height)",
                advice: "take the annotations that belong to these images")
        }
        var painter = ObjectPainter(width: width, height: height, budget: Self.mostCover * width * height)
        var lost: [String] = []
        var (crowds, boxes, outlines) = (0, 0, 0)
        var next: Int32 = 1
        for (number, annotation) in image.annotations.enumerated() {
            if annotation.isCrowd {
                crowds += 1
                continue
            }
            if annotation.place.isEmpty {
                boxes += 1
                continue
            }
            let bytes = try file.bytes(annotation.place)
            let pixels = try bytes.withUnsafeBufferPointer { buffer in
                var scanner = JSONScanner(buffer, name: path, base: annotation.place.lowerBound)
                let shape = try ObjectShape(&scanner, path: path)
                if case .polygons = shape { outlines += 1 }
                do {
                    return try painter.paint(next, shape)
                } catch let problem as ObjectPainter.Problem {
                    throw InputError(path, "is damaged: annotation \(number + 1) of \(image.fileName) \(problem.text)")
                }
            }
            if pixels > 0 { next += 1 } else { lost.append("annotation \(number + 1) of \(image.fileName)") }
        }
        var mask = Mask(
            labels: painter.labels, encoding: outlines > 0 ? .polygons : .runLengths,
            contestedPixels: painter.contested, lostObjects: lost)
        if crowds > 0 { mask.notes.append("\(counted(crowds, "crowd region")) left out") }
        if boxes > 0 { mask.notes.append("\(counted(boxes, "object")) with a box only, left out") }
        return mask
    }

    /// The annotations as the file holds them, for a fingerprint.
    func bytes() throws -> [UInt8] { try file.images[index].annotations.flatMap { try file.bytes($0.place) } }
}

/// What "segmentation" says of an object.
enum ObjectShape {
    /// Closed outlines of x, y, x, y... in pixels, the first pixel's centre at 0.5, 0.5; together they are the object.
    case polygons([[Double]])
    /// Lengths of runs of background and object by turns, column by column, in an image of so many rows and columns.
    case runs([Int], height: Int, width: Int)

    /// Reads the value that comes next. Throws `InputError`.
    init(_ scanner: inout JSONScanner, path: String) throws {
        switch try scanner.kind() {
        case .array: self = .polygons(try Self.polygons(&scanner))
        case .object:
            var counts: [Int]?
            var size: [Int] = []
            try scanner.forEachMember { scanner, key in
                switch (key, try scanner.kind()) {
                case ("counts", .array):
                    var numbers: [Int] = []
                    try scanner.forEachElement { numbers.append(try $0.integer()) }
                    counts = numbers
                case ("counts", .string):
                    guard let numbers = RunLengths.decoded(Array(try scanner.string().utf8)) else {
                        throw scanner.damage("compressed run lengths that make no sense")
                    }
                    counts = numbers
                case ("size", .array): try scanner.forEachElement { size.append(try $0.integer()) }
                default: try scanner.skipValue()
                }
            }
            guard let counts, size.count == 2 else { throw scanner.damage("run lengths without size or counts") }
            self = .runs(counts, height: size[0], width: size[1])
        default: throw scanner.damage("a segmentation that is neither polygons nor run lengths")
        }
    }

    /// An array of polygons, or one polygon without the array around it.
    private static func polygons(_ scanner: inout JSONScanner) throws -> [[Double]] {
        var polygons: [[Double]] = []
        var bare: [Double] = []
        try scanner.forEachElement { scanner in
            if try scanner.kind() != .array { return bare.append(try scanner.number()) }
            var polygon: [Double] = []
            try scanner.forEachElement { polygon.append(try $0.number()) }
            polygons.append(polygon)
        }
        return bare.isEmpty ? polygons : polygons + [bare]
    }
}
