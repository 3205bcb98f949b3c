import Datasets
import Foundation
import Imaging
import Runs
import TestSupport
import Testing

@testable import Engine

/// Training images, their values, and batches.
@Suite struct AugmentationBatchTests {
    @Test(arguments: [Augmentation.published, .strong]) func aBatchDependsOnSeedAndStepOnly(augmentation: Augmentation)
    {
        let images = [
            AugmentationTests.squares(width: 90, height: 70), AugmentationTests.squares(width: 40, height: 120),
        ]
        let sampler = AugmentationTests.sampler(images, 48, 64, augmentation)
        let batch = sampler.batch(count: 4, seed: 42, step: 7)
        _ = sampler.batch(count: 2, seed: 42, step: 8)
        let again = AugmentationTests.sampler(images, 48, 64, augmentation).batch(count: 4, seed: 42, step: 7)
        #expect(batch == again)
        #expect(batch != sampler.batch(count: 4, seed: 42, step: 8))
        #expect(batch != sampler.batch(count: 4, seed: 43, step: 7))
        #expect(batch.images.count == 4 * 48 * 64 && batch.classes.count == 4 * 48 * 64)
        #expect(batch.channels == 1 && batch.height == 48 && batch.width == 64 && batch.count == 4)
    }

    @Test(arguments: [1, 3]) func valuesStayWithinBoundsWhateverIsDone(channels: Int) {
        var generator = SeededGenerator(seed: 4)
        let samples = (0..<60 * 60 * channels).map { _ in UInt16(generator.index(below: 65536)) }
        let image = Image(width: 60, height: 60, channels: channels, samples: .uint16(samples))
        let labels = AugmentationTests.squares(width: 60, height: 60).labels
        var augmentation = Augmentation.strong
        augmentation.pVanilla = 1
        augmentation.pTone = 1
        augmentation.steps = Augmentation.Step.allCases
        let sampler = AugmentationTests.sampler(
            [TrainingImage(name: "noise", image: image, labels: labels)], 32, 32, augmentation)
        for step in 0..<5 {
            let batch = sampler.batch(count: 4, seed: 1, step: step)
            #expect(batch.images.count == 4 * channels * 32 * 32)
            #expect(batch.images.allSatisfy { $0 >= -1 && $0 <= 1 })
            #expect(batch.classes.allSatisfy { $0 >= 0 && $0 <= 2 })
        }
    }

    @Test func colourPlanesFollowOneAnother() {
        // Every channel its own multiple of the label.
        let grey = AugmentationTests.squares(width: 50, height: 50)
        let samples = grey.labels.labels.flatMap { [Float($0), Float($0) * 2, Float($0) * 4] }
        let image = Image(width: 50, height: 50, channels: 3, samples: .float(samples))
        let colour = TrainingImage(name: "colour", image: image, labels: grey.labels)
        let batch = AugmentationTests.sampler([colour], 20, 30, .turned(scale: 1...1)).batch(count: 3, seed: 2, step: 0)
        let area = 600
        for sample in 0..<3 {
            let start = sample * 3 * area
            for i in start..<start + area {
                #expect(abs((batch.images[i] + 1) * 4 - (batch.images[i + 2 * area] + 1)) < 1e-4)
                #expect(abs((batch.images[i] + 1) * 2 - (batch.images[i + area] + 1)) < 1e-4)
            }
        }
    }

    private func isClose(_ planes: [Plane], _ expected: [[Float]]) -> Bool {
        planes.count == expected.count
            && zip(planes, expected).allSatisfy { plane, values in
                plane.values.count == values.count && zip(plane.values, values).allSatisfy { abs($0 - $1) < 1e-6 }
            }
    }

    @Test func imagesAreScaledByTheirSmallestAndLargestValue() {
        let labels = LabelImage(width: 3, height: 1)
        let colour = TrainingImage(
            name: "rgba",
            image: Image(
                width: 3, height: 1, channels: 4, samples: .uint8([10, 20, 30, 255, 40, 50, 60, 0, 10, 10, 10, 255])),
            labels: labels)
        // (v - 10) / 50 * 2 - 1; the alpha's 0 and 255 do not count.
        #expect(isClose(colour.planes, [[-1, 0.2, -1], [-0.6, 0.6, -1], [-0.2, 1, -1]]))
        let grey = TrainingImage(
            name: "grey in rgba",
            image: Image(
                width: 3, height: 1, channels: 4, samples: .uint8([1, 1, 1, 255, 3, 3, 3, 255, 2, 2, 2, 255])),
            labels: labels)
        #expect(isClose(grey.planes, [[-1, 1, 0]]))
        let odd = TrainingImage(
            name: "odd",
            image: Image(width: 3, height: 1, channels: 1, samples: .float([.nan, 4, 8])), labels: labels)
        // No number counts as the smallest.
        #expect(isClose(odd.planes, [[-1, -1, 1]]))
        let infinite = TrainingImage(
            name: "infinite",
            image: Image(width: 3, height: 1, channels: 1, samples: .float([.infinity, 4, -.infinity])), labels: labels)
        #expect(infinite.planes[0].values.allSatisfy { $0.isFinite && abs($0) <= 1 })
    }

