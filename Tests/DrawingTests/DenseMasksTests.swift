import Foundation
import Imaging
import Testing

@testable import Drawing

/// Expected values are counted by brute force over pixels, or follow from the sources by hand.
@Suite struct DenseMasksTests {
    /// A 12 x 12 square, an L whose arms differ, and a square cut by the border.
    private static let source: LabelImage = {
        var image = LabelImage(width: 60, height: 60)
        for y in 5..<17 { for x in 5..<17 { image[x, y] = 4 } }
        for y in 25..<45 { for x in 25..<30 { image[x, y] = 9 } }
        for x in 25..<35 { for y in 40..<45 { image[x, y] = 9 } }
        for y in 50..<60 { for x in 50..<60 { image[x, y] = 12 } }
        return image
    }()
    private static let few = DenseMasks(CellSource(source), shapes: .recombined)

    /// The cells of drawn nuclei.
    private static let nuclei: CellSource = {
        var cells = CellSource()
        for seed in 0..<4 { cells.add(CellSource(Phantom.labels(.fluorescence, seed: UInt64(seed)))) }
        return cells
    }()

    private static func mask(_ cells: DenseMasks, _ settings: MaskSettings, seed: UInt64 = 1) -> DenseMask {
        cells.mask(settings, seed: seed, number: 0)
    }

    /// The least distance between the middles of pixels of two cells, up to `most`.
    private static func leastDistance(_ labels: LabelImage, most: Int) -> Double {
        var least = Double.infinity
        for y in 0..<labels.height {
            for x in 0..<labels.width where labels[x, y] != 0 {
                for v in y...min(y + most, labels.height - 1) {
                    for u in max(0, x - most)...min(x + most, labels.width - 1)
                    where labels[u, v] != 0 && labels[u, v] != labels[x, y] {
                        least = min(least, hypot(Double(u - x), Double(v - y)))
                    }
                }
            }
        }
        return least
    }

