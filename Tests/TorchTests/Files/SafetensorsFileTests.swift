import Foundation
import TestSupport
import Testing

@testable import Torch

@Suite("Safetensors")
struct SafetensorsFileTests {
    @Test func everyTypeReadsAsTheReferenceReaderReadsIt() throws {
        let file = try SafetensorsFile.open(FileFixtures.path("every.safetensors"))
        try FileFixtures.expect(file, reads: "every.safetensors", inOrder: false)
        #expect(file.metadata == ["step": "12", "note": "größe \u{2713}"])
    }

    @Test func whatIsWrittenReadsBackInOrderAndTheSameBytesComeEachTime() throws {
        let folder = try TemporaryFolder()
        let source = try SafetensorsFile.open(FileFixtures.path("every.safetensors"))
        let tensors = source.tensors.reversed().map { tensor in
            TensorToWrite(name: tensor.name, type: tensor.type, shape: tensor.shape) { body in
                try source.withBytes(of: tensor.name, body)
            }
        }
        for name in ["a", "b"] {
            try SafetensorsFile.write(folder.path(name), tensors: tensors, metadata: ["z": "\"\\\n\u{1}ü", "a": ""])
        }
        let file = try SafetensorsFile.open(folder.path("a"))
        #expect(file.tensors.map(\.name) == tensors.map(\.name))
        #expect(file.metadata == ["z": "\"\\\n\u{1}ü", "a": ""])
        try FileFixtures.expect(file, reads: "every.safetensors", inOrder: false)
        #expect(FileManager.default.contentsEqual(atPath: folder.path("a"), andPath: folder.path("b")))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == ["a", "b"])
        #expect(file.tensors.allSatisfy { $0.fileRange.lowerBound % $0.type.size == 0 })
    }

