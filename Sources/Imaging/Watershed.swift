/// The hills of a landscape over some of an image's pixels: flooded from the highest pixel down, a pixel belongs to the hill it
/// is reached on.
///
/// Where two hills meet they are one if the lower peak stands less than a depth above the pass between them (its dynamics;
/// Grimaud, Proc. SPIE 1769, 1992); else they are parted there (watershed by immersion; Vincent and Soille, IEEE PAMI 13, 1991).
public struct Watershed: Sendable {
    private let landscape: Plane
    /// The pixels, the highest first, and of equally high ones the first first.
    private let order: [UInt32]

    /// - Parameters: landscape: the height of every pixel, none NaN; classes: as many; wanted: the class of the pixels that
    ///   hills are made of.
    public init(_ landscape: Plane, of wanted: UInt8, in classes: [UInt8]) {
        precondition(landscape.values.count == classes.count, "every pixel has a height")
        precondition(classes.count <= Int(UInt32.max), "pixels have numbers of 32 bits")
        self.landscape = landscape
        // Keys of one word sort faster than pixels by their heights.
        var keys: [UInt64] = []
        for (pixel, (height, found)) in zip(landscape.values, classes).enumerated() where found == wanted {
            let bits = height.bitPattern
            let falling = bits >> 31 == 0 ? ~(bits | 1 << 31) : bits
            keys.append(UInt64(falling) << 32 | UInt64(pixel))
        }
        keys.sort()
        order = keys.map { UInt32(truncatingIfNeeded: $0) }
    }

    /// The hills whose peaks stand at least `depth` above the passes to higher ones, numbered in no order; infinite: the
    /// 4-connected pieces of the pixels.
    public func hills(depth: Float) -> LabelImage {
        var labels = [Int32](repeating: 0, count: landscape.values.count)
        labels.withUnsafeMutableBufferPointer { labels in
            landscape.values.withUnsafeBufferPointer { heights in
                var hills = Hills(depth: depth, labels: labels, heights: heights)
                let (width, height) = (landscape.width, landscape.height)
                for pixel in order.lazy.map(Int.init) {
                    let (x, y) = (pixel % width, pixel / width)
                    if x > 0 { hills.meet(pixel - 1, at: pixel) }
                    if x + 1 < width { hills.meet(pixel + 1, at: pixel) }
                    if y > 0 { hills.meet(pixel - width, at: pixel) }
                    if y + 1 < height { hills.meet(pixel + width, at: pixel) }
                    hills.take(pixel)
                }
                for pixel in order.lazy.map(Int.init) { labels[pixel] = hills.whole(labels[pixel]) }
            }
        }
        return LabelImage(width: landscape.width, height: landscape.height, labels: labels)
    }
}

/// The hills found so far, while pixels are taken one by one.
private struct Hills {
    let depth: Float
    let labels: UnsafeMutableBufferPointer<Int32>
    let heights: UnsafeBufferPointer<Float>
    /// The height of each hill's peak, and the hill it has become part of or itself; 0 is none.
    private var peaks: [Float] = [0]
    private var wholes: [Int32] = [0]
    /// The highest of the hills that meet at the next pixel, and its highest neighbour.
    private var highest: Int32 = 0
    private var neighbour = -1

    init(depth: Float, labels: UnsafeMutableBufferPointer<Int32>, heights: UnsafeBufferPointer<Float>) {
        (self.depth, self.labels, self.heights) = (depth, labels, heights)
    }

    /// The hill that a hill is part of by now.
    mutating func whole(_ hill: Int32) -> Int32 {
        var hill = Int(hill)
        while wholes[hill] != hill {
            wholes[hill] = wholes[Int(wholes[hill])]
            hill = Int(wholes[hill])
        }
        return Int32(hill)
    }

    /// The hill of a neighbour, if it was taken, meets those of the others at `pixel`.
    mutating func meet(_ other: Int, at pixel: Int) {
        guard labels[other] != 0 else { return }
        if neighbour < 0 || heights[other] > heights[neighbour] { neighbour = other }
        let hill = whole(labels[other])
        guard highest != 0, hill != highest else {
            highest = hill
            return
        }
        let isLower = peaks[Int(hill)] < peaks[Int(highest)]
        let (lower, higher) = isLower ? (hill, highest) : (highest, hill)
        if peaks[Int(lower)] - heights[pixel] < depth { wholes[Int(lower)] = higher }
        highest = higher
    }

    /// Gives a pixel to the hill of its highest neighbour, or to a new one of which it is the peak.
    mutating func take(_ pixel: Int) {
        if neighbour >= 0 {
            labels[pixel] = whole(labels[neighbour])
        } else {
            labels[pixel] = Int32(peaks.count)
            wholes.append(Int32(peaks.count))
            peaks.append(heights[pixel])
        }
        (highest, neighbour) = (0, -1)
    }
}
