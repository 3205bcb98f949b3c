import Foundation
import Imaging
import Testing

@testable import Measures

@Suite struct ScoreTests {
    @Test("Scores of random images agree with numpy and scipy", arguments: Reference.cases)
    func reference(_ expected: ReferenceCase) throws {
        let (truth, predicted) = randomLabels(seed: expected.seed, kind: expected.kind)
        let scores = try ImageScores(truth: truth, predicted: predicted, thresholds: Reference.thresholds)
        #expect(scores.counts.map(\.truePositives) == expected.found)
        #expect(scores.counts.allSatisfy { $0.truePositives + $0.falseNegatives == expected.truths })
        #expect(scores.counts.allSatisfy { $0.truePositives + $0.falsePositives == expected.predictions })
        #expect(abs(scores.panopticQuality.value - expected.pq) < 1e-12)
        #expect(abs(scores.aggregatedJaccard.value - expected.aji) < 1e-12)
        #expect(abs(scores.dice.value - expected.dice) < 1e-12)
    }

    @Test("Pooled and per-image scores of a set agree with numpy")
    func referenceSet() throws {
        let images = try Reference.cases.map { item in
            let (truth, predicted) = randomLabels(seed: item.seed, kind: item.kind)
            return try ImageScores(truth: truth, predicted: predicted, thresholds: Reference.thresholds)
        }
        let set = SetScores(images, thresholds: Reference.thresholds)
        #expect(set.images == Reference.cases.count)
        for (series, expected) in [(set.pooled, Reference.pooled), (set.perImage, Reference.perImage)] {
            let found = ["precision": series.precision, "recall": series.recall, "f1": series.f1, "ap": series.ap]
            for (name, values) in found {
                let wanted = try #require(expected[name])
                #expect(values.count == wanted.count)
                #expect(zip(values, wanted).allSatisfy { abs($0 - $1) < 1e-12 }, "\(name): \(values) \(wanted)")
            }
        }
        #expect(abs(set.pq - Reference.pq) < 1e-12)
        #expect(abs(set.aji - Reference.aji) < 1e-12)
        #expect(abs(set.dice - Reference.dice) < 1e-12)
    }

    @Test("A set by hand: 3 cells, one found whole, one at 2/3, one missed, one invented")
    func byHand() throws {
        let truth = LabelImage(width: 12, height: 1, labels: [1, 1, 1, 1, 2, 2, 0, 3, 3, 0, 0, 0])
        let predicted = LabelImage(width: 12, height: 1, labels: [4, 4, 4, 4, 6, 6, 6, 0, 0, 0, 9, 9])
        let set = SetScores([try ImageScores(truth: truth, predicted: predicted)])
        let (twoThirds, oneThird): (Double, Double) = (2.0 / 3, 1.0 / 3)
        #expect(set.pooled.precision == [twoThirds, twoThirds, oneThird, oneThird, oneThird])
        #expect(set.pooled.recall == set.pooled.precision)
        #expect(set.pooled.f1 == set.pooled.precision)
        #expect(set.pooled.ap == [0.5, 0.5, 0.2, 0.2, 0.2])
        #expect(set.perImage == set.pooled)
        #expect(abs(set.pq - (1 + 2.0 / 3) / 3) < 1e-12)
        // 4 and 2 common pixels; unions 4, 3 and 2 (missed), and 2 invented.
        #expect(abs(set.aji - 6.0 / 11) < 1e-12)
        #expect(abs(set.dice - 12.0 / 17) < 1e-12)
    }

    @Test("In AJI one prediction may serve two true objects, as published")
    func jaccardReuse() throws {
        let truth = LabelImage(width: 6, height: 1, labels: [1, 1, 1, 2, 2, 2])
        let predicted = LabelImage(width: 6, height: 1, labels: [5, 5, 5, 5, 5, 5])
        let scores = try ImageScores(truth: truth, predicted: predicted)
        #expect(scores.aggregatedJaccard.value == 6.0 / 12)
        #expect(scores.panopticQuality.value == 0)
    }

    @Test("A threshold met to the last bit counts: 7 of 10 pixels at 0.7")
    func exactThresholds() throws {
        for (threshold, covered) in [(0.5, 5), (0.6, 6), (0.7, 7), (0.8, 8), (0.9, 9)] {
            let truth = LabelImage(width: 10, height: 1, labels: [Int32](repeating: 1, count: 10))
            var predicted = LabelImage(width: 10, height: 1)
            predicted.fill(1, 0..<covered, 0..<1)
            let scores = try ImageScores(truth: truth, predicted: predicted)
            let index = try #require(scores.thresholds.firstIndex(of: threshold))
            #expect(scores.counts.map(\.truePositives) == (0..<5).map { $0 <= index ? 1 : 0 })
        }
    }

    @Test(
        "Nothing to find: rightly left empty is perfect, anything predicted is worth nothing, and the other way round")
    func emptyImages() throws {
        let empty = LabelImage(width: 4, height: 4)
        var cell = empty
        cell.fill(1, 0..<2, 0..<2)
        let perfect = SetScores([try ImageScores(truth: empty, predicted: empty)])
        for series in [perfect.pooled, perfect.perImage] {
            for values in [series.precision, series.recall, series.f1, series.ap] {
                #expect(values == [1, 1, 1, 1, 1])
            }
        }
        #expect([perfect.pq, perfect.aji, perfect.dice] == [1, 1, 1])
        for (truth, predicted) in [(empty, cell), (cell, empty)] {
            let wrong = SetScores([try ImageScores(truth: truth, predicted: predicted)])
            for values in [wrong.pooled.precision, wrong.pooled.recall, wrong.pooled.f1, wrong.pooled.ap] {
                #expect(values == [0, 0, 0, 0, 0])
            }
            #expect([wrong.pq, wrong.aji, wrong.dice] == [0, 0, 0])
        }
        // Pooled, the empty image adds nothing; in the mean over images it is a perfect one.
        let both = SetScores([
            try ImageScores(truth: empty, predicted: empty), try ImageScores(truth: cell, predicted: empty),
        ])
        #expect(both.pooled.f1 == [0, 0, 0, 0, 0])
        #expect(both.perImage.f1 == [0.5, 0.5, 0.5, 0.5, 0.5])
        #expect(
            try ImageScores(truth: LabelImage(width: 0, height: 0), predicted: LabelImage(width: 0, height: 0)).dice
                .value == 1)
    }

    @Test("The JSON has the documented keys and no other")
    func json() throws {
        let cell = LabelImage(width: 2, height: 1, labels: [1, 0])
        let data = try JSONEncoder().encode(SetScores([try ImageScores(truth: cell, predicted: cell)]))
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(Set(object.keys) == ["images", "thresholds", "pooled", "perImage", "pq", "aji", "dice"])
        for key in ["pooled", "perImage"] {
            let series = try #require(object[key] as? [String: Any])
            #expect(Set(series.keys) == ["precision", "recall", "f1", "ap"])
        }
        #expect(object["thresholds"] as? [Double] == [0.5, 0.6, 0.7, 0.8, 0.9])
    }
}
