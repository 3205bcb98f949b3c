import Foundation
import Imaging

/// Outlines drawn like those of a few real cells: each begins at one of them and wanders from it within what they have
/// in common, by the covariance of their Fourier descriptors (Kuhl and Giardina 1982; point distributions after Cootes
/// and others, "Active shape models", 1995).
struct ShapeModel: Sendable {
    /// Waves of a descriptor on either side of 0.
    private static let harmonics = 10
    /// Vertices of a drawn outline.
    private static let vertices = 80
    /// Share of a shape's deviation from the mean that is drawn anew.
    private static let novelty = 0.6
    /// Standard deviation of the logarithm of a drawn area about that of the cell it begins at.
    private static let areaSpread = 0.12
    /// Cells whose shapes are mixed for one outline.
    private static let mixed = 24

    /// Complex numbers.
    private typealias Descriptor = [SIMD2<Double>]

    private let descriptors: [Descriptor]
    private let areas: [Double]
    private let mean: Descriptor
    /// cos and sin of 2 pi i / vertices.
    private let circle: [SIMD2<Double>]

    /// Fits the model; nil where there are no outlines.
    init?(_ outlines: [CellOutline]) {
        guard !outlines.isEmpty else { return nil }
        let circle = (0..<Self.vertices).map { index -> SIMD2<Double> in
            let direction = Direction(2 * .pi * Double(index) / Double(Self.vertices))
            return SIMD2(direction.x, direction.y)
        }
        descriptors = outlines.map { Self.descriptor(of: $0, circle) }
        areas = outlines.map(\.area)
        var mean = Descriptor(repeating: .zero, count: 2 * Self.harmonics)
        for descriptor in descriptors { for k in mean.indices { mean[k] += descriptor[k] } }
        for k in mean.indices { mean[k] /= Double(outlines.count) }
        self.mean = mean
        self.circle = circle
    }

    /// The wave of entry `k` of a descriptor: 1, -1, 2, -2, ...
    private static func wave(_ k: Int) -> Int { k % 2 == 0 ? k / 2 + 1 : -(k / 2 + 1) }

    /// Fourier coefficients of the outline, walked at even speed from where it crosses the positive x-axis; for a cell of
    /// unit area.
    private static func descriptor(of outline: CellOutline, _ circle: [SIMD2<Double>]) -> Descriptor {
        let points = outline.points
        let start = points.indices.max { rightness(points[$0]) < rightness(points[$1]) } ?? 0
        let walked = evenly(points, from: start)
        let size = 1 / (Double(vertices) * outline.area.squareRoot())
        return (0..<2 * harmonics).map { k in
            var sum = SIMD2<Double>.zero
            for index in 0..<vertices {
                // Times exp(-2 pi i wave index / vertices).
                let turn = circle[((wave(k) * index) % vertices + vertices) % vertices]
                let point = walked[index]
                sum += SIMD2(point.x * turn.x + point.y * turn.y, point.y * turn.x - point.x * turn.y)
            }
            return sum * size
        }
    }

    private static func rightness(_ point: SIMD2<Double>) -> Double { point.x - abs(point.y) }

    /// `vertices` points at even distances along the closed line, always from the x-axis towards the y-axis.
    private static func evenly(_ points: [SIMD2<Double>], from start: Int) -> [SIMD2<Double>] {
        func length(_ index: Int) -> Double {
            let step = points[(index + 1) % points.count] - points[index % points.count]
            return (step * step).sum().squareRoot()
        }
        var signedArea = 0.0
        for index in points.indices {
            let (from, to) = (points[index], points[(index + 1) % points.count])
            signedArea += from.x * to.y - to.x * from.y
        }
        let total = points.indices.reduce(0) { $0 + length($1) }
        let step = total / Double(vertices)
        var walked: [SIMD2<Double>] = []
        var (index, gone) = (start, 0.0)
        for vertex in 0..<vertices {
            let wanted = Double(vertex) * step
            while gone + length(index) < wanted, index < start + points.count {
                gone += length(index)
                index += 1
            }
            let (from, to) = (points[index % points.count], points[(index + 1) % points.count])
            walked.append(from + (to - from) * ((wanted - gone) / max(length(index), 1e-9)))
        }
        // Mirrored outlines are walked the other way round.
        return signedArea >= 0 ? walked : [walked[0]] + walked.dropFirst().reversed()
    }

    /// A new outline; nil where what was drawn crosses itself, which seldom happens.
    func outline(using generator: inout SeededGenerator) -> CellOutline? {
        let start = generator.index(below: descriptors.count)
        let area = areas[start] * exp(Self.areaSpread * generator.normal() - Self.areaSpread * Self.areaSpread / 2)
        var drawn = mean
        let kept = (1 - Self.novelty * Self.novelty).squareRoot()
        for k in drawn.indices { drawn[k] += (descriptors[start][k] - mean[k]) * kept }
        // A random mix of deviations has their covariance.
        let count = min(descriptors.count, Self.mixed)
        let strength = Self.novelty / Double(count).squareRoot()
        for _ in 0..<count {
            let other = descriptors[generator.index(below: descriptors.count)]
            let factor = strength * generator.normal()
            for k in drawn.indices { drawn[k] += (other[k] - mean[k]) * factor }
        }
        if descriptors.count < 3 {
            // One or two say nothing about variety.
            let radius = (drawn[0] * drawn[0]).sum().squareRoot()
            for k in 1..<drawn.count {
                let wave = Double(abs(Self.wave(k)))
                drawn[k] += SIMD2(generator.normal(), generator.normal()) * (0.06 * radius / (wave * wave))
            }
        }
        return outline(of: drawn, area: area)
    }

    private func outline(of descriptor: Descriptor, area: Double) -> CellOutline? {
        var points = [SIMD2<Double>](repeating: .zero, count: Self.vertices)
        points.withUnsafeMutableBufferPointer { points in
            circle.withUnsafeBufferPointer { circle in
                for (k, value) in descriptor.enumerated() {
                    // The phase turns by as many steps a vertex as the wave has periods.
                    let step = (Self.wave(k) + points.count) % points.count
                    var phase = 0
                    for index in 0..<points.count {
                        let turn = circle[phase]
                        points[index] += SIMD2(
                            value.x * turn.x - value.y * turn.y, value.x * turn.y + value.y * turn.x)
                        phase += step
                        if phase >= points.count { phase -= points.count }
                    }
                }
            }
        }
        guard let outline = CellOutline(points)?.scaled(to: area), let shape = CellShape(filling: outline.points),
            abs(Double(shape.area) - area) <= 0.1 * area + 3
        else { return nil }
        return outline
    }
}
