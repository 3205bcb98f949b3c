import Imaging
import Runs
import Testing

@testable import Engine

/// Crops put together anew of real cells and colours.
@Suite struct RecombinedCropTests {
    /// Discs of radius 5 on a grid with room about them; the value tells object from background.
    private static func discs(width: Int, height: Int) -> TrainingImage {
        var labels = LabelImage(width: width, height: height)
        var next: Int32 = 0
        for top in stride(from: 16, to: height - 12, by: 40) {
            for left in stride(from: 16, to: width - 12, by: 40) {
                next += 1
                for y in -5...5 { for x in -5...5 where x * x + y * y <= 25 { labels[left + x, top + y] = next } }
            }
        }
        let image = Image(
            width: width, height: height, channels: 1, samples: .float(labels.labels.map { $0 == 0 ? 0 : 1 }))
        return TrainingImage(name: "discs", image: image, labels: labels)
    }

    private static func sampler(_ images: [TrainingImage], side: Int = 64) -> RecombinedCrops {
        let crops = CropSampler(images, height: side, width: side, classes: 3, augmentation: .turned(scale: 1...1))
        return RecombinedCrops(images, crops: crops)
    }

    @Test func cellsAreAddedAndThoseThereStay() throws {
        let images = [Self.discs(width: 120, height: 120)]
        let crops = CropSampler(images, height: 64, width: 64, classes: 3, augmentation: .turned(scale: 1...1))
        let recombined = RecombinedCrops(images, crops: crops)
        var (added, touching, looks) = (0, 0, (all: 0, right: 0))
        for seed in 1...20 {
            var (first, second) = (SeededGenerator(seed: UInt64(seed)), SeededGenerator(seed: UInt64(seed)))
            let before = crops.unvaried(using: &first).sample
            let after = recombined.dense(using: &second).sample
            for place in before.labels.labels.indices where before.labels.labels[place] != 0 {
                #expect(after.labels.labels[place] == before.labels.labels[place])
                #expect(after.planes[0].values[place] == before.planes[0].values[place])
            }
            added += Int(after.labels.maximum) - Int(before.labels.maximum)
            // Every object is one piece of at least 15 pixels, and none covers what is not there.
            for (label, area) in after.labels.areas where label > before.labels.maximum {
                #expect(area >= 15)
                let mask = after.labels.labels.map { $0 == label ? UInt8(1) : 0 }
                #expect(LabelImage.components(ofMask: mask, width: 64, height: 64).maximum == 1)
            }
            // What is labelled looks like a disc, what is not like background.
            let classes = after.labels.classes(border: true)
            for (place, value) in after.planes[0].values.enumerated() where classes[place] != 2 {
                looks.all += 1
                if (value > 0) == (classes[place] == 1) { looks.right += 1 }
            }
            touching += classes.indices.count { place in
                let (x, y) = (place % 64, place / 64)
                let (here, right) = (after.labels[x, y], x + 1 < 64 ? after.labels[x + 1, y] : 0)
                return here != 0 && right != 0 && here != right
            }
        }
        #expect(added > 100)
        // But for what the discs' soft rims leave outside.
        #expect(Double(looks.right) > 0.95 * Double(looks.all), "\(looks)")
        // None of the discs in the image touch.
        #expect(touching > 20)
    }

    @Test func sameSeedSameCropAndNoCellsNoHarm() throws {
        let recombined = Self.sampler([Self.discs(width: 120, height: 90)])
        let batch = recombined.batch(count: 2, seed: 7, step: 3)
        #expect(batch == recombined.batch(count: 2, seed: 7, step: 3))
        #expect(batch.images != recombined.batch(count: 2, seed: 7, step: 4).images)
        #expect(batch.count == 2 && batch.images.count == 2 * 64 * 64 && batch.classes.count == 2 * 64 * 64)
        // An object at the edge is no whole one, and an image may hold none.
        var labels = LabelImage(width: 40, height: 40)
        for y in 0..<10 { for x in 0..<10 { labels[x, y] = 1 } }
        for labels in [labels, LabelImage(width: 40, height: 40)] {
            let image = TrainingImage(
                name: "bare",
                image: Image(width: 40, height: 40, channels: 1, samples: .uint8(.init(repeating: 9, count: 1600))),
                labels: labels)
            var generator = SeededGenerator(seed: 3)
            let crop = Self.sampler([image], side: 32).dense(using: &generator)
            #expect(crop.image == 0 && crop.sample.labels.maximum <= 1)
        }
    }

