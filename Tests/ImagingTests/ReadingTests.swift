import Foundation
import TestSupport
import Testing

@testable import Imaging

@Suite struct ReadingTests {
    /// What make_files.py says of one file.
    struct Expected: Decodable {
        var width, height, channels, bits, pages: Int
        var format: Image.Format
        var palette: Bool
        var hash: String
        var storedHash: String?
        var min, max, mean: Double
    }

    static let expected = (try? Fixture.json("files.json", as: [String: Expected].self)) ?? [:]

    @Test func thereAreFixtures() {
        #expect(Self.expected.count > 90)
    }

    @Test(arguments: expected.keys.sorted())
    func aFileReadsAsOtherReadersSeeIt(name: String) throws {
        let expected = try #require(Self.expected[name])
        let path = Fixture.path("files/" + name)
        let facts = try ImageFile.probe(path)
        #expect(facts.width == expected.width && facts.height == expected.height)
        #expect(facts.channels == expected.channels)
        #expect(facts.bits == expected.bits)
        #expect(facts.format == expected.format)
        #expect(facts.pages == expected.pages)
        #expect(facts.isPalette == expected.palette)

        let image = try ImageFile.read(path)
        #expect(image.width == expected.width && image.height == expected.height)
        #expect(image.channels == expected.channels && image.bits == expected.bits)
        #expect(image.samples.fingerprint == expected.hash)
        #expect(try ImageFile.read(bytes: Fixture.bytes("files/" + name), name: name) == image)
        let stored = try ImageFile.read(path, as: .stored)
        #expect(stored.samples.fingerprint == expected.storedHash ?? expected.hash)

        let statistics = image.statistics
        #expect(statistics.minimum == expected.min && statistics.maximum == expected.max)
        #expect(abs(statistics.mean - expected.mean) <= 1e-9 * max(1, abs(expected.mean)))
    }
}
