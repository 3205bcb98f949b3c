import ArgumentParser
import Command
import Engine

/// The engine: everything that touches a tensor.
@main
struct PetriEngine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "petri-engine",
        abstract: "Petri's engine: training, generation, segmentation. Reached through `petri` with the same words.")
}
