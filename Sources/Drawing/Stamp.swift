import Imaging

/// The shape of one object: the pixels it covers within its bounding box.
struct Stamp {
    let width: Int
    let height: Int
    /// `width * height` pixels, row by row.
    private(set) var covered: [Bool]
    /// Covered pixels.
    let area: Int

    init(width: Int, height: Int, covered: [Bool]) {
        self.width = width
        self.height = height
        self.covered = covered
        area = covered.reduce(0) { $0 + ($1 ? 1 : 0) }
    }

    /// The largest 4-connected part, so that one label never names two objects.
    var largestPart: Stamp {
        let parts = LabelImage.components(ofMask: covered.map { $0 ? 1 : 0 }, width: width, height: height)
        let areas = parts.areas
        guard areas.count > 1, let largest = areas.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key else {
            return self
        }
        return Stamp(width: width, height: height, covered: parts.labels.map { $0 == largest })
    }
}

extension LabelImage {
    /// Labels the stamp's pixels, its upper left corner at (`left`, `top`), if they are free, lie in the image by at
    /// least half and in one piece, and no more than `contact` (0...1) of its rim touches other objects. Says whether.
    mutating func put(_ stamp: Stamp, left: Int, top: Int, label: Int32, contact: Double) -> Bool {
        guard let part = admitted(stamp, left: left, top: top, contact: contact) else { return false }
        for y in 0..<stamp.height {
            for x in 0..<stamp.width where part.covered[y * stamp.width + x] { self[left + x, top + y] = label }
        }
        return true
    }

    /// The stamp less what lies outside the image, or nil where `put` must refuse it.
    private func admitted(_ stamp: Stamp, left: Int, top: Int, contact: Double) -> Stamp? {
        let columns = max(0, -left)..<max(min(stamp.width, width - left), max(0, -left))
        let rows = max(0, -top)..<max(min(stamp.height, height - top), max(0, -top))
        var (inside, rim, touching) = (0, 0, 0)
        for y in rows {
            for x in columns where stamp.covered[y * stamp.width + x] {
                let (imageX, imageY) = (left + x, top + y)
                if self[imageX, imageY] != 0 { return nil }
                inside += 1
                var (onRim, touches) = (false, false)
                for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
                    let (u, v) = (x + dx, y + dy)
                    let own =
                        u >= 0 && v >= 0 && u < stamp.width && v < stamp.height && stamp.covered[v * stamp.width + u]
                    if own { continue }
                    onRim = true
                    let (imageU, imageV) = (left + u, top + v)
                    if imageU >= 0, imageV >= 0, imageU < width, imageV < height, self[imageU, imageV] != 0 {
                        touches = true
                    }
                }
                if onRim { rim += 1 }
                if touches { touching += 1 }
            }
        }
        guard inside > 0, 2 * inside >= stamp.area, Double(touching) <= contact * Double(rim) else { return nil }
        if inside == stamp.area { return stamp }
        var clipped = stamp.covered
        for y in 0..<stamp.height {
            for x in 0..<stamp.width where !rows.contains(y) || !columns.contains(x) {
                clipped[y * stamp.width + x] = false
            }
        }
        let part = Stamp(width: stamp.width, height: stamp.height, covered: clipped)
        return part.largestPart.area == part.area ? part : nil
    }
}
