import Imaging

/// Shape and brightness of one annotated cell.
public struct CellMeasures: Codable, Equatable, Sendable {
    /// Pixels.
    public let area: Int
    /// Eccentricity of the ellipse with the same second moments, as scikit-image's `regionprops` has it: 0 for a disc,
    /// towards 1 for a line.
    public let eccentricity: Float
    /// Mean intensity.
    public let intensity: Float
    /// Mean intensity minus that of the ring of background nearer than `ringWidth` pixels and nearer to this cell than to
    /// another; nil where other cells leave no ring.
    public let contrast: Float?
    /// Whether a pixel of another cell shares an edge with one of this.
    public let isTouching: Bool

    /// Background nearer to a cell than so many pixels is its ring.
    public static let ringWidth = 5

    /// The cells of `labels` by ascending label; `intensities` has the labels' size.
    static func all(in labels: LabelImage, intensities: Plane) -> [CellMeasures] {
        var ranks = labels
        let present = rankLabels(&ranks.labels)
        if present.isEmpty { return [] }
        var sums = [Sums](repeating: Sums(), count: present.count + 1)
        let surroundings = ranks.grown(into: near(ranks), maximumDistance: ringWidth)
        let width = labels.width
        sums.withUnsafeMutableBufferPointer { sums in
            ranks.labels.withUnsafeBufferPointer { ranks in
                surroundings.labels.withUnsafeBufferPointer { surroundings in
                    intensities.values.withUnsafeBufferPointer { values in
                        for y in 0..<labels.height {
                            let row = y * width
                            for x in 0..<width where surroundings[row + x] != 0 {
                                let rank = Int(ranks[row + x])
                                if rank == 0 {
                                    sums[Int(surroundings[row + x])].addRing(values[row + x])
                                } else {
                                    sums[rank].add(values[row + x], x: x, y: y)
                                }
                            }
                        }
                    }
                }
            }
        }
        let touching = touching(ranks, count: present.count)
        return (1...present.count).map { CellMeasures(sums[$0], isTouching: touching[$0]) }
    }

    /// 1 where a cell is near enough, in a square, for the pixel to lie in its ring: finding the nearest cell of all pixels
    /// would take longer than everything else.
    private static func near(_ labels: LabelImage) -> [UInt8] {
        let (width, height, reach) = (labels.width, labels.height, ringWidth - 1)
        let cells = labels.foreground
        var across = cells
        for y in 0..<height {
            for step in 1...reach where step < width {
                let (start, count) = (y * width, width - step)
                merge(cells, from: start + step, count, into: &across, at: start)
                merge(cells, from: start, count, into: &across, at: start + step)
            }
        }
        var near = across
        for step in 1...reach where step < height {
            let count = (height - step) * width
            merge(across, from: step * width, count, into: &near, at: 0)
            merge(across, from: 0, count, into: &near, at: step * width)
        }
        return near
    }

    /// Sets `count` pixels of the target from `place` on where those of the source from `start` on are set.
    private static func merge(
        _ source: [UInt8], from start: Int, _ count: Int, into target: inout [UInt8], at place: Int
    ) {
        source.withUnsafeBufferPointer { source in
            target.withUnsafeMutableBufferPointer { target in
                for i in 0..<count { target[place &+ i] |= source[start &+ i] }
            }
        }
    }

    private init(_ sums: Sums, isTouching: Bool) {
        area = sums.area
        eccentricity = sums.eccentricity
        intensity = Float(sums.intensity / Double(sums.area))
        contrast =
            sums.ringArea > 0
            ? Float(sums.intensity / Double(sums.area) - sums.ringIntensity / Double(sums.ringArea)) : nil
        self.isTouching = isTouching
    }

    /// Which ranks have a 4-neighbour of another rank that is not background.
    private static func touching(_ ranks: LabelImage, count: Int) -> [Bool] {
        var touching = [Bool](repeating: false, count: count + 1)
        let (width, height) = (ranks.width, ranks.height)
        touching.withUnsafeMutableBufferPointer { touching in
            ranks.labels.withUnsafeBufferPointer { ranks in
                func meet(_ one: Int32, _ other: Int32) {
                    guard one != other, one != 0, other != 0 else { return }
                    touching[Int(one)] = true
                    touching[Int(other)] = true
                }
                for y in 0..<height {
                    let row = y * width
                    for x in 0..<width where ranks[row + x] != 0 {
                        if x + 1 < width { meet(ranks[row + x], ranks[row + x + 1]) }
                        if y + 1 < height { meet(ranks[row + x], ranks[row + width + x]) }
                    }
                }
            }
        }
        return touching
    }

    /// What is summed over the pixels of a cell and of its ring.
    private struct Sums {
        var area = 0
        var x = 0
        var y = 0
        var xx = 0
        var yy = 0
        var xy = 0
        var intensity = 0.0
        var ringArea = 0
        var ringIntensity = 0.0

        @inline(__always)
        mutating func add(_ value: Float, x column: Int, y row: Int) {
            area &+= 1
            x &+= column
            y &+= row
            xx &+= column &* column
            yy &+= row &* row
            xy &+= column &* row
            intensity += Double(value)
        }

        @inline(__always)
        mutating func addRing(_ value: Float) {
            ringArea &+= 1
            ringIntensity += Double(value)
        }

        /// From the eigenvalues of the covariance of the pixels' places.
        var eccentricity: Float {
            let count = Double(area)
            let (meanX, meanY) = (Double(x) / count, Double(y) / count)
            let varianceX = Double(xx) / count - meanX * meanX
            let varianceY = Double(yy) / count - meanY * meanY
            let covariance = Double(xy) / count - meanX * meanY
            let middle = (varianceX + varianceY) / 2
            let half = (varianceX - varianceY) / 2
            let reach = (half * half + covariance * covariance).squareRoot()
            guard middle + reach > 1e-9 else { return 0 }
            return Float(max(0, 1 - (middle - reach) / (middle + reach)).squareRoot())
        }
    }
}
