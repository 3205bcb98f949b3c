import Foundation
import Imaging

/// Nuclei that wander, grow and divide, taken frame by frame: images, labels that keep a cell's number, and who descends
/// from whom, as the Cell Tracking Challenge writes it.
public struct TimeLapse: Equatable, Sendable {
    /// One frame after another; a label is the number of a track.
    public let frames: [Phantom]
    /// All tracks by label.
    public let tracks: [Track]

    /// One cell from its first frame to its last, without a gap.
    public struct Track: Equatable, Sendable {
        public let label: Int32
        /// Frames, from 0.
        public let first: Int
        public let last: Int
        /// The track that divided into this one and another, one frame before the first; 0 for none.
        public let parent: Int32
    }

    /// Draws a time-lapse; the same seed and settings give the same one.
    public static func draw(
        _ settings: Phantom.Settings = Phantom.Settings(), frames count: Int = 12, seed: UInt64
    ) -> TimeLapse {
        var generator = SeededGenerator(seed: seed)
        var culture = Culture(settings, using: &generator)
        let exposure = Exposure(settings, using: &generator)
        var frames: [Phantom] = []
        for frame in 0..<count {
            if frame > 0 { culture.step(using: &generator) }
            let labels = culture.labels(frame: frame)
            let image = exposure.image(of: culture.nuclei, fading: pow(0.985, Double(frame)), using: &generator)
            frames.append(Phantom(image: image, labels: labels))
        }
        return TimeLapse(frames: frames, tracks: culture.tracks)
    }

    /// The tracks as man_track.txt has them: label, first frame, last frame, parent.
    public var trackText: String {
        tracks.map { "\($0.label) \($0.first) \($0.last) \($0.parent)\n" }.joined()
    }
}

/// The cells of a time-lapse at one moment.
private struct Culture {
    /// A cell; its nucleus shows it.
    fileprivate struct Cell {
        var nucleus: Phantom.Nucleus
        let label: Int32
        let parent: Int32
        /// Radius when it is grown.
        let fullRadius: Double
        let brightness: Double
        let ratio: Double
        /// Pixels a frame.
        var speed: (x: Double, y: Double)
        /// Frames until it divides.
        var remaining: Int
    }

    private let width: Int
    private let height: Int
    private var cells: [Cell] = []
    private var lastLabel: Int32 = 0
    private var seen: [Int32: (first: Int, last: Int, parent: Int32)] = [:]

    /// A cell of fewer pixels in the image is lost.
    private static let leastArea = 12

    var nuclei: [Phantom.Nucleus] { cells.map(\.nucleus) }

    var tracks: [TimeLapse.Track] {
        seen.sorted { $0.key < $1.key }.map {
            TimeLapse.Track(label: $0.key, first: $0.value.first, last: $0.value.last, parent: $0.value.parent)
        }
    }

    init(_ settings: Phantom.Settings, using generator: inout SeededGenerator) {
        (width, height) = (settings.width, settings.height)
        var fewer = settings
        // They divide, and need room to wander.
        fewer.density *= 0.75
        var labels = LabelImage(width: width, height: height)
        for var nucleus in Phantom.placeNuclei(fewer, labels: &labels, using: &generator) {
            nucleus.brightness = max(nucleus.brightness, 0.3)
            nucleus.inFocus = true
            cells.append(cell(nucleus, parent: 0, cycle: 2...26, using: &generator))
        }
    }

    private mutating func cell(
        _ nucleus: Phantom.Nucleus, parent: Int32, cycle: ClosedRange<Double>, fullRadius: Double? = nil,
        using generator: inout SeededGenerator
    ) -> Cell {
        lastLabel += 1
        return Cell(
            nucleus: nucleus, label: lastLabel, parent: parent, fullRadius: fullRadius ?? nucleus.outline.radius,
            brightness: nucleus.brightness, ratio: nucleus.outline.ratio,
            speed: (0.8 * generator.normal(), 0.8 * generator.normal()),
            remaining: Int(generator.uniform(cycle.lowerBound, cycle.upperBound)))
    }

    /// One frame further.
    mutating func step(using generator: inout SeededGenerator) {
        var next: [Cell] = []
        for var cell in cells {
            cell.remaining -= 1
            if cell.remaining < 0 {
                next += daughters(of: cell, using: &generator)
            } else {
                cell.move(using: &generator)
                next.append(cell)
            }
        }
        cells = next
        for _ in 0..<3 { partNeighbours() }
    }

    /// Two smaller cells, apart across the plate that their mother had become.
    private mutating func daughters(of mother: Cell, using generator: inout SeededGenerator) -> [Cell] {
        let across = Direction(mother.nucleus.outline.turn + .pi / 2)
        let radius = 0.66 * mother.fullRadius
        return [-1.0, 1.0].map { side in
            var nucleus = mother.nucleus
            nucleus.outline = Outline(
                radius: radius, ratio: 1.5, roughness: 0.03, turn: mother.nucleus.outline.turn, using: &generator)
            nucleus.brightness = 0.85 * mother.brightness
            nucleus.nucleoli = []
            nucleus.x += side * 1.05 * radius * across.x
            nucleus.y += side * 1.05 * radius * across.y
            var daughter = cell(
                nucleus, parent: mother.label, cycle: 18...40, fullRadius: mother.fullRadius * 0.92,
                using: &generator)
            daughter.speed = (side * 1.6 * across.x, side * 1.6 * across.y)
            return daughter
        }
    }

