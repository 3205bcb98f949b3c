import CPNG
import Foundation
import Testing

@testable import Imaging

/// The quick way of reading PNGs answers as libpng does, or leaves the file to libpng.
@Suite struct PlainPNGTests {
    private static let names = ReadingTests.expected.keys.filter { $0.hasSuffix(".png") }.sorted()

    /// The pixels by the quick way and by libpng, each nil where refused; nil as a whole where the header is.
    private static func read(_ png: [UInt8], stored: Bool) -> (plain: [UInt8]?, libpng: [UInt8]?)? {
        var header = petri_png_header()
        var message = CMessage()
        let isStored: CInt = stored ? 1 : 0
        let refused = message.fill { petri_png_read_header(png, png.count, isStored, &header, $0, $1) }
        let samples = Int(header.width) * Int(header.height) * Int(header.channels)
        guard refused == 0, samples > 0, samples < 1 << 20 else { return nil }
        let size = samples * (header.bits == 16 ? 2 : 1)
        var plain = [UInt8](repeating: 0, count: size)
        var libpng = plain
        let isPlain = petri_png_read_plain(png, png.count, isStored, &plain, size) != 0
        let isRead = message.fill { petri_png_read_pixels(png, png.count, isStored, &libpng, size, $0, $1) } == 0
        return (isPlain ? plain : nil, isRead ? libpng : nil)
    }

    @Test(arguments: names, [false, true])
    func aSoundFileReadsAlikeBothWays(name: String, stored: Bool) throws {
        let answer = try #require(Self.read(try Fixture.bytes("files/" + name), stored: stored))
        let libpng = try #require(answer.libpng)
        // What the names say: no interlacing, 8 or 16 bits, and neither colours nor alpha to be made.
        let needsConversion = !stored && (name.contains("palette") || name.contains("transparent"))
        let isPlain = !name.contains("interlaced") && name.contains(/8|16/) && !needsConversion
        #expect((answer.plain != nil) == isPlain)
        if let plain = answer.plain { #expect(plain == libpng) }
    }

    /// One change, then the checksums of the chunks made right again, so that what lies behind them is met.
    private enum Change: CaseIterable {
        case bytes, bits, splitData, filters
    }

    @Test(.timeLimit(.minutes(1))) func aMutatedFileReadsAlikeOrIsLeftToLibpng() throws {
        let plain = try Self.names.map { try Fixture.bytes("files/" + $0) }
            .filter { Self.read($0, stored: true)?.plain != nil }
        try #require(plain.count >= 6)
        var random = SeededGenerator(seed: 11)
        var both = 0
        var leftToLibpng = 0
        for round in 0..<3000 {
            var png = plain[round % plain.count]
            switch Change.allCases[random.index(below: Change.allCases.count)] {
            case .bytes:
                for _ in 0...random.index(below: 3) {
                    png[8 + random.index(below: png.count - 8)] = UInt8(random.index(below: 256))
                }
            case .bits: png[8 + random.index(below: png.count - 8)] ^= 1 << UInt8(random.index(below: 8))
            case .splitData: png = PNGChunks.splittingData(of: png, &random)
            case .filters: png = PNGChunks.storingRows(of: png, &random)
            }
            if random.happens(0.8) { PNGChunks.correctChecksums(&png) }
            for stored in [false, true] {
                guard let answer = Self.read(png, stored: stored) else { continue }
                if let plain = answer.plain {
                    #expect(plain == answer.libpng, "round \(round)")
                    both += 1
                } else {
                    leftToLibpng += 1
                }
            }
        }
        #expect(both > 500 && leftToLibpng > 500, "\(both) read, \(leftToLibpng) left to libpng")
    }

    /// A header whose sizes, multiplied, overflow to the size asked for must not pass.
    @Test func aHeaderThatOverflowsIsRefused() {
        var png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10]
        // 2^31-1 by 2^31-1 pixels of 8 bytes.
        let size: [UInt8] = [0x7F, 0xFF, 0xFF, 0xFF]
        png += PNGChunks.chunk("IHDR", size + size + [16, 6, 0, 0, 0])
        png += PNGChunks.chunk("IDAT", [0x78, 0x9C, 3, 0, 0, 0, 0, 1]) + PNGChunks.chunk("IEND", [])
        var pixels = [UInt8](repeating: 0, count: 64)
        for size in [0, 8, 64] {
            #expect(petri_png_read_plain(png, png.count, 0, &pixels, size) == 0)
        }
    }
}
