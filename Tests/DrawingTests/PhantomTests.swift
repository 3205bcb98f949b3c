import Foundation
import Imaging
import Testing

@testable import Drawing

struct PhantomTests {
    @Test(arguments: Phantom.Kind.allCases)
    func sameSeedDrawsTheSameAndAnotherSeedAnother(kind: Phantom.Kind) {
        let settings = Phantom.Settings(width: 96, height: 80)
        let one = Phantom.draw(kind, settings, seed: 11)
        #expect(one == Phantom.draw(kind, settings, seed: 11))
        #expect(one != Phantom.draw(kind, settings, seed: 12))
        #expect(one.image.width == 96 && one.labels.height == 80)
    }

    @Test(arguments: Phantom.Kind.allCases)
    func everyLabelIsOneObject(kind: Phantom.Kind) {
        for seed in 0..<2 {
            let labels = Phantom.labels(kind, seed: UInt64(seed))
            #expect(labels.components(connectivity: .four).maximum == labels.maximum)
            #expect(labels.presentLabels == Array(1...labels.maximum))
        }
    }

    @Test(arguments: Phantom.Kind.allCases)
    func touchingIsAsAsked(kind: Phantom.Kind) {
        func touching(_ share: Double) -> Int {
            (0..<4).map { seed in
                let labels = Phantom.labels(kind, .init(touching: share), seed: UInt64(seed))
                let foreground = LabelImage.components(ofMask: labels.foreground, width: 256, height: 256)
                return Int(labels.maximum - foreground.maximum)
            }.reduce(0, +)
        }
        #expect(touching(0) == 0)
        #expect(touching(0.7) > 8)
    }

    @Test func densityAndSizeChangeNumberAndArea() {
        func objects(_ settings: Phantom.Settings) -> (count: Int, area: Double) {
            let areas = (0..<3).flatMap { Phantom.labels(.fluorescence, settings, seed: $0).areas.values }
            return (areas.count, Double(areas.reduce(0, +)) / Double(areas.count))
        }
        let usual = objects(.init(touching: 0))
        let dense = objects(.init(density: 2, touching: 0))
        #expect(Double(dense.count) > 1.5 * Double(usual.count))
        let large = objects(.init(size: 2, touching: 0))
        #expect(large.area > 3 * usual.area && large.area < 5 * usual.area)
    }

    /// Otsu's threshold finds nuclei of usual brightness and misses dim ones: not trivial, not hopeless.
    @Test func nucleiDifferInBrightness() {
        var (found, missed) = (0, 0)
        for seed in 0..<3 {
            let phantom = Phantom.draw(.fluorescence, .init(width: 160, height: 160, density: 1.5), seed: UInt64(seed))
            let values = phantom.image.floats()
            var sums: [Int32: (Float, Float)] = [:]
            for (value, label) in zip(values, phantom.labels.labels) {
                let sum = sums[label] ?? (0, 0)
                sums[label] = (sum.0 + value, sum.1 + 1)
            }
            let means = sums.mapValues { $0.0 / $0.1 }
            let ground = means[0] ?? 0
            let brightest = means.values.max() ?? 0
            for (label, mean) in means where label != 0 {
                #expect(mean > ground)
                if mean > ground + 0.4 * (brightest - ground) { found += 1 } else { missed += 1 }
            }
        }
        #expect(found > missed / 2 && missed > found / 6)
    }

    /// Haematoxylin takes red light, so nuclei are darker there than the pink ground, and blue more than red.
    @Test func nucleiOfTissueAreBlue() {
        let phantom = Phantom.draw(.tissue, .init(width: 160, height: 160), seed: 5)
        let colours = (0..<3).map { phantom.image.floats(channel: $0) }
        var sums: [[Double]] = [[0, 0, 0, 0], [0, 0, 0, 0]]
        for (index, label) in phantom.labels.labels.enumerated() {
            let part = label == 0 ? 0 : 1
            for channel in 0..<3 { sums[part][channel] += Double(colours[channel][index]) }
            sums[part][3] += 1
        }
        let means = sums.map { sum in (0..<3).map { sum[$0] / sum[3] } }
        #expect(means[1][0] < means[0][0] - 0.2)
        #expect(means[1][2] > means[1][0] + 0.1)
        #expect(means[0][0] > means[0][1] + 0.1)
    }

    @Test func contrastChangesSignalAndNotGround() {
        func spread(_ contrast: Double) -> Double {
            let phantom = Phantom.draw(.phaseContrast, .init(width: 128, height: 128, contrast: contrast), seed: 3)
            let inside = zip(phantom.image.floats(), phantom.labels.labels).filter { $0.1 != 0 }.map { Double($0.0) }
            let mean = inside.reduce(0, +) / Double(inside.count)
            return inside.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(inside.count)
        }
        #expect(spread(1.3) > 1.3 * spread(0.8))
    }

    @Test(arguments: [(1, 1), (3, 200), (256, 2)])
    func anySizeCanBeDrawn(width: Int, height: Int) {
        for kind in Phantom.Kind.allCases {
            let phantom = Phantom.draw(kind, .init(width: width, height: height, size: 0.3), seed: 1)
            #expect(phantom.image.samples.count == width * height * (kind == .tissue ? 3 : 1))
        }
    }
}
