import ArgumentParser
import Canvas
import Foundation
import Imaging
import TestSupport
import Testing

@testable import petri

struct ViewCommandTests {
    @Test func windowMayBeginWithAMinus() throws {
        let command = try ViewCommand.parse(["a.tif", "--window", "-5:10"])
        #expect(command.window == .range(-5, 10))
    }

    @Test(arguments: [
        ["--width", "0"], ["--window", "5:1"], ["--tint"], ["--labels", "--mask", "m.png"], ["--frame", "0"],
    ])
    func wrongUsageIsRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { try ViewCommand.parse(["a.tif"] + arguments) }
    }

    @Test func maskOfAnotherSizeIsNamed() throws {
        let folder = try TemporaryFolder()
        try LabelImage(width: 3, height: 2).write(to: folder.path("image.png"))
        try LabelImage(width: 2, height: 2).write(to: folder.path("mask.png"))
        let command = try ViewCommand.parse([folder.path("image.png"), "--mask", folder.path("mask.png")])
        let error = #expect(throws: InputError.self) { try command.run() }
        #expect(error?.subject == folder.path("mask.png"))
    }
}

struct SampleDataCommandTests {
    @Test func filesThatAreThereAreKeptUnlessForced() throws {
        let folder = try TemporaryFolder()
        let mask = folder.url.appendingPathComponent("fluorescence/test/masks/test_01.png")
        try FileManager.default.createDirectory(at: mask.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: mask)
        let command = try SampleDataCommand.parse([folder.url.path])
        let error = #expect(throws: InputError.self) { try command.run() }
        #expect(error?.subject == mask.path)
        #expect(try Data(contentsOf: mask) == Data("mine".utf8))
        #expect(!FileManager.default.fileExists(atPath: folder.path("README.txt")))
    }

    @Test(arguments: [["--density", "0"], ["--size", "100"], ["--touching", "2"], ["--contrast", "nan"]])
    func settingsOutOfRangeAreRefused(arguments: [String]) {
        #expect(throws: (any Error).self) { try SampleDataCommand.parse(["d"] + arguments) }
    }
}
