import Testing

@testable import Imaging

/// Planes against OpenCV, Pillow and numpy; see Fixtures/make_operations.py.
@Suite struct PlaneTests {
    struct Operations: Decodable {
        struct Resized: Decodable {
            var width, height: Int
            var kind: String
            var values: [Float]
        }
        struct Equalized: Decodable {
            var clip: Double
            var across, down: Int
            var values: [UInt8]
        }
        struct Blurred: Decodable {
            var size: Int
            var sigma: Double
            var values: [Float]
        }
        struct Sharpened: Decodable {
            var factor: Float
            var values: [UInt8]
        }
        struct Planes: Decodable {
            var width, height: Int
            var plane, tiny, tinyBlurred: [Float]
            var eight: [UInt8]
            var resized: [Resized]
            var clahe: [Equalized]
            var blurred: [Blurred]
            var sharpened: [Sharpened]
        }
        struct Colour: Decodable {
            var width, height: Int
            var samples: [UInt8]
            var luminance: [Float]
        }
        var planes: Planes
        var colour: Colour
    }

    private let expected: Operations.Planes
    private let colour: Operations.Colour
    private let plane: Plane
    private let eight: Plane

    init() throws {
        let operations = try Fixture.json("operations.json", as: Operations.self)
        expected = operations.planes
        colour = operations.colour
        plane = Plane(width: expected.width, height: expected.height, values: expected.plane)
        eight = Plane(width: expected.width, height: expected.height, values: expected.eight.map { Float($0) / 255 })
    }

    private func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
        a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
    }

    @Test func resizingIsOpenCVs() {
        for each in expected.resized {
            let resized = plane.resized(
                width: each.width, height: each.height, each.kind == "area" ? .area : .bilinear)
            #expect(largestDifference(resized.values, each.values) < 2e-6, "\(each.kind) \(each.width) \(each.height)")
        }
    }

    @Test func blurringIsOpenCVs() {
        for each in expected.blurred {
            let blurred = plane.gaussianBlurred(size: each.size, sigma: each.sigma)
            #expect(largestDifference(blurred.values, each.values) < 2e-6, "\(each.size) \(each.sigma)")
        }
        let tiny = Plane(width: 3, height: 2, values: expected.tiny).gaussianBlurred(size: 9, sigma: 2)
        #expect(largestDifference(tiny.values, expected.tinyBlurred) < 2e-6)
    }

    @Test func localEqualizationIsOpenCVs() {
        for each in expected.clahe {
            let equalized = eight.locallyEqualized(
                clipLimit: each.clip, tilesAcross: each.across, tilesDown: each.down)
            let steps = equalized.values.map { UInt8(($0 * 255).rounded()) }
            #expect(steps == each.values, "\(each.clip) \(each.across) \(each.down)")
        }
    }

    @Test func sharpeningIsPillowsUpToItsRounding() {
        for each in expected.sharpened {
            let sharpened = eight.sharpened(by: each.factor).values.map { $0 * 255 }
            #expect(largestDifference(sharpened, each.values.map(Float.init)) < 1.51, "\(each.factor)")
        }
    }

    @Test func luminanceIsOpenCVs() {
        let image = Image(width: colour.width, height: colour.height, channels: 3, samples: .uint8(colour.samples))
        #expect(largestDifference(image.luminance().values, colour.luminance) < 1e-6)
    }

    @Test func scalingMapsTheRangeAndMakesNumbersOfAll() {
        let odd = Plane(width: 5, height: 1, values: [-2, 2, .nan, .infinity, 0])
        #expect([odd].minMaxScaled()[0].values == [0, 1, 0, 1, 0.5])
        #expect([Plane(width: 2, height: 1, values: [3, 3])].minMaxScaled()[0].values == [0, 0])
        let huge = Plane(width: 2, height: 1, values: [-.greatestFiniteMagnitude, .greatestFiniteMagnitude])
        #expect([huge].minMaxScaled()[0].values == [0, 1])
    }

    @Test func floatsAreScaledByTheDepth() {
        func floats(_ samples: Image.Samples, bits: Int? = nil) -> [Float] {
            Image(width: 2, height: 1, channels: 1, bits: bits, samples: samples).floats()
        }
        #expect(floats(.uint8([0, 255])) == [0, 1])
        #expect(floats(.uint8([0, 3]), bits: 2) == [0, 1])
        #expect(floats(.uint16([0, 4095]), bits: 12) == [0, 1])
        #expect(floats(.uint16([0, 65_535])) == [0, 1])
        #expect(floats(.float([-7, 9])) == [-7, 9])
    }

    @Test func twoChannelsAreAlphaOnlyWhereTheFileSaysSo() throws {
        let two = try ImageFile.read(Fixture.path("files/two-channels.tif"))
        #expect(!two.hasAlpha && two.planes().count == 2 && two.withoutRedundantChannels() == two)
        let alpha = try ImageFile.read(Fixture.path("files/grey-alpha.tif"))
        #expect(alpha.hasAlpha && alpha.planes().count == 1 && alpha.withoutRedundantChannels() == alpha.channel(0))
    }

    @Test func greyStoredAsColourIsOnePlane() {
        let grey = Image(width: 2, height: 1, channels: 4, samples: .uint8([5, 5, 5, 255, 9, 9, 9, 255]))
        #expect(grey.isGreyStoredAsColour && grey.planes().count == 1)
        #expect(grey.withoutRedundantChannels() == Image(width: 2, height: 1, channels: 1, samples: .uint8([5, 9])))
        let red = Image(width: 1, height: 1, channels: 4, samples: .uint8([5, 4, 5, 255]))
        #expect(!red.isGreyStoredAsColour && red.planes().count == 3)
        #expect(red.withoutRedundantChannels() == Image(width: 1, height: 1, channels: 3, samples: .uint8([5, 4, 5])))
    }
}
