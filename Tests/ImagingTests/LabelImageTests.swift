import Testing

@testable import Imaging

/// Label images against scipy and OpenCV; see Fixtures/make_operations.py.
@Suite struct LabelImageTests {
    struct Case: Decodable {
        var width, height: Int
        var labels, noise4, noise8, equal4, equal8, relabelled, kept15, core, eroded, resized: [Int32]
        var noise, classes, outlines: [UInt8]
        /// For each pixel the cores it may join when growing.
        var joins: [[Int32]]
        var areas: [String: Int]
        var boxes: [String: [Int]]

        var image: LabelImage { LabelImage(width: width, height: height, labels: labels) }
    }

    struct Operations: Decodable { var labels: [Case] }

    private let cases: [Case]

    init() throws { cases = try Fixture.json("operations.json", as: Operations.self).labels }

    /// The labels renumbered by first appearance: equal for two labelings that differ only in their numbers.
    private func ordered(_ labels: [Int32]) -> [Int32] {
        var numbers: [Int32: Int32] = [0: 0]
        return labels.map { label in
            if let number = numbers[label] { return number }
            numbers[label] = Int32(numbers.count)
            return Int32(numbers.count - 1)
        }
    }

    @Test func componentsOfAMaskAreScipys() {
        for each in cases {
            let four = LabelImage.components(ofMask: each.noise, width: each.width, height: each.height)
            #expect(four.labels == ordered(each.noise4))
            let eight = LabelImage.components(
                ofMask: each.noise, width: each.width, height: each.height, connectivity: .eight)
            #expect(eight.labels == ordered(each.noise8))
        }
    }

    @Test func componentsOfEqualLabelsPartSplitObjects() {
        for each in cases {
            #expect(each.image.components(connectivity: .four).labels == ordered(each.equal4))
            #expect(each.image.components(connectivity: .eight).labels == ordered(each.equal8))
            // Each of scipy's components is a piece of the label at any of its pixels.
            var pieces: [Int32: [Int32: Int]] = [:]
            for (label, component) in zip(each.image.labels, each.equal8) where component != 0 {
                pieces[label, default: [:]][component, default: 0] += 1
            }
            #expect(each.image.pieces == pieces.mapValues { $0.values.sorted(by: >) })
        }
    }

