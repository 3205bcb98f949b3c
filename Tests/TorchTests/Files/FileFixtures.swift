import Foundation
import Testing

@testable import Torch

/// The files that make_tensor_files.py wrote, and what it says is in them.
enum FileFixtures {
    /// One tensor as PyTorch reads it.
    struct Expected: Decodable {
        var name: String
        var type: String
        var shape: [Int]
        /// The elements' little-endian bytes, row by row, in hexadecimal.
        var hex: String
    }

    static func path(_ name: String) -> String {
        Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(name)").path
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    static func expected(_ name: String) throws -> [Expected] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path("tensor_files.json")))
        return try #require(try JSONDecoder().decode([String: [Expected]].self, from: data)[name])
    }

    /// Checks every tensor of `file` against what PyTorch read in the fixture.
    static func expect(_ file: TensorFile, reads name: String, inOrder: Bool) throws {
        let expected = try expected(name)
        #expect(file.tensors.count == expected.count)
        if inOrder { #expect(file.tensors.map(\.name) == expected.map(\.name)) }
        for tensor in expected {
            let found = try #require(file[tensor.name], "\(tensor.name)")
            #expect(found.type.safetensorsName == tensor.type, "\(tensor.name)")
            #expect(found.shape == tensor.shape, "\(tensor.name)")
            let hex = try file.withBytes(of: tensor.name) { $0.map { String(format: "%02x", $0) }.joined() }
            #expect(hex == tensor.hex, "\(tensor.name)")
        }
    }

    /// What opening the file says is wrong with it.
    static func fault(_ open: () throws -> TensorFile) -> String? {
        do {
            _ = try open()
            return nil
        } catch {
            return "\(error)"
        }
    }
}
