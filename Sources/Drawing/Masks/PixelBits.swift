import Imaging

/// Bits of an image's pixels, tested and set a whole cell at a time.
struct PixelBits {
    let width: Int
    let height: Int
    /// Words of a row.
    let stride: Int
    private var words: [UInt64]

    init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        stride = CellShape.stride(width)
        words = [UInt64](repeating: 0, count: stride * height)
    }

    /// Whether no pixel of the shape, its box's corner at (`left`, `top`), is set; what lies outside counts as not set.
    func isFree(_ shape: CellShape, left: Int, top: Int) -> Bool {
        let rows = rows(of: shape, top: top)
        if rows.isEmpty { return true }
        // The middle rows are the longest, and so the likeliest to meet something.
        let middle = (rows.lowerBound + rows.upperBound) / 2
        return words.withUnsafeBufferPointer { words in
            shape.words.withUnsafeBufferPointer { bits in
                for row in middle..<rows.upperBound
                where meets(bits, shape.stride, row, left: left, top: top, words) { return false }
                for row in rows.lowerBound..<middle
                where meets(bits, shape.stride, row, left: left, top: top, words) { return false }
                return true
            }
        }
    }

    /// The shape's rows that lie in the image.
    private func rows(of shape: CellShape, top: Int) -> Range<Int> {
        let first = max(0, -top)
        return first..<max(min(shape.height, height - top), first)
    }

    @inline(__always)
    private func meets(
        _ bits: UnsafeBufferPointer<UInt64>, _ bitStride: Int, _ row: Int, left: Int, top: Int,
        _ words: UnsafeBufferPointer<UInt64>
    ) -> Bool {
        let (first, shift) = (left >> 6, UInt64(left & 63))
        let line = (top &+ row) &* stride
        for index in 0..<bitStride {
            let word = bits[row &* bitStride &+ index]
            let place = first &+ index
            if place >= 0, place < stride, words[line &+ place] & (word &<< shift) != 0 { return true }
            // A shift by 64 gives 0, as it should.
            if place >= -1, place &+ 1 < stride, words[line &+ place &+ 1] & (word >> (64 &- shift)) != 0 {
                return true
            }
        }
        return false
    }

    /// Sets the shape's pixels that lie in the image.
    mutating func insert(_ shape: CellShape, left: Int, top: Int) {
        let (first, shift) = (left >> 6, UInt64(left & 63))
        // Bits beyond the last column stay 0.
        let last = UInt64.max >> UInt64(64 * stride - width)
        let rows = rows(of: shape, top: top)
        words.withUnsafeMutableBufferPointer { words in
            for row in rows {
                let line = (top + row) * stride
                for index in 0..<shape.stride {
                    let word = shape.words[row * shape.stride + index]
                    let place = first + index
                    if place >= 0, place < stride { words[line + place] |= word << shift }
                    if place >= -1, place + 1 < stride { words[line + place + 1] |= word >> (64 - shift) }
                }
                words[line + stride - 1] &= last
            }
        }
    }

    /// Calls `body` with every set pixel that the shape covers.
    func forEachShared(_ shape: CellShape, left: Int, top: Int, _ body: (_ x: Int, _ y: Int) -> Void) {
        shape.forEachRun { row, start, end in
            let y = top + row
            guard y >= 0, y < height else { return }
            words.withUnsafeBufferPointer { words in
                let line = UnsafeBufferPointer(rebasing: words[y * stride..<(y + 1) * stride])
                var x = BitRow.next(in: line, from: max(left + start, 0), covered: true)
                while x < min(left + end, width) {
                    body(x, y)
                    x = BitRow.next(in: line, from: x + 1, covered: true)
                }
            }
        }
    }

    /// The columns at which the probe's middle may lie when its middle's row is `y`, as set bits: those where no pixel of
    /// the shape is set here. They stay in the probe.
    func findFreeColumns(_ probe: inout RowProbe, y: Int) -> Bool {
        for index in 0..<stride { probe.columns[index] = .max }
        probe.columns[stride - 1] = UInt64.max >> UInt64(64 * stride - width)
        for run in probe.runs {
            let row = y + run.row
            guard row >= 0, row < height else { continue }
            let isAnyFree = words.withUnsafeBufferPointer { words in
                probe.buffer.withUnsafeMutableBufferPointer { buffer in
                    let source = UnsafeBufferPointer(rebasing: words[row * stride..<(row + 1) * stride])
                    Self.copy(source, shiftedDown: run.start, to: buffer)
                    // Every bit becomes the union of `length` bits from it on, doubled as often as it takes.
                    var length = 1
                    while length < run.length {
                        let more = min(length, run.length - length)
                        Self.unite(buffer, shiftedDown: more)
                        length += more
                    }
                    var free: UInt64 = 0
                    for index in 0..<stride {
                        probe.columns[index] &= ~buffer[index]
                        free |= probe.columns[index]
                    }
                    return free != 0
                }
            }
            if !isAnyFree { return false }
        }
        return true
    }

    /// Bit i of `target` becomes bit i + `shift` of `source`, or 0 where that has none.
    private static func copy(
        _ source: UnsafeBufferPointer<UInt64>, shiftedDown shift: Int, to target: UnsafeMutableBufferPointer<UInt64>
    ) {
        let (words, bits) = (shift >> 6, UInt64(shift & 63))
        for index in 0..<target.count {
            let place = index + words
            let low = place >= 0 && place < source.count ? source[place] : 0
            let high = place + 1 >= 0 && place + 1 < source.count ? source[place + 1] : 0
            target[index] = low >> bits | high << (64 - bits)
        }
    }

    /// Adds to every bit the one `shift` places above it.
    private static func unite(_ row: UnsafeMutableBufferPointer<UInt64>, shiftedDown shift: Int) {
        let (words, bits) = (shift >> 6, UInt64(shift & 63))
        for index in 0..<max(row.count - words, 0) {
            let high = index + words + 1 < row.count ? row[index + words + 1] : 0
            row[index] |= row[index + words] >> bits | high << (64 - bits)
        }
    }
}

/// A shape for which rooms are looked for, row by row.
struct RowProbe {
    /// Covered pixels side by side, as seen from the shape's middle.
    struct Run {
        let row: Int
        let start: Int
        let length: Int
    }

    /// Those that are least likely to find room together come first: the longest, and then ones far from each other.
    fileprivate let runs: [Run]
    /// The places found last.
    fileprivate(set) var columns: [UInt64]
    fileprivate var buffer: [UInt64]

    init(_ shape: CellShape, in bits: PixelBits) {
        var runs: [Run] = []
        shape.forEachRun { row, start, end in
            runs.append(Run(row: row - shape.middle.y, start: start - shape.middle.x, length: end - start))
        }
        let longest = runs.indices.max { runs[$0].length < runs[$1].length } ?? 0
        let step = GoldenOrder.step(runs.count)
        self.runs = runs.indices.map { runs[(longest + $0 * step) % runs.count] }
        columns = [UInt64](repeating: 0, count: bits.stride)
        // Room for what a run reaches beyond the image's last column.
        buffer = [UInt64](repeating: 0, count: CellShape.stride(bits.width + 2 * shape.width))
    }
}

/// Going through places in an order that has far ones after one another.
enum GoldenOrder {
    /// A number that has no divisor in common with `count`, near its golden section.
    static func step(_ count: Int) -> Int {
        func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }
        var step = max(Int(Double(count) * 0.618), 1)
        while divisor(step, count) > 1 { step += 1 }
        return step
    }
}
