/// Which pixels touch.
public enum Connectivity: Int, Sendable, Codable {
    /// Sharing an edge.
    case four = 4
    /// Sharing an edge or a corner.
    case eight = 8
}

extension LabelImage {
    /// Connected components of the pixels of `mask` (`width * height`, row by row) that are not 0, numbered from 1 in the
    /// order of their first pixels.
    public static func components(ofMask mask: [UInt8], width: Int, height: Int, connectivity: Connectivity = .four)
        -> LabelImage
    {
        precondition(mask.count == width * height, "mask does not fit the size")
        return runComponents(
            mapPixels(mask) { $0 == 0 ? UInt8(0) : 1 }, width: width, height: height, connectivity: connectivity)
    }

    /// Connected components of the pixels of `classes` (`width * height`, row by row) that are `wanted`, numbered from 1 in
    /// the order of their first pixels.
    public static func components(
        of wanted: UInt8, in classes: [UInt8], width: Int, height: Int, connectivity: Connectivity = .four
    ) -> LabelImage {
        precondition(classes.count == width * height, "classes do not fit the size")
        return runComponents(
            mapPixels(classes) { $0 == wanted ? UInt8(1) : 0 }, width: width, height: height, connectivity: connectivity
        )
    }

    /// Connected components of equal labels, numbered from 1 in the order of their first pixels.
    public func components(connectivity: Connectivity = .four) -> LabelImage {
        Self.runComponents(labels, width: width, height: height, connectivity: connectivity)
    }

    /// Union-find over runs of equal numbers in a row; 0 is background. The later run is always joined to the earlier one,
    /// so that numbering the roots in order is numbering the components by their first pixels.
    @inline(__always)
    private static func runComponents<Pixel: FixedWidthInteger>(
        _ pixels: [Pixel], width: Int, height: Int, connectivity: Connectivity
    ) -> LabelImage {
        var runs = RunTable(rows: height)
        defer { runs.deallocate() }
        let reach: Int32 = connectivity == .eight ? 1 : 0
        let labels = [Int32](unsafeUninitializedCapacity: pixels.count) { target, initialized in
            pixels.withUnsafeBufferPointer { pixels in
                var count: Int32 = 0
                var above: Int32 = 0
                for y in 0..<height {
                    let here = count
                    let row = y * width
                    runs.reserve(Int(count) + width, keeping: Int(count))
                    var x = 0
                    while true {
                        x = runEnd(of: 0, in: pixels, row: row, from: x, to: width)
                        if x == width { break }
                        let value = pixels[row + x]
                        let start = Int32(truncatingIfNeeded: x)
                        x = runEnd(of: value, in: pixels, row: row, from: x + 1, to: width)
                        let end = Int32(truncatingIfNeeded: x)
                        let key = Int32(truncatingIfNeeded: value)
                        runs.all[Int(count)] = Run(start: start, end: end, key: key, parent: count)
                        while above < here, runs.all[Int(above)].end &+ reach <= start { above &+= 1 }
                        var candidate = above
                        while candidate < here, runs.all[Int(candidate)].start < end &+ reach {
                            if runs.all[Int(candidate)].key == key { runs.join(candidate, count) }
                            candidate &+= 1
                        }
                        count &+= 1
                    }
                    runs.rowEnds[y] = count
                    above = here
                }
            }
            runs.fill(target, width: width, height: height)
            initialized = pixels.count
        }
        return LabelImage(width: width, height: height, labels: labels)
    }
}

/// The first column from `start` on, at most `end`, whose pixel in the row that begins at `row` is not `value`; looks at
/// eight bytes at a time.
@inline(__always)
func runEnd<Pixel: FixedWidthInteger>(
    of value: Pixel, in pixels: UnsafeBufferPointer<Pixel>, row: Int, from start: Int, to end: Int
) -> Int {
    let perWord = 64 / Pixel.bitWidth
    let bytes = UnsafeRawBufferPointer(pixels)
    let ones = UInt64.max / ((1 << UInt64(Pixel.bitWidth)) &- 1)
    let pattern = UInt64(truncatingIfNeeded: Pixel.Magnitude(truncatingIfNeeded: value)) &* ones
    var x = start
    while x &+ perWord <= end {
        let word = bytes.loadUnaligned(fromByteOffset: (row &+ x) &* MemoryLayout<Pixel>.size, as: UInt64.self)
        let difference = UInt64(littleEndian: word) ^ pattern
        if difference != 0 { return x &+ difference.trailingZeroBitCount / Pixel.bitWidth }
        x &+= perWord
    }
    while x < end, pixels[row &+ x] == value { x &+= 1 }
    return x
}

/// Neighbouring pixels of one number in a row; `parent` joins runs to a forest.
private struct Run {
    var start: Int32
    var end: Int32
    var key: Int32
    var parent: Int32
}

/// The runs of an image, row by row. Grows with their number: room for the most there could be would cost more in fresh
/// memory pages than the rest of the work.
private struct RunTable {
    private(set) var all: UnsafeMutablePointer<Run>
    private var capacity = 1 << 13
    /// The number of runs up to and with each row.
    let rowEnds: UnsafeMutablePointer<Int32>

    init(rows: Int) {
        all = .allocate(capacity: capacity)
        rowEnds = .allocate(capacity: rows)
    }

    func deallocate() {
        all.deallocate()
        rowEnds.deallocate()
    }

    /// Makes room for `wanted` runs, of which the first `used` are there.
    mutating func reserve(_ wanted: Int, keeping used: Int) {
        if wanted <= capacity { return }
        capacity = wanted * 2
        let larger = UnsafeMutablePointer<Run>.allocate(capacity: capacity)
        larger.moveInitialize(from: all, count: used)
        all.deallocate()
        all = larger
    }

    @inline(__always)
    private func root(_ run: Int32) -> Int32 {
        var run = run
        while all[Int(run)].parent != run {
            all[Int(run)].parent = all[Int(all[Int(run)].parent)].parent
            run = all[Int(run)].parent
        }
        return run
    }

    @inline(__always)
    func join(_ first: Int32, _ second: Int32) {
        let a = root(first)
        let b = root(second)
        if a < b { all[Int(b)].parent = a } else { all[Int(a)].parent = b }
    }

    /// Writes each run's component number, background 0. The keys give way to the numbers.
    func fill(_ target: UnsafeMutableBufferPointer<Int32>, width: Int, height: Int) {
        target.update(repeating: 0)
        var number: Int32 = 0
        var run = 0
        for y in 0..<height {
            let row = y * width
            while run < Int(rowEnds[y]) {
                let parent = Int(all[run].parent)
                if parent == run { number &+= 1 }
                let label = parent == run ? number : all[parent].key
                all[run].key = label
                let start = Int(all[run].start)
                UnsafeMutableBufferPointer(rebasing: target[row + start..<row + Int(all[run].end)]).update(
                    repeating: label)
                run += 1
            }
        }
    }
}
