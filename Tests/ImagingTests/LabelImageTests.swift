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
        let dropped = InstanceRecovery(confidence: 0, minimumArea: 17).objects(
            classes: labels.classes(border: true), width: 8, height: 4)
        #expect(dropped.maximum == 0)
    }

    @Test func sureCoresPartWhatTheLikeliestClassJoins() {
        // Two objects whose interiors meet in a column that is less sure, and a third that is nowhere sure.
        let interior: [Float] = [
            0.9, 0.9, 0.6, 0.9, 0.9, 0, 0.6, 0.7,
            0.9, 0.9, 0.6, 0.9, 0.9, 0, 0.6, 0.7,
        ]
        let classes: [UInt8] = interior.map { $0 > 0.5 ? 1 : 0 }
        func objects(_ confidence: Double, _ minimumArea: Int) -> [Int32] {
            InstanceRecovery(confidence: confidence, minimumArea: minimumArea)
                .objects(classes: classes, interior: interior, width: 8, height: 2).labels
        }
        #expect(objects(0, 1) == [1, 1, 1, 1, 1, 0, 2, 2, 1, 1, 1, 1, 1, 0, 2, 2])
        // The column between is as near to both: the left one gets it. The unsure object stays whole.
        #expect(objects(0.8, 1) == [1, 1, 1, 2, 2, 0, 3, 3, 1, 1, 1, 2, 2, 0, 3, 3])
        #expect(objects(0.8, 5) == [1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0])
        #expect(objects(0.8, 7) == [Int32](repeating: 0, count: 16))
    }

    @Test func aSpeckOfSurenessMarksNoObject() {
        // One piece of interior, four rows high: 5 sure columns, 2 that are not, and so many sure ones.
        func count(_ columns: Int, _ recovery: InstanceRecovery = .init(confidence: 0.8, minimumArea: 1)) -> Int32 {
            let row = [Float](repeating: 0.9, count: 5) + [0.6, 0.6] + [Float](repeating: 0.9, count: columns)
            let interior = [[Float]](repeating: row, count: 4).flatMap { $0 }
            return recovery.objects(
                classes: [UInt8](repeating: 1, count: interior.count), interior: interior, width: row.count, height: 4
            ).maximum
        }
        // 12 and 16 pixels: fewer and more than the 15 of the smallest object.
        #expect(count(3) == 1)
        #expect(count(4) == 2)
        // Seen at twice the size 15 are 60: the larger of the two is the core, though it is smaller than that.
        #expect(count(4, InstanceRecovery(confidence: 0.8, minimumArea: 1).enlarged(by: 2)) == 1)
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
