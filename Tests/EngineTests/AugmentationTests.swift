import Imaging
import Runs
import Testing

@testable import Engine

/// Crops and what is done to them.
@Suite struct AugmentationTests {
    /// Squares of 12 pixels, 20 apart, each with its own label; the image's value is the label.
    static func squares(width: Int, height: Int, channels: Int = 1) -> TrainingImage {
        var labels = LabelImage(width: width, height: height)
        var next: Int32 = 0
        for top in stride(from: 3, to: height - 12, by: 20) {
            for left in stride(from: 3, to: width - 12, by: 20) {
                next += 1
                for y in top..<top + 12 { for x in left..<left + 12 { labels[x, y] = next } }
            }
        }
        let values = labels.labels.flatMap { [Float](repeating: Float($0), count: channels) }
        let image = Image(width: width, height: height, channels: channels, samples: .float(values))
        return TrainingImage(name: "squares", image: image, labels: labels)
    }

    /// An image in which every pixel has a value of its own, which tells where it was.
    static func places(width: Int, height: Int) -> TrainingImage {
        let image = Image(
            width: width, height: height, channels: 1, samples: .float((0..<width * height).map { Float($0) }))
        let labels = LabelImage(width: width, height: height, labels: (0..<Int32(width * height)).map { $0 + 1 })
        return TrainingImage(name: "places", image: image, labels: labels)
    }

    static func sampler(
        _ images: [TrainingImage], _ height: Int, _ width: Int, classes: Int = 3, _ augmentation: Augmentation
    ) -> CropSampler {
        CropSampler(images, height: height, width: width, classes: classes, augmentation: augmentation)
    }

    @Test func withoutAugmentationACropIsAWindowOfTheImage() throws {
        let source = Self.places(width: 40, height: 30)
        let sampler = Self.sampler([source], 10, 14, .none)
        var generator = SeededGenerator(seed: 5)
        var starts: Set<Int32> = []
        for _ in 0..<50 {
            let crop = sampler.crop(using: &generator)
            let start = crop.labels[0, 0] - 1
            starts.insert(start)
            let (left, top) = (Int(start) % 40, Int(start) / 40)
            let box = LabelImage.Box(x: left, y: top, width: 14, height: 10)
            #expect(crop.labels == source.labels.cropped(to: box))
            #expect(crop.image == source.planes[0].cropped(to: box).values)
        }
        // 27 x 21 places: 50 draws hit many of them.
        #expect(starts.count > 40)
    }

    /// Values tell labels apart: on flat parts of the image the value is the label's, whatever was done to both.
    @Test(arguments: [
        ("turned", Augmentation.turned(scale: 1...1)), ("shrunk", .turned(scale: 0.7...0.7)),
        ("enlarged", .turned(scale: 1.4...1.4)), ("jittered", .turned(scale: 0.7...1.4)),
        ("flipped", .always([.flipAcross, .flipDown])), ("zoomed", .always([.zoom])), ("bent", .bent),
    ])
    func imageAndLabelsStayAligned(_: String, augmentation: Augmentation) {
        let source = Self.squares(width: 150, height: 130)
        let top = Float(source.labels.maximum)
        let sampler = Self.sampler([source], 48, 64, augmentation)
        var generator = SeededGenerator(seed: 11)
        var (compared, strayed) = (0, 0)
        for _ in 0..<12 {
            let crop = sampler.crop(using: &generator)
            #expect(crop.labels.width == 64 && crop.labels.height == 48)
            for y in 2..<46 {
                for x in 2..<62 {
                    let label = crop.labels[x, y]
                    let around = (-2...2).flatMap { dy in (-2...2).map { dx in crop.labels[x + dx, y + dy] } }
                    // Erosion and dropped objects leave background that is none.
                    guard around.allSatisfy({ $0 == label }), label != 0 else { continue }
                    compared += 1
                    let value = (crop.image[y * 64 + x] + 1) / 2 * top
                    if abs(value - Float(label)) > 0.01 { strayed += 1 }
                }
            }
        }
        #expect(compared > 2000)
        #expect(strayed == 0)
    }

