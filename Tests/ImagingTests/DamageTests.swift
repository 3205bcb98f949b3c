import Foundation
import TestSupport
import Testing

@testable import Imaging

/// Damaged files end in `InputError` or an image, never in a crash, a hang or much memory. The mutations are seeded.
@Suite struct DamageTests {
    /// What one mutated file came to.
    struct Tally {
        var refused = 0
        var read = 0
    }

    private static let pngs = [
        "grey8.png", "grey16-interlaced.png", "palette4-transparent.png", "rgb16-transparent.png",
        "rgba8-interlaced.png",
        "grey2-transparent-interlaced.png",
    ]
    private static let tiffs = [
        "u2-little.tif", "u2-big-tiles.tif", "lzw-predicted-u2.tif", "packbits-u1.tif", "rgb-u1-separate-tiles.tif",
        "pages.tif", "bigtiff-big-endian.tif", "palette.tif", "grey12.tif", "f8.tif", "bilevel-packbits.tif",
    ]

    @Test(.timeLimit(.minutes(1))) func mutatedPNGsAreRefusedOrRead() throws {
        let tally = try mutate(Self.pngs, count: 3000, seed: 1) { bytes, random in
            if Bool.random(using: &random) { Self.editPNGHeader(&bytes, &random) } else { Self.damage(&bytes, &random) }
        }
        #expect(tally.refused + tally.read == 3000)
        #expect(tally.refused > 1000)
    }

    @Test(.timeLimit(.minutes(1))) func mutatedTIFFsAreRefusedOrRead() throws {
        let tally = try mutate(Self.tiffs, count: 3000, seed: 2) { bytes, random in
            if Bool.random(using: &random) { Self.editDirectory(&bytes, &random) } else { Self.damage(&bytes, &random) }
        }
        #expect(tally.refused + tally.read == 3000)
        #expect(tally.refused > 500)
    }

    /// Reads `count` files that `change` made of the named ones. A byte may stand for `largestRatio` samples.
    func mutate(
        _ names: [String], count: Int, seed: UInt64, folder: String = "files/", largestRatio: Int = 2000,
        plane: (inout SeededGenerator) -> PlaneSelection = { _ in PlaneSelection() },
        _ change: (inout [UInt8], inout SeededGenerator) -> Void
    ) throws -> Tally {
        let originals = try names.map { try Fixture.bytes(folder + $0) }
        var random = SeededGenerator(seed: seed)
        var tally = Tally()
        for round in 0..<count {
            var bytes = originals[round % originals.count]
            change(&bytes, &random)
            let interpretation: ImageFile.Interpretation = round % 3 == 0 ? .stored : .picture
            do {
                let image = try ImageFile.read(
                    bytes: bytes, name: names[round % names.count], plane: plane(&random), as: interpretation)
                #expect(image.samples.count == image.width * image.height * image.channels)
                // The ratio that deflate can reach bounds what a small file can blow up to.
                #expect(image.samples.count <= bytes.count * largestRatio)
                tally.read += 1
            } catch let error as InputError {
                #expect(!error.problem.isEmpty)
                tally.refused += 1
            }
        }
        return tally
    }

