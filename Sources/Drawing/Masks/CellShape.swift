import Imaging

/// The pixels of one cell as rows of bits, so that 64 of them are tested for room at once.
struct CellShape {
    let width: Int
    let height: Int
    /// Words of a row; bit i of word w is column 64 w + i. Bits beyond the width are 0.
    let stride: Int
    private(set) var words: [UInt64]
    /// Covered pixels.
    let area: Int
    /// The pixel that stands for the cell's place, within the box.
    let middle: (x: Int, y: Int)

    init(width: Int, height: Int, words: [UInt64], middle: (x: Int, y: Int)) {
        self.width = width
        self.height = height
        stride = Self.stride(width)
        precondition(words.count == stride * height, "words do not fit the size")
        self.words = words
        self.middle = middle
        area = words.reduce(0) { $0 + $1.nonzeroBitCount }
    }

    static func stride(_ width: Int) -> Int { width / 64 + 1 }

    /// The pixels whose middles lie within a closed line, by the even-odd rule; its largest 4-connected part. Nil where
    /// it holds no pixel. The line's own origin is the middle.
    init?(filling line: [SIMD2<Double>]) {
        guard var low = line.first else { return nil }
        var high = low
        for point in line {
            low = pointwiseMin(low, point)
            high = pointwiseMax(high, point)
        }
        let (left, top) = (Int(low.x.rounded(.down)), Int(low.y.rounded(.down)))
        let (width, height) = (Int(high.x.rounded(.up)) - left, Int(high.y.rounded(.up)) - top)
        guard width > 0, height > 0 else { return nil }
        let stride = Self.stride(width)
        let origin = SIMD2(Double(left) + 0.5, Double(top) + 0.5)
        let words = [UInt64](unsafeUninitializedCapacity: stride * height) { words, initialized in
            words.update(repeating: 0)
            line.withUnsafeBufferPointer { line in
                var from = line[line.count - 1] - origin
                for index in 0..<line.count {
                    let to = line[index] - origin
                    Self.cross(from, to, words, stride: stride)
                    from = to
                }
            }
            for row in 0..<height {
                // A pixel is inside after an odd number of crossings to its left.
                var carry: UInt64 = 0
                for index in row * stride..<(row + 1) * stride {
                    var word = words[index]
                    for shift in [1, 2, 4, 8, 16, 32] as [UInt64] { word ^= word << shift }
                    word ^= carry
                    words[index] = word
                    carry = word >> 63 == 0 ? 0 : .max
                }
            }
            initialized = stride * height
        }
        let shape = CellShape(width: width, height: height, words: words, middle: (-left, -top))
        guard shape.area > 0 else { return nil }
        self = shape.isOnePiece ? shape : shape.largestPart
    }

    /// Marks where an edge crosses the rows' middle lines; pixels' middles have whole coordinates here.
    @inline(__always)
    private static func cross(
        _ from: SIMD2<Double>, _ to: SIMD2<Double>, _ words: UnsafeMutableBufferPointer<UInt64>, stride: Int
    ) {
        let (upper, lower) = from.y <= to.y ? (from, to) : (to, from)
        let (first, end) = (Int(upper.y.rounded(.up)), Int(lower.y.rounded(.up)))
        if first >= end { return }
        let slope = (lower.x - upper.x) / (lower.y - upper.y)
        for row in first..<end {
            let column = Int((upper.x + (Double(row) - upper.y) * slope).rounded(.up))
            words[row &* stride &+ column >> 6] ^= 1 << UInt64(column & 63)
        }
    }

    /// Whether the pixel is covered; none is outside the box.
    func covers(_ x: Int, _ y: Int) -> Bool {
        guard x >= 0, y >= 0, x < width, y < height else { return false }
        return words[y * stride + x >> 6] >> UInt64(x & 63) & 1 == 1
    }

    /// Calls `body` with row, first and one past the last column of each run of covered pixels.
    @inline(__always)
    func forEachRun(_ body: (_ row: Int, _ start: Int, _ end: Int) -> Void) {
        words.withUnsafeBufferPointer { words in
            for row in 0..<height {
                let line = UnsafeBufferPointer(rebasing: words[row * stride..<(row + 1) * stride])
                var x = BitRow.next(in: line, from: 0, covered: true)
                while x < 64 * stride {
                    let end = BitRow.next(in: line, from: x, covered: false)
                    body(row, x, end)
                    x = BitRow.next(in: line, from: end, covered: true)
                }
            }
        }
    }

