import Imaging
import Testing

@testable import Canvas

struct LayoutTests {
    @Test func spaceIsSharedByWeightAfterMinimums() {
        let area = Area(column: 2, row: 1, columns: 40, rows: 10)
        let parts = area.split(columns: [.fixed(10), .flexible(minimum: 2), .flexible(minimum: 4, weight: 3)], gap: 1)
        // 38 without gaps, 22 beyond 10 + 2 + 4: a quarter of 22 is 5.
        #expect(parts.map(\.columns) == [10, 7, 21])
        #expect(parts.map(\.column) == [2, 13, 21])
        #expect(parts.allSatisfy { $0.rows == 10 && $0.row == 1 })
        #expect(
            Area(columns: 7, rows: 1).split(columns: [.fixed(5), .fixed(5), .fixed(5)]).map(\.columns) == [5, 2, 0])
    }

    @Test func partsNeverOverlapNorLeaveTheirAreaAndLeaveNothingOver() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<5000 {
            let area = Area(
                column: generator.index(below: 5), row: generator.index(below: 5), columns: generator.index(below: 60),
                rows: generator.index(below: 30))
            let gap = generator.index(below: 3)
            let lengths = (0..<1 + generator.index(below: 6)).map { _ -> Length in
                generator.happens(0.4)
                    ? .fixed(generator.index(below: 20))
                    : .flexible(minimum: generator.index(below: 10), weight: generator.index(below: 4))
            }
            let columns = area.split(columns: lengths, gap: gap)
            let rows = area.split(rows: lengths, gap: gap)
            var place = area.column
            for part in columns {
                #expect(part.column >= place && part.endColumn <= area.endColumn, "\(lengths) in \(area)")
                place = part.endColumn
            }
            place = area.row
            for part in rows {
                #expect(part.row >= place && part.endRow <= area.endRow)
                place = part.endRow
            }
            let hasWeight = lengths.contains { if case .flexible(_, let weight) = $0 { weight > 0 } else { false } }
            if hasWeight {
                let room = max(area.columns - gap * (lengths.count - 1), 0)
                #expect(columns.reduce(0) { $0 + $1.columns } == room)
            }
        }
    }

    @Test func scrollKeepsTheSelectedRowInSight() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<300 {
            let count = generator.index(below: 50)
            var scroll = Scroll()
            for _ in 0..<20 {
                let height = 1 + generator.index(below: 20)
                switch generator.index(below: 3) {
                case 0: scroll.move(by: generator.index(below: 21) - 10, of: count, height: height)
                case 1: scroll.select(generator.index(below: 60) - 5, of: count, height: height)
                default: scroll.scroll(by: generator.index(below: 21) - 10, of: count, height: height)
                }
                #expect(scroll.selected == 0 || scroll.selected < count)
                #expect(scroll.selected >= scroll.top && scroll.selected < scroll.top + height)
                #expect(scroll.top == 0 || scroll.top + height <= count)
            }
        }
    }

    @Test func scrollBarReachesBothEnds() {
        for count in 11..<200 {
            #expect(ScrollBar(count: count, top: 0).thumb(height: 10)?.lowerBound == 0)
            #expect(ScrollBar(count: count, top: count - 10).thumb(height: 10)?.upperBound == 10)
        }
        #expect(ScrollBar(count: 10, top: 0).thumb(height: 10) == nil)
    }
}
