/// What OME-XML in the description of a file's first page says of its first image: "OME-TIFF", the Open Microscopy
/// Environment's specification of 2016-06. Numbers of planes and pages count from 0 there.
struct OMEDescription {
    private(set) var sizeC = 1
    private(set) var sizeZ = 1
    private(set) var sizeT = 1
    private(set) var order: [PlaneMap.Axis] = [.c, .z, .t]
    private(set) var pixelSize: PixelSize?
    /// Bits of a sample that say something, if the file tells.
    private(set) var significantBits: Int?
    /// Which pages hold which planes.
    private var blocks: [Block] = []
    /// What names the file itself.
    private var uuid: String?

    /// One TiffData: planes in a row, from one on, that lie in pages in a row.
    private struct Block {
        var page: Int?
        var first: (c: Int, z: Int, t: Int)
        var count: Int?
        var uuid: String?
        var fileName: String?
    }

    /// The most planes that are believed in.
    private static let maximumPlanes = 1 << 20

    /// Nil for any other description, and for XML that says no sizes.
    init?(_ bytes: [UInt8]) {
        guard bytes.first(where: { $0 > 0x20 && $0 < 0x80 }) == UInt8(ascii: "<") else { return nil }
        var hasPixels = false
        reading: for tag in XMLTags(bytes) {
            switch (tag.name, tag.kind) {
            case ("OME", .opening): uuid = tag.attributes["UUID"]
            case ("Pixels", .opening), ("Pixels", .empty):
                guard takePixels(tag.attributes) else { return nil }
                hasPixels = true
                if tag.kind == .empty { break reading }
            case ("Pixels", .closing): break reading
            case ("TiffData", .opening), ("TiffData", .empty):
                guard hasPixels else { return nil }
                takeBlock(tag.attributes)
            case ("UUID", .opening):
                if !blocks.isEmpty { blocks[blocks.count - 1].fileName = tag.attributes["FileName"] }
            case ("UUID", .closing):
                if !blocks.isEmpty { blocks[blocks.count - 1].uuid = tag.textBefore }
            default: break
            }
        }
        guard hasPixels else { return nil }
    }

    private mutating func takePixels(_ attributes: [String: String]) -> Bool {
        let sizes = ["SizeC", "SizeZ", "SizeT"].compactMap { attributes[$0].flatMap { Int($0) } }
        guard sizes.count == 3, sizes.allSatisfy({ (1...Self.maximumPlanes).contains($0) }),
            sizes.reduce(1, *) <= Self.maximumPlanes
        else { return false }
        (sizeC, sizeZ, sizeT) = (sizes[0], sizes[1], sizes[2])
        let axes = (attributes["DimensionOrder"] ?? "XYCZT").dropFirst(2).compactMap(PlaneMap.Axis.init)
        guard Set(axes).count == 3, axes.count == 3 else { return false }
        order = axes
        func length(_ axis: String) -> Double? {
            let unit = attributes["PhysicalSize\(axis)Unit"].map(PixelSize.micrometres) ?? 1
            guard let unit, let size = attributes["PhysicalSize\(axis)"].flatMap({ Double($0) }) else { return nil }
            return size * unit
        }
        if let x = length("X"), let y = length("Y") { pixelSize = PixelSize(x: x, y: y, z: length("Z")) }
        significantBits = attributes["SignificantBits"].flatMap { Int($0) }
        return true
    }

    private mutating func takeBlock(_ attributes: [String: String]) {
        func number(_ name: String) -> Int? {
            attributes[name].flatMap { Int($0) }.flatMap { (0...Self.maximumPlanes).contains($0) ? $0 : nil }
        }
        blocks.append(
            Block(
                page: number("IFD"),
                first: (number("FirstC") ?? 0, number("FirstZ") ?? 0, number("FirstT") ?? 0),
                count: number("PlaneCount")))
    }

    /// Where the planes are in a file of `pages` pages and `samples` samples a pixel (OME counts these as channels);
    /// `fileName` tells its planes from those of the data set's other files.
    func map(pages: Int, samples: Int, fileName: String) -> PlaneMap {
        let channels = sizeC % samples == 0 ? sizeC / samples : sizeC
        let shape = StackShape(channels: channels, slices: sizeZ, frames: sizeT, source: .ome)
        var places = [Int?](repeating: nil, count: shape.planes)
        let (c, z, t) = strides(channels: channels)
        // Overlapping blocks could claim every plane each.
        var left = 2 * places.count + blocks.count
        for block in blocks where isHere(block, fileName) {
            let (first, page) = (block.first, block.page ?? 0)
            guard first.c < sizeC, first.z < sizeZ, first.t < sizeT else { continue }
            let start = first.c / (sizeC / channels) * c + first.z * z + first.t * t
            let count = min(
                block.count ?? (block.page == nil ? pages : 1), places.count - start, pages - page, left)
            guard count > 0 else { continue }
            for index in 0..<count { places[start + index] = page + index }
            left -= count
        }
        if blocks.isEmpty { places = (0..<places.count).map { $0 < pages ? $0 : nil } }
        return PlaneMap(shape: shape, order: order, pages: places)
    }

    private func strides(channels: Int) -> (c: Int, z: Int, t: Int) {
        var (strides, step) = ((c: 0, z: 0, t: 0), 1)
        for axis in order {
            switch axis {
            case .c: (strides.c, step) = (step, step * channels)
            case .z: (strides.z, step) = (step, step * sizeZ)
            case .t: (strides.t, step) = (step, step * sizeT)
            }
        }
        return strides
    }

    /// Whether a block speaks of this file: by its own number, which survives renaming, else by its name.
    private func isHere(_ block: Block, _ fileName: String) -> Bool {
        if let uuid, let other = block.uuid, !other.isEmpty { return uuid == other }
        return block.fileName.map { $0 == fileName } ?? true
    }
}
