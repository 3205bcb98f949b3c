/// Cells that take fewer bytes to send: each may go on with a colour of the cell before it, where that costs less error
/// than its bytes are worth. Among all patterns and all four ways to keep colours or not, the least of squared error plus
/// price is found.
struct ThriftyFit {
    /// What setting a colour costs, as a sum of squared differences.
    private let price: Float
    private let isGrey: Bool
    /// The colours the terminal was told last in this row, and so those of the last cell.
    private(set) var foreground: SIMD4<Float>?
    private(set) var background: SIMD4<Float>?

    /// The bytes that set a 24-bit colour, about: `38;2;123;45;67`.
    private static let bytes: Float = 15

    /// `errorPerByte` is the sum of squared differences (of the three channels, over a cell's sub-pixels) that a byte saved
    /// may cost.
    init(errorPerByte: Float, isGrey: Bool) {
        price = errorPerByte * Self.bytes
        self.isGrey = isGrey
    }

    /// A group of sub-pixels in one colour: its error, less what no choice changes, and the colour.
    private struct Group {
        let error: Float
        let color: SIMD4<Float>?

        @inline(__always)
        init(_ sum: SIMD4<Float>, _ count: Float, kept: SIMD4<Float>?, price: Float) {
            guard count > 0 else {
                error = 0
                color = kept
                return
            }
            let mean = (sum / count).rounded(.toNearestOrEven)
            let anew = price + count * (mean * mean).sum() - 2 * (mean * sum).sum()
            if let kept {
                let error = count * (kept * kept).sum() - 2 * (kept * sum).sum()
                if error <= anew {
                    self.error = error
                    color = kept
                    return
                }
            }
            error = anew
            color = mean
        }
    }

    /// A new row begins with colours that are not set.
    mutating func beginRow() {
        foreground = nil
        background = nil
    }

    /// The best choice so far.
    private struct Best {
        var pattern = 0
        var error = Float.infinity
        var foreground: SIMD4<Float>?
        var background: SIMD4<Float>?
    }

    /// Takes a pattern, whose foreground's sub-pixels have this sum, if it is better.
    @inline(__always)
    private func look(
        _ pattern: Int, _ sum: SIMD4<Float>, _ members: Float, of total: SIMD4<Float>, _ count: Float,
        _ best: inout Best
    ) {
        let fore = Group(sum, members, kept: foreground, price: price)
        let back = Group(total - sum, count - members, kept: background, price: price)
        if fore.error + back.error < best.error {
            best = Best(
                pattern: pattern, error: fore.error + back.error, foreground: fore.color, background: back.color)
        }
    }

    /// The pattern of the row's next cell, whose colours then are `foreground` and `background`.
    mutating func pattern(_ values: UnsafeBufferPointer<SIMD4<Float>>) -> Int {
        var total = SIMD4<Float>.zero
        for value in values { total += value }
        let count = Float(values.count)
        var best = Best()
        look(0, .zero, 0, of: total, count, &best)
        var (pattern, sum, members) = (0, SIMD4<Float>.zero, Float(0))
        if isGrey {
            // Grey sub-pixels are best divided by a threshold, whatever the two colours are: the brighter ones are one
            // group, the darker ones the other.
            let all = (1 << values.count) - 1
            while pattern != all {
                var next = -1
                for index in 0..<values.count where pattern & (1 << index) == 0 {
                    if next < 0 || values[index].x > values[next].x { next = index }
                }
                pattern |= 1 << next
                sum += values[next]
                members += 1
                look(pattern, sum, members, of: total, count, &best)
                look(all & ~pattern, total - sum, count - members, of: total, count, &best)
            }
        } else {
            // In Gray code order: one sub-pixel changes sides at each step.
            for step in 1..<1 << values.count {
                let bit = step.trailingZeroBitCount
                pattern ^= 1 << bit
                let isIn = pattern & (1 << bit) != 0
                sum += isIn ? values[bit] : -values[bit]
                members += isIn ? 1 : -1
                look(pattern, sum, members, of: total, count, &best)
            }
        }
        foreground = best.foreground
        background = best.background
        return best.pattern
    }
}
