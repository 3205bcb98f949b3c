import Imaging

extension Plane {
    /// A plane of zeros.
    init(width: Int, height: Int) {
        self.init(width: width, height: height, values: [Float](repeating: 0, count: width * height))
    }

    /// Smooth noise of mean 0 and variance 1, its grains about 2 `sigma` pixels wide.
    static func noise(width: Int, height: Int, sigma: Double, using generator: inout SeededGenerator) -> Plane {
        var field = Plane(width: width, height: height)
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
    static func uneven(width: Int, height: Int, using generator: inout SeededGenerator) -> Plane {
        var field = Plane(width: width, height: height)
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

    /// Blurred by a Gaussian of this width in pixels, over three widths to each side.
    func blurred(sigma: Double) -> Plane {
        gaussianBlurred(size: 2 * Int((3 * sigma).rounded(.up)) + 1, sigma: sigma)
    }
}
