import Imaging
import Runs
import Torch

/// How much a generator's images of one mask differ with the style.
public struct StyleDiversity: Codable, Equatable, Sendable {
    /// Mean absolute difference between two images of one mask with the same noise and different styles, as a part of the
    /// real images' mean absolute deviation from their mean.
    public let spread: Double
    /// Masks looked at, and styles for each.
    public let masks: Int
    public let styles: Int

    /// Below this the styles count for nothing: the generator has collapsed.
    public static let leastSpread = 0.01

    public var isCollapsed: Bool { spread < Self.leastSpread }

    /// Measures a generator on some masks; nil without any, or where the real images are flat.
    public init?(_ synthesis: Synthesis, masks: [LabelImage], real: [TrainingImage], styles: Int = 4, seed: UInt64 = 0)
        throws
    {
        let deviations = real.map(\.meanDeviation)
        let contrast = deviations.isEmpty ? 0 : deviations.reduce(0, +) / Double(deviations.count)
        guard contrast > 0, !masks.isEmpty, styles > 1 else { return nil }
        var random = SeededGenerator(seed: seed)
        var differences: [Double] = []
        for mask in masks {
            let noise = random.next()
            let images = try (0..<styles).map { _ in
                try synthesis.tensor(for: mask, style: synthesis.bank.draw(nil, using: &random), seed: noise)
            }
            for first in images.indices {
                for second in images.indices.dropFirst(first + 1) {
                    differences.append(try images[first].to(.float32).l1Loss(images[second].to(.float32)).item())
                }
            }
        }
        spread = differences.reduce(0, +) / Double(differences.count) / contrast
        (self.masks, self.styles) = (masks.count, styles)
    }
}

extension TrainingImage {
    /// Mean absolute deviation of the scaled values from their mean over all planes.
    fileprivate var meanDeviation: Double {
        let values = planes.flatMap(\.values)
        guard !values.isEmpty else { return 0 }
        let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
        return values.reduce(0.0) { $0 + abs(Double($1) - mean) } / Double(values.count)
    }
}
