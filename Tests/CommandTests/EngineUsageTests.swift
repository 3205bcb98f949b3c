import ArgumentParser
import Runs
import Testing

@testable import petri_engine

/// How the engine's commands may be called.
@Suite struct EngineUsageTests {
    private static let train = ["train", "data", "--run", "run"]

    static let wrong =
        [
            ["train", "data"], ["train", "--run", "run"], ["resume"], ["segment", "run", "images"],
            ["segment", "run", "images", "--out", "masks", "--checkpoint", "middle"],
            ["segment", "run", "images", "--out", "masks", "--orientations", "9"],
            ["generate", "run", "--masks", "masks", "--out", "new"],
            ["generate", "run", "--masks", "masks", "--count", "0", "--out", "new"], ["resume", "run", "--steps", "0"],
            ["resume", "run", "--minutes=-1"], ["resume", "run", "--minutes", "nan"],
            ["bench", "step", "--height", "33"],
            ["bench", "step", "--repeats", "0"], ["bench", "step", "--peak", "0"], ["bench", "parity"],
        ]
        + [
            ["--steps", "0"], ["--epochs", "9223372036854775807"], ["--minutes", "0"], ["--minutes", "inf"],
            ["--checkpoint-every", "0"], ["--crop", "33x32"], ["--crop", "16x32"], ["--crop", "32"],
            ["--crop", "99999999999999999999x32"], ["--classes", "4"], ["--segmenter", "none"], ["--preset", "huge"],
            ["--precision", "double"], ["--lr", "nan"], ["--lr", "0"], ["--p-diff", "2"], ["--p-vanilla", "nan"],
            ["--batch", "0"], ["--base", "3"], ["--images", "0"], ["--seed=-1"],
        ].map { train + $0 }

    @Test(arguments: wrong) func `wrong usage is refused before any work`(arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try PetriEngine.parseAsRoot(arguments) }
        if let error { #expect(PetriEngine.exitCode(for: error).rawValue == 64) }
    }

    @Test func `options are read as they are said`() throws {
        let arguments =
            Self.train + [
                "--conventional", "--crop", "64x96", "--steps", "7", "--checkpoint-every", "3", "--lr", "1e-3",
            ]
        let request = try #require(try PetriEngine.parseAsRoot(arguments) as? TrainCommand).request
        let settings = try request.settings()
        #expect(settings.arm == .conventional && settings.budget == .init(steps: 7))
        #expect(settings.checkpointSteps == 3 && settings.learningRate == 1e-3)
        #expect(settings.cropHeight == 64 && settings.cropWidth == 96)
        #expect(try TrainingRequest(arguments: request.arguments) == request)
    }

    @Test func `the command has every option of the table`() throws {
        let command = try #require(try PetriEngine.parseAsRoot(Self.train) as? TrainCommand)
        #expect(command.optionNames == TrainingOption.all.map(\.name))
        let help = PetriEngine.helpMessage(for: TrainCommand.self)
        for option in TrainingOption.all { #expect(help.contains("--\(option.name) ") || option.kind == .flag) }
    }
}
