import Imaging
import Torch

/// Differentiable augmentation in front of a discriminator (Zhao et al. 2020), as published: with one probability all
/// of brightness, saturation, contrast, translation and cutout, in this order.
struct DiffAugment {
    let probability: Double
    /// The part of the batch that the images are.
    var share = BatchShare.whole

    /// The images N,C,H,W, changed or as they are. Draws come from `generator`, for the whole batch, so that a step can be
    /// repeated.
    func callAsFunction(_ images: Tensor, using generator: inout SeededGenerator) throws -> Tensor {
        guard generator.happens(probability) else { return images }
        let (batch, height, width) = (images.size(0), images.size(2), images.size(3))
        let whole = batch * share.count
        let own = share.items(of: whole)
        let device = images.device
        func perSample(_ low: Double, _ high: Double) throws -> Tensor {
            let values = (0..<whole).map { _ in Float(generator.uniform(low, high)) }
            return try .sending(own.map { values[$0] }, shape: [batch, 1, 1, 1], to: device)
        }
        var x = try images + perSample(-0.5, 0.5)
        if images.size(1) > 1 {
            let grey = try x.mean([1], keep: true)
            x = try (x - grey) * perSample(0, 2) + grey
        }
        let mean = try x.mean([1, 2, 3], keep: true)
        x = try (x - mean) * perSample(0.5, 1.5) + mean

        let moves = (0..<whole).map { _ in
            let down = generator.index(below: 2 * (height / 8) + 1) - height / 8
            return (down: down, right: generator.index(below: 2 * (width / 8) + 1) - width / 8)
        }
        var parts: [Tensor] = []
        for (sample, item) in own.enumerated() {
            let (down, right) = moves[item]
            let moved = try x.narrowed(0, from: sample, length: 1)
                .padded(left: right, right: -right, top: down, bottom: -down)
            parts.append(moved)
        }
        x = try .concatenated(parts, dimension: 0)

        var keep = [Float](repeating: 1, count: batch * height * width)
        let places = (0..<whole).map { _ in
            let top = generator.index(below: height + 1) - height / 4
            return (top: top, left: generator.index(below: width + 1) - width / 4)
        }
        for (sample, item) in own.enumerated() {
            let (top, left) = places[item]
            for row in max(0, top)..<max(0, min(height, top + height / 2)) {
                let start = (sample * height + row) * width
                for column in max(0, left)..<max(0, min(width, left + width / 2)) { keep[start + column] = 0 }
            }
        }
        return try x * .sending(keep, shape: [batch, 1, height, width], to: device)
    }
}