    @Test func objectsAreNumberedByFirstAppearance() {
        for each in cases { #expect(each.image.relabelled().labels == each.relabelled) }
    }

    @Test func smallObjectsGoAndOthersKeepTheirLabels() {
        for each in cases { #expect(each.image.removingSmall(minimumArea: 15).labels == each.kept15) }
    }

    @Test func areasAndBoxesAreThoseOfScipy() {
        for each in cases {
            #expect(each.image.areas == Dictionary(uniqueKeysWithValues: each.areas.map { (Int32($0) ?? -1, $1) }))
            #expect(each.image.maximum == each.labels.max())
            let boxes = each.boxes.map {
                (Int32($0) ?? -1, LabelImage.Box(x: $1[0], y: $1[1], width: $1[2], height: $1[3]))
            }
            #expect(each.image.boundingBoxes == Dictionary(uniqueKeysWithValues: boxes))
        }
    }

    @Test func theRimIsWhereDilationAndErosionDiffer() {
        for each in cases {
            #expect(each.image.classes(border: true) == each.classes)
            #expect(each.image.classes(border: false) == each.labels.map { $0 == 0 ? 0 : 1 })
        }
    }

    @Test func markersGrowIntoTheRimByTheNearestCore() {
        for each in cases {
            let core = LabelImage.components(of: 1, in: each.classes, width: each.width, height: each.height)
            #expect(core.labels == ordered(each.core))
            // scipy's core numbers, which `joins` uses.
            let grown = LabelImage(width: each.width, height: each.height, labels: each.core)
                .grown(into: each.classes, maximumDistance: 6)
            for (index, label) in grown.labels.enumerated() {
                if each.core[index] != 0 {
                    #expect(label == each.core[index])
                } else if each.joins[index].isEmpty {
                    #expect(label == 0)
                } else {
                    #expect(each.joins[index].contains(label))
                }
            }
        }
    }

    @Test func instancesOfTwoAndThreeClasses() {
        // Two 4x4 objects side by side; with rims they stay apart, without they are one.
        let labels = LabelImage(
            width: 8, height: 4, labels: (0..<32).map { $0 % 8 < 4 ? 1 : 2 })
        let published = InstanceRecovery.published
        let three = published.objects(classes: labels.classes(border: true), width: 8, height: 4)
        #expect(three == labels)
        let two = published.objects(classes: labels.classes(border: false), width: 8, height: 4)
        #expect(two.labels == [Int32](repeating: 1, count: 32))
        let dropped = InstanceRecovery(depth: .infinity, minimumArea: 17).objects(
            classes: labels.classes(border: true), width: 8, height: 4)
        #expect(dropped.maximum == 0)
    }

    /// Two squares of 20 x 20 pixels, sure to be interior, and two columns between them that are less sure; every pixel
    /// `times` times as wide and high.
    private static func bridge(times: Int = 1) -> (classes: [UInt8], interior: [Float], width: Int, height: Int) {
        let (width, height) = (46 * times, 24 * times)
        let interior = (0..<width * height).map { place -> Float in
            let (x, y) = (place % width / times, place / width / times)
            return !(2..<44).contains(x) || !(2..<22).contains(y) ? 0.001 : (22..<24).contains(x) ? 0.6 : 0.999
        }
        return (interior.map { $0 > 0.5 ? 1 : 0 }, interior, width, height)
    }

    @Test func aValleyOfSurenessPartsWhatTheLikeliestClassJoins() {
        let (classes, interior, width, height) = Self.bridge()
        func objects(_ depth: Double, _ minimumArea: Int = 15) -> LabelImage {
            InstanceRecovery(depth: depth, minimumArea: minimumArea)
                .objects(classes: classes, interior: interior, width: width, height: height)
        }
        // A Gaussian of 2 pixels, cut at 4, gives (1 + 0.8825) / 4.898 = 0.384 of its weight to the two columns from within
        // either: between log odds of 0.41 and 6.91 that is 2.50 less than in the middle of a square.
        #expect(objects(2.45).areas == [1: 420, 2: 420])
        #expect(objects(2.55).areas == [1: 840])
        let published = InstanceRecovery.published.objects(classes: classes, width: width, height: height)
        #expect(objects(.infinity) == published)
        #expect(objects(2.45, 420).maximum == 2 && objects(2.45, 421).maximum == 0)
    }

    @Test func aRecoveryIsEnlargedWithTheImage() {
        let (classes, interior, width, height) = Self.bridge(times: 2)
        func objects(_ recovery: InstanceRecovery) -> LabelImage {
            recovery.objects(classes: classes, interior: interior, width: width, height: height)
        }
        // Four columns have 0.688 of the weight of a Gaussian of 2 pixels: the valley is 4.5 deep.
        #expect(objects(InstanceRecovery(depth: 3, minimumArea: 15)).maximum == 2)
        #expect(objects(InstanceRecovery(depth: 3, minimumArea: 15).enlarged(by: 2)).maximum == 1)
        #expect(objects(InstanceRecovery(depth: 2, minimumArea: 420).enlarged(by: 2)).areas == [1: 1680, 2: 1680])
        #expect(objects(InstanceRecovery(depth: 2, minimumArea: 421).enlarged(by: 2)).maximum == 0)
    }

    @Test func probabilitiesOfNothingAndOfNoNumberHarmNothing() {
        let interior: [Float] = [0, 1, .nan, 1, 0, -.infinity, .infinity, 1, 1, 1, 1, 1]
        let found = InstanceRecovery(depth: 1, minimumArea: 1).objects(
            classes: [UInt8](repeating: 1, count: 12), interior: interior, width: 4, height: 3)
        #expect(found.areas.values.reduce(0, +) == 12)
    }

    @Test func outlinesErosionAndResizing() {
        for each in cases {
            #expect(each.image.outlines() == each.outlines)
            #expect(each.image.eroded2x2().labels == each.eroded)
            #expect(each.image.resized(width: 37, height: 19).labels == each.resized)
        }
    }

    @Test func aChequerboardIsOneObjectOnlyAcrossCorners() {
        let board: [UInt8] = (0..<300 * 300).map { (place: Int) -> UInt8 in
            let sum = place / 300 + place % 300
            return sum % 2 == 0 ? 1 : 0
        }
        let four = LabelImage.components(ofMask: board, width: 300, height: 300, connectivity: .four)
        #expect(four.maximum == 45_000)
        let eight = LabelImage.components(ofMask: board, width: 300, height: 300, connectivity: .eight)
        #expect(eight.labels == board.map { Int32($0) })
    }

    @Test func anEmptyImageHasNoObjects() {
        let empty = LabelImage(width: 0, height: 0)
        #expect(empty.components() == empty && empty.relabelled() == empty)
        #expect(empty.areas.isEmpty && empty.maximum == 0)
        #expect(empty.classes(border: true).isEmpty)
    }
}