    /// The edge between two halves must fall on the same place in image and labels: to half a pixel in each crop, and on
    /// average with no shift to one side (labels taken at a pixel's corner instead of its middle are off by half a pixel).
    @Test(arguments: [0.7, 1.0, 1.3, 1.4]) func scalingDoesNotShiftLabels(scale: Double) {
        let side = 64
        var labels = LabelImage(width: side, height: side)
        for y in 0..<side { for x in 32..<side { labels[x, y] = 1 } }
        let image = Image(
            width: side, height: side, channels: 1, samples: .uint8(labels.labels.map { UInt8($0) * 255 }))
        var augmentation = Augmentation.none
        augmentation.scale = scale...scale
        let sampler = Self.sampler([TrainingImage(name: "half", image: image, labels: labels)], 40, 40, augmentation)
        var generator = SeededGenerator(seed: 3)
        var differences: [Float] = []
        for _ in 0..<150 {
            let crop = sampler.crop(using: &generator)
            let row = crop.labels.labels[800..<840]
            guard row.first == 0, row.last == 1 else { continue }
            let edge = Float(row.filter { $0 == 0 }.count)
            let inked = crop.image[800..<840].reduce(Float(0)) { $0 + (1 - $1) / 2 }
            differences.append(edge - inked)
        }
        #expect(differences.count > 50)
        #expect(differences.allSatisfy { abs($0) <= 0.75 })
        #expect(abs(differences.reduce(0, +) / Float(differences.count)) < 0.08)
    }

