import Foundation

/// The discrete Fourier transform of square images whose side is a power of two (Cooley and Tukey, 1965; radix 2).
///
/// The transform along columns works on whole rows, which the compiler makes vectors of; a transpose turns it into the
/// one along rows.
struct FourierTransform {
    /// Pixels a side; a power of two.
    let side: Int
    private let cosines: [Float]
    private let sines: [Float]

    /// The transform for images of `side` by `side` pixels.
    init(side: Int) {
        precondition(side > 0 && side & (side - 1) == 0, "the side is a power of two")
        self.side = side
        let angles = (0..<side / 2).map { -2 * Double.pi * Double($0) / Double(side) }
        cosines = angles.map { Float(cos($0)) }
        sines = angles.map { Float(sin($0)) }
    }

    /// Squared magnitudes of the transform of `values` (`side * side`, row by row), frequencies in the usual order: 0, 1,
    /// ..., then the negative ones.
    func power(of values: [Float]) -> [Float] {
        precondition(values.count == side * side, "value count does not fit the side")
        var real = values
        var imaginary = [Float](repeating: 0, count: values.count)
        return real.withUnsafeMutableBufferPointer { real in
            imaginary.withUnsafeMutableBufferPointer { imaginary in
                for _ in 0..<2 {
                    transformColumns(real, imaginary)
                    transpose(real)
                    transpose(imaginary)
                }
                return [Float](unsafeUninitializedCapacity: real.count) { power, initialized in
                    for i in 0..<real.count {
                        power.initializeElement(at: i, to: real[i] * real[i] + imaginary[i] * imaginary[i])
                    }
                    initialized = real.count
                }
            }
        }
    }

    private func transformColumns(
        _ real: UnsafeMutableBufferPointer<Float>, _ imaginary: UnsafeMutableBufferPointer<Float>
    ) {
        guard let real = real.baseAddress, let imaginary = imaginary.baseAddress else { return }
        reverseRows(real, imaginary)
        var half = 1
        while half < side {
            for start in stride(from: 0, to: side, by: 2 * half) {
                for k in 0..<half {
                    let factor = (cosines[k * (side / 2 / half)], sines[k * (side / 2 / half)])
                    combine(real, imaginary, row: start + k, with: start + k + half, factor)
                }
            }
            half *= 2
        }
    }

    /// One butterfly of all columns.
    @inline(__always)
    private func combine(
        _ real: UnsafeMutablePointer<Float>, _ imaginary: UnsafeMutablePointer<Float>, row: Int, with other: Int,
        _ factor: (real: Float, imaginary: Float)
    ) {
        let (real0, imaginary0) = (real + row * side, imaginary + row * side)
        let (real1, imaginary1) = (real + other * side, imaginary + other * side)
        for x in 0..<side {
            let turnedReal = real1[x] * factor.real - imaginary1[x] * factor.imaginary
            let turnedImaginary = real1[x] * factor.imaginary + imaginary1[x] * factor.real
            real1[x] = real0[x] - turnedReal
            imaginary1[x] = imaginary0[x] - turnedImaginary
            real0[x] += turnedReal
            imaginary0[x] += turnedImaginary
        }
    }

    /// Puts the rows into the order of their bit-reversed numbers.
    private func reverseRows(_ real: UnsafeMutablePointer<Float>, _ imaginary: UnsafeMutablePointer<Float>) {
        var reversed = 0
        for row in 0..<side {
            if row < reversed {
                for x in 0..<side {
                    swap(&real[row * side + x], &real[reversed * side + x])
                    swap(&imaginary[row * side + x], &imaginary[reversed * side + x])
                }
            }
            var bit = side >> 1
            while bit > 0 && reversed & bit != 0 {
                reversed ^= bit
                bit >>= 1
            }
            reversed |= bit
        }
    }

    private func transpose(_ values: UnsafeMutableBufferPointer<Float>) {
        for y in 0..<side {
            for x in y + 1..<side { values.swapAt(y * side + x, x * side + y) }
        }
    }
}
