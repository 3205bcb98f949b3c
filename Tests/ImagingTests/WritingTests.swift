import Foundation
import TestSupport
import Testing

@testable import Imaging

@Suite struct WritingTests {
    /// Every kind of image that can be written, with values at both ends of its range.
    private static func images(png: Bool) -> [Image] {
        var random = SeededGenerator(seed: 3)
        func numbers<T: FixedWidthInteger>(_ count: Int) -> [T] {
            [T.min, T.max] + (2..<count).map { _ in T.random(in: T.min...T.max, using: &random) }
        }
        var images: [Image] = []
        for channels in 1...4 {
            let count = 19 * 7 * channels
            images.append(Image(width: 19, height: 7, channels: channels, samples: .uint8(numbers(count))))
            images.append(Image(width: 19, height: 7, channels: channels, samples: .uint16(numbers(count))))
        }
        let count = 19 * 7
        if png {
            for bits in [1, 2, 4] {
                let values: [UInt8] = numbers(count).map { $0 >> UInt8(8 - bits) }
                images.append(Image(width: 19, height: 7, channels: 1, bits: bits, samples: .uint8(values)))
            }
        } else {
            images.append(Image(width: 19, height: 7, channels: 1, samples: .int8(numbers(count))))
            images.append(Image(width: 19, height: 7, channels: 1, samples: .int16(numbers(count))))
            images.append(Image(width: 19, height: 7, channels: 1, samples: .int32(numbers(count))))
            images.append(Image(width: 19, height: 7, channels: 1, samples: .uint32(numbers(count))))
            let floats = (0..<count * 6).map { Float($0) * 0.37 - 11 }
            images.append(Image(width: 19, height: 7, channels: 6, samples: .float(floats)))
        }
        return images
    }

    @Test(arguments: ["png", "tif"]) func whatIsWrittenReadsBackEqual(kind: String) throws {
        let folder = try TemporaryFolder()
        for (index, image) in Self.images(png: kind == "png").enumerated() {
            let path = folder.path("\(index).\(kind)")
            try ImageFile.write(image, to: path)
            #expect(try ImageFile.read(path) == image)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).allSatisfy { !$0.hasPrefix(".") })
    }

    @Test func theSizeOfPixelsIsWrittenAndReadBack() throws {
        let folder = try TemporaryFolder()
        let size = try #require(PixelSize(x: 0.65, y: 0.325))
        let images: [(Image.Samples, channels: Int)] = [
            (.uint8([1, 2]), 1), (.uint16([1, 2]), 1), (.uint8([1, 2, 3, 4, 5, 6]), 3), (.float([1, 2]), 1),
            (.uint32([1, 2]), 1), (.int16([1, 2]), 1), (.uint8([1, 2, 3, 4, 5, 6, 7, 8]), 4),
        ]
        for (index, (samples, channels)) in images.enumerated() {
            let image = Image(width: 2, height: 1, channels: channels, pixelSize: size, samples: samples)
            for kind in index < 3 || index == 6 ? ["tif", "png"] : ["tif"] {
                let path = folder.path("\(index).\(kind)")
                try ImageFile.write(image, to: path)
                #expect(try ImageFile.read(path) == image)
                #expect(try ImageFile.probe(path).pixelSize == size)
            }
        }
        // Pixels a metre, as PNG says it: 1e6 / 0.65 and 1e6 / 0.325.
        let png = try Data(contentsOf: URL(fileURLWithPath: folder.path("0.png")))
        let chunk = Data(Array("pHYs".utf8) + PNGChunks.bigEndian(1_538_462) + PNGChunks.bigEndian(3_076_923) + [1])
        #expect(png.range(of: chunk) != nil)
        // What ImageJ asks for to believe in the unit.
        let tiff = try Data(contentsOf: URL(fileURLWithPath: folder.path("1.tif")))
        #expect(tiff.range(of: Data("ImageJ=1.54f\nimages=1\nunit=micron\n\0".utf8)) != nil)
        let labels = LabelImage(width: 1, height: 1, labels: [70_000])
        try labels.write(to: folder.path("labels.tif"), pixelSize: size)
        #expect(try ImageFile.probe(folder.path("labels.tif")).pixelSize == size)
        // A part of an image has pixels as large as the whole.
        let whole = try ImageFile.read(folder.path("6.png"))
        #expect(whole.withoutRedundantChannels().pixelSize == size && whole.channel(1).pixelSize == size)
    }

    @Test func anUnwritablePlaceIsNamed() throws {
        let image = Image(width: 2, height: 1, channels: 1, samples: .uint8([1, 2]))
        let missing = "/tmp/petri-no-such-folder/x.png"
        let error = try #require(throws: InputError.self) { try ImageFile.write(image, to: missing) }
        #expect(error.subject == missing && error.problem.contains("No such file"))
        #expect(throws: InputError.self) { try ImageFile.write(image, to: "/proc/x.tif") }
        #expect(throws: InputError.self) { try ImageFile.write(image, to: "/tmp/x.bmp") }
    }

    @Test func labelsAboveSixteenBitsNeedTIFF() throws {
        let folder = try TemporaryFolder()
        let labels = LabelImage(width: 2, height: 2, labels: [0, 65_535, 65_536, 2_000_000_000])
        #expect(throws: InputError.self) { try labels.write(to: folder.path("a.png")) }
        try labels.write(to: folder.path("a.tif"))
        #expect(try LabelImage.read(folder.path("a.tif")) == labels)
        let narrow = LabelImage(width: 2, height: 1, labels: [0, 65_535])
        try narrow.write(to: folder.path("b.png"))
        #expect(try LabelImage.read(folder.path("b.png")) == narrow)
        #expect(try ImageFile.probe(folder.path("b.png")).bits == 16)
    }

    @Test func onlyWholeNonNegativeNumbersAreLabels() throws {
        func labels(_ samples: Image.Samples, channels: Int = 1) throws -> [Int32] {
            try LabelImage(image: Image(width: 2, height: 1, channels: channels, samples: samples)).labels
        }
        #expect(try labels(.float([0, 3])) == [0, 3])
        #expect(try labels(.int16([0, 7])) == [0, 7])
        #expect(try labels(.uint8([5, 5, 5, 255, 0, 0, 0, 255]), channels: 4) == [5, 0])
        #expect(throws: InputError.self) { try labels(.float([0, 0.5])) }
        #expect(throws: InputError.self) { try labels(.float([0, .nan])) }
        #expect(throws: InputError.self) { try labels(.int16([0, -1])) }
        #expect(throws: InputError.self) { try labels(.uint32([0, .max])) }
        #expect(throws: InputError.self) { try labels(.uint8([1, 2, 3, 0, 0, 0]), channels: 3) }
    }

    @Test func everySharedImageReads() throws {
        guard let folder = SharedData.folder else { return }
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        var count = 0
        while let file = files?.nextObject() as? URL {
            guard ["png", "tif"].contains(file.pathExtension) else { continue }
            let facts = try ImageFile.probe(file.path)
            let image = try ImageFile.read(file.path)
            #expect(facts.width == image.width && facts.height == image.height && facts.channels == image.channels)
            count += 1
        }
        #expect(count > 3000)
    }
}