    @Test func allEightTurnsOccurAndNothingElse() {
        let source = Self.places(width: 6, height: 6)
        let sampler = Self.sampler([source], 6, 6, .turned(scale: 1...1))
        var generator = SeededGenerator(seed: 1)
        var seen: [[Int32]: Int] = [:]
        for _ in 0..<400 { seen[sampler.crop(using: &generator).labels.labels, default: 0] += 1 }
        #expect(seen.count == 8)
        // Each turn keeps the corners in the corners.
        let corners: Set<Int32> = [1, 6, 31, 36]
        for labels in seen.keys { #expect(Set([labels[0], labels[5], labels[30], labels[35]]) == corners) }
        for count in seen.values { #expect(count > 20) }
    }

    @Test func scaleChangesTheSizeOfObjects() {
        let source = Self.squares(width: 200, height: 200)
        for scale in [0.7, 1.4] {
            let sampler = Self.sampler([source], 96, 96, .turned(scale: scale...scale))
            var generator = SeededGenerator(seed: 2)
            var areas: [Double] = []
            for _ in 0..<20 {
                let labels = sampler.crop(using: &generator).labels
                for (label, box) in labels.boundingBoxes
                where box.x > 0 && box.y > 0 && box.x + box.width < 96 && box.y + box.height < 96 {
                    areas.append(Double(labels.areas[label] ?? 0))
                }
            }
            let mean = areas.reduce(0, +) / Double(areas.count)
            #expect(abs(mean / (144 * scale * scale) - 1) < 0.05)
        }
    }

    @Test func bendingMovesPixelsByAFewPixels() {
        let side = 60
        let source = Self.places(width: side, height: side)
        let sampler = Self.sampler([source], side, side, .bent)
        var generator = SeededGenerator(seed: 6)
        let labels = sampler.crop(using: &generator).labels
        var squares = 0.0
        for y in 10..<50 {
            for x in 10..<50 {
                let from = Int(labels[x, y]) - 1
                let (dx, dy) = (Double(from % side - x), Double(from / side - y))
                #expect(abs(dx) < 8 && abs(dy) < 8)
                squares += (dx * dx + dy * dy) / 3200
            }
        }
        // Linear interpolation between independent points lowers the variance, to about 4/9 of 1.5 squared on average.
        #expect(squares > 0.3 && squares < 3)
    }

    @Test func aSmallImageIsContinuedByReflection() {
        let source = Self.places(width: 3, height: 1)
        let sampler = Self.sampler([source], 2, 7, .none)
        var generator = SeededGenerator(seed: 1)
        // By hand: ... 2 1 0 1 2 1 0 1 2 ..., the image's values -1 0 1, starting anywhere that keeps the image inside.
        let endless: [Float] = [-1, 0, 1, 0, -1, 0, 1, 0, -1, 0, 1]
        let allowed = (0..<4).map { Array(endless[$0..<$0 + 7]) }
        for _ in 0..<20 {
            let crop = sampler.crop(using: &generator)
            #expect(crop.image.count == 14)
            #expect(allowed.contains(Array(crop.image[0..<7])))
            #expect(crop.image[0..<7] == crop.image[7..<14])
        }
    }

    @Test func anObjectAndItsReflectionAreTwo() {
        var labels = LabelImage(width: 6, height: 6)
        labels[2, 2] = 9
        let image = Image(width: 6, height: 6, channels: 1, samples: .uint8(labels.labels.map { UInt8($0) }))
        let sampler = Self.sampler([TrainingImage(name: "dot", image: image, labels: labels)], 16, 16, .none)
        var generator = SeededGenerator(seed: 1)
        let crop = sampler.crop(using: &generator)
        let dots = crop.image.filter { $0 == 1 }.count
        #expect(dots > 1)
        #expect(crop.labels.areas.values.allSatisfy { $0 == 1 })
        #expect(crop.labels.areas.count == dots)
    }

    @Test func atLeastHalfOfTheCropsHoldAnObject() {
        var labels = LabelImage(width: 300, height: 300)
        labels[299, 0] = 4
        let image = Image(
            width: 300, height: 300, channels: 1, samples: .uint8([UInt8](repeating: 7, count: 90000)))
        let empty = TrainingImage(name: "empty", image: image, labels: LabelImage(width: 300, height: 300))
        let sparse = TrainingImage(name: "sparse", image: image, labels: labels)
        for augmentation in [Augmentation.none, .turned(scale: 1...1)] {
            let sampler = Self.sampler([empty, sparse, empty], 16, 16, augmentation)
            var generator = SeededGenerator(seed: 8)
            let held = (0..<400).filter { _ in sampler.crop(using: &generator).labels.labels.contains(4) }.count
            #expect(held > 160 && held < 240)
        }
        let none = Self.sampler([empty], 16, 16, .none)
        var generator = SeededGenerator(seed: 8)
        #expect(none.crop(using: &generator).classes.allSatisfy { $0 == 0 })
    }

    @Test func classesAreThoseOfTheCrop() {
        // One object of 3x4 pixels and one of 2x4 beside it; the border is what has another label in its 3x3.
        let labels = LabelImage(
            width: 6, height: 5,
            labels: [
                0, 0, 0, 0, 0, 0,  //
                1, 1, 1, 2, 2, 0,  //
                1, 1, 1, 2, 2, 0,  //
                1, 1, 1, 2, 2, 0,  //
                1, 1, 1, 2, 2, 0,
            ])
        let expected: [UInt8] = [
            0, 0, 0, 0, 0, 0,  //
            2, 2, 2, 2, 2, 0,  //
            1, 1, 2, 2, 2, 0,  //
            1, 1, 2, 2, 2, 0,  //
            1, 1, 2, 2, 2, 0,
        ]
        let image = Image(width: 6, height: 5, channels: 1, samples: .uint8([UInt8](0..<30)))
        let source = TrainingImage(name: "two", image: image, labels: labels)
        var generator = SeededGenerator(seed: 1)
        #expect(Self.sampler([source], 5, 6, .none).crop(using: &generator).classes == expected)
        let batch = Self.sampler([source], 5, 6, .none).batch(count: 2, seed: 1, step: 0)
        #expect(batch.classes == (expected + expected).map { Int64($0) })
        let two = Self.sampler([source], 5, 6, classes: 2, .none).batch(count: 1, seed: 1, step: 0)
        #expect(two.classes == expected.map { $0 == 0 ? 0 : 1 })
    }
}

extension Augmentation {
    /// Turns and scale alone.
    static func turned(scale: ClosedRange<Double>) -> Augmentation {
        var augmentation = Augmentation.none
        augmentation.turns = true
        augmentation.scale = scale
        return augmentation
    }

    /// Bending alone, of every sample.
    static var bent: Augmentation {
        var augmentation = Augmentation.none
        augmentation.pBending = 1
        augmentation.bending = 1.5
        return augmentation
    }

    /// Steps of the published augmentation for every sample, each with probability 0.5.
    static func always(_ steps: [Step]) -> Augmentation {
        var augmentation = Augmentation.none
        augmentation.pVanilla = 1
        augmentation.steps = steps
        return augmentation
    }
}
