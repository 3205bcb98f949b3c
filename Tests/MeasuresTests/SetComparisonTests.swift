import Foundation
import Imaging
import Testing

@testable import Measures

@Suite struct SetComparisonTests {
    @Test("Distances agree with scipy", arguments: ComparisonReference.distances)
    func reference(_ expected: DistanceCase) throws {
        let found = try #require(referenceComparison.quantities.first { $0.quantity == expected.quantity })
        let (distance, ks, summary) = (
            try #require(found.distance), try #require(found.ks), try #require(found.real)
        )
        // Intensities half-way between two bins may round to the other one than in double precision.
        let tolerance = [.intensity, .insideIntensity, .outsideIntensity].contains(found.quantity) ? 2e-3 : 1e-4
        #expect(abs(distance - expected.distance) < tolerance * max(1, expected.distance))
        #expect(abs(ks - expected.ks) < 1e-4)
        #expect(abs(summary.mean - expected.mean) < 1e-4 * max(1, abs(expected.mean)))
        #expect(abs(summary.deviation - expected.deviation) < 1e-4 * max(1, expected.deviation))
    }

    /// Measures of images of one kind.
    private func images(_ count: Int, seed: UInt64, dim: Int = 0) -> [PairMeasures] {
        (0..<count).map {
            let pair = randomPair(seed: seed + UInt64($0), width: 64, height: 64, dim: dim)
            return PairMeasures(pair.image, labels: pair.labels)
        }
    }

    @Test("Sets of one kind are called indistinguishable, other ones not")
    func words() throws {
        let real = images(16, seed: 100)
        let same = SetComparison(real: real, synthetic: images(16, seed: 200))
        #expect(same.floorImages == 8)
        let words = same.quantities.compactMap(\.verdict)
        #expect(words.count == Quantity.allCases.count)
        #expect(words.count { $0 == .indistinguishable } >= words.count - 2)
        let dimmed = SetComparison(real: real, synthetic: images(16, seed: 200, dim: 40))
        let contrast = try #require(dimmed.quantities.first { $0.quantity == .contrast })
        #expect(contrast.verdict == .different || contrast.verdict == .shifted)
        let area = try #require(dimmed.quantities.first { $0.quantity == .area })
        #expect(area.verdict == .indistinguishable)
    }

    @Test("The floor is the distance between halves of the real images, seeded")
    func floor() throws {
        let real = images(9, seed: 100)
        let synthetic = images(3, seed: 300)
        let one = SetComparison(real: real, synthetic: synthetic, seed: 5)
        #expect(one == SetComparison(real: real, synthetic: synthetic, seed: 5))
        #expect(one != SetComparison(real: real, synthetic: synthetic, seed: 6))
        #expect(one.floorImages == 3)
        #expect(one.caution?.contains("only 3 images a side") == true)
        // Of 2 real images a side there are 3 ways to draw 4 of 4, so the floor is among their distances.
        let four = SetComparison(real: Array(real.prefix(4)), synthetic: images(8, seed: 300))
        let floor = try #require(four.quantities.first { $0.quantity == .cover }?.floor)
        let covers = real.prefix(4).compactMap(\.cover)
        let mean = covers.reduce(0, +) / 4
        let deviation = (covers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4).squareRoot()
        let ways = [[0, 1, 2, 3], [0, 2, 1, 3], [0, 3, 1, 2]].map { order in
            // With two values a side the distance is the mean of those between the smaller and the larger ones.
            let left = [covers[order[0]], covers[order[1]]].sorted()
            let right = [covers[order[2]], covers[order[3]]].sorted()
            return (abs(left[0] - right[0]) + abs(left[1] - right[1])) / 2 / deviation
        }.sorted()
        #expect(abs(floor.high - ways[2]) < 1e-4)
        #expect(floor.mean > ways[0] && floor.mean < ways[2])
    }

    @Test("With too few real images there is no floor, no word, and a sentence that says so")
    func tooFew() {
        let comparison = SetComparison(real: images(3, seed: 1), synthetic: images(10, seed: 50))
        #expect(comparison.floorImages == 0 && comparison.draws == 0)
        #expect(comparison.quantities.allSatisfy { $0.floor == nil && $0.verdict == nil && $0.distance != nil })
        #expect(comparison.caution?.contains("too few real images") == true)
    }

    @Test("What a side lacks has no distance, and empty sets do not fault")
    func missing() {
        let plain = (0..<6).map {
            PairMeasures(randomPair(seed: UInt64($0), width: 30, height: 30).image, labels: nil)
        }
        let comparison = SetComparison(real: images(6, seed: 1), synthetic: plain)
        for found in comparison.quantities {
            let needsMask = ![.intensity, .absoluteIntensity, .spectrum].contains(found.quantity)
            #expect((found.distance == nil) == needsMask, "\(found.quantity)")
            #expect((found.overlay == nil) == needsMask, "\(found.quantity)")
            #expect((found.verdict == nil) == needsMask, "\(found.quantity)")
        }
        let empty = SetComparison(real: [], synthetic: [])
        #expect(empty.quantities.allSatisfy { $0.distance == nil && $0.real == nil && $0.overlay == nil })
    }

    @Test("A set against itself is at distance 0")
    func itself() {
        let real = images(8, seed: 1)
        for found in SetComparison(real: real, synthetic: real).quantities {
            #expect(abs(found.distance ?? 1) < 1e-9 && abs(found.ks ?? 1) < 1e-9, "\(found.quantity)")
        }
    }

    @Test("Overlaid shares add up to one and share their bins")
    func overlay() throws {
        let comparison = SetComparison(real: images(5, seed: 1), synthetic: images(6, seed: 60))
        for found in comparison.quantities {
            let overlay = try #require(found.overlay)
            #expect(overlay.axis.count == overlay.real.count && overlay.axis.count == overlay.synthetic.count)
            #expect(zip(overlay.axis, overlay.axis.dropFirst()).allSatisfy { $0 <= $1 })
            if found.quantity == .spectrum { continue }
            #expect(abs(overlay.real.reduce(0, +) - 1) < 1e-9 && abs(overlay.synthetic.reduce(0, +) - 1) < 1e-9)
        }
    }

    @Test(
        "The word follows from distance and floor",
        arguments: [
            (0.2, 0.2, QuantityComparison.Verdict.indistinguishable), (0.39, 0.2, .close), (0.41, 0.2, .shifted),
            (1.1, 0.2, .different), (0.09, 0.01, .close), (0.4, 0.01, .shifted), (0.6, 0.01, .different),
        ])
    func verdict(_ distance: Double, _ high: Double, _ word: QuantityComparison.Verdict) throws {
        let floor = try #require(QuantityComparison.Floor([high]))
        #expect(QuantityComparison.Verdict(distance: distance, floor: floor) == word)
    }
}
