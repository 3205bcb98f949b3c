import Imaging
import Testing

@testable import Canvas

struct InstanceColorsTests {
    @Test func neighboursNeverShareAColor() {
        // A board of 5x5-pixel cells with gaps of 0 to 2, labels a multiple of 6 apart, so that all begin alike.
        var labels = LabelImage(width: 120, height: 120)
        for y in 0..<120 {
            for x in 0..<120 where x % 7 < 5 + y / 60 {
                labels[x, y] = Int32(1 + 6 * (x / 7 + 18 * (y / 7)))
            }
        }
        let colors = InstanceColors(labels)
        let neighbours = InstanceColors.neighbours(in: labels)
        #expect(neighbours.count == 18 * 18)
        #expect(neighbours.values.contains { $0.count >= 4 })
        for (label, others) in neighbours {
            for other in others { #expect(colors.color(of: label) != colors.color(of: other)) }
        }
    }

    @Test func neighboursAreFoundAcrossSmallGapsAndCorners() {
        let labels = LabelImage(width: 9, height: 2, labels: [1, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 4, 0, 0, 0, 0])
        let found = InstanceColors.neighbours(in: labels)
        #expect(found == [1: [2], 2: [1, 4], 3: [], 4: [2]])
    }

    @Test func manyNeighboursGetColorsBeyondTheChosenOnes() {
        let colors = Set((0..<100).map(InstanceColors.color))
        #expect(colors.count == 100)
        #expect(Set((0..<6).map { InstanceColors.color($0).ansi16 }).count == 6)
        #expect(Set((0..<12).map { InstanceColors.color($0).indexed256 }).count == 12)
    }

    @Test func backgroundIsBlack() {
        #expect(InstanceColors(LabelImage(width: 2, height: 2)).color(of: 0) == RGB(0, 0, 0))
    }
}
