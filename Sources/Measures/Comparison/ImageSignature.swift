import Imaging

/// What an image looks like from afar, to tell copies by: 24 x 24 pixels, without brightness and contrast.
public struct ImageSignature: Codable, Equatable, Sendable {
    /// Pixels a side.
    static let side = 24
    /// `side * side` values of mean 0 and squared sum 1, row by row; all 0 for a flat image.
    let values: [Float]

    /// The signature of a plane, squeezed to a square.
    public init(_ plane: Plane) {
        let small = plane.resized(width: Self.side, height: Self.side, .area).values.map { $0.isFinite ? $0 : 0 }
        let mean = small.reduce(0, +) / Float(small.count)
        let energy = small.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        values = small.map { energy > 1e-12 ? ($0 - mean) / energy.squareRoot() : 0 }
    }

    /// How unlike another image this is: 1 less the correlation of the pixels, in whichever of the 8 ways to turn and mirror
    /// it they agree best. 0 is a copy, 1 has nothing in common.
    public func distance(to other: ImageSignature) -> Float {
        let last = Self.side - 1
        var best: Float = -1
        values.withUnsafeBufferPointer { mine in
            other.values.withUnsafeBufferPointer { theirs in
                for way in 0..<8 {
                    var sum: Float = 0
                    for y in 0..<Self.side {
                        for x in 0..<Self.side {
                            var (u, v) = way & 1 == 0 ? (x, y) : (y, x)
                            if way & 2 != 0 { u = last - u }
                            if way & 4 != 0 { v = last - v }
                            sum += mine[y * Self.side + x] * theirs[v * Self.side + u]
                        }
                    }
                    best = max(best, sum)
                }
            }
        }
        return max(0, 1 - best)
    }
}
