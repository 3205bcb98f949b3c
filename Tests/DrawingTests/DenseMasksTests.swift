import Imaging
import Testing

@testable import Drawing

struct DenseMasksTests {
    /// A 12 x 12 square, an L whose arms differ, and a square cut by the border.
    private static let source: LabelImage = {
        var image = LabelImage(width: 60, height: 60)
        for y in 5..<17 { for x in 5..<17 { image[x, y] = 4 } }
        for y in 25..<45 { for x in 25..<30 { image[x, y] = 9 } }
        for x in 25..<35 { for y in 40..<45 { image[x, y] = 9 } }
        for y in 50..<60 { for x in 50..<60 { image[x, y] = 12 } }
        return image
    }()

    @Test func onlyWholeCellsAreCutOut() {
        #expect(DenseMasks([Self.source]).cellCount == 2)
        #expect(DenseMasks([]).cellCount == 0)
    }

    @Test func countIsReachedWithWholeCellsOfOnePiece() {
        var generator = SeededGenerator(seed: 1)
        let mask = DenseMasks([Self.source]).mask(.init(width: 300, height: 200, count: 40), using: &generator)
        #expect(mask.presentLabels == Array(1...40))
        #expect(mask.components(connectivity: .four).maximum == 40)
        // Areas are those of the sources, 144 and 125, times 0.75^2 to 1.25^2, or at least half at the border.
        for (label, area) in mask.areas {
            #expect(area >= 30 && area <= 235, "\(label)")
        }
    }

    @Test func coverStopsThePasting() {
        var generator = SeededGenerator(seed: 2)
        let mask = DenseMasks([Self.source]).mask(
            .init(width: 300, height: 300, cover: 0.3, contact: 1), using: &generator)
        let cover = Double(mask.foreground.reduce(0) { $0 + Int($1) }) / 90000
        #expect(cover > 0.25 && cover < 0.31)
    }

    @Test func contactIsLimited() {
        func contacts(_ contact: Double) -> Int {
            var generator = SeededGenerator(seed: 3)
            let mask = DenseMasks([Self.source]).mask(
                .init(width: 200, height: 200, count: 120, cover: 0.4, contact: contact), using: &generator)
            let pieces = LabelImage.components(ofMask: mask.foreground, width: 200, height: 200)
            return Int(mask.maximum - pieces.maximum)
        }
        #expect(contacts(0) == 0)
        #expect(contacts(1) > 5)
    }

    @Test func coloniesLeaveTheRestEmpty() {
        var generator = SeededGenerator(seed: 4)
        let mask = DenseMasks([Self.source]).mask(
            .init(width: 400, height: 400, count: 30, colonies: 1), using: &generator)
        let boxes = mask.boundingBoxes.values.map { $0 }
        let left = boxes.map(\.x).min() ?? 0
        let right = boxes.map { $0.x + $0.width }.max() ?? 0
        #expect(mask.maximum > 20)
        // The widest disc has radius 0.35 of the side, and a cell reaches out of it.
        #expect(right - left <= 2 * 140 + 40)
    }

    @Test func sameSeedGivesTheSameMask() {
        let cells = DenseMasks([Self.source])
        let settings = DenseMasks.Settings(width: 128, height: 128, count: 20)
        var (one, same, other) = (SeededGenerator(seed: 8), SeededGenerator(seed: 8), SeededGenerator(seed: 9))
        let mask = cells.mask(settings, using: &one)
        #expect(mask == cells.mask(settings, using: &same))
        #expect(mask != cells.mask(settings, using: &other))
    }

    @Test func nothingToPasteLeavesTheMaskEmpty() {
        var generator = SeededGenerator(seed: 1)
        let mask = DenseMasks([LabelImage(width: 9, height: 9)]).mask(.init(width: 30, height: 20), using: &generator)
        #expect(mask == LabelImage(width: 30, height: 20))
    }

    @Test func variedShapeKeepsItsAreaTimesTheScaleSquared() {
        let square = Stamp(width: 40, height: 40, covered: .init(repeating: true, count: 1600))
        var generator = SeededGenerator(seed: 6)
        for scale in [0.75, 1, 1.25] {
            for _ in 0..<10 {
                let area = Double(square.varied(scale: scale...scale, using: &generator).area)
                #expect(abs(area - 1600 * scale * scale) < 40)
            }
        }
    }
}
