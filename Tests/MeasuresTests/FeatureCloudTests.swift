import Imaging
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

    @Test("The floor is what real points score among themselves, on as many of them")
    func floor() throws {
        let real = randomCloud(seed: 5, count: 80, dimensions: 2)
        let draws = MatchedDraws(real: 80, synthetic: 50, draws: 20, seed: 1).draws
        let floor = try #require(CloudScores.mean(real: real, synthetic: nil, draws: draws))
        #expect(floor.precision > 0.8 && floor.recall > 0.8 && floor.precision < 1)
        let like = randomCloud(seed: 6, count: 50, dimensions: 2)
        let scores = try #require(CloudScores.mean(real: real, synthetic: like, draws: draws))
        #expect(abs(scores.precision - floor.precision) < 0.1 && abs(scores.density - floor.density) < 0.2)
        let narrow = randomCloud(seed: 6, count: 50, dimensions: 2, spread: 20)
        #expect(try #require(CloudScores.mean(real: real, synthetic: narrow, draws: draws)).recall < 0.3)
        #expect(CloudScores.mean(real: real, synthetic: nil, draws: []) == nil)
        let few = MatchedDraws(real: 6, synthetic: 3, draws: 2, seed: 1).draws
        #expect(CloudScores.mean(real: real, synthetic: like, draws: few) == nil)
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

@Suite struct NearnessTests {
    @Test("A copy is at distance 0 however it is turned and mirrored, another image is not")
    func signature() {
        let plane = randomPair(seed: 1, width: 48, height: 48).image.planes()[0]
        let signature = ImageSignature(plane)
        for way in 0..<8 {
            var turned = plane
            for y in 0..<48 {
                for x in 0..<48 {
                    let (u, v) = way & 1 == 0 ? (x, y) : (y, x)
                    turned[x, y] = 0.3 + 0.5 * plane[way & 2 == 0 ? u : 47 - u, way & 4 == 0 ? v : 47 - v]
                }
            }
            #expect(ImageSignature(turned).distance(to: signature) < 1e-4)
        }
        let other = ImageSignature(randomPair(seed: 2, width: 48, height: 48).image.planes()[0])
        #expect(other.distance(to: signature) > 0.3)
        let flat = ImageSignature(Plane(width: 5, height: 9, values: .init(repeating: 2, count: 45)))
        #expect(flat.distance(to: signature) == 1)
    }

    @Test("Images of like measures are near, and what an image lacks counts as average")
    func space() {
        let images = (0..<12).map { index -> PairMeasures in
            // Every other one is dim.
            let pair = randomPair(seed: UInt64(index), width: 64, height: 64, dim: index % 2 * 35)
            return PairMeasures(pair.image, labels: pair.labels)
        }
        let space = MeasureSpace(images)
        #expect(space.cloud.count == 12)
        #expect(space.cloud.nearest(to: space.point(of: images[4]), count: 1).first == .init(index: 4, distance: 0))
        for column in 0..<space.cloud.dimensions {
            let mean = (0..<12).reduce(0) { $0 + space.cloud.values[$1 * space.cloud.dimensions + column] } / 12
            #expect(abs(mean) < 1e-3)
        }
        let plain = PairMeasures(randomPair(seed: 4, width: 64, height: 64).image, labels: nil)
        #expect(space.point(of: plain).suffix(8).allSatisfy { $0 == 0 })
        #expect(MeasureSpace([]).cloud.count == 0)
    }
}