    /// Bit flips, truncation, or a stretch of the file copied over another.
    static func damage(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
        case 1:
            let length = Int.random(in: 1...min(64, bytes.count), using: &random)
            let from = Int.random(in: 0...bytes.count - length, using: &random)
            let to = Int.random(in: 0...bytes.count - length, using: &random)
            bytes.replaceSubrange(to..<to + length, with: Array(bytes[from..<from + length]))
        default:
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
        }
    }

    static let strangeNumbers: [UInt32] = [
        0, 1, 2, 3, 7, 255, 256, 60_000, 65_535, 65_536, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF,
    ]

    /// A byte of a chunk's type or content changed, or a header field replaced, with checksums made right, so that what
    /// lies behind the checksums is met.
    private static func editPNGHeader(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        if Bool.random(using: &random) {
            let value = strangeNumbers.randomElement(using: &random) ?? 0
            let field = Bool.random(using: &random) ? 16 : 20
            for i in 0..<4 { bytes[field + i] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * i)) }
        } else {
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 12..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
        }
        PNGChunks.correctChecksums(&bytes)
    }

    /// A number anywhere in the first directory (a tag, type, count or value) replaced by a strange one.
    private static func editDirectory(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        let isBig = bytes[0] == 0x4D
        func number(_ at: Int, _ size: Int) -> Int {
            (0..<size).reduce(0) { $0 << 8 | Int(bytes[at + (isBig ? $1 : size - 1 - $1)]) }
        }
        let isBigTIFF = number(2, 2) == 43
        let entrySize = isBigTIFF ? 20 : 12
        let directory = isBigTIFF ? number(8, 8) : number(4, 4)
        let count = isBigTIFF ? number(directory, 8) : number(directory, 2)
        let entries = directory + (isBigTIFF ? 8 : 2)
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            let entry = entries + Int.random(in: 0...count, using: &random) * entrySize
            let at = entry + ([0, 2, 4, entrySize - 4, entrySize - 8].randomElement(using: &random) ?? 0)
            let size = [1, 2, 4].randomElement(using: &random) ?? 4
            guard at + size <= bytes.count else { continue }
            let value = strangeNumbers.randomElement(using: &random) ?? 0
            for i in 0..<size {
                bytes[at + (isBig ? size - 1 - i : i)] = UInt8(truncatingIfNeeded: value >> UInt32(8 * i))
            }
        }
    }

    @Test func everyTruncationOfASmallFileIsRefused() throws {
        for name in ["grey8.png", "rgb-u1-contig.tif"] {
            let bytes = try Fixture.bytes("files/" + name)
            for count in stride(from: 1, to: bytes.count, by: 7) {
                #expect(throws: InputError.self) {
                    try ImageFile.read(bytes: Array(bytes[..<count]), name: name)
                }
            }
        }
    }

    @Test func aHugeHeaderOnASmallFileIsRefused() throws {
        var png = try Fixture.bytes("files/grey1.png")
        for i in [16, 20] { png.replaceSubrange(i..<i + 4, with: PNGChunks.bigEndian(60_000)) }
        PNGChunks.correctChecksums(&png)
        let refusedPNG = try #require(throws: InputError.self) { _ = try ImageFile.read(bytes: png, name: "big.png") }
        #expect(refusedPNG.description.contains("60000 x 60000"))

        for name in ["u1-little.tif", "u1-little-tiles.tif", "lzw-u1.tif", "bigtiff.tif"] {
            var tiff = try Fixture.bytes("files/" + name)
            // Tags 256 and 257 of a little-endian file, with their types left as they are.
            let isBigTIFF = tiff[2] == 43
            for tag: UInt8 in [0, 1] {
                let at = try #require(
                    tiff.indices.dropFirst(8).first {
                        tiff[$0] == tag && tiff[$0 + 1] == 1 && [3, 4].contains(tiff[$0 + 2])
                    })
                let value = at + (isBigTIFF ? 12 : 8)
                tiff.replaceSubrange(value..<value + 2, with: [0x60, 0xEA])
            }
            let refused = try #require(throws: InputError.self) { _ = try ImageFile.read(bytes: tiff, name: "big.tif") }
            #expect(refused.description.contains("big.tif"))
        }
    }

    @Test func aCircleOfDirectoriesIsRefused() throws {
        var bytes = try Fixture.bytes("files/pages.tif")
        func number(_ at: Int, _ size: Int) -> Int { (0..<size).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
        let first = number(4, 4)
        let next = first + 2 + number(first, 2) * 12
        let second = number(next, 4)
        let afterSecond = second + 2 + number(second, 2) * 12
        bytes.replaceSubrange(afterSecond..<afterSecond + 4, with: bytes[4..<8])
        let error = try #require(throws: InputError.self) { _ = try ImageFile.read(bytes: bytes, name: "circle.tif") }
        #expect(error.problem.contains("circle"))
    }

    @Test func whatIsNoImageIsRefusedByName() throws {
        let folder = try TemporaryFolder()
        let text = folder.path("notes.png")
        try "hello".write(toFile: text, atomically: true, encoding: .utf8)
        #expect(
            try #require(throws: InputError.self) { _ = try ImageFile.read(text) }.description.contains(
                "PNG, TIFF and JPEG"))
        let empty = folder.path("empty.tif")
        try "".write(toFile: empty, atomically: true, encoding: .utf8)
        #expect(throws: InputError(empty, "is empty")) { try ImageFile.probe(empty) }
        #expect(throws: InputError(folder.url.path, "is a folder, not an image file")) {
            try ImageFile.probe(folder.url.path)
        }
        #expect(throws: InputError.self) { try ImageFile.probe(folder.path("absent.png")) }
        let pipe = folder.path("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(throws: InputError(pipe, "is not a regular file")) { try ImageFile.probe(pipe) }
        #expect(throws: InputError.self) { try ImageFile.read("/dev/zero") }
    }
}
