import Drawing
import Foundation
import Imaging
import Runs
import TestSupport
import Testing

/// The suites that train in child processes, one test after the other: each wants the cores for itself.
@Suite(.serialized) enum EngineRuns {
    /// Options of a training whose steps take milliseconds.
    static let tiny = ["--base", "4", "--batch", "2", "--crop", "32x32", "--device", "cpu"]

    /// Where these runs queue: not among the user's own.
    private static let state = try? TemporaryFolder()

    /// The environment that runs get beside the tests' own.
    static var environment: [String: String] {
        ["PETRI_THREADS": "1", "XDG_STATE_HOME": state?.url.path ?? NSTemporaryDirectory()]
    }

    /// Runs `petri` with one thread, which is quickest for tiny networks.
    static func petri(_ arguments: [String]) throws -> Programs.Answer {
        guard let folder = Programs.folder else { throw Programs.NotBuilt() }
        let variables = environment.map { "\($0)=\($1)" }
        return try Programs.run("/usr/bin/env", variables + [folder + "/petri"] + arguments)
    }

    /// Runs `petri` and expects it to succeed.
    @discardableResult
    static func succeeding(_ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation) throws
        -> Programs.Answer
    {
        let answer = try petri(arguments)
        try #require(answer.code == 0, "\(arguments): \(answer.errors)", sourceLocation: sourceLocation)
        return answer
    }

    /// Expects exit code 65 and, as the last line of standard error, `problem`.
    static func expectRefusal(
        _ arguments: [String], _ problem: String, lines: Int = 1, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let answer = try petri(arguments)
        let said = answer.errors.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        #expect(answer.code == 65, "\(arguments): \(answer.errors)", sourceLocation: sourceLocation)
        #expect(said.count == lines, "\(said)", sourceLocation: sourceLocation)
        #expect(said.last?.hasPrefix("petri: ") == true, sourceLocation: sourceLocation)
        #expect(said.last?.contains(problem) == true, "\(said)", sourceLocation: sourceLocation)
    }

    /// Starts `petri` with one thread and lets it run; what it prints goes nowhere. Several threads that spin while they
    /// wait for one another would take many times as long where other tests want the cores.
    static func start(_ arguments: [String]) throws -> Process {
        guard let folder = Programs.folder else { throw Programs.NotBuilt() }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: folder + "/petri")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try process.run()
        return process
    }

    /// Waits until `condition` holds or the process has ended; one that takes minutes is killed.
    static func wait(for process: Process, until condition: () -> Bool = { false }) {
        let deadline = ContinuousClock.now + .seconds(120)
        while process.isRunning && !condition() {
            usleep(2000)
            if ContinuousClock.now > deadline { send(SIGKILL, to: process) }
        }
        // Sets the status too.
        if !process.isRunning { process.waitUntilExit() }
    }

    /// Sends a signal to a process that still runs; returns whether it did.
    @discardableResult
    static func send(_ signal: Int32, to process: Process) -> Bool {
        let pid = process.processIdentifier
        return process.isRunning && pid > 0 && kill(pid, signal) == 0
    }

    /// Writes drawn pictures as a data set: grey of 16 bits, or colour of 8.
    static func dataSet(
        _ count: Int, at path: String, colour: Bool = false, width: Int = 48, height: Int = 40
    ) throws {
        for place in ["images", "masks"] {
            try FileManager.default.createDirectory(atPath: path + "/" + place, withIntermediateDirectories: true)
        }
        for index in 0..<count {
            let settings = Phantom.Settings(width: width, height: height, density: 2, size: 0.5)
            let phantom = Phantom.draw(.fluorescence, settings, seed: UInt64(index) + 1)
            var image = phantom.image
            if colour {
                let plane = image.planes().minMaxScaled()[0].values
                let samples = plane.flatMap { [UInt8($0 * 255), UInt8($0 * 100), UInt8(255 - $0 * 255)] }
                image = Image(width: width, height: height, channels: 3, samples: .uint8(samples))
            }
            try ImageFile.write(image, to: path + "/images/cell \(index).png")
            try phantom.labels.write(to: path + "/masks/cell \(index).png")
        }
    }

    static func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }
}
