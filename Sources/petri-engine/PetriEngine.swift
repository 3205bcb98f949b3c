import ArgumentParser
import Command
import Engine
import Foundation
import Imaging
import Runs
import Torch

/// The engine: everything that touches a tensor.
@main
struct PetriEngine: ParsableCommand {
    static let configuration = CommandConfiguration(
        // People reach it through `petri`, so that is what its commands' usage says.
        commandName: "petri",
        abstract: "Petri's engine: training, generation, segmentation. Reached through `petri` with the same words.",
        usage: "petri-engine <subcommand>",
        discussion: """
            EXAMPLE
              petri train my-data --run my-run --minutes 10
            """,
        version: Version.petri,
        subcommands: [
            TrainCommand.self, ResumeCommand.self, SegmentCommand.self, GenerateCommand.self, RemakeCommand.self,
            StylesCommand.self, CompareCommand.self, BenchCommand.self,
            EngineDoctorCommand.self,
        ])

    static func main() {
        Processor.prepare()
        runProgram()
    }
}

extension ParsableCommand {
    /// Runs `body`, turning what is wrong with the user's files, or with memory, into errors that say so.
    func explaining(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as TensorFileError {
            throw InputError(error.path, error.problem, advice: error.advice)
        } catch TorchError.parameters(let message) {
            throw InputError("the weights", "do not fit: \(message)")
        } catch TorchError.outOfMemory {
            throw InputError(
                "memory", "does not suffice on this device", advice: "lower --batch, --crop or --base")
        } catch let error as TrainingFailure where error.kind == .memory {
            throw InputError("the training", error.problem, advice: error.advice)
        } catch let error as TrainingFailure {
            StandardError.write("petri: \(error.description.printable)\n")
            throw ExitCode(Outcome.fault)
        } catch let error as TrainingError {
            throw InputError("the training", "cannot go on: \(error)")
        } catch let error as RankError {
            StandardError.write("petri: \(error)\n")
            throw ExitCode(Outcome.fault)
        } catch is Interrupted {
            throw ExitCode(Outcome.interrupted)
        }
    }
}
