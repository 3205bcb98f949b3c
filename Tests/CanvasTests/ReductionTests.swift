import Imaging
import Testing

@testable import Canvas

struct ReductionTests {
    private let ramp = Image(width: 3, height: 2, channels: 1, samples: .uint8([0, 30, 60, 90, 120, 150]))

    @Test func areaAverageWeighsPixelsByTheirShare() {
        // Three pixels to two: each takes one and a half, (0 + 30/2) / 1.5 = 10 and so on.
        let raster = Raster(ramp, window: .full, width: 2, height: 1)
        #expect(raster.channels == 1)
        let expected: [Float] = [(10 + 100) / 2, (50 + 140) / 2]
        for (value, expected) in zip(raster.values, expected) { #expect(abs(value - expected) < 0.001) }
    }

    @Test func averageOfWholePictureIsItsMean() {
        let raster = Raster(ramp, window: .full, width: 1, height: 1)
        #expect(abs(raster.values[0] - 75) < 0.001)
    }

    @Test func enlargingRepeatsPixels() {
        let raster = Raster(ramp, window: .full, width: 6, height: 4)
        #expect(raster.values[0..<6].map { $0.rounded() } == [0, 0, 30, 30, 60, 60])
        #expect(raster.values[18..<24].map { $0.rounded() } == [90, 90, 120, 120, 150, 150])
    }

    @Test func valuesAreClippedToTheWindowBeforeTheyAreAveraged() {
        let image = Image(width: 2, height: 1, channels: 1, samples: .uint16([100, 60000]))
        // 60000 counts as 200: (0 + 255) / 2, not the clipped mean of 100 and 60000.
        let raster = Raster(image, window: .range(100, 200), width: 1, height: 1)
        #expect(abs(raster.values[0] - 127.5) < 0.01)
    }

    @Test func notANumberIsBlackAndInfinityWhite() {
        let image = Image(width: 4, height: 1, channels: 1, samples: .float([.nan, -.infinity, .infinity, 1]))
        let raster = Raster(image, window: .range(0, 1), width: 4, height: 1)
        #expect(raster.values == [0, 0, 255, 255])
    }

    @Test func widestFloatRangeIsShown() {
        let image = Image(
            width: 2, height: 1, channels: 1,
            samples: .float([-.greatestFiniteMagnitude, .greatestFiniteMagnitude]))
        let raster = Raster(image, window: .full, width: 2, height: 1)
        #expect(raster.values[0] <= 1 && raster.values[1] >= 254)
    }

    @Test func greyStoredAsColorWithAlphaIsGrey() {
        let image = Image(width: 1, height: 1, channels: 4, samples: .uint8([9, 9, 9, 255]))
        #expect(
            Raster(image, window: .full, width: 1, height: 1) == Raster(width: 1, height: 1, channels: 1, values: [9]))
    }

    @Test func colorIsKept() {
        let image = Image(width: 1, height: 1, channels: 3, samples: .uint8([10, 20, 30]))
        let raster = Raster(image, window: .full, width: 1, height: 1)
        #expect(raster.channels == 3 && raster.values.map { $0.rounded() } == [10, 20, 30])
    }

    @Test func labelsAreReducedByMajorityAndNeverMixed() {
        // Two blocks of 2x2: 7 covers three pixels of the first; in the second 9 and 300 cover two each.
        let labels = LabelImage(width: 4, height: 2, labels: [7, 7, 9, 300, 7, 0, 9, 300])
        #expect(labels.reduced(width: 2, height: 1).labels == [7, 9])
        let tie = LabelImage(width: 2, height: 1, labels: [0, 5])
        #expect(tie.reduced(width: 1, height: 1).labels == [5])
        #expect(labels.reduced(width: 8, height: 4).labels[0..<8] == [7, 7, 7, 7, 9, 9, 300, 300])
    }
}

struct WindowTests {
    @Test func optionIsParsed() {
        #expect(Window("auto") == .auto)
        #expect(Window("full") == .full)
        #expect(Window("-5:2.5") == .range(-5, 2.5))
        for bad in ["", "5", "5:", "2:1", "1:1", "a:b", "1:2:3", "nan:1", "0:inf"] {
            #expect(Window(bad) == nil, "\(bad)")
        }
    }

    @Test func percentilesAreThoseOfTheSortedValues() {
        // 0...9999 shuffled by a stride that shares no factor: numpy.percentile(nearest) of 0.35 and 99.65 is 35, 9964.
        let values = (0..<10000).map { Float($0 * 7919 % 10000) }
        let found = OrderStatistics.values(of: [values], at: (0.0035, 0.9965))
        #expect(found.low == 35 && found.high == 9964)
        let signed = OrderStatistics.values(of: [[-3, -1.5, 0, 2, .nan, .infinity]], at: (0, 1))
        #expect(signed.low == -3 && signed.high == 2)
    }

    @Test func fullIsTheTypeFor8BitsAndTheImagesRangeBeyond() {
        let byte = Image(width: 2, height: 1, channels: 1, samples: .uint8([10, 20]))
        #expect(Window.full.limits(of: byte) == 0...255)
        let word = Image(width: 2, height: 1, channels: 1, samples: .uint16([10, 4000]))
        #expect(Window.full.limits(of: word) == 10...4000)
        let float = Image(
            width: 11, height: 1, channels: 1,
            samples: .float([3, .nan, -1.5, .infinity, 0, 0, 0, 0, -.infinity, 9.25, 2]))
        #expect(Window.full.limits(of: float) == -1.5...9.25)
    }

    @Test func fewBrightPixelsAreSeen() {
        var values = [UInt8](repeating: 3, count: 1000)
        values[500] = 9
        let image = Image(width: 100, height: 10, channels: 1, samples: .uint8(values))
        let limits = Window.auto.limits(of: image)
        #expect(limits.lowerBound.rounded() == 3 && limits.upperBound.rounded() == 9)
    }

    @Test func flatImageIsBlack() {
        let image = Image(width: 2, height: 1, channels: 1, samples: .float([1e30, 1e30]))
        #expect(Raster(image, window: .auto, width: 2, height: 1).values == [0, 0])
    }
}
