import Imaging
import Runs
import Testing
import Torch

@testable import Engine

extension NetworkWork {
    /// The parts of a batch that several processes have.
    @Suite struct BatchShareTests {
        @Test func thePartsAreTheWhole() throws {
            let batch = try NetworkWork.wave([6, 2, 3], 0.7)
            let rows = try batch.chunks(6, dimension: 0)
            for rank in 0..<3 {
                let part = try BatchShare(rank: rank, count: 3).part(of: batch)
                let expected = try Tensor.concatenated([rows[rank], rows[rank + 3]], dimension: 0)
                #expect(try part.bytes() == expected.bytes())
            }
            #expect(try BatchShare.whole.part(of: batch) === batch)
        }

        @Test func cropsAreShared() {
            let sampler = CropSampler(
                NetworkWork.trainingImages(2), height: 16, width: 24, classes: 3, augmentation: .strong)
            let whole = sampler.batch(count: 4, seed: 3, step: 5)
            let (pixels, area) = (16 * 24 * whole.channels, 16 * 24)
            for rank in 0..<2 {
                let part = BatchShare(rank: rank, count: 2).part(of: whole)
                #expect(part.count == 2 && part.height == 16 && part.width == 24)
                for (place, item) in [rank, rank + 2].enumerated() {
                    #expect(
                        part.images[place * pixels..<(place + 1) * pixels]
                            .elementsEqual(whole.images[item * pixels..<(item + 1) * pixels]))
                    #expect(
                        part.classes[place * area..<(place + 1) * area]
                            .elementsEqual(whole.classes[item * area..<(item + 1) * area]))
                }
            }
        }

        @Test func aPartIsAugmentedAsInTheWhole() throws {
            let images = try NetworkWork.wave([4, 3, 16, 24], 0.3)
            var generator = SeededGenerator(seed: 9)
            let whole = try DiffAugment(probability: 1)(images, using: &generator)
            let next = generator.next()
            for rank in 0..<2 {
                let share = BatchShare(rank: rank, count: 2)
                var own = SeededGenerator(seed: 9)
                let part = try DiffAugment(probability: 1, share: share)(share.part(of: images), using: &own)
                #expect(try part.bytes() == share.part(of: whole).bytes())
                #expect(own.next() == next)
            }
        }
    }
}
