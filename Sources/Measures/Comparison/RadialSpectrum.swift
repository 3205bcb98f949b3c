import Foundation
import Imaging

/// How much structure of which size an image has: its power by spatial frequency, over all directions.
public struct RadialSpectrum: Codable, Equatable, Sendable {
    /// Rings of equal width from 0 to half a cycle per pixel.
    public static let bins = 32

    /// Log10 of the mean power in each ring. White noise of variance v in an image of range 0...1 has log10 v everywhere.
    public let logPower: [Float]

    /// Frequency at the middle of each ring, in cycles per pixel.
    public static let frequencies = (0..<bins).map { (Double($0) + 0.5) / Double(2 * bins) }

    /// Pixels a side of what is transformed.
    static let side = 256
    private static let transform = FourierTransform(side: side)

    /// The spectrum of the middle 256 x 256 pixels of a plane, less their mean and under a Hann window; an axis that has
    /// fewer is taken whole, and zeros fill the rest.
    public init(_ plane: Plane) {
        let (windowed, energy) = Self.windowed(plane)
        let power = Self.transform.power(of: windowed)
        logPower = Self.means(of: power).map { log10(max($0 / max(energy, 1e-30), 1e-10)) }
    }

    /// The middle of the plane on the square that is transformed, less its mean and windowed, and the sum of the squared
    /// window, which the power is relative to.
    private static func windowed(_ plane: Plane) -> (values: [Float], energy: Float) {
        let (width, height) = (min(plane.width, side), min(plane.height, side))
        let box = LabelImage.Box(
            x: (plane.width - width) / 2, y: (plane.height - height) / 2, width: width, height: height)
        let middle = plane.cropped(to: box).values
        let mean = Float(middle.reduce(0.0) { $0 + Double($1) } / Double(max(middle.count, 1)))
        let (across, down) = (window(width), window(height))
        var values = [Float](repeating: 0, count: side * side)
        for y in 0..<height {
            for x in 0..<width { values[y * side + x] = (middle[y * width + x] - mean) * across[x] * down[y] }
        }
        let energy = across.reduce(0) { $0 + $1 * $1 } * down.reduce(0) { $0 + $1 * $1 }
        return (values, energy)
    }

    /// The periodic Hann window.
    private static func window(_ count: Int) -> [Float] {
        (0..<count).map { Float(0.5 - 0.5 * cos(2 * Double.pi * Double($0) / Double(count))) }
    }

    /// Mean power of each ring; frequency 0, which the mean took off, and the corners beyond the last ring are left out.
    private static func means(of power: [Float]) -> [Float] {
        var sums = [Float](repeating: 0, count: bins)
        var counts = [Float](repeating: 0, count: bins)
        let scale = Float(2 * bins) / Float(side)
        for y in 0..<side {
            let down = Float(y <= side / 2 ? y : y - side)
            for x in 0..<side {
                let across = Float(x <= side / 2 ? x : x - side)
                let ring = Int((across * across + down * down).squareRoot() * scale)
                if ring >= bins || x | y == 0 { continue }
                sums[ring] += power[y * side + x]
                counts[ring] += 1
            }
        }
        return zip(sums, counts).map { $1 > 0 ? $0 / $1 : 0 }
    }
}
