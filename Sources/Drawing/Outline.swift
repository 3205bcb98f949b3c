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
    private let axes: (Double, Double)
    private let turn: Double
    private let waves: [(order: Double, height: Double, phase: Double)]

    /// An ellipse of this mean radius and ratio of its axes, with waves of about `roughness` (a share of the radius).
    init(radius: Double, ratio: Double, roughness: Double, using generator: inout SeededGenerator) {
        axes = (radius * ratio.squareRoot(), radius / ratio.squareRoot())
        turn = generator.uniform(0, 2 * .pi)
        waves = (2...5).map { order in
            (Double(order), roughness * generator.normal() * 2 / Double(order), generator.uniform(0, 2 * .pi))
        }
    }

    /// Where a place lies on the way from the middle, 0, to the line, 1; beyond it more.
    func depth(_ x: Double, _ y: Double) -> Double {
        let (u, v) = (x * cos(turn) + y * sin(turn), y * cos(turn) - x * sin(turn))
        let ellipse = ((u / axes.0) * (u / axes.0) + (v / axes.1) * (v / axes.1)).squareRoot()
        let angle = atan2(v / axes.1, u / axes.0)
        var wave = 0.0
        for (order, height, phase) in waves { wave += height * cos(order * angle + phase) }
        return ellipse / exp(min(max(wave, -0.6), 0.6))
    }

    /// The angle of the ellipse's longer axis.
    var longAxis: Double { turn }

    /// No part of the line is further from the middle.
    var reach: Double { max(axes.0, axes.1) * exp(min(0.6, waves.reduce(0) { $0 + abs($1.height) })) }
}
