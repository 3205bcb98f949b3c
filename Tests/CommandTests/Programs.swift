import Foundation
import TestSupport

@testable import petri

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
    static func petri(_ arguments: [String], in folder: String? = folder) throws -> Answer {
        guard let folder else { throw NotBuilt() }
        return try run(folder + "/petri", arguments)
    }

    /// Runs a program for a minute at most; one killed by a signal has the signal's number, negative, as its code.
    static func run(_ program: String, _ arguments: [String]) throws -> Answer {
        let capture = try Child.capture(program, arguments, errors: true, timeout: .seconds(60))
        let code: Int32 =
            switch capture.end {
            case .exited(let code): code
            case .killed(let signal): -signal
            case .timedOut, .interrupted: throw TookTooLong()
            }
        return Answer(code: code, output: String(decoding: capture.output, as: UTF8.self), errors: capture.errors)
    }

    struct TookTooLong: Error {}

    /// A temporary folder with `petri` and, beside it, a script in the engine's place.
    static func withEngine<Result>(_ script: String?, _ body: (String) throws -> Result) throws -> Result {
        guard let folder else { throw NotBuilt() }
        let files = FileManager.default
        let place = files.temporaryDirectory.appendingPathComponent("petri test \(UUID().uuidString)")
        try files.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? files.removeItem(at: place) }
        // By another process, as scripts are.
        _ = try run("/bin/cp", [folder + "/petri", place.path])
        if let script { try Script.write("#!/bin/sh\n\(script)\n", to: place.path + "/petri-engine") }
        return try body(place.path)
    }
}
