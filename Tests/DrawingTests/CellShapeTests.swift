import Foundation
import Imaging
import Testing

@testable import Drawing

@Suite struct CellShapeTests {
    private static func stamp(_ rows: [String]) -> Stamp {
        Stamp(width: rows[0].count, height: rows.count, covered: rows.joined().map { $0 == "#" })
    }

    private static func rows(_ shape: CellShape) -> [String] {
        (0..<shape.height).map { y in String((0..<shape.width).map { shape.covers($0, y) ? "#" : "." }) }
    }

    @Test func `a line fills the pixels whose middles it encloses`() throws {
        let square = try #require(CellShape(filling: [[-1.2, -0.9], [2.1, -0.9], [2.1, 1.4], [-1.2, 1.4]]))
        // Middles at -0.5, 0.5, 1.5 across and -0.5, 0.5 down.
        #expect(square.area == 6)
        #expect(Self.rows(square) == [".###.", ".###.", "....."].map { String($0.prefix(square.width)) })
        #expect(square.middle == (2, 1))
        #expect(CellShape(filling: [[0.6, 0.6], [0.9, 0.6], [0.9, 0.9]]) == nil)
    }

    @Test func `wide shapes fill several words`() throws {
        let band = try #require(CellShape(filling: [[-100, 0], [100, 0], [100, 2], [-100, 2]]))
        #expect(band.area == 400 && band.width == 200 && band.stride == 4)
        var runs: [[Int]] = []
        band.forEachRun { runs.append([$0, $1, $2]) }
        #expect(runs == [[0, 0, 200], [1, 0, 200]])
    }

    /// The outline goes through the middles of pixels' edges: half a pixel less, since a closed line has four corners
    /// more to one side than to the other, at an eighth of a pixel each.
    @Test(arguments: [
        ["#"], ["###"], ["#..", "#..", "###"], [".#.", "###", ".#."], ["####", "#..#", "####"],
        ["##...", ".###.", "..##.", "...##"],
    ])
    func `an outline keeps area and shape`(rows: [String]) throws {
        let stamp = Self.stamp(rows)
        let outline = try #require(CellOutline(tracing: stamp))
        let filled = rows == ["####", "#..#", "####"] ? 12 : stamp.area
        #expect(abs(outline.area - (Double(filled) - 0.5)) < 1e-9)
        // Turned by any angle it has about the same pixels.
        var generator = SeededGenerator(seed: 1)
        var sum = 0
        for turn in 0..<40 {
            let line = outline.varied(
                .init(flipped: turn % 2 == 0, turn: Double(turn), scale: 4, elastic: 0), using: &generator)
            sum += try #require(CellShape(filling: line)).area
        }
        #expect(abs(Double(sum) / 40 / 16 / outline.area - 1) < 0.1)
    }

    @Test func `an outline lies along its longer axis, about its centre`() throws {
        let stamp = Self.stamp(["#.....", "##....", ".###..", "...##.", ".....#"].map { $0 })
        let outline = try #require(CellOutline(tracing: stamp.largestPart))
        let spread = outline.points.reduce(SIMD2<Double>.zero) { $0 + $1 * $1 }
        #expect(spread.x > 2 * spread.y)
    }

    @Test func `bending keeps the place and about the size, and is as strong as asked for`() {
        var generator = SeededGenerator(seed: 2)
        let line = (0..<60).map { index -> SIMD2<Double> in
            let direction = Direction(2 * .pi * Double(index) / 60)
            return SIMD2(direction.x, direction.y) * 50
        }
        var (sum, count) = (SIMD2<Double>.zero, 0.0)
        for _ in 0..<150 {
            let grid = ElasticGrid(around: line, spacing: 50, deviation: 5, using: &generator)
            for point in line {
                let displacement = grid.displacement(at: point)
                sum += displacement * displacement
                count += 1
            }
        }
        let deviation = SIMD2((sum.x / count).squareRoot(), (sum.y / count).squareRoot())
        #expect(abs(deviation.x - 5) < 0.4 && abs(deviation.y - 5) < 0.4)
    }

    @Test func `a dilation takes all pixels as near as the radius`() throws {
        let point = try #require(CellShape(filling: [[0, 0], [1, 0], [1, 1], [0, 1]]))
        #expect(Self.rows(point.dilated(radiusSquared: 1)) == [".#.", "###", ".#."])
        #expect(Self.rows(point.dilated(radiusSquared: 3)) == ["###", "###", "###"])
        #expect(Self.rows(point.dilated(radiusSquared: 8)) == ["#####", "#####", "#####", "#####", "#####"])
        #expect(Self.rows(point.dilated(radiusSquared: 0)) == ["#"])
    }

