import Foundation
import Testing
import Torch

@testable import Engine

extension NetworkWork {
    /// Distances of clouds of feature vectors against numpy, scipy and hand arithmetic.
    @Suite struct FeatureDistanceTests {
        /// A cloud that make_feature_distance.py makes too, to the last bit.
        struct Cloud: Decodable {
            let seed: UInt64
            let vectors, width: Int
            let follow, scale, shift: Double

            func tensor() throws -> Tensor {
                let values = [Double](unsafeUninitializedCapacity: vectors * width) { values, initialized in
                    var state = seed
                    for row in 0..<vectors {
                        var last = 0.0
                        for column in 0..<width {
                            state &+= 0x9E37_79B9_7F4A_7C15
                            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
                            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
                            mixed ^= mixed >> 31
                            last = (Double(mixed >> 11) * 0x1p-53 - 0.5) + follow * last
                            values[row * width + column] = last * scale + shift
                        }
                    }
                    initialized = values.count
                }
                return try Tensor(values, shape: [vectors, width])
            }
        }

        struct Case: Decodable, CustomTestStringConvertible {
            let name: String
            let clouds: [Cloud]
            /// By scipy's root of a matrix, which loses digits where there are few vectors.
            let byRoot: Double
            /// Exact to rounding.
            let frechet: Double
            let kernel: Double

            var testDescription: String { name }

            static let all: [Case] = {
                let cases = try? JSONDecoder().decode(
                    [Case].self, from: Data(contentsOf: fixture("feature_distance.json")))
                return cases ?? []
            }()
        }

        @Test func theCasesAreThere() { #expect(Case.all.count == 8) }

        @Test(arguments: Case.all) func distancesAgreeWithNumpyAndScipy(case: Case) throws {
            let (first, second) = (try `case`.clouds[0].tensor(), try `case`.clouds[1].tensor())
            let frechet = try FeatureDistance.frechet(first, second)
            #expect(abs(frechet / `case`.byRoot - 1) < 1e-3)
            #expect(abs(frechet / `case`.frechet - 1) < 1e-9)
            #expect(abs(try FeatureDistance.frechet(second, first) / frechet - 1) < 1e-9)
            let kernel = try FeatureDistance.kernel(first, second)
            #expect(abs(kernel / `case`.kernel - 1) < 1e-6)
            #expect(abs(try FeatureDistance.kernel(second, first) / kernel - 1) < 1e-6)
        }

        @Test(arguments: Case.all) func theFrechetDistanceOfACloudToItselfIsZero(case: Case) throws {
            for cloud in try `case`.clouds.map({ try $0.tensor() }) {
                #expect(abs(try FeatureDistance.frechet(cloud, cloud)) < 1e-6)
                // In another order, whose mean is rounded otherwise.
                #expect(abs(try FeatureDistance.frechet(cloud, cloud.flipped([0]))) < 1e-6)
            }
        }

        /// Scaling by k and shifting by c: |(k - 1) m + c|^2 + (k - 1)^2 Tr S.
        @Test(arguments: [(10, 40), (200, 8)]) func theDistanceToAScaledCloudIsItsFormulas(
            vectors: Int, width: Int
        ) throws {
            let cloud = try Cloud(seed: 20, vectors: vectors, width: width, follow: 0.5, scale: 1, shift: 3).tensor()
            let mean = try cloud.mean([0])
            let spread = try (cloud - mean).power(2).sum().item() / Double(vectors - 1)
            let expected = try (mean * 0.5 - 2).power(2).sum().item() + 0.25 * spread
            #expect(abs(try FeatureDistance.frechet(cloud, cloud * 1.5 - 2) / expected - 1) < 1e-9)
        }

        /// 0, 2 against 1, 5: means 1 and 3, variances 2 and 8, so 4 + 2 + 8 - 2 * 4; kernels 1 of 0 x 2, 216 of 1 x 5, and
        /// 1, 1, 27, 1331 between: 1 + 216 - 1360 / 2.
        @Test func twoPairsOfNumbersAreWorkedOutByHand() throws {
            let first = try Tensor([0, 2] as [Double], shape: [2, 1])
            let second = try Tensor([1, 5] as [Double], shape: [2, 1])
            #expect(abs(try FeatureDistance.frechet(first, second) - 6) < 1e-12)
            #expect(abs(try FeatureDistance.kernel(first, second) - (217 - 680)) < 1e-9)
        }

        /// The kernel distance has no bias: between halves of one cloud it falls to both sides of 0, and is far from that of
        /// a cloud shifted by a quarter of its width.
        @Test func theKernelDistanceOfHalvesOfACloudIsAboutZero() throws {
            let cloud = try Cloud(seed: 21, vectors: 2000, width: 16, follow: 0.4, scale: 1, shift: 0).tensor()
            let distances = try cloud.chunks(20, dimension: 0).map { part in
                let halves = try part.chunks(2, dimension: 0)
                return try FeatureDistance.kernel(halves[0], halves[1])
            }
            let shifted = try FeatureDistance.kernel(cloud, cloud + 0.25)
            #expect(distances.contains { $0 < 0 } && distances.contains { $0 > 0 })
            #expect(abs(distances.reduce(0, +) / 20) < 0.02 * shifted)
        }

        @Test func aCloudOfOneVectorHasNoDistance() throws {
            let one = try Tensor.zeros([1, 4], type: .float64)
            let two = try Tensor.zeros([2, 4], type: .float64)
            #expect(throws: TorchError.self) { try FeatureDistance.frechet(one, two) }
            #expect(throws: TorchError.self) { try FeatureDistance.kernel(two, one) }
        }
    }
}
