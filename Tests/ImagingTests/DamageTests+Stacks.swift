import Foundation
import TestSupport
import Testing

@testable import Imaging

extension DamageTests {
    private static let jpegs = ["pillow-grey.jpg", "pillow-420.jpg", "pillow-progressive.jpg", "opencv-restarts.jpg"]
    private static let stacks = [
        "imagej-hyperstack-u2.tif", "imagej-contiguous-u2-big.tif", "imagej-contiguous-f4-big.tif", "imagej-rgb.tif",
    ]
    private static let omes = ["ome-XYTZC.ome.tif", "ome-shuffled.ome.tif", "ome-part.ome.tif", "ome-rgb.ome.tif"]

    @Test(.timeLimit(.minutes(1))) func mutatedJPEGsAreRefusedOrRead() throws {
        let tally = try mutate(Self.jpegs, count: 3000, seed: 3, folder: "stacks/", largestRatio: 3400) {
            bytes, random in
            if Bool.random(using: &random) {
                Self.damage(&bytes, &random)
            } else {
                // Within the headers, where sizes, tables and markers are.
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    bytes[Int.random(in: 2..<min(bytes.count, 620), using: &random)] = .random(
                        in: 0...255, using: &random)
                }
            }
        }
        #expect(tally.refused + tally.read == 3000)
        #expect(tally.refused > 1000 && tally.read > 100)
    }

    @Test(.timeLimit(.minutes(1)), arguments: [true, false])
    func mutatedDescriptionsLeadToAPlaneOrARefusal(isOME: Bool) throws {
        let names = isOME ? Self.omes : Self.stacks
        let tally = try mutate(
            names, count: 3000, seed: 4, folder: "stacks/",
            plane: { random in
                let number = { (random: inout SeededGenerator) in
                    Bool.random(using: &random) ? nil : Int.random(in: 1...4, using: &random)
                }
                return PlaneSelection(channel: number(&random), slice: number(&random), frame: number(&random))
            }
        ) { bytes, random in
            let start = bytes.firstRange(of: Array((isOME ? "OME" : "ImageJ=").utf8))?.lowerBound ?? 0
            let end = bytes[start...].firstIndex(of: 0) ?? bytes.count
            var text = Array(bytes[start..<end])
            Self.damageText(&text, &random)
            // In place: shorter texts are filled up, longer ones cut off.
            text += [UInt8](repeating: 0x20, count: max(0, end - start - text.count))
            bytes.replaceSubrange(start..<end, with: text.prefix(end - start))
        }
        #expect(tally.refused + tally.read == 3000)
        #expect(tally.refused > 300 && tally.read > 300)
    }

    /// Without a file around them, texts of any length; every page that comes out exists.
    @Test(.timeLimit(.minutes(1))) func mutatedXMLGivesPagesThatExist() throws {
        let originals = try Self.omes.map { name in
            let bytes = try Fixture.bytes("stacks/" + name)
            let start = try #require(bytes.firstRange(of: Array("<?xml".utf8))).lowerBound
            return Array(bytes[start..<(bytes[start...].firstIndex(of: 0) ?? bytes.count)])
        }
        var random = SeededGenerator(seed: 5)
        var understood = 0
        for round in 0..<3000 {
            var text = originals[round % originals.count]
            for _ in 0..<Int.random(in: 1...3, using: &random) { Self.damageText(&text, &random) }
            guard let ome = OMEDescription(text) else { continue }
            understood += 1
            let map = ome.map(pages: 12, samples: Int.random(in: 1...3, using: &random), fileName: "ome-part.ome.tif")
            #expect(map.pages?.count == map.shape.planes && map.shape.planes <= 1 << 20)
            #expect(map.pages?.allSatisfy { $0.map { (0..<12).contains($0) } ?? true } == true)
        }
        #expect(understood > 500 && understood < 2950)
    }

    /// A number, a byte or a stretch of a text changed, doubled or lost.
    private static func damageText(_ text: inout [UInt8], _ random: inout SeededGenerator) {
        guard text.count > 8 else { return }
        let at = Int.random(in: 0..<text.count, using: &random)
        let length = min(Int.random(in: 1...30, using: &random), text.count - at)
        switch Int.random(in: 0..<5, using: &random) {
        case 0, 1:
            let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
            guard let start = text[at...].firstIndex(where: isDigit) else { return }
            let end = text[start...].firstIndex { !isDigit($0) } ?? text.count
            let strange =
                strangeNumbers.map(String.init) + ["-1", "1e9", "9223372036854775807", "99999999999999999999", ""]
            text.replaceSubrange(start..<end, with: Array((strange.randomElement(using: &random) ?? "").utf8))
        case 2:
            text[at] = UInt8.random(in: 0...255, using: &random)
        case 3:
            text.removeSubrange(at..<at + length)
        default:
            let words = [
                "<", ">", "\"", "&", "<!--", "<!DOCTYPE a [", "/>", "</", "\n", "=", "&#x110000;", "]]>", "<Pixels ",
            ]
            text.insert(contentsOf: Array((words.randomElement(using: &random) ?? "").utf8), at: at)
        }
    }

    @Test func everyTruncationOfAJPEGIsRefused() throws {
        for name in Self.jpegs {
            let bytes = try Fixture.bytes("stacks/" + name)
            for count in Array(stride(from: 3, to: bytes.count, by: 7)) + [bytes.count - 2, bytes.count - 1] {
                #expect(throws: InputError.self, "\(name) \(count)") {
                    try ImageFile.read(bytes: Array(bytes[..<count]), name: name)
                }
            }
        }
    }

    @Test func aHugeJPEGInASmallFileIsRefused() throws {
        var bytes = try Fixture.bytes("stacks/opencv.jpg")
        let frame = try #require(bytes.firstRange(of: [0xFF, 0xC0])).lowerBound
        bytes.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0x00, 0xFF, 0x00])
        let error = try #require(throws: InputError.self) { _ = try ImageFile.read(bytes: bytes, name: "big.jpg") }
        #expect(error.problem.contains("claims 65280 x 65280 pixels"))
    }

    /// Each of a progressive file's scans may touch every pixel, however few bytes it has.
    @Test func aJPEGOfManyScansIsRefused() throws {
        var bytes = try Fixture.bytes("stacks/pillow-progressive.jpg")
        let last = try #require(bytes.lastIndex(of: 0xDA)) - 1
        let scan = Array(bytes[last..<bytes.count - 2])
        for _ in 0..<5000 { bytes.insert(contentsOf: scan, at: last) }
        #expect(throws: InputError.self) { try ImageFile.read(bytes: bytes, name: "scans.jpg") }
    }

    /// Megabytes of nested or unfinished XML take no longer than reading them.
    @Test(.timeLimit(.minutes(1))) func longXMLIsReadInLinearTime() throws {
        let size = "<OME><Pixels SizeC='1' SizeZ='1' SizeT='1000' DimensionOrder='XYCZT'>"
        for part in [
            "<a ", "<TiffData/>", "<TiffData IFD='0' PlaneCount='1000'/>", "&amp;", "<!-- ", "<UUID FileName='",
        ] {
            let text = size + String(repeating: part, count: 1_000_000 / part.utf8.count)
            _ = OMEDescription(Array(text.utf8))?.map(pages: 1000, samples: 1, fileName: "a")
        }
    }
}
