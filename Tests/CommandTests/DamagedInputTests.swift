import Foundation
import Imaging
import TestSupport
import Testing

/// What is wrong with the user's files ends in exit code 65 and one clear line, in little memory.
@Suite struct DamagedInputTests {
    /// Memory that a command may map, far less than a header of 60,000 x 60,000 pixels asks for.
    private static let memoryLimit = 2_000_000

    /// Runs `petri` in bounded memory and checks that it refuses, naming `subject`.
    private func expectRefusal(
        _ arguments: [String], of subject: String, saying problem: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let petri = try #require(Programs.folder) + "/petri"
        let answer = try Programs.run(
            "/bin/sh", ["-c", "ulimit -v \(Self.memoryLimit); exec \"$0\" \"$@\"", petri] + arguments)
        #expect(answer.code == 65, "\(arguments): \(answer.errors)", sourceLocation: sourceLocation)
        #expect(answer.output.isEmpty, sourceLocation: sourceLocation)
        #expect(
            answer.errors.hasPrefix("petri: \(subject.printable): "), "\(answer.errors)", sourceLocation: sourceLocation
        )
        #expect(problem.isEmpty || answer.errors.contains(problem), "\(answer.errors)", sourceLocation: sourceLocation)
        #expect(answer.errors.hasSuffix("\n"), sourceLocation: sourceLocation)
        let controls = answer.errors.dropLast().unicodeScalars.filter { $0.value < 32 || $0.value == 127 }
        #expect(controls.isEmpty, "\(answer.errors)", sourceLocation: sourceLocation)
    }

    /// Each of the commands that read an image refuses it.
    private func expectRefusal(
        ofImage path: String, saying problem: String = "", sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for arguments in [["info", path], ["view", path], ["view", path, "--mask", path], ["evaluate", path, path]] {
            try expectRefusal(arguments, of: path, saying: problem, sourceLocation: sourceLocation)
        }
    }

    private static func labels(width: Int = 40, height: Int = 30) -> LabelImage {
        LabelImage(
            width: width, height: height, labels: (0..<width * height).map { Int32($0 * 31 % 7) })
    }

    /// The bytes of a sound image file with the extension.
    private func sound(_ ending: String, in folder: TemporaryFolder) throws -> [UInt8] {
        let path = folder.path("sound." + ending)
        try Self.labels().write(to: path)
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    @Test(arguments: ["png", "tif"]) func truncatedImagesAreRefused(ending: String) throws {
        let folder = try TemporaryFolder()
        let bytes = try sound(ending, in: folder)
        for part in [1, 20, bytes.count / 2, bytes.count - 5] {
            let path = folder.path("cut-\(part)." + ending)
            try write(Array(bytes[..<part]), to: path)
            try expectRefusal(ofImage: path)
        }
    }

    @Test func flippedBitsAreRefused() throws {
        let folder = try TemporaryFolder()
        var png = try sound("png", in: folder)
        png[png.count / 2] ^= 0x10
        try write(png, to: folder.path("flipped.png"))
        try expectRefusal(ofImage: folder.path("flipped.png"), saying: "damaged PNG")

        // The offset of a TIFF's directory, which then lies beyond the file.
        var tiff = try sound("tif", in: folder)
        tiff[tiff[0] == 0x49 ? 7 : 4] ^= 0x40
        try write(tiff, to: folder.path("flipped.tif"))
        try expectRefusal(ofImage: folder.path("flipped.tif"), saying: "damaged TIFF")
    }

    @Test func aHugeHeaderOnASmallFileIsRefused() throws {
        let folder = try TemporaryFolder()
        var png = try sound("png", in: folder)
        // 60,000 x 60,000, and the CRC-32 of that header (Python's zlib.crc32) for 16-bit grey.
        png.replaceSubrange(16..<24, with: [0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60])
        png.replaceSubrange(29..<33, with: [0xF5, 0x29, 0xF6, 0xDD])
        try write(png, to: folder.path("huge.png"))
        try expectRefusal(ofImage: folder.path("huge.png"), saying: "60000 x 60000")

        var tiff = try sound("tif", in: folder)
        try #require(tiff[0] == 0x49)
        for entry in Self.entries(of: tiff) where tiff[entry + 1] == 1 && [0, 1].contains(tiff[entry]) {
            tiff.replaceSubrange(entry + 8..<entry + 10, with: [0x60, 0xEA])
        }
        try write(tiff, to: folder.path("huge.tif"))
        try expectRefusal(ofImage: folder.path("huge.tif"))
    }

    @Test func aTIFFWhoseDirectoriesGoRoundIsRefused() throws {
        let folder = try TemporaryFolder()
        var tiff = try sound("tif", in: folder)
        try #require(tiff[0] == 0x49)
        let last = try #require(Self.entries(of: tiff).last)
        tiff.replaceSubrange(last + 12..<last + 16, with: tiff[4..<8])
        try write(tiff, to: folder.path("round.tif"))
        try expectRefusal(ofImage: folder.path("round.tif"), saying: "circle")
    }

    /// Where the entries of a little-endian TIFF's first directory lie.
    private static func entries(of tiff: [UInt8]) -> [Int] {
        let directory = (0..<4).reduce(0) { $0 | Int(tiff[4 + $1]) << (8 * $1) }
        let count = Int(tiff[directory]) | Int(tiff[directory + 1]) << 8
        return (0..<count).map { directory + 2 + 12 * $0 }
    }

    @Test func whatIsNoImageIsRefused() throws {
        let folder = try TemporaryFolder()
        try write([], to: folder.path("empty.png"))
        try expectRefusal(ofImage: folder.path("empty.png"), saying: "is empty")
        try write(Array("hello".utf8), to: folder.path("text.tif"))
        try expectRefusal(ofImage: folder.path("text.tif"), saying: "PNG, TIFF and JPEG")
        try #require(mkfifo(folder.path("pipe.png"), 0o600) == 0)
        try expectRefusal(ofImage: folder.path("pipe.png"), saying: "not a regular file")
        try expectRefusal(ofImage: "/dev/zero", saying: "not a regular file")
        try expectRefusal(["view", folder.url.path], of: folder.url.path, saying: "is a folder")
        let absent = folder.path("absent.png")
        for arguments in [["info", absent], ["view", absent], ["evaluate", absent, absent]] {
            try expectRefusal(arguments, of: absent)
        }
    }

    @Test(.enabled(if: geteuid() != 0 || access("/usr/bin/setpriv", X_OK) == 0))
    func filesThatMayNotBeReadAreRefused() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("secret.png")
        try Self.labels().write(to: path)
        try #require(chmod(path, 0) == 0)
        // Root reads everything, unless it gives up its capabilities.
        let petri = try #require(Programs.folder) + "/petri"
        let wrapper =
            geteuid() == 0 ? ["/usr/bin/setpriv", "--bounding-set=-all", "--inh-caps=-all"] : ["/usr/bin/env"]
        for command in ["info", "view"] {
            let answer = try Programs.run(wrapper[0], wrapper.dropFirst() + [petri, command, path])
            #expect(answer.code == 65)
            #expect(answer.errors == "petri: \(path): cannot be opened: Permission denied\n")
        }
    }

    @Test(arguments: ["two words.png", "line\nbreak.png", "\u{1B}[2J\u{1B}]0;title\u{7}.png", "--json.png", "ü€.png"])
    func strangeNamesAreReadAndNamedHarmlessly(name: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.path(name)
        try Self.labels().write(to: path)
        let info = try Programs.petri(["info", path])
        #expect(info.code == 0)
        #expect(!info.output.contains("\u{1B}") && info.output.contains(name.printable))
        let json = try JSONDecoder().decode(
            [String: Fact].self, from: Data(Programs.petri(["info", "--json", path]).output.utf8))
        #expect(json["path"] == .text(path))
        try write(Array("no image".utf8), to: path)
        try expectRefusal(ofImage: path)
    }

    @Test func emptyFoldersAreRefused() throws {
        let folder = try TemporaryFolder()
        let empty = folder.path("empty")
        let hollow = folder.path("hollow")
        for path in [empty, hollow + "/images", hollow + "/masks"] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        for path in [empty, hollow] {
            try expectRefusal(["info", path], of: path)
            try expectRefusal(["evaluate", path, path], of: path)
        }
        try expectRefusal(["info", "--images", empty, "--masks", empty], of: empty)
    }

    @Test func masksOfAnotherSizeAreRefused() throws {
        let folder = try TemporaryFolder()
        for part in ["data/images", "data/masks", "predicted"] {
            try FileManager.default.createDirectory(atPath: folder.path(part), withIntermediateDirectories: true)
        }
        let mask = folder.path("data/masks/a.png")
        try Self.labels().write(to: folder.path("data/images/a.png"))
        try Self.labels(width: 39).write(to: mask)
        try Self.labels().write(to: folder.path("predicted/a.png"))
        try expectRefusal(["info", folder.path("data")], of: mask, saying: "39x30")
        try expectRefusal(["evaluate", folder.path("data"), folder.path("predicted")], of: mask, saying: "39x30")
        try expectRefusal(["view", folder.path("data/images/a.png"), "--mask", mask], of: mask, saying: "39x30")
        try expectRefusal(["evaluate", folder.path("predicted"), mask], of: mask)
    }

    @Test func theDamagedOneAmongManyIsNamed() throws {
        let folder = try TemporaryFolder()
        for part in ["truth", "predicted"] {
            try FileManager.default.createDirectory(atPath: folder.path(part), withIntermediateDirectories: true)
            for name in ["a", "b", "c"] { try Self.labels().write(to: folder.path("\(part)/\(name).png")) }
        }
        let damaged = folder.path("predicted/b.png")
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: damaged)))
        try write(Array(bytes.dropLast(30)), to: damaged)
        try expectRefusal(["evaluate", folder.path("truth"), folder.path("predicted")], of: damaged)
    }
}

/// A value in the JSON that commands print.
enum Fact: Decodable, Equatable {
    case number(Double)
    case text(String)
    case other

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = .other
        }
    }
}
