import Foundation
import Testing

@testable import Measures

/// Expected values: Tests/Reference/experiment.py (numpy), or by hand where there are few draws to count.
struct InferenceTests {
    /// The counts of Tests/Reference/experiment.py.
    private func group(_ d: Int, seeds: Int = 3, images: Int = 6) -> [PairedScores] {
        (0..<seeds).map { s in
            PairedScores(
                arm: (0..<images).map { i in
                    .init(part: Double(20 + (7 * i + 3 * s + 5 * d) % 11), whole: Double(40 + (5 * i + s) % 9))
                },
                reference: (0..<images).map { i in
                    .init(
                        part: Double(16 + (4 * i + 7 * s + 2 * d) % 13), whole: Double(40 + (3 * i + 2 * s + d) % 8))
                })
        }
    }

    @Test func theSpreadIsNumpysWithOneDegreeLess() throws {
        let spread = try #require(Spread([0.71, 0.84, 0.655, 0.9]))
        #expect(spread.count == 4)
        #expect(abs(spread.mean - 0.77625) < 1e-12)
        #expect(abs((spread.deviation ?? 0) - 0.11323831801411863) < 1e-12)
        #expect(Spread([0.5])?.deviation == nil && Spread([0.5])?.mean == 0.5)
        #expect(Spread([]) == nil)
    }

    @Test func theIntervalIsThatOfNumpysBootstrap() throws {
        let one = try #require(PairedDifference([group(0)], seed: 3, draws: 40_000))
        #expect(abs(one.mean - 0.07756182111260453) < 1e-12)
        // Percentiles of 40,000 draws move by some ten-thousandths.
        #expect(abs(one.low - 0.03011046) < 1.5e-3 && abs(one.high - 0.12346956) < 1.5e-3, "\(one)")
        #expect(one.pairs == 3 && one.images == 6)
        let both = try #require(PairedDifference([group(0), group(1)], seed: 3, draws: 40_000))
        #expect(abs(both.mean - 0.06615488483718474) < 1e-12)
        #expect(abs(both.low - 0.0296495) < 1.5e-3 && abs(both.high - 0.10166439) < 1.5e-3, "\(both)")
        #expect(both.pairs == 6 && both.images == 12)
    }

    /// With one seed and two images there are three draws: the first twice (a quarter), each once, the second twice.
    @Test func withOneSeedImagesAloneVary() throws {
        let pair = PairedScores(
            arm: [.init(part: 8, whole: 10), .init(part: 2, whole: 10)],
            reference: [.init(part: 6, whole: 10), .init(part: 3, whole: 10)])
        let found = try #require(PairedDifference([[pair]]))
        #expect(abs(found.mean - 0.05) < 1e-12)
        #expect(abs(found.low + 0.1) < 1e-12 && abs(found.high - 0.2) < 1e-12)
    }

    /// One image, two seeds with differences of 0.1 and 0.3: the draws are 0.1, 0.2 and 0.3.
    @Test func withOneImageSeedsAloneVary() throws {
        let pairs = [(7.0, 6.0), (9, 6)].map { arm, reference in
            PairedScores(arm: [.init(part: arm, whole: 10)], reference: [.init(part: reference, whole: 10)])
        }
        let found = try #require(PairedDifference([pairs]))
        #expect(abs(found.mean - 0.2) < 1e-12)
        #expect(abs(found.low - 0.1) < 1e-12 && abs(found.high - 0.3) < 1e-12)
    }

    @Test func theSeedDecidesAndNothingIsSaidOfNothing() {
        #expect(PairedDifference([group(0)], seed: 1) == PairedDifference([group(0)], seed: 1))
        #expect(PairedDifference([group(0)], seed: 1) != PairedDifference([group(0)], seed: 2))
        #expect(PairedDifference([]) == nil)
        #expect(PairedDifference([group(0), []]) == nil)
        #expect(PairedDifference([[PairedScores(arm: [], reference: [])]]) == nil)
    }
}
