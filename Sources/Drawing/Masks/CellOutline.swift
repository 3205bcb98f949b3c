import Foundation
import Imaging

/// A cell's outline about its centre of mass, its longer axis along x, so that shapes can be compared and varied.
struct CellOutline: Equatable, Sendable {
    /// Vertices of the closed line, about one for each pixel of its length.
    let points: [SIMD2<Double>]
    /// Pixels within.
    let area: Double

    /// The outline through these vertices, moved and turned into its own axes: both longer tails, by the third moments,
    /// to the positive side. Nil where it encloses nothing.
    init?(_ line: [SIMD2<Double>]) {
        guard line.count > 2, let moments = Self.moments(line) else { return nil }
        let turn = -0.5 * atan2(2 * moments.xy, moments.xx - moments.yy)
        let (cosine, sine) = (cos(turn), sin(turn))
        var points = line.map { point -> SIMD2<Double> in
            let (x, y) = (point.x - moments.centre.x, point.y - moments.centre.y)
            return SIMD2(cosine * x - sine * y, sine * x + cosine * y)
        }
        var skew = SIMD2<Double>.zero
        for point in points { skew += point * point * point }
        let sign = SIMD2<Double>(skew.x < 0 ? -1 : 1, skew.y < 0 ? -1 : 1)
        for index in points.indices { points[index] *= sign }
        self.points = points
        area = moments.area
    }

    private init(points: [SIMD2<Double>], area: Double) {
        self.points = points
        self.area = area
    }

    /// The same shape with another area.
    func scaled(to newArea: Double) -> CellOutline {
        let factor = (newArea / area).squareRoot()
        return CellOutline(points: points.map { $0 * factor }, area: newArea)
    }

    /// Area, centre and second central moments of what a closed line encloses, by Green's theorem.
    private static func moments(
        _ line: [SIMD2<Double>]
    ) -> (area: Double, centre: SIMD2<Double>, xx: Double, xy: Double, yy: Double)? {
        var (area, centre, xx, xy, yy) = (0.0, SIMD2<Double>.zero, 0.0, 0.0, 0.0)
        // About the first vertex, so that large coordinates do not swallow the digits.
        let origin = line[0]
        var from = line[line.count - 1] - origin
        for vertex in line {
            let to = vertex - origin
            let cross = from.x * to.y - to.x * from.y
            area += cross / 2
            centre += (from + to) * (cross / 6)
            xx += (from.x * from.x + from.x * to.x + to.x * to.x) * cross / 12
            yy += (from.y * from.y + from.y * to.y + to.y * to.y) * cross / 12
            xy += (from.x * to.y + 2 * from.x * from.y + 2 * to.x * to.y + to.x * from.y) * cross / 24
            from = to
        }
        guard abs(area) > 1e-9 else { return nil }
        centre /= area
        xx = xx / area - centre.x * centre.x
        yy = yy / area - centre.y * centre.y
        xy = xy / area - centre.x * centre.y
        return (abs(area), centre + origin, xx, xy, yy)
    }

    /// What is changed of an outline before it is pasted.
    struct Variation {
        var flipped: Bool
        /// Radians.
        var turn: Double
        var scale: Double
        /// Standard deviation of the displacements, as a share of the radius of a disc of the outline's area.
        var elastic: Double
    }

    /// The vertices after the variation. Free-form deformation by cubic B-splines on a grid of random displacements
    /// (Rueckert et al., IEEE TMI 1999) bends the outline smoothly; its cells are a radius wide.
    func varied(_ variation: Variation, using generator: inout SeededGenerator) -> [SIMD2<Double>] {
        let scale = variation.scale
        let (cosine, sine) = (cos(variation.turn) * scale, sin(variation.turn) * scale)
        let flip = variation.flipped ? -1.0 : 1.0
        var line = points.map { SIMD2(flip * cosine * $0.x - sine * $0.y, flip * sine * $0.x + cosine * $0.y) }
        if variation.elastic > 0 {
            let radius = (area / .pi).squareRoot() * scale
            let grid = ElasticGrid(
                around: line, spacing: radius, deviation: variation.elastic * radius, using: &generator)
            for index in line.indices { line[index] += grid.displacement(at: line[index]) }
        }
        return line
    }
}

