import Foundation
import Imaging

/// How the objects of an image stand out from what surrounds them.
struct ObjectContrast {
    /// One object beside its surroundings: the pixels within `reach` of it that belong to no object.
    struct Object {
        /// Difference of the mean grey values, without its sign.
        let brightness: Double
        /// Difference of their standard deviations, without its sign.
        let texture: Double
    }

    /// Pixels around an object that count as its surroundings.
    private static let reach = 3

    /// Those with surroundings of their own.
    let objects: [Object]

    init(_ image: TrainingImage) {
        let labels = image.labels
        let grown = labels.grown(maximumDistance: Self.reach)
        let count = Int(labels.maximum) + 1
        var inside = [Moments](repeating: Moments(), count: count)
        var around = [Moments](repeating: Moments(), count: count)
        let planes = Float(image.planes.count)
        for index in labels.labels.indices {
            let owner = Int(grown.labels[index])
            guard owner > 0 else { continue }
            let value = Double(image.planes.reduce(0) { $0 + $1.values[index] } / planes)
            if labels.labels[index] != 0 { inside[owner].add(value) } else { around[owner].add(value) }
        }
        objects = zip(inside, around).compactMap { inside, around in
            guard inside.count > 0, around.count > 0 else { return nil }
            return Object(
                brightness: abs(inside.mean - around.mean), texture: abs(inside.deviation - around.deviation))
        }
    }
}

extension Sequence<Double> {
    /// The middle value, the greater of two; nil without any.
    var median: Double? {
        let sorted = sorted()
        return sorted.isEmpty ? nil : sorted[sorted.count / 2]
    }
}
