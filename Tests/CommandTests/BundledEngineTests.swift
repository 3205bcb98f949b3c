import Foundation
import TestSupport
import Testing

/// The launcher of a bundle's engine, in a folder laid out like one whose engine says what it was given.
@Suite struct BundledEngineTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        let launcher = try String(contentsOf: root.appendingPathComponent("bin/bundled-engine"), encoding: .utf8)
        try write("petri bundle/petri-engine", launcher, isProgram: true)
        try write(
            "petri bundle/lib/petri-engine",
            "#!/bin/sh\necho \"$PETRI_LIBTORCH_FROM\"\necho \"$LD_LIBRARY_PATH\"\necho \"$2\"\n", isProgram: true)
        for version in ["1.13", "2.11", "2.13"] { try write("petri bundle/lib/torch-\(version)/libCTorch.so", "") }
    }

    private func write(_ name: String, _ text: String, isProgram: Bool = false) throws {
        let url = folder.url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        if isProgram { return try Script.write(text, to: url.path) }
        try Data(text.utf8).write(to: url)
    }

    /// A folder like that of Python's torch of this version.
    private func torch(_ version: String, in name: String = "torch") throws -> String {
        try write("\(name)/version.py", "from typing import Optional\n\n__version__ = '\(version)'\ndebug = False\n")
        try write("\(name)/lib/libtorch_cpu.so", "")
        return folder.path(name)
    }

    /// Runs the launcher with nothing in the environment but these; `path` holds no python3 unless asked for.
    private func run(_ environment: [String: String], path: String = "/nowhere") throws -> Programs.Answer {
        // The shell's own tools stay within reach.
        try write("tools/here", "")
        for tool in ["dirname", "readlink", "sed", "head", "cat"] {
            let link = folder.path("tools/\(tool)")
            if !FileManager.default.fileExists(atPath: link) {
                try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/usr/bin/" + tool)
            }
        }
        let values = environment.map { "\($0.key)=\($0.value)" }
        return try Programs.run(
            "/usr/bin/env",
            ["-i", "PATH=\(path):\(folder.path("tools"))"] + values
                + [folder.path("petri bundle/petri-engine"), "train", "my data"])
    }

    @Test func theNamedLibtorchIsTaken() throws {
        let torch = try torch("2.13.0+cpu")
        let answer = try run(["LIBTORCH": torch])
        let shim = folder.path("petri bundle/lib/torch-2.13")
        #expect(answer.output == "LIBTORCH\n\(shim):\(torch)/lib\nmy data\n", "\(answer)")
        let kept = try run(["LIBTORCH": torch, "LD_LIBRARY_PATH": "/mine"])
        #expect(kept.output.contains("\(torch)/lib:/mine\n"))
    }

    /// The archives of libtorch say their version in a file of its own.
    @Test func anUnpackedArchiveBesideTheProgramIsFound() throws {
        try write("petri bundle/libtorch/build-version", "2.11.0+cu130\n")
        try write("petri bundle/libtorch/lib/libtorch_cpu.so", "")
        let answer = try run([:])
        let bundle = folder.path("petri bundle")
        let libraries = "\(bundle)/lib/torch-2.11:\(bundle)/libtorch/lib"
        #expect(answer.output == "beside petri\n\(libraries)\nmy data\n", "\(answer)")
    }

    @Test func pythonsTorchComesBeforeTheOneBeside() throws {
        try write("petri bundle/libtorch/build-version", "2.11.0+cu130\n")
        try write("petri bundle/libtorch/lib/libtorch_cpu.so", "")
        let torch = try torch("2.13.1", in: "site-packages/torch")
        try write("python/python3", "#!/bin/sh\necho '\(torch)'\n", isProgram: true)
        let answer = try run([:], path: folder.path("python"))
        #expect(answer.output.hasPrefix("python3\n\(folder.path("petri bundle"))/lib/torch-2.13:"), "\(answer)")
    }

    @Test(arguments: [
        ("2.9.1+cu128", "libtorch 2.9.1+cu128 in"), ("2.1", "libtorch 2.1 in"), ("", "says nowhere which libtorch"),
    ])
    func anotherVersionIsRefusedByName(version: String, words: String) throws {
        let answer = try run(["LIBTORCH": try torch(version)])
        #expect(answer.code == 70 && answer.output.isEmpty)
        #expect(answer.errors.contains(words) && answer.errors.contains("1.13 2.11 2.13"), "\(answer.errors)")
        #expect(answer.errors.contains("LIBTORCH"))
    }

    @Test func anEmptyFolderIsNamed() throws {
        let answer = try run(["LIBTORCH": folder.path("empty")])
        #expect(answer.code == 70 && answer.errors.contains("LIBTORCH=\(folder.path("empty")) holds no"))
    }
}
