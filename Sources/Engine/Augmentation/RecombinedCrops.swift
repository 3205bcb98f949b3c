import Foundation
import Imaging
import Runs

/// Draws crops of training images put together anew: further cells, of the same image and of others in its light and colour,
/// are laid into them, turned, resized, brighter or dimmer, behind those that are there and often against them, so that cells
/// stand denser than they were photographed; and the whole takes on light and colour on the way from its image to another one,
/// or beyond.
struct RecombinedCrops: Sendable {
    /// A cell with what surrounds it.
    private struct Cutout {
        var planes: [Plane]
        let isCell: [Bool]
        /// How much of the pixel is laid over what is there, 0...1: all of the cell, fading beyond its rim.
        let weight: Plane
        var width: Int { weight.width }
        var height: Int { weight.height }

        /// The radius of a disc as large as the cell.
        var radius: Double { (Double(isCell.count { $0 }) / .pi).squareRoot() }

        /// Multiplies the differences from what surrounds the cell.
        mutating func changeContrast(by gain: Float) {
            let around = Float(max(isCell.count { !$0 }, 1))
            for index in planes.indices {
                let sum = zip(planes[index].values, isCell).reduce(Float(0)) { $1.1 ? $0 : $0 + $1.0 }
                let mean = sum / around
                for place in isCell.indices {
                    let value = mean + (planes[index].values[place] - mean) * gain
                    planes[index].values[place] = min(max(value, -1), 1)
                }
            }
        }
    }

    /// Share of a crop's pixels that cells cover when no more are laid into it.
    private static let cover = 0.05...0.6
    /// Factor by which a cell is enlarged beside the crop's own.
    private static let scale = 0.45...1.6
    /// By what the contrast of a cell with its surroundings is multiplied, as a logarithm: dim cells are those that are missed.
    private static let contrast = -0.5...0.25
    /// Probability that a cell is laid against one that is there, if there is one.
    private static let touching = 0.5
    /// Pixels about a cell that come with it.
    private static let margin = 6
    /// Cells that are tried for a crop.
    private static let tries = 60
    /// The least part of a cell that must be seen beside those before it, and its least pixels.
    private static let visible = 0.7
    private static let minimumArea = 15
    /// Probability that a cell comes from any image instead of the crop's own.
    private static let others = 0.5
    /// The part of the way to another image's light and colour that a crop goes: two images tell more directions than places.
    private static let tone = -0.5...1.5

    private let crops: CropSampler
    private let cutouts: [[Cutout]]
    /// The images that have whole cells.
    private let sources: [Int]
    private let tones: [ImageTone]

    /// A sampler of the images that `crops` draws from.
    init(_ images: [TrainingImage], crops: CropSampler) {
        self.crops = crops
        let cutouts = images.map(Self.cutouts)
        self.cutouts = cutouts
        sources = cutouts.indices.filter { !cutouts[$0].isEmpty }
        tones = images.map { ImageTone($0.planes) }
    }

    /// The crops of step `step` of the training seeded by `seed`, the same whenever they are asked for.
    func batch(count: Int, seed: UInt64, step: Int) -> CropSampler.Batch {
        var generator = SeededGenerator(seed: seed ^ Self.salt, part: UInt64(bitPattern: Int64(step)))
        return crops.batch(of: (0..<count).map { _ in crop(using: &generator) })
    }

    /// Keeps the sequence apart from that of the plain crops of the same seed.
    private static let salt: UInt64 = 0x7265_636F_6D62_0001

    /// The cells that do not lie at the image's edge.
    private static func cutouts(of image: TrainingImage) -> [Cutout] {
        image.labels.boundingBoxes.sorted { $0.key < $1.key }.compactMap { label, box in
            let wide = LabelImage.Box(
                x: box.x - margin, y: box.y - margin, width: box.width + 2 * margin, height: box.height + 2 * margin)
            guard wide.x >= 0, wide.y >= 0, wide.x + wide.width <= image.width, wide.y + wide.height <= image.height
            else { return nil }
            let labels = image.labels.cropped(to: wide)
            let isCell = labels.labels.map { $0 == label }
            let filled = Plane(width: wide.width, height: wide.height, values: isCell.map { $0 ? 1 : 0 })
            var weight = filled.gaussianBlurred(size: 9, sigma: 2)
            for place in isCell.indices {
                // Neighbours stay where they are.
                weight.values[place] =
                    isCell[place] ? 1 : labels.labels[place] != 0 ? 0 : min(1, 2 * weight.values[place])
            }
            return Cutout(planes: image.planes.map { $0.cropped(to: wide) }, isCell: isCell, weight: weight)
        }
    }

    /// A random crop in -1...1.
    private func crop(using generator: inout SeededGenerator) -> VariedCrop {
        var (image, sample) = dense(using: &generator)
        let other = tones[generator.index(below: tones.count)]
        let share = generator.uniform(Self.tone.lowerBound, Self.tone.upperBound)
        tones[image].change(&sample.planes, towards: other, by: share)
        crops.vary(&sample, using: &generator)
        return sample
    }