    @Test func `room is found as looking at every pixel finds it`() throws {
        var generator = SeededGenerator(seed: 3)
        for width in [1, 40, 64, 130] {
            var bits = PixelBits(width: width, height: 30)
            var taken = [Bool](repeating: false, count: width * 30)
            func outline() -> [SIMD2<Double>] {
                let radius = generator.uniform(2, 12)
                return (0..<12).map { index in
                    let direction = Direction(2 * .pi * Double(index) / 12)
                    return SIMD2(direction.x, direction.y) * radius * generator.uniform(0.6, 1)
                }
            }
            for round in 0..<120 {
                let shape = try #require(CellShape(filling: outline()))
                let (left, top) = (generator.index(below: width + 20) - 15, generator.index(below: 50) - 15)
                var pixels: [Int] = []
                for y in 0..<shape.height {
                    for x in 0..<shape.width where shape.covers(x, y) {
                        let (u, v) = (left + x, top + y)
                        if u >= 0, v >= 0, u < width, v < 30 { pixels.append(v * width + u) }
                    }
                }
                let isFree = pixels.allSatisfy { !taken[$0] }
                #expect(bits.isFree(shape, left: left, top: top) == isFree)
                let (x, y) = (left + shape.middle.x, top + shape.middle.y)
                if x >= 0, x < width, y >= 0, y < 30 {
                    var probe = RowProbe(shape, in: bits)
                    let isAny = bits.findFreeColumns(&probe, y: y)
                    #expect((isAny && probe.columns[x / 64] >> UInt64(x % 64) & 1 == 1) == isFree)
                }
                if isFree, round % 4 == 0 {
                    bits.insert(shape, left: left, top: top)
                    for pixel in pixels { taken[pixel] = true }
                }
                var shared: [Int] = []
                bits.forEachShared(shape, left: left, top: top) { shared.append($1 * width + $0) }
                #expect(shared == pixels.filter { taken[$0] }.sorted())
            }
        }
    }
}

@Suite struct ShapeModelTests {
    /// Area and eccentricity of every object, by the second moments of its pixels.
    private static func shapes(_ labels: LabelImage) -> [(area: Double, eccentricity: Double)] {
        var sums = [Double](repeating: 0, count: 6 * (Int(labels.maximum) + 1))
        for (index, label) in labels.labels.enumerated() where label != 0 {
            let (u, v) = (Double(index % labels.width), Double(index / labels.width))
            let first = 6 * Int(label)
            sums[first] += 1
            sums[first + 1] += u
            sums[first + 2] += v
            sums[first + 3] += u * u
            sums[first + 4] += u * v
            sums[first + 5] += v * v
        }
        return (0..<sums.count / 6).filter { sums[6 * $0] > 0 }.map { label in
            let s = Array(sums[6 * label..<6 * label + 6])
            let (x, y) = (s[1] / s[0], s[2] / s[0])
            let (xx, xy, yy) = (s[3] / s[0] - x * x, s[4] / s[0] - x * y, s[5] / s[0] - y * y)
            let root = ((xx - yy) * (xx - yy) / 4 + xy * xy).squareRoot()
            let (large, small) = ((xx + yy) / 2 + root, max((xx + yy) / 2 - root, 0))
            return (s[0], (1 - small / max(large, 1e-9)).squareRoot())
        }
    }

    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    private static func deviation(_ values: [Double]) -> Double {
        let middle = mean(values)
        return mean(values.map { ($0 - middle) * ($0 - middle) }).squareRoot()
    }

    private static func whole(_ labels: LabelImage) -> LabelImage {
        var whole = labels
        for (label, box) in labels.boundingBoxes
        where box.x == 0 || box.y == 0 || box.x + box.width == labels.width || box.y + box.height == labels.height {
            for index in whole.labels.indices where whole.labels[index] == label { whole.labels[index] = 0 }
        }
        return whole
    }

    @Test(arguments: [Phantom.Kind.fluorescence, .phaseContrast, .tissue])
    func `drawn cells are like the few they are drawn after`(kind: Phantom.Kind) {
        let settings = Phantom.Settings(width: 256, height: 256, touching: 0)
        let sources = (0..<2).map { Self.whole(Phantom.labels(kind, settings, seed: UInt64($0))) }
        var cells = CellSource()
        for source in sources { cells.add(CellSource(source)) }
        let given = sources.flatMap(Self.shapes)
        let masks = DenseMasks(cells, shapes: .drawn)
        let drawn = (0..<3).flatMap { number in
            Self.shapes(
                Self.whole(
                    masks.mask(
                        .init(width: 500, height: 500, target: .cells(60), spacing: .gap(1), scale: 1...1), seed: 1,
                        number: number
                    ).labels))
        }
        #expect(abs(Self.mean(drawn.map(\.area)) / Self.mean(given.map(\.area)) - 1) < 0.12)
        #expect(abs(Self.mean(drawn.map(\.eccentricity)) - Self.mean(given.map(\.eccentricity))) < 0.08)
        let spreads = (Self.deviation(drawn.map(\.area)), Self.deviation(given.map(\.area)))
        #expect(abs(spreads.0 / spreads.1 - 1) < 0.35)
        #expect(
            abs(Self.deviation(drawn.map(\.eccentricity)) - Self.deviation(given.map(\.eccentricity))) < 0.08)
    }

    @Test func `one cell is enough, and its likes differ`() {
        var image = LabelImage(width: 40, height: 40)
        for y in 5..<35 { for x in 10..<30 { image[x, y] = 1 } }
        let masks = DenseMasks(CellSource(image))
        #expect(masks.shapes == .drawn)
        let mask = masks.mask(.init(width: 400, height: 400, target: .cells(30), scale: 1...1), seed: 1, number: 0)
        let areas = Set(mask.labels.areas.values)
        #expect(mask.cells == 30 && areas.count > 15)
        #expect(abs(Self.mean(Self.shapes(Self.whole(mask.labels)).map(\.area)) / 600 - 1) < 0.15)
    }

    @Test func `many cells are recombined, few are drawn`() {
        var cells = CellSource()
        for seed in 0..<4 { cells.add(CellSource(Phantom.labels(.fluorescence, seed: UInt64(seed)))) }
        #expect(cells.wholeCells >= DenseMasks.fewCells)
        #expect(DenseMasks(cells).shapes == .recombined)
    }
}
