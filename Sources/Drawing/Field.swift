import Foundation

/// A plane of real values, row by row.
struct Field {
    let width: Int
    let height: Int
    var values: [Float]

    init(width: Int, height: Int, value: Float = 0) {
        self.width = width
        self.height = height
        values = [Float](repeating: value, count: width * height)
    }

    /// Smooth noise of mean 0 and variance 1, its grains about 2 `sigma` pixels wide.
    static func noise(width: Int, height: Int, sigma: Double, using generator: inout SeededGenerator) -> Field {
        var field = Field(width: width, height: height)
        for index in field.values.indices { field.values[index] = Float(generator.normal()) }
        field = field.blurred(sigma: sigma)
        let count = Float(field.values.count)
        let mean = field.values.reduce(0, +) / count
        let variance = field.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        let scale = 1 / max(variance.squareRoot(), 1e-12)
        for index in field.values.indices { field.values[index] = (field.values[index] - mean) * scale }
        return field
    }

    /// A slowly changing plane of values within -1...1: a tilt and a bowl about a place of its own.
    static func uneven(width: Int, height: Int, using generator: inout SeededGenerator) -> Field {
        var field = Field(width: width, height: height)
        let tilt = (generator.uniform(-0.5, 0.5), generator.uniform(-0.5, 0.5))
        let middle = (generator.uniform(0.3, 0.7), generator.uniform(0.3, 0.7))
        let bowl = generator.uniform(0.3, 1)
        for y in 0..<height {
            for x in 0..<width {
                let (u, v) = (Double(x) / Double(width) - middle.0, Double(y) / Double(height) - middle.1)
                let value = tilt.0 * u + tilt.1 * v - bowl * (u * u + v * v)
                field.values[y * width + x] = Float(min(max(value, -1), 1))
            }
        }
        return field
    }

    /// Blurred by a Gaussian of this width in pixels; beyond the rim the rim's values go on.
    func blurred(sigma: Double) -> Field {
        let radius = Int((3 * sigma).rounded(.up))
        guard sigma > 0, radius > 0, !values.isEmpty else { return self }
        var kernel = (-radius...radius).map { Float(exp(-Double($0 * $0) / (2 * sigma * sigma))) }
        let sum = kernel.reduce(0, +)
        for index in kernel.indices { kernel[index] /= sum }
        return convolvedAlongRows(kernel).transposed().convolvedAlongRows(kernel).transposed()
    }

    private func convolvedAlongRows(_ kernel: [Float]) -> Field {
        var result = self
        let radius = kernel.count / 2
        var padded = [Float](repeating: 0, count: width + 2 * radius)
        for y in 0..<height {
            for x in padded.indices { padded[x] = values[y * width + min(max(x - radius, 0), width - 1)] }
            padded.withUnsafeBufferPointer { padded in
                kernel.withUnsafeBufferPointer { kernel in
                    result.values.withUnsafeMutableBufferPointer { result in
                        for x in 0..<width {
                            var sum: Float = 0
                            for tap in 0..<kernel.count { sum += kernel[tap] * padded[x + tap] }
                            result[y * width + x] = sum
                        }
                    }
                }
            }
        }
        return result
    }

    private func transposed() -> Field {
        var result = Field(width: height, height: width)
        for y in 0..<height { for x in 0..<width { result.values[x * height + y] = values[y * width + x] } }
        return result
    }
}
