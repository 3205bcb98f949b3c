import ArgumentParser
import Command
import Engine
import Runs
import Torch

/// `petri bench parity`: the networks' values and gradients against those of the published implementation.
struct BenchParityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parity",
        abstract: "Values and gradients of every network against the published implementation's, in float32.",
        discussion: """
            Exits with 70 where a figure deviates by more than is allowed.

            EXAMPLE
              petri bench parity parity/networks.json --device cuda
            """)

    @Argument(help: "The figures: networks.json, in Tests/EngineTests/Fixtures or in the bundle's folder parity.")
    var file: String

    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var device: DeviceOption

    private struct Result: Encodable {
        struct Network: Encodable {
            let name: String
            let deviations: [Deviation]
        }
        let agrees: Bool
        let networks: [Network]
        let device, libtorch: String
    }

    func run() throws {
        try explaining {
            let device = try device.resolve()
            let fixture = try ParityFixture.read(file)
            var networks: [Result.Network] = []
            for name in fixture.names {
                let deviations = try fixture.deviations(of: name, on: device)
                networks.append(.init(name: name, deviations: deviations))
                if !json { print(Self.line(name, deviations)) }
            }
            let agrees = networks.allSatisfy(\.deviations.isEmpty)
            if json {
                try JSONText.print(
                    Result(agrees: agrees, networks: networks, device: "\(device)", libtorch: Torch.version))
            }
            if !agrees { throw ExitCode(Outcome.fault) }
        }
    }

    private static func line(_ name: String, _ deviations: [Deviation]) -> String {
        guard let first = deviations.first else { return "\(name): agrees" }
        let more = deviations.count > 1 ? ", and \(deviations.count - 1) more" : ""
        return "\(name): deviates in \(first)\(more)"
    }
}
