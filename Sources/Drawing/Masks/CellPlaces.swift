import Foundation
import Imaging

/// Where a mask's layout wants cells: places drawn at random, and how welcome a given place is.
struct CellPlaces {
    /// Cells become denser towards this side.
    enum Side: CaseIterable { case left, right, top, bottom }

    private enum Kind {
        case flat
        case colonies([Disc])
        case gradient(Side)
    }

    private struct Disc {
        var x: Double
        var y: Double
        var radius: Double
    }

    /// The share of a colony's area that its cells are to cover; more seldom fits at random.
    private static let colonyCover = 0.45
    /// Density at the sparse side of a gradient, where it is 1 at the dense one.
    private static let sparse = 1.0 / 19

    private let width: Double
    private let height: Double
    private var kind: Kind

    /// `area` is what all cells together need, in pixels.
    init(_ settings: MaskSettings, area: Double, using generator: inout SeededGenerator) {
        let (width, height) = (Double(settings.width), Double(settings.height))
        (self.width, self.height) = (width, height)
        switch settings.layout {
        case .flat, .confluent: kind = .flat
        case .gradient: kind = .gradient(Side.allCases[generator.index(below: Side.allCases.count)])
        case .colony:
            let count = max(settings.colonies, 1)
            let shares = (0..<count).map { _ in generator.uniform(0.5, 1.5) }
            let share = area / Self.colonyCover / shares.reduce(0, +)
            var discs: [Disc] = []
            for radius in shares.map({ max(($0 * share / .pi).squareRoot(), 1) }).sorted(by: >) {
                // Of some places that hold it whole, where it fits, the one furthest from the other discs.
                let candidates = (0..<8).map { _ in
                    Disc(
                        x: Self.middle(radius, width, using: &generator),
                        y: Self.middle(radius, height, using: &generator), radius: radius)
                }
                let distances = candidates.map { new in
                    discs.map { hypot($0.x - new.x, $0.y - new.y) - $0.radius }.min() ?? 0
                }
                discs.append(candidates[distances.indices.max { distances[$0] < distances[$1] } ?? 0])
            }
            kind = .colonies(discs)
        }
    }

    /// Half of the colonies would else lie half outside.
    private static func middle(_ radius: Double, _ length: Double, using generator: inout SeededGenerator) -> Double {
        let margin = min(radius, length / 2)
        return generator.uniform(margin, length - margin)
    }

    /// A place in the image.
    func place(using generator: inout SeededGenerator) -> (x: Int, y: Int) {
        var (x, y) = (generator.uniform(), generator.uniform())
        switch kind {
        case .flat: break
        case .colonies(let discs):
            let areas = discs.map { $0.radius * $0.radius }
            // The discs may reach out of the image.
            for _ in 0..<16 {
                var rest = generator.uniform() * areas.reduce(0, +)
                let index = areas.firstIndex { area in
                    rest -= area
                    return rest < 0
                }
                let disc = discs[index ?? 0]
                let distance = disc.radius * generator.uniform().squareRoot()
                let direction = Direction(generator.uniform(0, 2 * .pi))
                x = (disc.x + distance * direction.x) / width
                y = (disc.y + distance * direction.y) / height
                if x >= 0, y >= 0, x < 1, y < 1 { break }
            }
        case .gradient(let side):
            // The share of the way to the dense side whose cumulated density the number is.
            let (a, b) = (Self.sparse, (1 - Self.sparse) / 2)
            func way(_ share: Double) -> Double { ((a * a + 4 * b * (a + b) * share).squareRoot() - a) / (2 * b) }
            switch side {
            case .left: x = 1 - way(x)
            case .right: x = way(x)
            case .top: y = 1 - way(y)
            case .bottom: y = way(y)
            }
        }
        return (Self.pixel(x * width, below: width), Self.pixel(y * height, below: height))
    }

    private static func pixel(_ place: Double, below length: Double) -> Int { Int(min(max(place, 0), length - 1)) }

    /// How welcome a cell is, 0...1.
    func weight(x: Int, y: Int) -> Double {
        let (x, y) = (Double(x) + 0.5, Double(y) + 0.5)
        switch kind {
        case .flat: return 1
        case .colonies(let discs): return discs.contains { hypot($0.x - x, $0.y - y) <= $0.radius } ? 1 : 0
        case .gradient(let side):
            let way =
                switch side {
                case .left: 1 - x / width
                case .right: x / width
                case .top: 1 - y / height
                case .bottom: y / height
                }
            return Self.sparse + (1 - Self.sparse) * way
        }
    }

    /// Makes room where colonies are full; false where that brings nothing any more.
    mutating func widen() -> Bool {
        guard case .colonies(var discs) = kind, discs.contains(where: { $0.radius < max(width, height) }) else {
            return false
        }
        for index in discs.indices { discs[index].radius *= 1.15 }
        kind = .colonies(discs)
        return true
    }
}
