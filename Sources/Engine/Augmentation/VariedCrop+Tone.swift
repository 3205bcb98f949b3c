import Foundation
import Imaging
import Runs

extension VariedCrop {
    /// Brightness, contrast about the mean grey and saturation about each pixel's grey, each multiplied by 1 +- `extent` and
    /// cut off to 0...1; grey has no saturation.
    mutating func jitter(by extent: Double, using generator: inout SeededGenerator) {
        let brightness = Float(generator.uniform(1 - extent, 1 + extent))
        let contrast = Float(generator.uniform(1 - extent, 1 + extent))
        let saturation = Float(generator.uniform(1 - extent, 1 + extent))
        mapValues { min(max($0 * brightness, 0), 1) }
        let grey = grey()
        let mean = Float(grey.reduce(0.0) { $0 + Double($1) } / Double(max(grey.count, 1)))
        mapValues { min(max(mean + ($0 - mean) * contrast, 0), 1) }
        if planes.count == 3 { saturate(by: saturation) }
    }

    private mutating func saturate(by factor: Float) {
        let grey = grey()
        grey.withUnsafeBufferPointer { grey in
            for index in planes.indices {
                planes[index].values.withUnsafeMutableBufferPointer { values in
                    for i in values.indices { values[i] = min(max(grey[i] + (values[i] - grey[i]) * factor, 0), 1) }
                }
            }
        }
    }

    /// Luminance of three planes, the only plane of one, the mean of another number.
    private func grey() -> [Float] {
        if planes.count == 1 { return planes[0].values }
        let weights: [Float] =
            planes.count == 3
            ? [0.299, 0.587, 0.114] : [Float](repeating: 1 / Float(max(planes.count, 1)), count: planes.count)
        var grey = [Float](repeating: 0, count: labels.labels.count)
        for (plane, weight) in zip(planes, weights) {
            plane.values.withUnsafeBufferPointer { values in
                grey.withUnsafeMutableBufferPointer { grey in
                    for i in grey.indices { grey[i] += weight * values[i] }
                }
            }
        }
        return grey
    }

    /// Gamma, gain and noise; see `Augmentation`.
    mutating func varyTone(_ augmentation: Augmentation, using generator: inout SeededGenerator) {
        func draw(_ bounds: ClosedRange<Double>) -> Double {
            generator.uniform(bounds.lowerBound, bounds.upperBound)
        }
        let gamma = Float(draw(augmentation.gamma))
        let gain = Float(draw(augmentation.gain))
        let sigma = generator.uniform(0, augmentation.noise)
        // A gain about the middle of 0...1 is one about 0 of -1...1.
        mapValues { 0.5 + (powf(max($0, 0), gamma) - 0.5) * gain }
        // -1...1 is twice as wide as 0...1.
        addNoise(sigma: sigma / 2, using: &generator)
    }

    /// Adds Gaussian noise.
    mutating func addNoise(sigma: Double, using generator: inout SeededGenerator) {
        for index in planes.indices {
            planes[index].values.withUnsafeMutableBufferPointer { generator.addNoise(to: $0, sigma: Float(sigma)) }
        }
    }
}

extension SeededGenerator {
    /// Adds normally distributed numbers of standard deviation `sigma`, two for each draw of 64 bits (Box and Muller, 1958).
    mutating func addNoise(to values: UnsafeMutableBufferPointer<Float>, sigma: Float) {
        for i in stride(from: 0, to: values.count, by: 2) {
            let bits = next()
            // 24 bits each, as many as a float holds; the first in (0, 1], for the logarithm.
            let first = Float((bits >> 40) + 1) * 0x1p-24
            let second = Float((bits >> 8) & 0xFF_FFFF) * 0x1p-24
            let radius = sigma * (-2 * logf(first)).squareRoot()
            values[i] += radius * cosf(2 * .pi * second)
            if i + 1 < values.count { values[i + 1] += radius * sinf(2 * .pi * second) }
        }
    }
}
