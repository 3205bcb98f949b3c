import Foundation
import Imaging

/// A unit vector.
struct Direction {
    let x: Double
    let y: Double
    init(_ angle: Double) {
        x = cos(angle)
        y = sin(angle)
    }
}

/// A closed smooth line about a middle: an ellipse with a few random waves on it.
struct Outline {
    /// The ellipse's mean radius, the ratio of its axes, and the angle of the longer one.
    var radius: Double
    var ratio: Double
    var turn: Double
    private let waves: [(order: Double, height: Double, phase: Double)]

    /// An ellipse of this mean radius and ratio of its axes, with waves of about `roughness` (a share of the radius),
    /// turned by an angle or at random.
    init(radius: Double, ratio: Double, roughness: Double, turn: Double? = nil, using generator: inout SeededGenerator)
    {
        self.radius = radius
        self.ratio = ratio
        self.turn = turn ?? generator.uniform(0, 2 * .pi)
        waves = (2...5).map { order in
            (Double(order), roughness * generator.normal() * 2 / Double(order), generator.uniform(0, 2 * .pi))
        }
    }

    private var axes: (Double, Double) { (radius * ratio.squareRoot(), radius / ratio.squareRoot()) }

    /// Where a place lies on the way from the middle, 0, to the line, 1; beyond it more.
    func depth(_ x: Double, _ y: Double) -> Double {
        let axes = axes
        let (u, v) = (x * cos(turn) + y * sin(turn), y * cos(turn) - x * sin(turn))
        let ellipse = ((u / axes.0) * (u / axes.0) + (v / axes.1) * (v / axes.1)).squareRoot()
        let angle = atan2(v / axes.1, u / axes.0)
        var wave = 0.0
        for (order, height, phase) in waves { wave += height * cos(order * angle + phase) }
        return ellipse / exp(min(max(wave, -0.6), 0.6))
    }

    /// No part of the line is further from the middle.
    var reach: Double { max(axes.0, axes.1) * exp(min(0.6, waves.reduce(0) { $0 + abs($1.height) })) }

    /// The pixels within the line, its middle in the middle of a pixel.
    var stamp: Stamp {
        let side = 2 * Int(reach.rounded(.up)) + 1
        let middle = Double(side) / 2
        return Stamp(
            width: side, height: side,
            covered: (0..<side * side).map {
                depth(Double($0 % side) + 0.5 - middle, Double($0 / side) + 0.5 - middle) <= 1
            }
        ).largestPart
    }
}
