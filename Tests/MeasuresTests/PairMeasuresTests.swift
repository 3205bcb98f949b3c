import Foundation
import Imaging
import TestSupport
import Testing

@testable import Measures

@Suite struct PairMeasuresTests {
    @Test("Cells and spectrum of random images agree with numpy", arguments: ComparisonReference.pairs)
    func reference(_ expected: PairCase) throws {
        let (image, labels) = randomPair(seed: expected.seed, width: expected.width, height: expected.height)
        let measures = PairMeasures(image, labels: labels)
        let cells = try #require(measures.cells)
        try #require(cells.count == expected.cells.count)
        for (cell, wanted) in zip(cells, expected.cells) {
            #expect(cell.area == wanted.area)
            #expect(abs(Double(cell.eccentricity) - wanted.eccentricity) < 1e-5)
            #expect(abs(Double(cell.intensity) - wanted.intensity) < 1e-5)
            #expect((cell.contrast == nil) == (wanted.contrast == nil))
            if let contrast = cell.contrast, let wanted = wanted.contrast {
                #expect(abs(Double(contrast) - wanted) < 1e-5)
            }
            #expect(cell.isTouching == wanted.isTouching)
        }
        for (power, wanted) in zip(measures.spectrum.logPower, expected.spectrum) {
            #expect(abs(Double(power) - wanted) < 2e-4)
        }
    }

    @Test("Density, cover and touching follow from the mask")
    func mask() {
        // Two cells side by side, one apart.
        let labels = LabelImage(width: 5, height: 2, labels: [1, 2, 0, 0, 7, 1, 2, 0, 0, 0])
        let image = Image(width: 5, height: 2, channels: 1, samples: .uint8([9, 9, 0, 0, 9, 9, 9, 0, 0, 0]))
        let measures = PairMeasures(image, labels: labels)
        #expect(measures.density == 300_000)
        #expect(measures.cover == 0.5)
        #expect(measures.touchingFraction == 2.0 / 3)
        #expect(measures.inside.counts[255] == 5 && measures.inside.total == 5)
        #expect(measures.outside.counts[0] == 5 && measures.outside.total == 5)
        #expect(measures.absolute.counts[9] == 5 && measures.absolute.counts[0] == 5)
    }

    @Test("Cells that meet at a corner do not touch")
    func corner() {
        let labels = LabelImage(width: 2, height: 2, labels: [1, 0, 0, 2])
        let image = Image(width: 2, height: 2, channels: 1, samples: .uint8([1, 2, 3, 4]))
        #expect(PairMeasures(image, labels: labels).touchingFraction == 0)
    }

    @Test("An image without a mask has intensities and a spectrum only")
    func withoutMask() {
        let (image, _) = randomPair(seed: 1, width: 40, height: 40)
        let measures = PairMeasures(image, labels: nil)
        #expect(measures.cells == nil && measures.density == nil && measures.cover == nil)
        #expect(measures.touchingFraction == nil)
        #expect(measures.outside.total == 1600 && measures.inside.total == 0)
    }

    @Test("Flat, tiny and non-finite images are measured without a fault")
    func degenerate() {
        for (width, height) in [(1, 1), (1, 300), (300, 1), (257, 3)] {
            for value in [Float(0), .nan, .infinity, 3] {
                let image = Image(
                    width: width, height: height, channels: 1,
                    samples: .float([Float](repeating: value, count: width * height)))
                let labels = LabelImage(
                    width: width, height: height, labels: [Int32](repeating: 5, count: width * height))
                let measures = PairMeasures(image, labels: labels)
                #expect(measures.absolute.total == width * height && measures.inside.total == width * height)
                #expect(measures.spectrum.logPower.allSatisfy { $0.isFinite })
                #expect(measures.cells?.count == 1 && measures.cells?[0].contrast == nil)
            }
        }
    }

    @Test("White noise has its variance at every frequency")
    func noise() {
        var generator = SeededGenerator(seed: 3)
        let plane = Plane(
            width: 256, height: 256, values: (0..<65536).map { _ in Float(0.5 + 0.1 * generator.normal()) })
        let spectrum = RadialSpectrum(plane)
        #expect(abs(spectrum.logPower.reduce(0, +) / Float(RadialSpectrum.bins) - -2) < 0.02)
        // The innermost ring has but 12 points.
        for power in spectrum.logPower.dropFirst() { #expect(abs(power - -2) < 0.25) }
    }

    @Test("A colour image is measured as luminance between the extremes of all its channels")
    func colour() {
        // Red 0 and blue 200 are the extremes; the luminances are 0.587 * 100 and 0.114 * 200.
        let image = Image(width: 2, height: 1, channels: 3, samples: .uint8([0, 100, 0, 0, 0, 200]))
        let measures = PairMeasures(image, labels: nil)
        #expect(measures.outside.counts[Int((58.7 / 200 * 255).rounded())] == 1)
        #expect(measures.outside.counts[Int((22.8 / 200 * 255).rounded())] == 1)
        #expect(measures.absolute.counts[Int(58.7.rounded())] == 1)
    }

    @Test("Measures survive being written as JSON")
    func json() throws {
        let (image, labels) = randomPair(seed: 1, width: 40, height: 40)
        let measures = PairMeasures(image, labels: labels)
        let read = try JSONDecoder().decode(PairMeasures.self, from: JSONEncoder().encode(measures))
        #expect(read == measures)
    }
}