    @Test func greyAndColourOfOneSetBecomeAlike() throws {
        let folder = try TemporaryFolder()
        let labels = LabelImage(width: 2, height: 1, labels: [0, 3])
        try labels.write(to: folder.path("mask.png"))
        try ImageFile.write(
            Image(width: 2, height: 1, channels: 1, samples: .uint8([5, 9])), to: folder.path("grey.png"))
        try ImageFile.write(
            Image(width: 2, height: 1, channels: 3, samples: .uint8([0, 0, 0, 200, 100, 0])),
            to: folder.path("colour.png"))
        try LabelImage(width: 3, height: 1).write(to: folder.path("wrong.png"))
        func pair(_ name: String, mask: String = "mask.png") -> Pair {
            Pair(name: name, imagePath: folder.path(name + ".png"), maskFiles: .whole(folder.path(mask)))
        }
        let mixed = try TrainingImage.read([pair("grey"), pair("colour")])
        #expect(isClose(mixed[0].planes, [[-1, 1], [-1, 1], [-1, 1]]))
        #expect(isClose(mixed[1].planes, [[-1, 1], [-1, 0], [-1, -1]]))
        let luminance = try TrainingImage.read(pair("colour"), channels: 1)
        #expect(isClose(luminance.planes, [[-1, 1]]))
        #expect(try TrainingImage.read(pair("grey")).planes.count == 1)
        #expect(throws: InputError.self) { try TrainingImage.read(pair("colour"), channels: 4) }
        #expect(throws: InputError.self) { try TrainingImage.read(pair("grey", mask: "wrong.png")) }
    }

    @Test func noiseHasTheStandardDeviationAskedFor() {
        var values = [Float](repeating: 2, count: 100_001)
        var generator = SeededGenerator(seed: 9)
        values.withUnsafeMutableBufferPointer { generator.addNoise(to: $0, sigma: 0.5) }
        let count = Double(values.count)
        let mean = values.reduce(0.0) { $0 + Double($1) } / count
        let variance = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
        let within = Double(values.filter { abs($0 - 2) < 0.5 }.count) / count
        #expect(abs(mean - 2) < 0.01)
        #expect(abs(variance.squareRoot() - 0.5) < 0.005)
        #expect(abs(within - 0.6827) < 0.006)
    }

    @Test func jitterOfColourKeepsGreyGrey() {
        let plane = Plane(width: 2, height: 1, values: [0.2, 0.6])
        var sample = VariedCrop(planes: [plane, plane, plane], labels: LabelImage(width: 2, height: 1))
        var generator = SeededGenerator(seed: 2)
        sample.jitter(by: 0.33, using: &generator)
        #expect(sample.planes[0].values != plane.values)
        #expect(zip(sample.planes[0].values, sample.planes[2].values).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func gammaAndGainAreThoseOfTheFormula() {
        var augmentation = Augmentation.none
        augmentation.pTone = 1
        augmentation.gamma = 2...2
        augmentation.gain = 0.8...0.8
        let image = Image(width: 3, height: 1, channels: 1, samples: .uint8([0, 1, 2]))
        let source = TrainingImage(name: "ramp", image: image, labels: LabelImage(width: 3, height: 1))
        let batch = AugmentationTests.sampler([source], 1, 3, augmentation).batch(count: 1, seed: 1, step: 1)
        // 0, 0.25 and 1 after the gamma; -1, -0.5 and 1 times 0.8.
        #expect(zip(batch.images, [-0.8, -0.4, 0.8]).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func settingsComeBackFromJSON() throws {
        for settings in [Augmentation.none, .published, .strong] {
            let data = try JSONEncoder().encode(settings)
            #expect(try JSONDecoder().decode(Augmentation.self, from: data) == settings)
        }
    }

    @Test func denseMasksAreSeededAndWithinTheirCover() {
        let source = AugmentationTests.squares(width: 100, height: 100).labels
        let sampler = DenseMaskSampler([source], height: 64, width: 96, classes: 3)
        #expect(sampler.cellCount == 25)
        let masks = sampler.labels(count: 3, seed: 1, step: 5)
        #expect(masks == sampler.labels(count: 3, seed: 1, step: 5))
        #expect(masks != sampler.labels(count: 3, seed: 1, step: 6))
        #expect(
            sampler.batch(count: 3, seed: 1, step: 5).classes
                == masks.flatMap { $0.classes(border: true) }.map { Int64($0) })
        let covers = (0..<16).flatMap { sampler.labels(count: 1, seed: 2, step: $0) }.map { mask in
            Double(mask.foreground.filter { $0 != 0 }.count) / Double(64 * 96)
        }
        // The last cell pasted may go beyond the cover drawn: at most 1.4 * 1.15 times 12 pixels on a side, 373 pixels.
        #expect(covers.allSatisfy { $0 >= 0.05 && $0 < 0.55 + 0.062 })
        #expect((covers.max() ?? 0) - (covers.min() ?? 0) > 0.2)
    }
}