extension CellOutline {
    /// The outline of what is covered, which must be in one piece: through the middles of the pixels' edges between inside
    /// and outside, which keeps the area and smooths the stairs. Holes are filled.
    init?(tracing stamp: Stamp) {
        let width = stamp.width
        func isInside(_ x: Int, _ y: Int) -> Bool {
            x >= 0 && y >= 0 && x < width && y < stamp.height && stamp.covered[y * width + x]
        }
        guard let first = stamp.covered.firstIndex(of: true) else { return nil }
        // Along the edges of pixels with the inside to the right, from the first pixel's upper left corner.
        let start = (x: first % width, y: first / width)
        var (x, y, dx, dy) = (start.x, start.y, 1, 0)
        var line: [SIMD2<Double>] = []
        repeat {
            line.append(SIMD2(Double(2 * x + dx) / 2, Double(2 * y + dy) / 2))
            (x, y) = (x + dx, y + dy)
            // The pixels ahead, to the right and to the left of the way.
            let right = isInside(x + (dx - dy - 1) / 2, y + (dx + dy - 1) / 2)
            let left = isInside(x + (dx + dy - 1) / 2, y + (dy - dx - 1) / 2)
            if !right {
                (dx, dy) = (-dy, dx)
            } else if left {
                (dx, dy) = (dy, -dx)
            }
        } while (x, y) != start || (dx, dy) != (1, 0)
        self.init(line)
    }
}

/// Random displacements on a grid with cubic B-splines between.
struct ElasticGrid {
    private let origin: SIMD2<Double>
    private let spacing: Double
    private let columns: Int
    private let rows: Int
    private let displacements: [SIMD2<Double>]

    /// A grid that spans the line and a spline's reach around it. `deviation` is that of the displacements themselves,
    /// which the splines' averaging would else make smaller.
    init(around line: [SIMD2<Double>], spacing: Double, deviation: Double, using generator: inout SeededGenerator) {
        var (low, high) = (line.first ?? .zero, line.first ?? .zero)
        for point in line {
            low = pointwiseMin(low, point)
            high = pointwiseMax(high, point)
        }
        // No more cells than needed for shapes with long arms.
        let spacing = max(spacing, (high - low).max() / 16, 1e-6)
        self.spacing = spacing
        // Half a cell more than a spline needs, so that rounding leads nobody beyond the grid.
        origin = low - 1.5 * spacing
        columns = Int((high.x - low.x) / spacing) + 5
        rows = Int((high.y - low.y) / spacing) + 5
        // Of independent values of deviation 1 a cubic B-spline's mean square over a cell is 0.479 in one dimension.
        let strength = deviation / 0.479
        displacements = (0..<columns * rows).map { _ in
            SIMD2(generator.normal(), generator.normal()) * strength
        }
    }

    func displacement(at point: SIMD2<Double>) -> SIMD2<Double> {
        let place = (point - origin) / spacing
        let (column, row) = (Int(place.x), Int(place.y))
        let across = Self.weights(place.x - Double(column))
        let down = Self.weights(place.y - Double(row))
        var sum = SIMD2<Double>.zero
        for j in 0..<4 {
            let first = (row - 1 + j) * columns + column - 1
            var line = SIMD2<Double>.zero
            for i in 0..<4 { line += displacements[first + i] * across[i] }
            sum += line * down[j]
        }
        return sum
    }

    /// The cubic B-spline's weights of four neighbours at the share `t`, 0..<1, of the way between the middle two.
    private static func weights(_ t: Double) -> SIMD4<Double> {
        let s = 1 - t
        return SIMD4(s * s * s, 4 - 6 * t * t + 3 * t * t * t, 4 - 6 * s * s + 3 * s * s * s, t * t * t) / 6
    }
}
