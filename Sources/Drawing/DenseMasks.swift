import Foundation
import Imaging

/// Masks of any density, put together of the cells of given masks: each pasted cell is a whole cell of a source, at
/// random flipped, rotated and rescaled, and overlaps no other.
public struct DenseMasks: Sendable {
    /// What a recombined mask is to be like.
    public struct Settings: Equatable, Sendable {
        /// Size of the mask in pixels.
        public var width: Int
        public var height: Int
        /// Cells to reach.
        public var count: Int
        /// Share of the mask's area, 0...1, at which no more cells are pasted.
        public var cover: Double
        /// Random discs that hold all cells' middles; 0 draws them uniformly from the whole mask.
        public var colonies: Int
        /// Share of a pasted cell's rim, 0...1, that may touch other cells.
        public var contact: Double
        /// Least and greatest factor a cell's size is changed by.
        public var scale: ClosedRange<Double>
        /// Places tried for a cell before it is given up.
        public var tries: Int

        public init(
            width: Int, height: Int, count: Int = .max, cover: Double = 1, colonies: Int = 0, contact: Double = 0.3,
            scale: ClosedRange<Double> = 0.75...1.25, tries: Int = 100
        ) {
            self.width = width
            self.height = height
            self.count = count
            self.cover = cover
            self.colonies = colonies
            self.contact = contact
            self.scale = scale
            self.tries = tries
        }
    }

    /// Cells cut out in a row for which no place was found, after which the mask counts as full.
    private static let patience = 10

    private let cells: [Stamp]

    /// Cuts the cells out of the masks, but those that touch an image's border and so may not be whole.
    public init(_ sources: [LabelImage]) {
        cells = sources.flatMap(Self.wholeCells)
    }

    /// The cells there are to paste.
    public var cellCount: Int { cells.count }

    /// A mask with labels 1, 2, ...; empty where there are no cells to paste. Fewer cells than asked for where they
    /// find no place.
    public func mask(_ settings: Settings, using generator: inout SeededGenerator) -> LabelImage {
        var mask = LabelImage(width: settings.width, height: settings.height)
        guard !cells.isEmpty, settings.width > 0, settings.height > 0 else { return mask }
        let discs = (0..<max(settings.colonies, 0)).map { _ in Disc(settings, using: &generator) }
        var (pasted, covered, failures) = (0, 0, 0)
        let full = settings.cover * Double(settings.width) * Double(settings.height)
        while pasted < settings.count, Double(covered) < full, failures < Self.patience {
            let cell = cells[generator.index(below: cells.count)].varied(scale: settings.scale, using: &generator)
            var placed = false
            for _ in 0..<settings.tries where !placed {
                let place =
                    discs.isEmpty
                    ? (generator.uniform(0, Double(settings.width)), generator.uniform(0, Double(settings.height)))
                    : discs[generator.index(below: discs.count)].point(using: &generator)
                placed = mask.put(
                    cell, left: Int((place.0 - Double(cell.width) / 2).rounded()),
                    top: Int((place.1 - Double(cell.height) / 2).rounded()), label: Int32(pasted + 1),
                    contact: settings.contact)
            }
            failures = placed ? 0 : failures + 1
            if placed {
                pasted += 1
                covered += cell.area
            }
        }
        return mask
    }

    /// A colony: where cells of a mask gather.
    private struct Disc {
        let x: Double
        let y: Double
        let radius: Double

        init(_ settings: Settings, using generator: inout SeededGenerator) {
            x = generator.uniform(0, Double(settings.width))
            y = generator.uniform(0, Double(settings.height))
            radius = Double(min(settings.width, settings.height)) * generator.uniform(0.15, 0.35)
        }

        func point(using generator: inout SeededGenerator) -> (Double, Double) {
            let (distance, angle) = (radius * generator.uniform().squareRoot(), generator.uniform(0, 2 * .pi))
            return (x + distance * cos(angle), y + distance * sin(angle))
        }
    }

    private static func wholeCells(of image: LabelImage) -> [Stamp] {
        image.boundingBoxes.sorted { $0.key < $1.key }.compactMap { label, box in
            let (right, bottom) = (box.x + box.width, box.y + box.height)
            if box.x == 0 || box.y == 0 || right == image.width || bottom == image.height { return nil }
            let covered = (box.y..<bottom).flatMap { y in (box.x..<right).map { image[$0, y] == label } }
            return Stamp(width: box.width, height: box.height, covered: covered)
        }
    }
}

extension Stamp {
    /// The shape at random flipped, rotated and rescaled, as the nearest pixels give it.
    func varied(scale range: ClosedRange<Double>, using generator: inout SeededGenerator) -> Stamp {
        let flip = generator.happens(0.5) ? -1.0 : 1.0
        let angle = generator.uniform(0, 2 * .pi)
        let scale = generator.uniform(range.lowerBound, range.upperBound)
        let (cosine, sine) = (cos(angle) * scale, sin(angle) * scale)
        let newWidth = max(1, Int((abs(cosine) * Double(width) + abs(sine) * Double(height)).rounded(.up)))
        let newHeight = max(1, Int((abs(sine) * Double(width) + abs(cosine) * Double(height)).rounded(.up)))
        var result = [Bool](repeating: false, count: newWidth * newHeight)
        for y in 0..<newHeight {
            for x in 0..<newWidth {
                let u = (Double(x) + 0.5 - Double(newWidth) / 2) / (scale * scale)
                let v = (Double(y) + 0.5 - Double(newHeight) / 2) / (scale * scale)
                let sourceX = Int((flip * (cosine * u + sine * v) + Double(width) / 2).rounded(.down))
                let sourceY = Int((cosine * v - sine * u + Double(height) / 2).rounded(.down))
                guard sourceX >= 0, sourceY >= 0, sourceX < width, sourceY < height else { continue }
                result[y * newWidth + x] = covered[sourceY * width + sourceX]
            }
        }
        return Stamp(width: newWidth, height: newHeight, covered: result).largestPart
    }
}
