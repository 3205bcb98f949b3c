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
        return runComponents(mask, width: width, height: height, connectivity: connectivity) { $0 == 0 ? 0 : 1 }
    }

    /// Connected components of the pixels of `classes` (`width * height`, row by row) that are `wanted`, numbered from 1 in
    /// the order of their first pixels.
    public static func components(
        of wanted: UInt8, in classes: [UInt8], width: Int, height: Int, connectivity: Connectivity = .four
    ) -> LabelImage {
        precondition(classes.count == width * height, "classes do not fit the size")
        return runComponents(classes, width: width, height: height, connectivity: connectivity) {
            $0 == wanted ? 1 : 0
        }
    }

    /// Connected components of equal labels, numbered from 1 in the order of their first pixels.
    public func components(connectivity: Connectivity = .four) -> LabelImage {
        Self.runComponents(labels, width: width, height: height, connectivity: connectivity) { $0 }
    }

    /// Union-find over runs of equal keys in a row; key 0 is background. The later run is always joined to the earlier one,
    /// so that numbering the roots in order is numbering the components by their first pixels.
    @inline(__always)
    private static func runComponents<Pixel>(
        _ pixels: [Pixel], width: Int, height: Int, connectivity: Connectivity, key: (Pixel) -> Int32
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
                    while x < width {
                        let value = key(pixels[row + x])
                        if value == 0 {
                            x += 1
                            continue
                        }
                        let start = Int32(truncatingIfNeeded: x)
                        repeat { x += 1 } while x < width && key(pixels[row + x]) == value
                        let end = Int32(truncatingIfNeeded: x)
                        runs.add(count, start: start, end: end, key: value)
                        while above < here, runs.ends[Int(above)] &+ reach <= start { above &+= 1 }
                        var candidate = above
                        while candidate < here, runs.starts[Int(candidate)] < end &+ reach {
                            if runs.keys[Int(candidate)] == value { runs.join(candidate, count) }
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
                for x in Int(starts[run])..<Int(ends[run]) { target[row &+ x] = label }
                run += 1
            }
        }
    }
}
