import Imaging
import Testing

@testable import Measures

@Suite struct MatchingTests {
    /// One row of labels.
    private func row(_ labels: Int32...) -> LabelImage {
        LabelImage(width: labels.count, height: 1, labels: labels)
    }

    @Test("An overlap table counts what a ruler would: areas, common pixels, IoU")
    func tableByHand() throws {
        let table = try OverlapTable(
            truth: row(0, 7, 7, 7, 0, 2, 2, 0), predicted: row(9, 9, 9, 0, 0, 4, 4, 4))
        #expect(table.truthLabels == [2, 7])
        #expect(table.predictedLabels == [4, 9])
        #expect(table.truthAreas == [2, 3])
        #expect(table.predictedAreas == [3, 3])
        #expect(
            table.overlaps == [
                .init(truth: 0, predicted: 0, pixels: 2, iou: 2.0 / 3),
                .init(truth: 1, predicted: 1, pixels: 2, iou: 0.5),
            ])
    }

    @Test(
        "Runs longer than the eight pixels compared at once, and their ends, are counted to the pixel",
        arguments: 1...40)
    func runLengths(length: Int) throws {
        let truth = LabelImage(width: 50, height: 1, labels: [Int32](repeating: 3, count: 50))
        var predicted = LabelImage(width: 50, height: 1)
        predicted.fill(5, 6..<6 + length, 0..<1)
        let table = try OverlapTable(truth: truth, predicted: predicted)
        #expect(table.overlaps.map(\.pixels) == [length])
        #expect(table.truthAreas == [50])
    }

    @Test("Labels up to the largest 32-bit number count like any other")
    func hugeLabels() throws {
        let table = try OverlapTable(truth: row(.max, .max, 1, 0), predicted: row(.max, .max - 1, 1, 1))
        #expect(table.truthLabels == [1, .max])
        #expect(table.predictedLabels == [1, .max - 1, .max])
        #expect(table.overlaps.map(\.iou) == [0.5, 0.5, 0.5])
    }

    @Test("Images of other sizes are an input error that names the file")
    func sizes() {
        #expect(throws: InputError.self) { try OverlapTable(truth: row(1, 2), predicted: row(1)) }
        do {
            _ = try OverlapTable(truth: row(1, 2), predicted: row(1), name: "b.png")
        } catch {
            #expect("\(error)".hasPrefix("b.png: is 1x1 pixels, but its truth is 2x1"))
        }
    }

    @Test("Two halves of an object tie at exactly 0.5: one of them is a match, the other a false positive")
    func halves() throws {
        let table = try OverlapTable(truth: row(1, 1, 1, 1, 0, 5, 5), predicted: row(1, 1, 2, 2, 0, 3, 4))
        #expect(table.matches(threshold: 0.5).map(\.truth) == [0, 1])
        #expect(table.matches(threshold: 0.500001).isEmpty)
        let turned = try OverlapTable(truth: row(1, 1, 2, 2, 0, 3, 4), predicted: row(1, 1, 1, 1, 0, 5, 5))
        #expect(turned.matches(threshold: 0.5).map(\.predicted) == [0, 1])
    }

    @Test("Under 0.5 more matches go before better ones: the greedy choice would find one pair, the assignment two")
    func assignmentBeforeGreed() throws {
        // IoU of 1 and 7 is 4/8, of 1 and 8 2/6, of 2 and 7 2/9.
        let truth = row(1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 0, 0)
        let predicted = row(8, 8, 7, 7, 7, 7, 7, 7, 0, 0, 0, 0, 0)
        let table = try OverlapTable(truth: truth, predicted: predicted)
        let matches = table.matches(threshold: 0.2)
        #expect(matches.map { [$0.truth, $0.predicted] } == [[0, 1], [1, 0]])
        #expect(table.matches(threshold: 0.4).map { [$0.truth, $0.predicted] } == [[0, 0]])
    }

    @Test("The assignment has the sum that trying every permutation finds")
    func assignmentAgainstBruteForce() {
        var random = CongruentialGenerator(seed: 5)
        for _ in 0..<300 {
            let (rows, columns) = (1 + random.below(5), 1 + random.below(5))
            let weights = (0..<rows * columns).map { _ in Double(random.below(20)) / 4 - 1 }
            let chosen = bestAssignment(weights: weights, rows: rows, columns: columns)
            #expect(Set(chosen.compactMap { $0 }).count == min(rows, columns))
            let sum = chosen.enumerated().reduce(0) { sum, pair in
                sum + (pair.element.map { weights[pair.offset * columns + $0] } ?? 0)
            }
            #expect(abs(sum - bestSum(weights, rows, columns)) < 1e-9)
        }
        #expect(bestAssignment(weights: [], rows: 0, columns: 0).isEmpty)
        #expect(bestAssignment(weights: [], rows: 2, columns: 0) == [nil, nil])
    }

    /// The largest sum over all ways to give each of min(rows, columns) lines its own partner.
    private func bestSum(_ weights: [Double], _ rows: Int, _ columns: Int) -> Double {
        func best(_ row: Int, _ used: Set<Int>) -> Double {
            guard row < rows else { return used.count == min(rows, columns) ? 0 : -.infinity }
            var sum = rows > columns ? best(row + 1, used) : -.infinity
            for column in 0..<columns where !used.contains(column) {
                sum = max(sum, weights[row * columns + column] + best(row + 1, used.union([column])))
            }
            return sum
        }
        return best(0, [])
    }
}