    /// A random crop with further cells in it, and the number of its image.
    func dense(using generator: inout SeededGenerator) -> (image: Int, sample: VariedCrop) {
        var (image, scale, sample) = crops.unvaried(using: &generator)
        guard !sources.isEmpty else { return (image, sample) }
        let area = Double(sample.labels.labels.count)
        let wanted = Int(area * generator.uniform(Self.cover.lowerBound, Self.cover.upperBound))
        var covered = sample.labels.labels.count { $0 != 0 }
        for _ in 0..<Self.tries where covered < wanted {
            let isAny = cutouts[image].isEmpty || generator.happens(Self.others)
            let source = isAny ? sources[generator.index(below: sources.count)] : image
            var cutout = cutouts[source][generator.index(below: cutouts[source].count)]
            if source != image { tones[source].change(&cutout.planes, towards: tones[image], by: 1) }
            let gain = generator.uniform(Self.contrast.lowerBound, Self.contrast.upperBound)
            cutout.changeContrast(by: Float(exp(gain)))
            let factor = scale * generator.uniform(Self.scale.lowerBound, Self.scale.upperBound)
            covered += Self.lay(cutout, enlarged: factor, into: &sample, using: &generator)
        }
        return (image, sample)
    }

    /// A random place for the middle of a cell of this radius: anywhere, or where it touches or overlaps one that is there.
    private static func middle(
        ofRadius radius: Double, in labels: LabelImage, using generator: inout SeededGenerator
    ) -> (x: Double, y: Double) {
        let (width, height) = (labels.width, labels.height)
        let anywhere = (x: generator.uniform(0, Double(width)), y: generator.uniform(0, Double(height)))
        guard generator.happens(touching) else { return anywhere }
        let start = generator.index(below: width * height)
        guard let found = labels.labels[start...].firstIndex(where: { $0 != 0 }) else { return anywhere }
        // Out of that cell in a random direction, and about a radius further.
        let angle = generator.uniform(0, 2 * .pi)
        var (x, y) = (Double(found % width), Double(found / width))
        while x >= 0, y >= 0, x < Double(width), y < Double(height),
            labels.labels[Int(y) * width + Int(x)] == labels.labels[found]
        {
            x += cos(angle)
            y += sin(angle)
        }
        let further = radius * generator.uniform(0.6, 1)
        return (x + cos(angle) * further, y + sin(angle) * further)
    }

    /// Lays a cell somewhere into the crop, behind what is there; returns the pixels that are seen of it, 0 where too few
    /// would be, or where others would cut it to pieces.
    private static func lay(
        _ cutout: Cutout, enlarged factor: Double, into sample: inout VariedCrop, using generator: inout SeededGenerator
    ) -> Int {
        let (width, height) = (sample.labels.width, sample.labels.height)
        let turn = generator.uniform(0, 2 * .pi)
        let flip = generator.happens(0.5) ? -1.0 : 1.0
        let middle = middle(ofRadius: cutout.radius * factor, in: sample.labels, using: &generator)
        // From the crop back into the cutout.
        let (cosine, sine) = (cos(turn) / factor, sin(turn) / factor)
        let (across, down) = (Double(cutout.width - 1) / 2, Double(cutout.height - 1) / 2)
        let reach = (across * across + down * down).squareRoot() * factor
        let columns = max(0, Int(middle.x - reach))..<min(width, Int(middle.x + reach) + 2)
        let rows = max(0, Int(middle.y - reach))..<min(height, Int(middle.y + reach) + 2)
        var (total, places): (Int, [(place: Int, u: Double, v: Double, isCell: Bool)]) = (0, [])
        var seen = [UInt8](repeating: 0, count: columns.count * rows.count)
        for y in rows {
            for x in columns {
                let (dx, dy) = (Double(x) - middle.x, Double(y) - middle.y)
                let (u, v) = (flip * (cosine * dx + sine * dy) + across, cosine * dy - sine * dx + down)
                guard u >= 0, v >= 0, u <= 2 * across, v <= 2 * down else { continue }
                let isCell = cutout.isCell[Int(v + 0.5) * cutout.width + Int(u + 0.5)]
                if isCell { total += 1 }
                let place = y * width + x
                guard sample.labels.labels[place] == 0 else { continue }
                places.append((place, u, v, isCell))
                if isCell { seen[(y - rows.lowerBound) * columns.count + x - columns.lowerBound] = 1 }
            }
        }
        let area = seen.count { $0 != 0 }
        guard area >= minimumArea, Double(area) >= visible * Double(total),
            LabelImage.components(ofMask: seen, width: columns.count, height: rows.count).maximum == 1
        else { return 0 }
        let label = sample.labels.maximum + 1
        for (place, u, v, isCell) in places {
            let weight = cutout.weight.value(u, v)
            for index in sample.planes.indices {
                sample.planes[index].values[place] +=
                    weight * (cutout.planes[index].value(u, v) - sample.planes[index].values[place])
            }
            if isCell { sample.labels.labels[place] = label }
        }
        return area
    }
}

extension Plane {
    /// The value between pixels, linear; the place must lie within the plane.
    fileprivate func value(_ x: Double, _ y: Double) -> Float {
        let (column, row) = (min(Int(x), max(width - 2, 0)), min(Int(y), max(height - 2, 0)))
        let (right, below) = (min(column + 1, width - 1), min(row + 1, height - 1))
        let (across, down) = (Float(x - Double(column)), Float(y - Double(row)))
        let upper = values[row * width + column] * (1 - across) + values[row * width + right] * across
        let lower = values[below * width + column] * (1 - across) + values[below * width + right] * across
        return upper * (1 - down) + lower * down
    }
}
