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

    /// The pattern of the row's next cell, whose colours then are `foreground` and `background`.
    mutating func pattern(_ values: UnsafeBufferPointer<SIMD4<Float>>) -> Int {
        var total = SIMD4<Float>.zero
        for value in values { total += value }
        var best = (pattern: 0, error: Float.infinity, foreground: foreground, background: background)
        func look(_ pattern: Int, _ sum: SIMD4<Float>, _ members: Float) {
            let fore = Group(sum, members, kept: foreground, price: price)
            let back = Group(total - sum, Float(values.count) - members, kept: background, price: price)
            if fore.error + back.error < best.error {
                best = (pattern, fore.error + back.error, fore.color, back.color)
            }
        }
        if isGrey {
            lookAtThresholds(values, total, look)
        } else {
            look(0, .zero, 0)
            var (pattern, sum, members) = (0, SIMD4<Float>.zero, Float(0))
            // In Gray code order: one sub-pixel changes sides at each step.
            for step in 1..<1 << values.count {
                let bit = step.trailingZeroBitCount
                pattern ^= 1 << bit
                let isIn = pattern & (1 << bit) != 0
                sum += isIn ? values[bit] : -values[bit]
                members += isIn ? 1 : -1
                look(pattern, sum, members)
            }
        }
        foreground = best.foreground
        background = best.background
        return best.pattern
    }

    /// Grey sub-pixels are best divided by a threshold, whatever the two colours are: of each group, the brighter or the
    /// darker ones.
    private func lookAtThresholds(
        _ values: UnsafeBufferPointer<SIMD4<Float>>, _ total: SIMD4<Float>,
        _ look: (Int, SIMD4<Float>, Float) -> Void
    ) {
        let all = (1 << values.count) - 1
        look(0, .zero, 0)
        look(all, total, Float(values.count))
        for threshold in values {
            var (pattern, sum, members) = (0, SIMD4<Float>.zero, Float(0))
            for (index, value) in values.enumerated() where value.x > threshold.x {
                pattern |= 1 << index
                sum += value
                members += 1
            }
            if pattern == 0 { continue }
            look(pattern, sum, members)
            look(all & ~pattern, total - sum, Float(values.count) - members)
        }
    }
}
