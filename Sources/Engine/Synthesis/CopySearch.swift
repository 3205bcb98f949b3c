import Imaging
import Torch

/// Looks for an image's nearest among known ones, so that copies come to light: turned, mirrored, shifted or cut out as
/// they may be.
///
/// Compared is the middle of the one image with every place in the other, by normalised correlation: first at a scale at
/// which images have about 32 pixels a side, then, around the best places, ever finer to the last pixel.
struct CopySearch {
    /// The side, in pixels, at which the search begins.
    private static let coarse = 32
    /// The part of an image's sides that its middle takes: what is left is room for a shift.
    private static let middle = 0.8
    /// Places that are looked at more closely.
    private static let candidates = 6

    private let images: [Tensor]

    /// The grey values of images are what is searched.
    init(_ images: [TrainingImage]) throws { self.images = try images.map(Self.grey) }

    /// Where an image is found again.
    struct Finding {
        /// The number of the known image.
        let index: Int
        /// The correlation at the best place, -1...1; 1 for a copy.
        let correlation: Double
    }

    /// The nearest of the known images; nil where there is none, or nothing to see in `image`.
    func nearest(to image: TrainingImage) throws -> Finding? {
        try Torch.withoutGradient {
            let turned = try Self.turns(Self.grey(image))
            var places: [Place] = []
            for (index, known) in images.enumerated() {
                for (turn, sample) in turned.enumerated() {
                    let longest = [known.size(2), known.size(3), sample.size(2), sample.size(3)].max() ?? 1
                    let factor = max(1, (longest + Self.coarse - 1) / Self.coarse)
                    guard let match = try Match(sample, known, factor: factor),
                        let best = try match.best(around: nil)
                    else { continue }
                    places.append(
                        Place(index: index, turn: turn, factor: factor, y: best.y, x: best.x, value: best.value))
                }
            }
            var found: Finding?
            for place in places.sorted(by: { $0.value > $1.value }).prefix(Self.candidates) {
                let value = try refined(place, turned[place.turn])
                if value > found?.correlation ?? -.infinity { found = Finding(index: place.index, correlation: value) }
            }
            return found
        }
    }

    private struct Place {
        let index: Int
        let turn: Int
        var factor: Int
        var y: Int
        var x: Int
        var value: Double
    }

    /// The correlation at the best pixel near a coarse place.
    private func refined(_ place: Place, _ sample: Tensor) throws -> Double {
        var place = place
        while place.factor > 1 {
            let factor = max(1, place.factor / 4)
            guard let match = try Match(sample, images[place.index], factor: factor) else { break }
            let scale = Double(place.factor) / Double(factor)
            let around = (
                y: Int((Double(place.y) * scale).rounded()), x: Int((Double(place.x) * scale).rounded()),
                reach: Int(scale.rounded(.up)) + 1
            )
            guard let best = try match.best(around: around) else { break }
            (place.factor, place.y, place.x, place.value) = (factor, best.y, best.x, best.value)
        }
        return place.value
    }

    /// The middle of one image and another that it is looked for in, both made smaller.
    private struct Match {
        let template: Tensor
        let field: Tensor
        private let height: Int
        private let width: Int

        /// Nil where the middle is flat, or smaller than a pixel.
        init?(_ sample: Tensor, _ known: Tensor, factor: Int) throws {
            let small = (try Self.reduced(sample, factor), try Self.reduced(known, factor))
            // The smaller of the two is looked for in the larger one.
            let isInside = sample.size(2) * sample.size(3) <= known.size(2) * known.size(3)
            let (part, field) = isInside ? small : (small.1, small.0)
            height = Int((CopySearch.middle * Double(min(part.size(2), field.size(2)))).rounded())
            width = Int((CopySearch.middle * Double(min(part.size(3), field.size(3)))).rounded())
            guard height > 1, width > 1 else { return nil }
            let cut = try part.narrowed(2, from: (part.size(2) - height) / 2, length: height)
                .narrowed(3, from: (part.size(3) - width) / 2, length: width)
            let centred = try cut - cut.mean().repeated([1, 1, height, width])
            let norm = try centred.power(2).sum().item().squareRoot()
            guard norm > 1e-6 else { return nil }
            (template, self.field) = (try centred / norm, field)
        }

        /// The best place of the middle's top left pixel, of all or of those near one.
        func best(around: (y: Int, x: Int, reach: Int)?) throws -> (y: Int, x: Int, value: Double)? {
            var (top, left) = (0, 0)
            var (rows, columns) = (field.size(2) - height + 1, field.size(3) - width + 1)
            if let around {
                let (bottom, right) = (
                    min(rows, around.y + around.reach + 1), min(columns, around.x + around.reach + 1)
                )
                (top, left) = (max(0, around.y - around.reach), max(0, around.x - around.reach))
                (rows, columns) = (bottom - top, right - left)
            }
            guard rows > 0, columns > 0 else { return nil }
            let window = try field.narrowed(2, from: top, length: rows + height - 1)
                .narrowed(3, from: left, length: columns + width - 1)
            let ones = try Tensor.full([1, 1, height, width], 1)
            let count = Double(height * width)
            let sum = try window.convolved(ones)
            let spread = try (window.power(2).convolved(ones) - sum.power(2) / count).clamped(to: 1e-6 ... .infinity)
            let values: [Float] = try (window.convolved(template) / spread.squareRoot()).array()
            guard let best = values.indices.max(by: { values[$0] < values[$1] }) else { return nil }
            return (top + best / columns, left + best % columns, Double(values[best]))
        }

        private static func reduced(_ image: Tensor, _ factor: Int) throws -> Tensor {
            if factor == 1 { return image }
            return try image.averagePooled(
                height: max(1, image.size(2) / factor), width: max(1, image.size(3) / factor))
        }
    }

    /// The mean of an image's planes, 1,1,H,W.
    private static func grey(_ image: TrainingImage) throws -> Tensor { try image.tensor().mean([1], keep: true) }

    /// The eight ways to turn and mirror an image.
    private static func turns(_ image: Tensor) throws -> [Tensor] {
        try [image, image.transposed(2, 3)].flatMap { image in
            try [[], [2], [3], [2, 3]].map { try ($0.isEmpty ? image : image.flipped($0)).contiguous() }
        }
    }
}
