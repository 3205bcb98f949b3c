import Foundation
import Imaging
import TestSupport
import Testing

@testable import Runs

@Suite("Run directories")
struct RunDirectoryTests {
    struct Settings: Codable, Equatable, Sendable {
        var steps = 10
        var rate = 1e-4
    }

    static let description = RunDescription(
        settings: Settings(),
        dataset: .init(paths: ["/data/a b"], fingerprint: "12ab", training: ["x", "y"], validation: ["z"]),
        seed: .max, versions: ["petri": "1"], device: "cpu", threads: 2, commandLine: ["petri", "train"],
        created: Date(timeIntervalSince1970: 1_700_000_000))

    @Test func aRunIsMadeDescribedAndOpenedAgain() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("deep/er/run")
        let run = try RunDirectory.create(path)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: path).sorted() == [
                "checkpoints", "control", "previews",
            ])
        try run.write(Self.description)
        let opened = try RunDirectory.open(path)
        #expect(opened == run)
        #expect(try opened.description(settings: Settings.self) == Self.description)
        let text = try String(contentsOfFile: path + "/run.json", encoding: .utf8)
        #expect(text.contains("\"created\" : \"2023-11-14T22:13:20Z\""))
        #expect(text.contains("\"seed\" : 18446744073709551615"))
    }

    @Test func anEmptyFolderBecomesARunAndAFullOneDoesNot() throws {
        let folder = try TemporaryFolder()
        _ = try RunDirectory.create(folder.url.path)
        expectFault("not empty") { _ = try RunDirectory.create(folder.url.path) }
        try RunDirectory.create(folder.path("run")).write(Self.description)
        expectFault("holds a run already") { _ = try RunDirectory.create(folder.path("run")) }
        try Data().write(to: URL(fileURLWithPath: folder.path("file")))
        expectFault("is a file") { _ = try RunDirectory.create(folder.path("file")) }
        expectFault("cannot be made: Not a directory") { _ = try RunDirectory.create(folder.path("file/run")) }
    }

    @Test func whatIsNoRunIsSaidToBeNone() throws {
        let folder = try TemporaryFolder()
        expectFault("no run.json") { _ = try RunDirectory.open(folder.url.path) }
        expectFault("does not exist") { _ = try RunDirectory.open(folder.path("none")) }
        try Data().write(to: URL(fileURLWithPath: folder.path("file")))
        expectFault("is a file") { _ = try RunDirectory.open(folder.path("file")) }
    }

    @Test(.disabled(if: geteuid() == 0, "the superuser may do everything"))
    func foldersThatMayNotBeUsedAreErrors() throws {
        let folder = try TemporaryFolder()
        let run = try RunDirectory.create(folder.path("run"))
        try run.write(Self.description)
        try FileManager.default.setAttributes([.posixPermissions: 0o000], ofItemAtPath: run.path)
        expectFault("may not be entered") { _ = try RunDirectory.open(run.path) }
        expectFault("may not be read") { _ = try RunDirectory.create(run.path) }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: run.path)
    }

    @Test(arguments: [
        ("", "it is not JSON"), ("{", "it is not JSON"), ("[]", "is not of type"),
        ("{\"settings\":{}}", "no settings.steps"),
        (String(repeating: "[", count: 100_000), "it is not JSON"), ("\u{0}\u{0}", "it is not JSON"),
    ])
    func aDamagedDescriptionIsAnError(text: String, fault: String) throws {
        let folder = try TemporaryFolder()
        let run = try RunDirectory.create(folder.path("run"))
        try Data(text.utf8).write(to: URL(fileURLWithPath: run.descriptionPath))
        expectFault(fault) { _ = try run.description(settings: Settings.self) }
    }

    @Test func requestsAreSentSeenAndAcknowledged() throws {
        let folder = try TemporaryFolder()
        let control = try RunDirectory.create(folder.path("run")).control
        #expect(control.pending() == [])
        try control.send(.stop)
        try control.send(.pause)
        try control.send(.pause)
        try Data().write(to: URL(fileURLWithPath: control.folder + "/dance"))
        #expect(control.pending() == [.pause, .stop])
        try control.send(.resume)
        #expect(control.pending() == [.resume, .stop])
        try control.acknowledge(.stop)
        try control.acknowledge(.stop)
        #expect(control.pending() == [.resume])
        expectFault("cannot be opened") { try ControlRequests(folder: folder.path("none")).send(.stop) }
    }

    @Test func theLogHasATimedLineForEachMessage() throws {
        let folder = try TemporaryFolder()
        try RunLog(folder.path("log.txt")).append("one", at: Date(timeIntervalSince1970: 1_700_000_000))
        try RunLog(folder.path("log.txt")).append("two\n\u{1b}[31m", at: Date(timeIntervalSince1970: 1_700_000_001))
        #expect(
            try String(contentsOfFile: folder.path("log.txt"), encoding: .utf8)
                == "2023-11-14T22:13:20Z one\n2023-11-14T22:13:21Z two??[31m\n")
        expectFault("cannot be opened") { _ = try RunLog(folder.path("no/log.txt")) }
    }
}

/// Expects `body` to fail by an `InputError` whose line has `fault` in it.
func expectFault(_ fault: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void) {
    do {
        try body()
        Issue.record("no error", sourceLocation: sourceLocation)
    } catch let error as InputError {
        #expect(error.description.contains(fault), "\(error)", sourceLocation: sourceLocation)
        #expect(!error.description.contains("\n"), sourceLocation: sourceLocation)
    } catch {
        Issue.record("\(error) is no InputError", sourceLocation: sourceLocation)
    }
}
