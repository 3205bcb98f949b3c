import Drawing
import Foundation
import Imaging
import Testing
import Torch

@testable import Engine

extension NetworkWork {
    /// The augmentation in front of a discriminator.
    @Suite struct DiffAugmentTests {
        private func augmented(_ images: Tensor, seed: UInt64 = 7, probability: Double = 1) throws -> Tensor {
            var generator = SeededGenerator(seed: seed)
            return try DiffAugment(probability: probability)(images, using: &generator)
        }

        @Test(arguments: [[3, 1, 16, 24], [2, 3, 32, 32]]) func shapesAreKept(shape: [Int]) throws {
            let images = try NetworkWork.wave(shape, 0.3)
            let result = try augmented(images)
            #expect(result.shape == shape)
            #expect(try result.bytes() != images.bytes())
        }

        @Test func withProbabilityZeroItIsTheSameTensor() throws {
            let images = try NetworkWork.wave([2, 1, 16, 16], 0.3)
            #expect(try augmented(images, probability: 0) === images)
        }

        @Test func aSeedRepeatsAndAnotherDoesNot() throws {
            let images = try NetworkWork.wave([2, 3, 16, 16], 0.3)
            #expect(try augmented(images, seed: 1).bytes() == augmented(images, seed: 1).bytes())
            #expect(try augmented(images, seed: 1).bytes() != augmented(images, seed: 2).bytes())
        }

        @Test func eachSampleIsChangedOnItsOwn() throws {
            let one = try NetworkWork.wave([1, 1, 16, 16], 0.3)
            let result = try augmented(.concatenated([one, one], dimension: 0))
            let halves = try result.chunks(2, dimension: 0)
            #expect(try halves[0].bytes() != halves[1].bytes())
        }

        /// A flat image stays flat in tone: what is left of it is one value, moved away parts and the hole are 0.
        @Test func translationAndCutoutFillWithZeros() throws {
            var seenShift = false
            for seed in 0..<20 as Range<UInt64> {
                let values: [Float] = try augmented(.full([1, 1, 32, 32], 0.75), seed: seed).array()
                // Brightness adds -0.5...0.5; contrast leaves the mean of a flat image.
                let kept = Set(values.filter { $0 != 0 }.map { ($0 * 1e4).rounded() })
                #expect(kept.count == 1)
                #expect(kept.allSatisfy { $0 >= 2500 && $0 <= 12500 })
                let zeros = values.count { $0 == 0 }
                #expect(zeros < 32 * 32, "something is left")
                let emptyRows = (0..<32).filter { row in values[row * 32..<row * 32 + 32].allSatisfy { $0 == 0 } }
                // A shift of an eighth at most; the hole of a half never spans a whole row.
                #expect(emptyRows.count <= 4)
                seenShift = seenShift || !emptyRows.isEmpty
                #expect(emptyRows.isEmpty || emptyRows.contains(0) || emptyRows.contains(31))
            }
            #expect(seenShift)
        }

        @Test func gradientsReachWhatIsLeftOfTheImage() throws {
            let images = try NetworkWork.wave([2, 3, 16, 16], 0.3)
            try images.setRequiresGradient(true)
            try augmented(images).power(2).sum().backward()
            let gradient = try #require(try images.gradient())
            #expect(try gradient.isFinite().all().item() == 1)
            #expect(try gradient.absolute().sum().item() > 0)
        }
    }
}
