import Testing

@testable import Measures

@Suite struct FeatureCloudTests {
    @Test("Precision, recall, density and coverage agree with numpy", arguments: ComparisonReference.clouds)
    func reference(_ expected: CloudCase) throws {
        let scores = try #require(
            CloudScores(
                real: randomCloud(seed: expected.seed, count: expected.real, dimensions: expected.dimensions),
                synthetic: randomCloud(
                    seed: expected.seed + 100, count: expected.synthetic, dimensions: expected.dimensions,
                    spread: expected.spread, shift: expected.shift),
                neighbours: expected.neighbours))
        let found = [scores.precision, scores.recall, scores.density, scores.coverage]
        #expect(zip(found, expected.scores).allSatisfy { abs($0 - $1) < 1e-9 }, "\(found) \(expected.scores)")
    }

    @Test("A cloud against itself has precision, recall and coverage 1")
    func itself() throws {
        let cloud = randomCloud(seed: 9, count: 50, dimensions: 11)
        let scores = try #require(CloudScores(real: cloud, synthetic: cloud))
        #expect(scores.precision == 1 && scores.recall == 1 && scores.coverage == 1)
    }

    @Test("Without more points than neighbours there is no score")
    func few() {
        let cloud = randomCloud(seed: 9, count: 3, dimensions: 2)
        #expect(CloudScores(real: cloud, synthetic: cloud, neighbours: 3) == nil)
        #expect(CloudScores(real: FeatureCloud([]), synthetic: cloud, neighbours: 1) == nil)
    }

    @Test("Nearest points come nearest first, without the one left out")
    func nearest() {
        let cloud = FeatureCloud([[0, 0], [3, 4], [1, 0], [3, 4]])
        #expect(cloud.nearest(to: [0, 0], count: 2).map(\.index) == [0, 2])
        let others = cloud.nearest(to: [0, 0], count: 9, excluding: 0)
        #expect(others.map(\.index) == [2, 1, 3])
        #expect(others.map(\.distance) == [1, 5, 5])
    }
}
