import Foundation

/// The programs as built, run as a user would.
enum Programs {
    /// The build folder: where the test bundle lies.
    static let folder: String? = {
        // `swift test` runs the bundle through a helper; one of the arguments is the bundle's own path.
        let candidates = CommandLine.arguments + [Bundle.main.bundlePath, "/proc/self/exe"]
        for candidate in candidates {
            let file = URL(fileURLWithPath: candidate).resolvingSymlinksInPath()
            for folder in [file, file.deletingLastPathComponent()] {
                let petri = folder.appendingPathComponent("petri").path
                if FileManager.default.isExecutableFile(atPath: petri), !isFolder(petri) { return folder.path }
            }
        }
        return nil
    }()

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    struct Answer {
        var code: Int32
        var output: String
        var errors: String
    }

    struct NotBuilt: Error, CustomStringConvertible {
        let description = "petri is not beside the tests: build it first (bin/test does)"
    }

    /// Runs `petri` of the given folder (default: the build folder) to its end.
    static func petri(
        _ arguments: [String], in folder: String? = folder, environment: [String: String] = [:],
        at directory: String? = nil
    ) throws -> Answer {
        guard let folder else { throw NotBuilt() }
        return try run(folder + "/petri", arguments, environment: environment, at: directory)
    }

    static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], at directory: String? = nil
    ) throws -> Answer {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        process.standardInput = FileHandle.nullDevice
        // Files never fill up as pipes do.
        let files = try (0..<2).map { _ in
            let url = FileManager.default.temporaryDirectory.appendingPathComponent("petri-\(UUID().uuidString)")
            try Data().write(to: url)
            return url
        }
        defer { for file in files { try? FileManager.default.removeItem(at: file) } }
        process.standardOutput = try FileHandle(forWritingTo: files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        process.waitUntilExit()
        let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        return Answer(code: process.terminationStatus, output: texts[0], errors: texts[1])
    }

    /// A temporary folder with `petri` and, beside it, a script in the engine's place.
    static func withEngine<Result>(_ script: String?, _ body: (String) throws -> Result) throws -> Result {
        guard let folder else { throw NotBuilt() }
        let files = FileManager.default
        let place = files.temporaryDirectory.appendingPathComponent("petri test \(UUID().uuidString)")
        try files.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? files.removeItem(at: place) }
        try files.copyItem(atPath: folder + "/petri", toPath: place.path + "/petri")
        if let script {
            let engine = place.path + "/petri-engine"
            try ("#!/bin/sh\n" + script).write(toFile: engine, atomically: true, encoding: .utf8)
            try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: engine)
        }
        return try body(place.path)
    }
}
