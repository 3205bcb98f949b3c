import Foundation
import Imaging
import Testing

@Suite struct WatershedTests {
    /// A smooth landscape of 40 x 30 pixels, and what is above a level in it as class 1.
    private static func landscape(above level: Float) -> (plane: Plane, classes: [UInt8]) {
        var values: [Float] = []
        for y in 0..<30 {
            for x in 0..<40 {
                let (x, y) = (Double(x), Double(y))
                values.append(Float(3 * sin(0.45 * x) * cos(0.38 * y) + 2 * sin(0.17 * x + 0.29 * y)))
            }
        }
        return (Plane(width: 40, height: 30, values: values), values.map { $0 > level ? 1 : 2 })
    }

    /// Peaks (column, row) and areas of hills, from scikit-image 0.26: `watershed` from the markers of `h_maxima`, both
    /// 4-connected; pieces from SciPy's `label`.
    @Test(arguments: [
        (
            -1 as Float, 1.5 as Float,
            [
                [17, 0, 36], [4, 1, 132], [38, 7, 109], [25, 9, 152], [17, 17, 101], [10, 24, 148], [39, 25, 121],
                [0, 27, 37],
            ]
        ),
        (-1, 3, [[17, 0, 36], [4, 1, 132], [38, 7, 109], [17, 17, 438], [39, 25, 121]]),
        (-1, 6, [[17, 17, 836]]),
        (-1, .infinity, [[17, 17, 836]]),
        (
            1.5, .infinity,
            [
                [4, 1, 40], [17, 0, 9], [32, 1, 2], [38, 7, 33], [17, 17, 145], [4, 18, 5], [39, 25, 38], [0, 27, 6],
            ]
        ),
    ])
    func hillsAreThoseOfOtherTools(level: Float, depth: Float, hills: [[Int]]) {
        let (plane, classes) = Self.landscape(above: level)
        let found = Watershed(plane, of: 1, in: classes).hills(depth: depth)
        #expect(found.areas.values.sorted() == hills.map { $0[2] }.sorted())
        for hill in hills { #expect(found.areas[found[hill[0], hill[1]]] == hill[2]) }
        #expect(zip(found.labels, classes).allSatisfy { ($0 != 0) == ($1 == 1) })
    }

    /// By hand: peaks of 5, 3 and 4 with passes of 1 and 2 between them in one row.
    @Test func aHillIsPartedWhereItsPeakStandsHighEnoughAboveThePass() {
        let row = Plane(width: 7, height: 1, values: [5, 1, 3, 2, 4, 0, 9])
        let watershed = Watershed(row, of: 1, in: [1, 1, 1, 1, 1, 2, 1])
        func hills(_ depth: Float) -> [Int32] { watershed.hills(depth: depth).relabelled().labels }
        // The pixel of a pass belongs to its higher side.
        #expect(hills(0) == [1, 1, 2, 3, 3, 0, 4])
        #expect(hills(1) == [1, 1, 2, 3, 3, 0, 4])
        #expect(hills(1.5) == [1, 1, 2, 2, 2, 0, 3])
        #expect(hills(3) == [1, 1, 2, 2, 2, 0, 3])
        #expect(hills(3.5) == [1, 1, 1, 1, 1, 0, 2])
        #expect(hills(.infinity) == [1, 1, 1, 1, 1, 0, 2])
    }

    @Test func aPlainIsOneHillAndNothingIsNone() {
        let plain = Plane(width: 5, height: 4, values: [Float](repeating: -2, count: 20))
        #expect(Watershed(plain, of: 1, in: [UInt8](repeating: 1, count: 20)).hills(depth: 0.1).areas == [1: 20])
        #expect(Watershed(plain, of: 1, in: [UInt8](repeating: 0, count: 20)).hills(depth: 0.1).areas.isEmpty)
        let empty = Watershed(Plane(width: 0, height: 0, values: []), of: 1, in: [])
        #expect(empty.hills(depth: 1).labels.isEmpty)
    }
}