    /// Cells come from other images too, in the light of the crop's image and each with a contrast of its own.
    @Test func cellsOfOtherImagesAreLaidInTheToneOfTheCrop() throws {
        // No cell, and values of -0.5 and 0, but for one of -1 and one of 1.
        let values = [0, 1] + (2..<14400).map { $0 % 2 == 0 ? Float(0.25) : 0.5 }
        let bare = TrainingImage(
            name: "bare", image: Image(width: 120, height: 120, channels: 1, samples: .float(values)),
            labels: LabelImage(width: 120, height: 120))
        let recombined = Self.sampler([Self.discs(width: 120, height: 120), bare])
        var brightest: [Float] = []
        for seed in 1...40 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let (image, sample) = recombined.dense(using: &generator)
            guard image == 1 else { continue }
            var values: [Int32: Float] = [:]
            for (value, label) in zip(sample.planes[0].values, sample.labels.labels) where label != 0 {
                values[label] = max(values[label] ?? -1, value)
            }
            brightest += values.values
        }
        brightest.sort()
        try #require(brightest.count > 100)
        // Nine discs of 81 pixels of 1 on -1: mean -0.899, deviation 0.438. So 1 becomes -0.25 + 0.25 * 1.899 / 0.438 = 0.834,
        // and -1 becomes -0.308. Of the difference, 1.142, a cell gets e^-0.5 to e^0.25, the middle one e^-0.125.
        #expect(abs(brightest[0] - 0.385) < 0.04, "\(brightest[0])")
        #expect(abs(brightest[brightest.count / 2] - 0.700) < 0.05, "\(brightest[brightest.count / 2])")
        #expect(brightest[brightest.count - 1] == 1)
    }

    /// Grey as it is: of values with mean 0 and deviation 0.5 all the way to mean 0.25 and deviation 0.25.
    @Test func greyTakesOnAnotherTone() {
        func plane(_ values: [Float]) -> [Plane] { [Plane(width: 2, height: 2, values: values)] }
        let mine = ImageTone(plane([-0.5, 0.5, -0.5, 0.5]))
        let other = ImageTone(plane([0, 0.5, 0.5, 0]))
        var planes = plane([-0.5, 0.5, 0, 1])
        mine.change(&planes, towards: other, by: 1)
        #expect(planes[0].values == [0, 0.5, 0.25, 0.75])
        planes = plane([-0.5, 0.5, 0, 1])
        mine.change(&planes, towards: other, by: 0)
        #expect(planes[0].values == [-0.5, 0.5, 0, 1])
        // Half of the way: gain 0.75 about a mean of 0.125.
        mine.change(&planes, towards: other, by: 0.5)
        #expect(planes[0].values == [-0.25, 0.5, 0.125, 0.875])
        // Half as far again: gain 0.25 about a mean of 0.375, and no less contrast than that further on.
        planes = plane([-0.5, 0.5, 0, 1])
        mine.change(&planes, towards: other, by: 1.5)
        #expect(planes[0].values == [0.25, 0.5, 0.375, 0.625])
        planes = plane([-0.5, 0.5, 0, 1])
        mine.change(&planes, towards: other, by: 2)
        #expect(planes[0].values == [0.375, 0.625, 0.5, 0.75])
    }

    /// Colour as absorbance: an image of another's tone has its values.
    @Test func colourTakesOnAnotherTone() {
        func planes(_ values: [Float]) -> [Plane] {
            [Plane](repeating: Plane(width: 2, height: 1, values: values), count: 3)
        }
        let (mine, other) = (planes([-0.5, 0.75]), planes([-0.25, 0.5]))
        var changed = mine
        ImageTone(mine).change(&changed, towards: ImageTone(other), by: 1)
        for (found, wanted) in zip(changed.flatMap(\.values), other.flatMap(\.values)) {
            #expect(abs(found - wanted) < 1e-4)
        }
        // Without contrast there is nothing to change.
        var flat = planes([0.25, 0.25])
        ImageTone(flat).change(&flat, towards: ImageTone(other), by: 1)
        #expect(flat == planes([0.25, 0.25]))
    }
}
