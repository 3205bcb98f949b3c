import Foundation
import TestSupport
import Testing

@testable import Imaging

@Suite struct StackTests {
    /// What make_stacks.py says of one file.
    struct Expected: Decodable {
        var channels, slices, frames, samples, bits: Int
        var source: StackShape.Source
        /// Micrometres: x, y and, if known, z.
        var pixel: [Double]?
        var significant: Int?
        var planes: [Plane]

        struct Plane: Decodable {
            var c, z, t: Int
            var hash: String
        }
    }

    static let expected = (try? Fixture.json("stacks.json", as: [String: Expected].self)) ?? [:]

    @Test func thereAreFixtures() {
        #expect(Self.expected.count > 30)
    }

    @Test(arguments: expected.keys.sorted())
    func everyPlaneReadsAsItsWriterMeantIt(name: String) throws {
        let expected = try #require(Self.expected[name])
        let path = Fixture.path("stacks/" + name)
        let facts = try ImageFile.probe(path)
        #expect(facts.stack.channels == expected.channels)
        #expect(facts.stack.slices == expected.slices)
        #expect(facts.stack.frames == expected.frames)
        #expect(facts.stack.source == expected.source)
        #expect(facts.channels == expected.samples && facts.bits == expected.bits)
        #expect(facts.significantBits == expected.significant)
        expectSize(facts.pixelSize, expected.pixel)
        #expect(!expected.planes.isEmpty)
        for plane in expected.planes {
            let selection = PlaneSelection(
                channel: expected.samples > 1 ? nil : plane.c, slice: plane.z, frame: plane.t)
            let image = try ImageFile.read(path, plane: selection)
            #expect(image.samples.fingerprint == plane.hash, "\(selection)")
            expectSize(image.pixelSize, expected.pixel.map { Array($0.prefix(2)) })
            // In memory the name is the file's too, by which an OME data set of several files is told.
            #expect(try ImageFile.read(bytes: Fixture.bytes("stacks/" + name), name: name, plane: selection) == image)
        }
    }

    private func expectSize(_ size: PixelSize?, _ expected: [Double]?) {
        #expect((size == nil) == (expected == nil))
        guard let size, let expected else { return }
        for (value, wanted) in zip([size.x, size.y] + (size.z.map { [$0] } ?? []), expected) {
            #expect(abs(value - wanted) <= 2e-6 * wanted)
        }
        #expect((size.z != nil) == (expected.count == 3))
    }

    @Test func theUsualPlaneIsTheMiddleSliceOfTheFirstChannelAndFrame() throws {
        for (name, middle) in [("imagej-hyperstack-u2.tif", 2), ("ome-XYTZC.ome.tif", 2), ("imagej-slices.tif", 3)] {
            let path = Fixture.path("stacks/" + name)
            let usual = try ImageFile.read(path)
            #expect(try usual == ImageFile.read(path, plane: PlaneSelection(channel: 1, slice: middle, frame: 1)))
            #expect(try usual != ImageFile.read(path, plane: PlaneSelection(slice: 1)))
        }
        let pages = Fixture.path("stacks/pages-cm.tif")
        #expect(try ImageFile.read(pages) == ImageFile.read(pages, plane: PlaneSelection(frame: 1)))
        #expect(try ImageFile.read(pages) != ImageFile.read(pages, plane: PlaneSelection(frame: 2)))
    }

    @Test func aChannelOfColourIsChosenByNumber() throws {
        for name in ["stacks/imagej-rgb.tif", "stacks/ome-rgb.ome.tif", "stacks/pillow-444.jpg", "files/rgb16.png"] {
            let path = Fixture.path(name)
            let whole = try ImageFile.read(path)
            #expect(whole.channels == 3)
            for channel in 1...3 {
                let one = try ImageFile.read(path, plane: PlaneSelection(channel: channel))
                #expect(one == whole.channel(channel - 1))
            }
        }
        let palette = Fixture.path("files/palette.tif")
        #expect(
            try ImageFile.read(palette, plane: PlaneSelection(channel: 2)) == ImageFile.read(palette).channel(1))
    }

    @Test func whatAFileLacksIsSaid() throws {
        func problem(_ name: String, _ selection: PlaneSelection) throws -> String {
            let path = Fixture.path(name)
            return try #require(throws: InputError.self) { _ = try ImageFile.read(path, plane: selection) }.problem
        }
        let stack = "stacks/imagej-hyperstack-u2.tif"
        #expect(try problem(stack, .init(channel: 3)) == "has 2 channels; there is no channel 3")
        #expect(try problem(stack, .init(slice: 5)) == "has 4 slices; there is no slice 5")
        #expect(try problem(stack, .init(frame: 0)) == "has 3 frames; there is no frame 0")
        #expect(try problem("files/grey8.png", .init(slice: 2)) == "has 1 slice; there is no slice 2")
        #expect(try problem("stacks/opencv.jpg", .init(channel: 4)) == "has 3 channels; there is no channel 4")
        let part = try problem("stacks/ome-part.ome.tif", .init(channel: 2, slice: 1))
        #expect(part == "does not hold channel 2, slice 1, frame 1")
        #expect(try problem("stacks/cmyk.jpg", .init()).contains("neither grey nor RGB"))
    }

    @Test func aContiguousStackThatIsCutOffIsRefusedBehindTheCut() throws {
        let name = "imagej-contiguous-u2-big.tif"
        let bytes = try Fixture.bytes("stacks/" + name).dropLast()
        let read = { try ImageFile.read(bytes: Array(bytes), name: name, plane: $0) }
        #expect(try read(PlaneSelection(channel: 1, slice: 3, frame: 2)).samples.count == 35)
        let last = PlaneSelection(channel: 2, slice: 3, frame: 2)
        #expect(try #require(throws: InputError.self) { _ = try read(last) }.problem.contains("ends before plane 12"))
    }

    /// A sparse file as ImageJ writes beyond 4 GB: what lies behind 2^32 bytes is found, and the rest not read.
    @Test func aPlaneBehindFourGigabytesIsFound() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("large.tif")
        var bytes = try Fixture.bytes("stacks/imagej-contiguous-u1.tif")
        let text = Array("images=12\nchannels=2\nslices=3\nframes=2\n".utf8)
        let spot = try #require(bytes.indices.first { bytes[$0...].starts(with: text) })
        // As many bytes as before; 35 bytes a plane.
        let planes = 150_000_000
        var changed = Array("images=\(planes)\nslices=\(planes)\n".utf8)
        changed += [UInt8](repeating: UInt8(ascii: "\n"), count: text.count - changed.count)
        bytes.replaceSubrange(spot..<spot + text.count, with: changed)
        let start = bytes.count - 12 * 35
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: UInt64(start + 35 * (planes - 1)))
        try file.write(contentsOf: Data(1...35))
        try file.close()
        let facts = try ImageFile.probe(path)
        #expect(facts.stack.slices == planes)
        let image = try ImageFile.read(path, plane: PlaneSelection(slice: planes))
        #expect(image.samples == .uint8(Array(1...35)))
    }
}
