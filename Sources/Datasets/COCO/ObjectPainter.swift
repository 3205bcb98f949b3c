import Imaging

/// Paints objects into a label image, the first to claim a pixel keeping it. What it is given is not trusted: coordinates
/// may be anything, runs may overrun, and a small file may claim much work.
struct ObjectPainter {
    private(set) var labels: LabelImage
    /// Pixels that a second object claimed.
    private(set) var contested = 0
    /// Pixels that may still be painted.
    private var budget: Int

    /// Why an object cannot be painted, as the rest of a sentence.
    struct Problem: Error {
        let text: String
    }

    init(width: Int, height: Int, budget: Int) {
        labels = LabelImage(width: width, height: height)
        self.budget = budget
    }

    /// Coordinates beyond this many pixels are no places in an image.
    private static let farthest = 1e7

    /// Paints the shape and returns how many pixels it got.
    /// - Throws: `Problem` where the shape makes no sense.
    mutating func paint(_ label: Int32, _ shape: ObjectShape) throws -> Int {
        var new = 0
        switch shape {
        case .polygons(let polygons):
            for polygon in polygons { new += try paint(label, polygon) }
        case .runs(let counts, let height, let width):
            guard height == labels.height, width == labels.width else {
                throw Problem(text: "is for \(width)x\(height) pixels, the image has \(labels.width)x\(labels.height)")
            }
            new = try paint(label, runs: counts)
        }
        return new
    }

    private mutating func spend(_ pixels: Int) throws {
        budget -= pixels
        guard budget >= 0 else { throw Problem(text: "and those before it cover the image hundreds of times") }
    }

    /// Gives the pixels from `start` on, `step` apart, the label; counts the new ones and those already taken by others.
    private mutating func paint(_ label: Int32, from start: Int, count: Int, step: Int) -> Int {
        var new = 0
        var taken = 0
        labels.labels.withUnsafeMutableBufferPointer { labels in
            var place = start
            for _ in 0..<count {
                if labels[place] == 0 {
                    labels[place] = label
                    new += 1
                } else if labels[place] != label {
                    taken += 1
                }
                place += step
            }
        }
        contested += taken
        return new
    }

    private mutating func paint(_ label: Int32, runs counts: [Int]) throws -> Int {
        let total = labels.labels.count
        var place = 0
        var new = 0
        for (index, count) in counts.enumerated() {
            guard count >= 0, count <= total - place else { throw Problem(text: "has runs longer than the image") }
            if index % 2 == 1 {
                try spend(count)
                var rest = count
                var at = place
                while rest > 0 {
                    let (x, y) = at.quotientAndRemainder(dividingBy: labels.height)
                    let part = min(rest, labels.height - y)
                    new += paint(label, from: y * labels.width + x, count: part, step: labels.width)
                    at += part
                    rest -= part
                }
            }
            place += count
        }
        guard place == total else { throw Problem(text: "has runs of \(place) pixels, the image has \(total)") }
        return new
    }

    /// Paints the pixels whose centres lie inside the outline (even-odd rule).
    private mutating func paint(_ label: Int32, _ polygon: [Double]) throws -> Int {
        guard polygon.count % 2 == 0 else { throw Problem(text: "has an outline with an odd number of coordinates") }
        guard polygon.allSatisfy({ $0.magnitude <= Self.farthest }) else {
            throw Problem(text: "has a coordinate that is no place in an image")
        }
        let corners = polygon.count / 2
        guard corners >= 3 else { return 0 }
        var crossings: [(row: Int32, x: Double)] = []
        for corner in 0..<corners {
            let after = corner + 1 == corners ? 0 : corner + 1
            let (x0, y0) = (polygon[2 * corner], polygon[2 * corner + 1])
            let (x1, y1) = (polygon[2 * after], polygon[2 * after + 1])
            // Rows whose centre lines the edge crosses; of an edge's two ends the upper belongs to it.
            let first = max(0, Int((min(y0, y1) - 0.5).rounded(.up)))
            let end = min(labels.height, Int((max(y0, y1) - 0.5).rounded(.up)))
            guard first < end else { continue }
            try spend(end - first)
            let slope = (x1 - x0) / (y1 - y0)
            for row in first..<end {
                crossings.append((Int32(truncatingIfNeeded: row), x0 + (Double(row) + 0.5 - y0) * slope))
            }
        }
        crossings.sort { ($0.row, $0.x) < ($1.row, $1.x) }
        var new = 0
        // Each row is crossed an even number of times.
        for index in stride(from: 0, to: crossings.count - 1, by: 2) {
            let row = Int(crossings[index].row)
            let first = max(0, Int((crossings[index].x - 0.5).rounded(.up)))
            let end = min(labels.width, Int((crossings[index + 1].x - 0.5).rounded(.up)))
            guard first < end else { continue }
            try spend(end - first)
            new += paint(label, from: row * labels.width + first, count: end - first, step: 1)
        }
        return new
    }
}
