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
        let runs = RunTable(capacity: pixels.count, rows: height)
        defer { runs.deallocate() }
        let reach: Int32 = connectivity == .eight ? 1 : 0
        let labels = [Int32](unsafeUninitializedCapacity: pixels.count) { target, initialized in
            pixels.withUnsafeBufferPointer { pixels in
                var count: Int32 = 0
                var above: Int32 = 0
                for y in 0..<height {
                    let here = count
                    let row = y * width
                    var x = 0
                    while true {
                        x = runEnd(of: 0, in: pixels, row: row, from: x, to: width)
                        if x == width { break }
                        let value = pixels[row + x]
                        let start = Int32(truncatingIfNeeded: x)
                        x = runEnd(of: value, in: pixels, row: row, from: x + 1, to: width)
                        let end = Int32(truncatingIfNeeded: x)
                        let key = Int32(truncatingIfNeeded: value)
                        runs.add(count, start: start, end: end, key: key)
                        while above < here, runs.ends[Int(above)] &+ reach <= start { above &+= 1 }
                        var candidate = above
                        while candidate < here, runs.starts[Int(candidate)] < end &+ reach {
                            if runs.keys[Int(candidate)] == key { runs.join(candidate, count) }
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

/// Runs of one key, row by row, with the forest that joins them. Only what is used of the capacity is ever touched.
private struct RunTable {
    let starts: UnsafeMutablePointer<Int32>
    let ends: UnsafeMutablePointer<Int32>
    let keys: UnsafeMutablePointer<Int32>
    let parents: UnsafeMutablePointer<Int32>
    /// The number of runs up to and with each row.
    let rowEnds: UnsafeMutablePointer<Int32>

    init(capacity: Int, rows: Int) {
        starts = .allocate(capacity: capacity)
        ends = .allocate(capacity: capacity)
        keys = .allocate(capacity: capacity)
        parents = .allocate(capacity: capacity)
        rowEnds = .allocate(capacity: rows)
    }

    func deallocate() {
        for pointer in [starts, ends, keys, parents, rowEnds] { pointer.deallocate() }
    }

    @inline(__always)
    func add(_ run: Int32, start: Int32, end: Int32, key: Int32) {
        starts[Int(run)] = start
        ends[Int(run)] = end
        keys[Int(run)] = key
        parents[Int(run)] = run
    }

    @inline(__always)
    private func root(_ run: Int32) -> Int32 {
        var run = run
        while parents[Int(run)] != run {
            parents[Int(run)] = parents[Int(parents[Int(run)])]
            run = parents[Int(run)]
        }
        return run
    }

    @inline(__always)
    func join(_ first: Int32, _ second: Int32) {
        let a = root(first)
        let b = root(second)
        if a < b { parents[Int(b)] = a } else { parents[Int(a)] = b }
    }

    /// Writes each run's component number, background 0. The keys' memory takes the numbers.
    func fill(_ target: UnsafeMutableBufferPointer<Int32>, width: Int, height: Int) {
        target.update(repeating: 0)
        var number: Int32 = 0
        var run = 0
        for y in 0..<height {
            let row = y * width
            while run < Int(rowEnds[y]) {
                let parent = Int(parents[run])
                if parent == run { number &+= 1 }
                let label = parent == run ? number : keys[parent]
                keys[run] = label
                let start = Int(starts[run])
                UnsafeMutableBufferPointer(rebasing: target[row + start..<row + Int(ends[run])]).update(
                    repeating: label)
                run += 1
            }
        }
    }
}
