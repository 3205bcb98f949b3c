import ArgumentParser
import Command
import Engine
import Runs
import Torch

/// `petri bench`: speed of the engine, and whether its networks answer as published.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: EngineWord.bench.abstract,
        discussion: """
            What needs no engine is measured by `petri bench ui`, `curves`, `glyphs` and `masks`; `--help` after them \
            tells more.

            EXAMPLE
              petri bench step --base 64 --batch 2 --height 128 --width 192
              petri bench generate --base 64 --height 512 --width 768
              petri bench parity networks.json --device cuda
            """,
        subcommands: [BenchStepCommand.self, BenchGenerateCommand.self, BenchParityCommand.self])
}

/// `petri bench generate`: images a second.
struct BenchGenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Images a second of the published generator, from a mask to an image (median after a warm-up).",
        discussion: """
            EXAMPLE
              petri bench generate --base 64 --height 512 --width 768 --json
            """)

    @Option(help: "Width of the generator.") var base = 64
    @Option(help: "Height in pixels.") var height = 512
    @Option(help: "Width in pixels.") var width = 768
    @Option(help: "float32 or bf16.") var precision: TrainingSettings.Precision?
    @Option(help: "Measured images.") var repeats = 5
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var device: DeviceOption

    func validate() throws {
        guard height >= 16, width >= 16, height <= 16384, width <= 16384, base >= 4, base <= 512, repeats >= 1 else {
            throw ValidationError("Sizes must be 16 to 16384, --base 4 to 512, --repeats at least 1.")
        }
    }

    private struct Result: Encodable {
        let imagesPerSecond: Double
        let secondsPerImage: Double
        let base, height, width, repeats, threads: Int
        let precision, device, libtorch: String
    }

    func run() throws {
        try explaining {
            let device = try device.resolve()
            let precision = precision ?? Processor.usualPrecision(on: device)
            let times = try SynthesisBenchmark(
                base: base, height: height, width: width, precision: precision, device: device
            ).seconds(repeats: repeats).sorted()
            let median = times[times.count / 2]
            if json {
                try JSONText.print(
                    Result(
                        imagesPerSecond: 1 / median, secondsPerImage: median, base: base, height: height, width: width,
                        repeats: repeats, threads: Torch.threads, precision: precision.rawValue, device: "\(device)",
                        libtorch: Torch.version))
            } else {
                print("\(1 / median) images per second (\(precision), \(device), libtorch \(Torch.version))")
            }
        }
    }
}
