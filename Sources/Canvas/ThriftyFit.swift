/// Cells that take fewer bytes to send: each may go on with a colour of the cell before it, where that costs less error
/// than its bytes are worth. Among all patterns and all four ways to keep colours or not, the least of squared error plus
/// price is found.
struct ThriftyFit {
    /// What setting a colour costs, as a sum of squared differences of the three channels over a cell's sub-pixels.
    private let price: Float
    /// The colours the terminal was told last in this row, and so those of the last cell.
    private(set) var foreground: SIMD4<Float>?
    private(set) var background: SIMD4<Float>?

    init(price: Float) { self.price = price }

    /// A new row begins with colours that are not set.
    mutating func beginRow() {
        foreground = nil
        background = nil
    }

    // An error is told less what no choice changes: of `count` sub-pixels with some sum that are shown in a colour, it is
    // count * colour^2 - 2 * colour * sum.

    /// A colour that may be kept.
    private struct Kept {
        var color = SIMD4<Float>.zero
        /// Of its channels, the sum of the squares and the sum.
        var square = Float.infinity
        var sum: Float = 0

        init(_ color: SIMD4<Float>?) {
            guard let color else { return }
            self.color = color
            square = (color * color).sum()
            sum = color.sum()
        }

        /// The error of grey sub-pixels.
        @inline(__always)
        func error(_ count: Float, _ sum: Float) -> Float { count * square - 2 * self.sum * sum }

        @inline(__always)
        func error(_ count: Float, _ sum: SIMD4<Float>) -> Float { count * square - 2 * (color * sum).sum() }
    }

    // MARK: - Grey sub-pixels

    /// The price and error of grey sub-pixels in the grey nearest to their mean.
    @inline(__always)
    private func anew(_ count: Float, _ sum: Float) -> Float {
        let mean = (sum / count).nearestWhole
        return price + 3 * mean * (count * mean - 2 * sum)
    }

    /// The pattern of the row's next cell, of grey sub-pixels, whose colours then are `foreground` and `background`.
    ///
    /// Whatever the two colours are, a threshold divides greys best between them: the brighter ones are one group, the
    /// darker ones the other.
    mutating func pattern(_ values: UnsafeBufferPointer<Float>) -> Int {
        let (fore, back) = (Kept(foreground), Kept(background))
        var total: Float = 0
        for value in values { total += value }
        return CellFit.withBrightestFirst(values) { order in
            // Nothing is bright: all are the background's, or the foreground's.
            var best = (error: Float.infinity, taken: 0, sum: Float(0), brightIsFore: true)
            var sum: Float = 0
            for taken in 0..<values.count {
                var (asFore, asBack, asNew) = (Float(0), Float(0), Float(0))
                if taken > 0 {
                    sum += values[order[taken - 1]]
                    let count = Float(taken)
                    (asFore, asBack) = (fore.error(count, sum), back.error(count, sum))
                    asNew = anew(count, sum)
                }
                let (count, rest) = (Float(values.count - taken), total - sum)
                let restAsNew = anew(count, rest)
                let bright = min(asFore, asNew) + min(back.error(count, rest), restAsNew)
                if bright < best.error { best = (bright, taken, sum, true) }
                let dark = min(asBack, asNew) + min(fore.error(count, rest), restAsNew)
                if dark < best.error { best = (dark, taken, sum, false) }
            }
            let bright = CellFit.pattern(order, best.taken)
            let (count, rest) = (Float(values.count - best.taken), total - best.sum)
            if best.brightIsFore {
                keep(&foreground, fore, Float(best.taken), best.sum)
                keep(&background, back, count, rest)
                return bright
            }
            keep(&foreground, fore, count, rest)
            keep(&background, back, Float(best.taken), best.sum)
            return ~bright & ((1 << values.count) - 1)
        }
    }

    /// Sets the colour of a group of greys to the mean, unless it is better kept.
    private func keep(_ color: inout SIMD4<Float>?, _ kept: Kept, _ count: Float, _ sum: Float) {
        if count > 0, kept.error(count, sum) > anew(count, sum) {
            color = CellFit.grey((sum / count).nearestWhole)
        }
    }

    // MARK: - Coloured sub-pixels

    /// The price and error of sub-pixels in the colour nearest to their mean.
    @inline(__always)
    private func anew(_ count: Float, _ sum: SIMD4<Float>) -> Float {
        let mean = (sum / count).nearestWhole
        return price + (mean * (count * mean - 2 * sum)).sum()
    }

    /// Sets the colour of a group to the mean, unless it is better kept.
    private func keep(_ color: inout SIMD4<Float>?, _ kept: Kept, _ count: Float, _ sum: SIMD4<Float>) {
        if count > 0, kept.error(count, sum) > anew(count, sum) { color = (sum / count).nearestWhole }
    }

    /// The pattern of the row's next cell, whose colours then are `foreground` and `background`.
    mutating func pattern(_ values: UnsafeBufferPointer<SIMD4<Float>>) -> Int {
        let (fore, back) = (Kept(foreground), Kept(background))
        var total = SIMD4<Float>.zero
        for value in values { total += value }
        var (pattern, sum, members) = (0, SIMD4<Float>.zero, Float(0))
        var best = (error: Float.infinity, pattern: 0, sum: SIMD4<Float>.zero, isFore: true)
        // In Gray code order: one sub-pixel changes sides at each step. The last one stays, since each pattern is looked
        // at as the foreground and as the background.
        for step in 0..<1 << (values.count - 1) {
            if step > 0 {
                let bit = step.trailingZeroBitCount
                pattern ^= 1 << bit
                let isIn = pattern & (1 << bit) != 0
                sum += isIn ? values[bit] : -values[bit]
                members += isIn ? 1 : -1
            }
            let (count, rest) = (Float(values.count) - members, total - sum)
            let restAsNew = anew(count, rest)
            var (asFore, asBack, asNew) = (Float(0), Float(0), Float(0))
            if members > 0 {
                (asFore, asBack) = (fore.error(members, sum), back.error(members, sum))
                asNew = anew(members, sum)
            }
            let one = min(asFore, asNew) + min(back.error(count, rest), restAsNew)
            if one < best.error { best = (one, pattern, sum, true) }
            let other = min(asBack, asNew) + min(fore.error(count, rest), restAsNew)
            if other < best.error { best = (other, pattern, sum, false) }
        }
        members = Float(best.pattern.nonzeroBitCount)
        let (count, rest) = (Float(values.count) - members, total - best.sum)
        if best.isFore {
            keep(&foreground, fore, members, best.sum)
            keep(&background, back, count, rest)
            return best.pattern
        }
        keep(&foreground, fore, count, rest)
        keep(&background, back, members, best.sum)
        return ~best.pattern & ((1 << values.count) - 1)
    }
}
