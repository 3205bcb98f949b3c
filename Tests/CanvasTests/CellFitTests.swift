import Testing

@testable import Canvas

/// Lehmer's generator with Park and Miller's constants: the same cells at every run.
private struct Lehmer: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        func step() -> UInt64 {
            state = state * 48271 % 0x7FFF_FFFF
            return state
        }
        return step() << 40 ^ step() << 20 ^ step()
    }
}

/// The sum of squared differences between a cell and its fit.
private func error(_ fit: CellFit.Fit, _ values: [SIMD4<Float>]) -> Float {
    values.enumerated().reduce(0) { sum, entry in
        let shown = fit.pattern & (1 << entry.offset) != 0 ? fit.foreground : fit.background
        let difference = entry.element - shown
        return sum + (difference * difference).sum()
    }
}

/// The least error over every pattern, each with the means of its two groups: by definition, without shortcuts.
private func leastError(_ values: [SIMD4<Float>]) -> Float {
    (0..<1 << values.count).map { pattern in
        var fit = CellFit.Fit(pattern: pattern, foreground: .zero, background: .zero)
        let members = Float(pattern.nonzeroBitCount)
        for (index, value) in values.enumerated() {
            if pattern & (1 << index) != 0 {
                fit.foreground += value / members
            } else {
                fit.background += value / (Float(values.count) - members)
            }
        }
        return error(fit, values)
    }.min() ?? 0
}

struct CellFitTests {
    /// Cells of every size: even, coarsely stepped (many ties) and nearly flat.
    private static func cells(grey: Bool) -> [[SIMD4<Float>]] {
        var generator = Lehmer(state: 7)
        return [1, 2, 4, 6, 8].flatMap { count in
            (0..<45).map { index -> [SIMD4<Float>] in
                (0..<count).map { _ -> SIMD4<Float> in
                    func draw() -> Float {
                        switch index % 3 {
                        case 0: Float.random(in: 0...255, using: &generator)
                        case 1: Float(Int.random(in: 0...3, using: &generator) * 85)
                        default: 100 + Float.random(in: 0...2, using: &generator)
                        }
                    }
                    let value = draw()
                    return grey ? SIMD4(value, value, value, 0) : SIMD4(value, draw(), draw(), 0)
                }
            }
        }
    }

    @Test func greyFitHasTheLeastErrorOfAllPatterns() {
        for values in Self.cells(grey: true) {
            let fit = values.map(\.x).withUnsafeBufferPointer { CellFit.grey($0) }
            #expect(abs(error(fit, values) - leastError(values)) <= 0.5 + 1e-4 * leastError(values), "\(values)")
        }
    }

    @Test func colorFitHasTheLeastErrorOfAllPatterns() {
        for values in Self.cells(grey: false) {
            let fit = values.withUnsafeBufferPointer { CellFit.color($0) }
            #expect(abs(error(fit, values) - leastError(values)) <= 0.5 + 1e-4 * leastError(values), "\(values)")
        }
    }

    @Test func unmixedFitTakesTheBestTwoOfTheColorsThatAreThere() {
        let colors = [SIMD4<Float>(0, 0, 0, 0), SIMD4(255, 0, 0, 0), SIMD4(0, 200, 0, 0), SIMD4(0, 0, 90, 0)]
        var generator = Lehmer(state: 3)
        for _ in 0..<200 {
            let values = (0..<6).map { _ in colors[Int.random(in: 0..<4, using: &generator)] }
            let fit = values.withUnsafeBufferPointer { CellFit.unmixed($0) }
            #expect(values.contains(fit.foreground) && values.contains(fit.background))
            var least = Float.infinity
            for one in values {
                for other in values {
                    least = min(
                        least,
                        values.reduce(0) { sum, value in
                            let (a, b) = (value - one, value - other)
                            return sum + min((a * a).sum(), (b * b).sum())
                        })
                }
            }
            #expect(error(fit, values) == least)
        }
    }

    @Test func flatCellHasNoPattern() {
        let values = [SIMD4<Float>](repeating: SIMD4(33.3, 33.3, 33.3, 0), count: 6)
        #expect(values.map(\.x).withUnsafeBufferPointer { CellFit.grey($0).pattern } == 0)
        #expect(values.withUnsafeBufferPointer { CellFit.color($0).pattern } == 0)
    }

    /// Of all patterns with each of four ways to keep colours or to set them to the means, by definition; grey cells
    /// among coloured ones, too, whose colours they may keep.
    @Test(arguments: [[true], [false], [true, false]]) func thriftyFitHasTheLeastErrorAndPriceTogether(kinds: [Bool]) {
        let price: Float = 15 * 40
        var fit = ThriftyFit(price: price)
        let cells = kinds.map { Self.cells(grey: $0) }
        for index in cells[0].indices where cells[0][index].count < 8 {
            let isGrey = kinds[index % kinds.count]
            let values = cells[index % kinds.count][index]
            if index % 7 == 0 { fit.beginRow() }
            let (keptFore, keptBack) = (fit.foreground, fit.background)
            var least = Float.infinity
            for pattern in 0..<1 << values.count {
                func cost(_ members: [SIMD4<Float>], _ kept: SIMD4<Float>?) -> Float {
                    if members.isEmpty { return 0 }
                    let mean = (members.reduce(.zero, +) / Float(members.count)).rounded(.toNearestOrEven)
                    func error(_ color: SIMD4<Float>) -> Float {
                        members.reduce(0) { $0 + (($1 - color) * ($1 - color)).sum() }
                    }
                    return min(price + error(mean), kept.map(error) ?? .infinity)
                }
                let fore = values.indices.filter { pattern & (1 << $0) != 0 }.map { values[$0] }
                let back = values.indices.filter { pattern & (1 << $0) == 0 }.map { values[$0] }
                least = min(least, cost(fore, keptFore) + cost(back, keptBack))
            }
            let pattern =
                isGrey
                ? values.map(\.x).withUnsafeBufferPointer { fit.pattern($0) }
                : values.withUnsafeBufferPointer { fit.pattern($0) }
            var found: Float = 0
            if pattern != 0, fit.foreground != keptFore { found += price }
            if pattern != (1 << values.count) - 1, fit.background != keptBack { found += price }
            found += error(
                CellFit.Fit(
                    pattern: pattern, foreground: fit.foreground ?? .zero, background: fit.background ?? .zero), values)
            #expect(abs(found - least) <= 1 + 1e-4 * least, "\(values)")
        }
    }
}