    /// The bytes are those of the format's description, put together by hand.
    @Test func aSmallFileHasTheBytesOfTheFormat() throws {
        let folder = try TemporaryFolder()
        let tensor = TensorToWrite(name: "w", type: .int16, shape: [2], bytes: [1, 0, 2, 0])
        try SafetensorsFile.write(folder.path("f"), tensors: [tensor], metadata: ["k": "v"])
        let json = #"{"__metadata__":{"k":"v"},"w":{"dtype":"I16","shape":[2],"data_offsets":[0,4]}}"#
        let padded = json + String(repeating: " ", count: (8 - json.utf8.count % 8) % 8)
        let expected = [UInt8(padded.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(padded.utf8) + [1, 0, 2, 0]
        #expect([UInt8](try Data(contentsOf: folder.url.appendingPathComponent("f"))) == expected)
    }

    @Test func aFailingProviderLeavesTheOldFile() throws {
        struct Broken: Error {}
        let folder = try TemporaryFolder()
        let good = TensorToWrite(name: "w", type: .uint8, shape: [1], bytes: [7])
        try SafetensorsFile.write(folder.path("f"), tensors: [good])
        let bad = TensorToWrite(name: "v", type: .uint8, shape: [1]) { _ in throw Broken() }
        #expect(throws: Broken.self) { try SafetensorsFile.write(folder.path("f"), tensors: [good, bad]) }
        let short = TensorToWrite(name: "v", type: .float32, shape: [1], bytes: [7])
        #expect(throws: TensorFileError.self) { try SafetensorsFile.write(folder.path("f"), tensors: [short]) }
        #expect(throws: TensorFileError.self) { try SafetensorsFile.write(folder.path("f"), tensors: [good, good]) }
        #expect(try SafetensorsFile.open(folder.path("f")).withBytes(of: "w") { Array($0) } == [7])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["f"])
    }

    @Test(
        arguments: [
            (#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#, nil),
            (#"{ "a" : { "shape" : [ 4 ] , "data_offsets":[0,4], "dtype":"U8" } } "#, nil),
            (
                #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"I16","shape":[],"data_offsets":[2,4]}}"#,
                nil
            ),
            (
                #"{"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]},"a":{"dtype":"I16","shape":[1],"data_offsets":[0,2]}}"#,
                nil
            ),
            (
                #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"e":{"dtype":"F64","shape":[0,9],"data_offsets":[4,4]}}"#,
                nil
            ),
            (
                #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#,
                "twice"
            ),
            (#"{"a":{"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#, "repeated key"),
            (#"{"__metadata__":{},"__metadata__":{},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#, "twice"),
            (#"{"__metadata__":{"k":"1","k":"2"},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#, "twice"),
            (#"{"__metadata__":{"k":1},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#, "no \""),
            (#"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}"#, "1 bytes after"),
            (#"{"a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}"#, "a hole"),
            (
                #"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#,
                "an overlap"
            ),
            (#"{"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]}}"#, "of 4 bytes"),
            (#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}}"#, "of 4 bytes"),
            (#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4,4]}}"#, "more than 2"),
            (#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0]}}"#, "lacks"),
            (#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,4]}}"#, "of its shape"),
            (#"{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,4]}}"#, "of its shape"),
            (#"{"a":{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, "beyond 64 bits"),
            (#"{"a":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}}"#, "natural number"),
            (#"{"a":{"dtype":"U8","shape":[4.0],"data_offsets":[0,4]}}"#, "no ]"),
            (#"{"a":{"dtype":"U8","shape":[04],"data_offsets":[0,4]}}"#, "natural number"),
            (#"{"a":{"dtype":"C64","shape":[4],"data_offsets":[0,4]}}"#, "element type \"C64\""),
            (#"{"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,4],"data_offsets":[0,4]}}"#, "more than 16"),
            (#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}} x"#, "text after"),
            (#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},}"#, "no \""),
            (#"{"a\ud800":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#, "surrogate"),
            (#"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]"#, "no }"),
            ("", "no {"),
        ] as [(String, String?)])
    func headersAreCheckedByTheFormatsRules(header: String, fault: String?) throws {
        let folder = try TemporaryFolder()
        let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
        try Data(length + Array(header.utf8) + [1, 2, 3, 4]).write(to: URL(fileURLWithPath: folder.path("f")))
        let found = FileFixtures.fault { try SafetensorsFile.open(folder.path("f")) }
        if let fault { #expect(found?.contains(fault) == true, "\(found ?? "opened")") } else { #expect(found == nil) }
    }

    @Test(
        arguments: [
            ([], "0 bytes long"), ([1, 0, 0], "3 bytes long"),
            ([255, 255, 255, 255, 255, 255, 255, 255], "state a header"),
            ([9, 0, 0, 0, 0, 0, 0, 0, 123, 125], "header of 9 bytes"), ([1, 0, 0, 0, 0, 0, 0, 0, 255], "no {"),
        ] as [([UInt8], String)])
    func whatIsNoSafetensorsIsSaidToBeNone(bytes: [UInt8], fault: String) throws {
        let folder = try TemporaryFolder()
        try Data(bytes).write(to: URL(fileURLWithPath: folder.path("f")))
        let found = FileFixtures.fault { try SafetensorsFile.open(folder.path("f")) }
        #expect(found?.contains(fault) == true, "\(found ?? "opened")")
    }

    @Test func whatIsNoFileIsAnErrorAtOnce() throws {
        let folder = try TemporaryFolder()
        #expect(FileFixtures.fault { try TensorFile.open(folder.path("none")) }?.contains("No such file") == true)
        #expect(FileFixtures.fault { try TensorFile.open(folder.url.path) }?.contains("is not a file") == true)
        #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
        #expect(FileFixtures.fault { try TensorFile.open(folder.path("pipe")) }?.contains("is not a file") == true)
        #expect(throws: TensorFileError.self) { try SafetensorsFile.write(folder.path("no/such/f"), tensors: []) }
    }
}