    /// Labels 1...n, each in one piece: what every mask must hold.
    private static func checkLabels(_ mask: DenseMask, _ comment: Comment) {
        let labels = mask.labels
        #expect(labels.presentLabels == Array(1...Int32(max(mask.cells, 1))).prefix(mask.cells).map { $0 }, comment)
        #expect(Int(labels.components(connectivity: .four).maximum) == mask.cells, comment)
        let covered = labels.labels.count { $0 != 0 }
        #expect(abs(mask.cover - Double(covered) / Double(labels.labels.count)) < 1e-12, comment)
        #expect(
            abs(mask.touching * Double(max(mask.cells, 1)) - Double(labels.touchingLabels.count)) < 1e-6, comment)
    }

    @Test func `only whole cells are cut out, but all are counted`() {
        let source = CellSource(Self.source)
        #expect(source.wholeCells == 2 && source.cells == 3)
        #expect(source.covered == 144 + 125 + 100 && source.pixels == 3600 && source.touchingCells == 0)
        // The square and the L, each less half a pixel that the outline cuts off at the corners.
        #expect(abs(source.meanArea - (143.5 + 124.5) / 2) < 1e-9)
        #expect(CellSource(LabelImage(width: 9, height: 9)).wholeCells == 0)
    }

    @Test func `the number asked for is reached with whole cells`() {
        let mask = Self.mask(Self.few, .init(width: 300, height: 200, target: .cells(40)))
        #expect(mask.cells == 40 && mask.isComplete)
        Self.checkLabels(mask, "40 cells")
        // Areas are those of the sources, 144 and 125, times 0.75^2 to 1.25^2, or at least half at the border.
        for (label, area) in mask.labels.areas { #expect(area >= 30 && area <= 235, "\(label)") }
    }

    @Test(arguments: MaskSettings.Layout.allCases, [DenseMasks.Shapes.recombined, .drawn])
    func `every layout labels whole cells without overlap`(layout: MaskSettings.Layout, shapes: DenseMasks.Shapes) {
        let cells = DenseMasks(Self.nuclei, shapes: shapes)
        let settings = MaskSettings(
            width: 320, height: 200, target: layout == .confluent ? .full : .cells(40), layout: layout,
            spacing: .touching(0.4), elastic: 0.1, divisions: 0.3)
        for seed in 0..<2 { Self.checkLabels(Self.mask(cells, settings, seed: UInt64(seed)), "\(layout) \(shapes)") }
    }

    @Test(arguments: [1, 4], MaskSettings.Layout.allCases)
    func `the gap is left between any two cells`(gap: Int, layout: MaskSettings.Layout) {
        let mask = Self.mask(
            DenseMasks(Self.nuclei),
            .init(
                width: 140, height: 100, target: layout == .confluent ? .full : .cells(12), layout: layout,
                spacing: .gap(gap), divisions: 0.3))
        #expect(mask.cells > 7)
        #expect(Self.leastDistance(mask.labels, most: gap + 3) >= Double(gap + 1))
        #expect(mask.touching == 0)
        Self.checkLabels(mask, "gap \(gap), \(layout)")
    }

    @Test(arguments: [0, 0.3, 0.8])
    func `the share of touching cells is as asked for`(share: Double) {
        let settings = MaskSettings(width: 500, height: 400, target: .cells(100), spacing: .touching(share))
        let mask = Self.mask(DenseMasks(Self.nuclei), settings)
        #expect(abs(Double(mask.labels.touchingLabels.count) / 100 - share) <= 0.03)
        // Those that do not touch keep a pixel free on all eight sides.
        if share == 0 { #expect(Self.leastDistance(mask.labels, most: 3) >= 2) }
    }

    @Test func `cover stops the pasting`() {
        let settings = MaskSettings(width: 300, height: 300, target: .cover(0.3))
        let mask = Self.mask(Self.few, settings)
        // The last cell has 235 pixels at most.
        #expect(mask.cover >= 0.3 && mask.cover < 0.3 + 235.0 / 90000 && mask.isComplete)
    }

    @Test(arguments: [0.2, 0.6])
    func `high covers are reached`(cover: Double) {
        for layout in [MaskSettings.Layout.flat, .colony, .gradient] {
            let settings = MaskSettings(width: 240, height: 180, target: .cover(cover), layout: layout)
            let mask = Self.mask(DenseMasks(Self.nuclei), settings)
            #expect(abs(mask.cover - cover) < 0.02, "\(layout)")
            Self.checkLabels(mask, "\(layout) \(cover)")
        }
    }

    @Test func `what finds no room is told and the rest is there`() {
        let settings = MaskSettings(width: 200, height: 200, target: .cells(5000), spacing: .gap(1))
        let mask = Self.mask(DenseMasks(Self.nuclei), settings)
        #expect(!mask.isComplete)
        #expect(mask.cells > 45 && mask.cells < 5000)
        #expect(mask.cover > 0.5)
        Self.checkLabels(mask, "crowded")
    }

    @Test func `a gradient is denser from third to third`() {
        let cells = DenseMasks(Self.nuclei)
        var thirds = [0, 0, 0]
        for number in 0..<12 {
            let labels = cells.mask(
                .init(width: 300, height: 300, target: .cells(60), layout: .gradient), seed: 3, number: number
            ).labels
            // Any side may be the dense one: the axis and direction along which the counts differ most.
            let boxes = labels.boundingBoxes.values.map { (x: $0.x + $0.width / 2, y: $0.y + $0.height / 2) }
            func counts(_ place: ((x: Int, y: Int)) -> Int) -> [Int] {
                (0..<3).map { third in boxes.count { place($0) * 3 / 300 == third } }
            }
            let directions = [counts(\.x), counts(\.x).reversed(), counts(\.y), counts(\.y).reversed()]
            let steepest = directions.max { $0[2] - $0[0] < $1[2] - $1[0] } ?? []
            for third in 0..<3 { thirds[third] += steepest[third] }
        }
        // Of a density that rises from 1/19 to 1: 14, 33 and 53 %.
        let sum = Double(thirds.reduce(0, +))
        for (third, share) in zip(thirds, [0.14, 0.33, 0.53]) { #expect(abs(Double(third) / sum - share) < 0.1) }
    }

    /// Clark and Evans (1954): the mean distance to the nearest neighbour over 1 / (2 sqrt(density)), 1 for places at random.
    private static func clustering(_ labels: LabelImage) -> Double {
        let places = labels.boundingBoxes.values.map {
            (x: Double($0.x) + Double($0.width) / 2, y: Double($0.y) + Double($0.height) / 2)
        }
        var sum = 0.0
        for (index, place) in places.enumerated() {
            var nearest = Double.infinity
            for (other, neighbour) in places.enumerated() where other != index {
                nearest = min(nearest, hypot(place.x - neighbour.x, place.y - neighbour.y))
            }
            sum += nearest
        }
        let density = Double(places.count) / Double(labels.width * labels.height)
        return sum / Double(places.count) * 2 * density.squareRoot()
    }

    @Test func `colonies gather cells and leave the rest empty`() {
        let cells = DenseMasks(Self.nuclei)
        for number in 0..<2 {
            func labels(_ layout: MaskSettings.Layout) -> LabelImage {
                cells.mask(
                    .init(width: 600, height: 600, target: .cells(60), layout: layout, spacing: .gap(1)), seed: 5,
                    number: number
                ).labels
            }
            #expect(Self.clustering(labels(.colony)) < 0.75)
            #expect(Self.clustering(labels(.flat)) > 0.9)
        }
    }

    @Test func `confluent cells cover nearly all`() {
        let cells = DenseMasks(Self.nuclei)
        let mask = Self.mask(cells, .init(width: 200, height: 150, target: .full, layout: .confluent))
        #expect(mask.cover > 0.95)
        // Grown cells are as large as the sources'.
        let areas = mask.labels.areas.values.map(Double.init)
        let mean = areas.reduce(0, +) / Double(areas.count)
        #expect(abs(mean / Self.nuclei.meanArea - 1) < 0.3)
        let parted = Self.mask(
            cells, .init(width: 200, height: 150, target: .full, layout: .confluent, spacing: .gap(1)))
        #expect(parted.cover > 0.75 && parted.touching == 0)
    }

    @Test func `daughters lie side by side in pairs of one size`() {
        let mask = Self.mask(
            DenseMasks(Self.nuclei),
            .init(width: 600, height: 600, target: .cells(60), spacing: .gap(8), scale: 1...1, divisions: 1))
        #expect(mask.cells == 60 && mask.pairs == 30)
        // Mothers are 8 pixels apart from others, and daughters too; labels of a pair follow one another.
        let areas = mask.labels.areas
        for pair in 0..<30 {
            let (one, other) = (Double(areas[Int32(2 * pair + 1)] ?? 0), Double(areas[Int32(2 * pair + 2)] ?? 0))
            #expect(one > 0 && other > 0 && abs(log(one / other)) < log(2.1), "only the edge may cut one")
        }
    }

    @Test func `the seed and the number decide a mask`() {
        let cells = DenseMasks(Self.nuclei)
        let settings = MaskSettings(
            width: 128, height: 128, target: .cells(20), layout: .colony, spacing: .touching(0.5), elastic: 0.1,
            divisions: 0.2)
        let mask = cells.mask(settings, seed: 8, number: 3)
        #expect(mask == cells.mask(settings, seed: 8, number: 3))
        #expect(mask != cells.mask(settings, seed: 8, number: 4))
        #expect(mask != cells.mask(settings, seed: 9, number: 3))
    }

    @Test func `without cells the mask is empty and incomplete`() {
        let none = DenseMasks(CellSource(LabelImage(width: 9, height: 9)))
        let mask = Self.mask(none, .init(width: 30, height: 20, target: .cells(5)))
        #expect(mask.labels == LabelImage(width: 30, height: 20))
        #expect(mask.cells == 0 && !mask.isComplete)
        #expect(Self.mask(none, .init(width: 30, height: 20, target: .cells(0))).isComplete)
    }

    @Test(arguments: [(1, 1), (3, 2), (65, 1), (64, 48)])
    func `small canvases and huge gaps end`(width: Int, height: Int) {
        let cells = DenseMasks(Self.nuclei)
        for layout in MaskSettings.Layout.allCases {
            for spacing in [MaskSettings.Spacing.gap(0), .gap(1_000_000), .touching(1)] {
                for target in [MaskSettings.Target.cells(9), .cover(1), .full] {
                    let settings = MaskSettings(
                        width: width, height: height, target: target, layout: layout, spacing: spacing,
                        scale: 0.2...5, elastic: 0.5, divisions: 0.5)
                    let mask = Self.mask(cells, settings)
                    #expect(mask.labels.width == width && mask.labels.height == height)
                    Self.checkLabels(mask, "\(settings)")
                    if spacing == .gap(1_000_000) { #expect(mask.cells <= 1) }
                }
            }
        }
    }
}