    /// Whether the pixels are surely 4-connected: every row one run that meets the one above. False for some shapes that
    /// are in one piece all the same.
    private var isPlainlyOnePiece: Bool {
        var (last, from, to) = (-1, 0, 0)
        var isPlain = true
        forEachRun { row, start, end in
            if last >= 0, row != last + 1 || start >= to || end <= from { isPlain = false }
            (last, from, to) = (row, start, end)
        }
        return isPlain
    }

    /// Whether the pixels are 4-connected.
    var isOnePiece: Bool { isPlainlyOnePiece || largestPart.area == area }

    /// The largest 4-connected part, in the same box.
    var largestPart: CellShape {
        var covered = [Bool](repeating: false, count: width * height)
        forEachRun { row, start, end in
            for x in start..<end { covered[row * width + x] = true }
        }
        let part = Stamp(width: width, height: height, covered: covered).largestPart
        var words = [UInt64](repeating: 0, count: stride * height)
        for (index, isCovered) in part.covered.enumerated() where isCovered {
            words[index / width * stride + index % width / 64] |= 1 << UInt64(index % width % 64)
        }
        return CellShape(width: width, height: height, words: words, middle: middle)
    }

    /// The pixels in the given rows and columns of the box only.
    func cropped(columns: Range<Int>, rows: Range<Int>) -> CellShape {
        var kept = [UInt64](repeating: 0, count: words.count)
        kept.withUnsafeMutableBufferPointer { kept in
            for row in rows {
                let line = UnsafeMutableBufferPointer(rebasing: kept[row * stride..<(row + 1) * stride])
                BitRow.set(columns, in: line)
                for index in 0..<stride { line[index] &= words[row * stride + index] }
            }
        }
        return CellShape(width: width, height: height, words: kept, middle: middle)
    }

    /// How far a dilation by the root of `radiusSquared` reaches in rows and columns.
    static func reach(_ radiusSquared: Int) -> Int { Int(Double(radiusSquared).squareRoot()) }

    /// The shape with all pixels no further from it than the root of `radiusSquared`, in a box larger by the dilation's
    /// reach on each side.
    func dilated(radiusSquared: Int) -> CellShape {
        let reach = Self.reach(radiusSquared)
        let halves = (0...reach).map { Self.reach(radiusSquared - $0 * $0) }
        let (newWidth, newHeight) = (width + 2 * reach, height + 2 * reach)
        let newStride = Self.stride(newWidth)
        var dilated = [UInt64](repeating: 0, count: newStride * newHeight)
        dilated.withUnsafeMutableBufferPointer { dilated in
            forEachRun { row, start, end in
                for down in -reach...reach {
                    let half = halves[abs(down)]
                    let first = (row + reach + down) * newStride
                    BitRow.set(
                        start + reach - half..<end + reach + half,
                        in: UnsafeMutableBufferPointer(rebasing: dilated[first..<first + newStride]))
                }
            }
        }
        return CellShape(
            width: newWidth, height: newHeight, words: dilated, middle: (middle.x + reach, middle.y + reach))
    }
}

/// Bits in rows of words, lowest first.
enum BitRow {
    /// The first bit from `start` on that is set (`covered`) or is not; 64 times the words' number where there is none.
    @inline(__always)
    static func next(in row: UnsafeBufferPointer<UInt64>, from start: Int, covered: Bool) -> Int {
        var index = start >> 6
        if index >= row.count { return 64 * row.count }
        let flip: UInt64 = covered ? 0 : .max
        var word = (row[index] ^ flip) & (UInt64.max << UInt64(start & 63))
        while word == 0 {
            index &+= 1
            if index >= row.count { return 64 * row.count }
            word = row[index] ^ flip
        }
        return index &* 64 &+ word.trailingZeroBitCount
    }

    /// Sets the bits of a range that lies within the row.
    @inline(__always)
    static func set(_ range: Range<Int>, in row: UnsafeMutableBufferPointer<UInt64>) {
        if range.isEmpty { return }
        let (first, last) = (range.lowerBound >> 6, (range.upperBound &- 1) >> 6)
        let head = UInt64.max << UInt64(range.lowerBound & 63)
        let tail = UInt64.max >> UInt64(63 &- (range.upperBound &- 1) & 63)
        if first == last {
            row[first] |= head & tail
            return
        }
        row[first] |= head
        for index in first &+ 1..<last { row[index] = .max }
        row[last] |= tail
    }
}
