import ArgumentParser
import Command
import Engine
import Runs
import Torch

/// `petri bench`: speed of the engine.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: EngineWord.bench.abstract,
        discussion: """
            EXAMPLE
              petri bench step --base 64 --batch 2 --height 128 --width 192
              petri bench generate --base 64 --height 512 --width 768
            """,
        subcommands: [BenchStepCommand.self, BenchGenerateCommand.self])
}

/// `petri bench step`: seconds of a full training step.
struct BenchStepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step",
        abstract: "Seconds of a full CycleGAN step with the published losses, without VGG (median after a warm-up).",
        discussion: """
            EXAMPLE
              petri bench step --base 64 --batch 2 --height 128 --width 192 --json
            """)

    @Option(help: "Width of the networks.") var base = 64
    @Option(help: "Images a step.") var batch = 2
    @Option(help: "Height, divisible by 16.") var height = 128
    @Option(help: "Width, divisible by 16.") var width = 192
    @Option(help: "float32 or bf16.") var precision: TrainingSettings.Precision?
    @Option(help: "Measured steps.") var repeats = 5
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var device: DeviceOption

    func validate() throws {
        guard height % 16 == 0, width % 16 == 0, height >= 32, width >= 32, batch >= 1, base >= 4, repeats >= 1 else {
            throw ValidationError("Sizes must be multiples of 16 from 32 on; --batch and --repeats at least 1.")
        }
    }

    private struct Result: Encodable {
        let secondsPerStep: Double
        let fastest: Double
        let base, batch, height, width, repeats, threads: Int
        let precision, device, libtorch: String
    }

    func run() throws {
        try explaining {
            let device = try device.resolve()
            let precision = precision ?? (Processor.hasFastBFloat16(device) ? .bf16 : .float32)
            let times = try StepBenchmark(
                base: base, batch: batch, height: height, width: width, precision: precision, device: device
            ).seconds(repeats: repeats).sorted()
            let median = times[times.count / 2]
            if json {
                try JSONText.print(
                    Result(
                        secondsPerStep: median, fastest: times[0], base: base, batch: batch, height: height,
                        width: width, repeats: repeats, threads: Torch.threads, precision: precision.rawValue,
                        device: "\(device)", libtorch: Torch.version))
            } else {
                print("\(median) seconds per step (\(precision), \(device), libtorch \(Torch.version))")
            }
        }
    }
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
            let precision = precision ?? (Processor.hasFastBFloat16(device) ? .bf16 : .float32)
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
