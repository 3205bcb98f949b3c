/// The two-colour pattern nearest to a cell's sub-pixels in the sum of squared differences.
enum CellFit {
    /// A pattern (bit i set: sub-pixel i shows the foreground) and its two colours as channels 0...255.
    struct Fit {
        var pattern: Int
        var foreground: SIMD4<Float>
        var background: SIMD4<Float>
    }

    /// The best of all patterns for grey sub-pixels. The best division of numbers in two groups about their means always
    /// is a threshold (else two numbers could be exchanged for the better), so n - 1 of 2^n need a look.
    static func grey(_ values: UnsafeBufferPointer<Float>) -> Fit {
        let count = values.count
        return withBrightestFirst(values) { order in
            var total: Float = 0
            for value in values { total += value }
            // With fixed groups the error is a constant less sum^2 / count of each group.
            var best = (score: total * total / Float(count), taken: 0, sum: Float(0))
            var sum: Float = 0
            for taken in 1..<max(count, 1) {
                sum += values[order[taken - 1]]
                let rest = total - sum
                let score = sum * sum / Float(taken) + rest * rest / Float(count - taken)
                // Sums of equal values differ by rounding; a pattern there would be noise.
                if score > best.score * 1.000001, values[order[taken - 1]] > values[order[taken]] {
                    best = (score, taken, sum)
                }
            }
            if best.taken == 0 { return plain(grey(total / Float(count))) }
            return Fit(
                pattern: pattern(order, best.taken), foreground: grey(best.sum / Float(best.taken)),
                background: grey((total - best.sum) / Float(count - best.taken)))
        }
    }

    /// Calls the body with the places of the values, those of the greatest first.
    @inline(__always)
    static func withBrightestFirst<Result>(
        _ values: UnsafeBufferPointer<Float>, _ body: (UnsafeMutableBufferPointer<Int>) -> Result
    ) -> Result {
        withUnsafeTemporaryAllocation(of: Int.self, capacity: values.count) { order in
            for index in 0..<values.count {
                var place = index
                while place > 0, values[order[place - 1]] < values[index] {
                    order[place] = order[place - 1]
                    place -= 1
                }
                order[place] = index
            }
            return body(order)
        }
    }

    /// The pattern of so many of the first places.
    @inline(__always)
    static func pattern(_ order: UnsafeMutableBufferPointer<Int>, _ taken: Int) -> Int {
        var pattern = 0
        for place in 0..<taken { pattern |= 1 << order[place] }
        return pattern
    }

    /// A grey as a colour.
    @inline(__always)
    static func grey(_ value: Float) -> SIMD4<Float> { SIMD4(value, value, value, 0) }

    /// The best of all patterns for coloured sub-pixels, tried one by one in Gray code order: one sub-pixel changes
    /// sides at each step. A pattern and its complement are the same with the colours exchanged, so sub-pixel 0 stays.
    static func color(_ values: UnsafeBufferPointer<SIMD4<Float>>) -> Fit {
        let count = values.count
        var total = SIMD4<Float>.zero
        for value in values { total += value }
        var best = (score: (total * total).sum() / Float(count), pattern: 0, sum: SIMD4<Float>.zero)
        let flat = best.score
        var pattern = 0
        var sum = SIMD4<Float>.zero
        var members: Float = 0
        for step in 1..<max(1 << (count - 1), 1) {
            let bit = step.trailingZeroBitCount + 1
            pattern ^= 1 << bit
            if pattern & (1 << bit) != 0 {
                sum += values[bit]
                members += 1
            } else {
                sum -= values[bit]
                members -= 1
            }
            let rest = total - sum
            let score = (sum * sum).sum() / members + (rest * rest).sum() / (Float(count) - members)
            if score > best.score { best = (score, pattern, sum) }
        }
        if best.pattern == 0 || best.score <= flat * 1.000001 { return plain(total / Float(count)) }
        let members1 = Float(best.pattern.nonzeroBitCount)
        return brightAsForeground(
            Fit(
                pattern: best.pattern, foreground: best.sum / members1,
                background: (total - best.sum) / (Float(count) - members1)),
            count: count)
    }

    /// The best pattern of two of the colours that are there: label colours are never mixed.
    static func unmixed(_ values: UnsafeBufferPointer<SIMD4<Float>>) -> Fit {
        var best = plain(values[0])
        var bestError = Float.infinity
        for one in 0..<values.count {
            for other in one..<values.count where other == one || values[other] != values[one] {
                var fit = Fit(pattern: 0, foreground: values[other], background: values[one])
                var error: Float = 0
                for index in 0..<values.count {
                    let toBack = squaredLength(values[index] - fit.background)
                    let toFore = squaredLength(values[index] - fit.foreground)
                    if toFore < toBack { fit.pattern |= 1 << index }
                    error += min(toBack, toFore)
                }
                if error < bestError { (best, bestError) = (fit, error) }
                if error == 0 { return brightAsForeground(best, count: values.count) }
            }
        }
        return brightAsForeground(best, count: values.count)
    }

    /// A cell of one colour.
    private static func plain(_ color: SIMD4<Float>) -> Fit { Fit(pattern: 0, foreground: color, background: color) }

    /// The same cell, so put that the foreground is the brighter colour.
    private static func brightAsForeground(_ fit: Fit, count: Int) -> Fit {
        if fit.pattern == 0 || fit.foreground.sum() >= fit.background.sum() { return fit }
        return Fit(
            pattern: ~fit.pattern & ((1 << count) - 1), foreground: fit.background, background: fit.foreground)
    }

    @inline(__always)
    private static func squaredLength(_ vector: SIMD4<Float>) -> Float { (vector * vector).sum() }
}