    /// Pushes cells that overlap away from each other.
    private mutating func partNeighbours() {
        for one in cells.indices {
            for other in cells.indices where other > one {
                let (first, second) = (cells[one].nucleus, cells[other].nucleus)
                let (dx, dy) = (second.x - first.x, second.y - first.y)
                let distance = max((dx * dx + dy * dy).squareRoot(), 1e-3)
                let overlap = 0.98 * (first.outline.radius + second.outline.radius) - distance
                guard overlap > 0 else { continue }
                let (pushX, pushY) = (0.5 * overlap * dx / distance, 0.5 * overlap * dy / distance)
                cells[one].nucleus.x -= pushX
                cells[one].nucleus.y -= pushY
                cells[other].nucleus.x += pushX
                cells[other].nucleus.y += pushY
            }
        }
    }

    /// Labels what is in view, and lets go for ever what is not any more.
    mutating func labels(frame: Int) -> LabelImage {
        var labels = LabelImage(width: width, height: height)
        var depths = [Double](repeating: 1, count: width * height)
        for cell in cells { cell.claim(&labels, &depths) }
        // Where two overlap, one may be cut to pieces: the largest is the cell.
        let boxes = labels.boundingBoxes
        var visible: Set<Int32> = []
        for (label, box) in boxes {
            var covered: [Bool] = []
            for y in box.y..<box.y + box.height {
                for x in box.x..<box.x + box.width { covered.append(labels[x, y] == label) }
            }
            let part = Stamp(width: box.width, height: box.height, covered: covered).largestPart
            let isVisible = part.area >= Self.leastArea
            for (index, isCovered) in covered.enumerated() where isCovered && !(isVisible && part.covered[index]) {
                labels[box.x + index % box.width, box.y + index / box.width] = 0
            }
            if isVisible { visible.insert(label) }
        }
        cells.removeAll { !visible.contains($0.label) }
        for cell in cells { seen[cell.label] = (seen[cell.label]?.first ?? frame, frame, cell.parent) }
        return labels
    }
}

extension Culture.Cell {
    /// Wanders, grows to full size, and rounds up to a bright plate before it divides.
    fileprivate mutating func move(using generator: inout SeededGenerator) {
        speed = (0.8 * speed.x + 0.5 * generator.normal(), 0.8 * speed.y + 0.5 * generator.normal())
        let (oldX, oldY) = (Int(nucleus.x.rounded()), Int(nucleus.y.rounded()))
        nucleus.x += speed.x
        nucleus.y += speed.y
        nucleus.textureX += Int(nucleus.x.rounded()) - oldX
        nucleus.textureY += Int(nucleus.y.rounded()) - oldY
        nucleus.outline.turn += 0.05 * generator.normal()
        if remaining <= 1 {
            nucleus.outline.radius = fullRadius * (remaining == 1 ? 0.85 : 0.72)
            nucleus.outline.ratio = remaining == 1 ? 1.1 : 2.2
            nucleus.brightness = min(1.3, brightness * (remaining == 1 ? 1.35 : 1.8))
            nucleus.nucleoli = []
        } else {
            nucleus.outline.radius += 0.15 * (fullRadius - nucleus.outline.radius)
            nucleus.outline.ratio += 0.2 * (min(ratio, 1.25) - nucleus.outline.ratio) + 0.02 * generator.normal()
            nucleus.outline.ratio = max(1, nucleus.outline.ratio)
            nucleus.brightness = brightness * (1 + 0.03 * generator.normal())
        }
    }

    /// Takes the pixels within the outline that lie deeper in no other cell.
    fileprivate func claim(_ labels: inout LabelImage, _ depths: inout [Double]) {
        let reach = nucleus.outline.reach + 1
        let rows = LabelImage.range(nucleus.y - reach, nucleus.y + reach, below: labels.height)
        let columns = LabelImage.range(nucleus.x - reach, nucleus.x + reach, below: labels.width)
        for y in rows {
            for x in columns {
                let depth = nucleus.outline.depth(Double(x) + 0.5 - nucleus.x, Double(y) + 0.5 - nucleus.y)
                guard depth < depths[y * labels.width + x] else { continue }
                depths[y * labels.width + x] = depth
                labels[x, y] = label
            }
        }
    }
}

extension LabelImage {
    /// The whole numbers between two bounds that are within 0..<`count`.
    fileprivate static func range(_ low: Double, _ high: Double, below count: Int) -> Range<Int> {
        let start = Int(min(max(low.rounded(.down), 0), Double(count)))
        return start..<max(start, Int(min(max(high.rounded(.up), 0), Double(count))))
    }
}
