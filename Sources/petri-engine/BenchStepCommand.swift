import ArgumentParser
import Command
import Engine
import Foundation
import Runs
import Torch

/// `petri bench step`: seconds of a full training step, and what of the device's speed it reaches.
struct BenchStepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step",
        abstract: "Seconds of a full CycleGAN step with the published losses, without VGG (median after a warm-up).",
        discussion: """
            The rate counts the convolutions and matrix products of a step: forwards, and backwards once for either factor \
            that wants a gradient. Phases are timed in steps of their own, as waiting between them costs time.

            EXAMPLE
              petri bench step --base 64 --batch 2 --height 128 --width 192 --json
              petri bench step --height 512 --width 768 --device cuda --phases --peak 989
            """)

    @Option(help: "Width of the networks.") var base = 64
    @Option(help: "Images a step.") var batch = 2
    @Option(help: "Height, divisible by 16.") var height = 128
    @Option(help: "Width, divisible by 16.") var width = 192
    @Option(help: "float32 or bf16.") var precision: TrainingSettings.Precision?
    @Option(help: "Measured steps.") var repeats = 5
    @Option(help: "TFLOP/s that the device can do at most (default: a known card's, in bf16).") var peak: Double?
    @Flag(help: "Also time the phases of a step.") var phases = false
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var device: DeviceOption

    func validate() throws {
        guard height % 16 == 0, width % 16 == 0, height >= 32, width >= 32, batch >= 1, base >= 4, repeats >= 1 else {
            throw ValidationError("Sizes must be multiples of 16 from 32 on; --batch and --repeats at least 1.")
        }
        guard (peak ?? 1) > 0 else { throw ValidationError("--peak must be more than 0.") }
    }

    private struct Result: Encodable {
        let secondsPerStep: Double
        let fastest: Double
        let operationsPerStep: Double
        let teraflops: Double
        let peakTeraflops: Double?
        let shareOfPeak: Double?
        let peakMemory: Int
        let phases: [StepBenchmark.Phase]?
        let base, batch, height, width, repeats, threads: Int
        let precision, device, libtorch: String
        let card: String?
    }

    func run() throws {
        try explaining {
            let device = try device.resolve()
            let precision = precision ?? Processor.usualPrecision(on: device)
            let benchmark = try StepBenchmark(
                base: base, batch: batch, height: height, width: width, precision: precision, device: device)
            let measured = try benchmark.times(repeats: repeats)
            let peakMemory = benchmark.peakMemory
            let times = measured.seconds.sorted()
            let median = times[times.count / 2]
            let rate = measured.operations / median / 1e12
            let peak = peak ?? (precision == .bf16 ? benchmark.card.flatMap(CardSpeed.peak) : nil)
            let result = Result(
                secondsPerStep: median, fastest: times[0], operationsPerStep: measured.operations, teraflops: rate,
                peakTeraflops: peak, shareOfPeak: peak.map { rate / $0 }, peakMemory: peakMemory,
                phases: phases ? try benchmark.phases(repeats: repeats) : nil, base: base, batch: batch,
                height: height, width: width, repeats: repeats, threads: Torch.threads, precision: precision.rawValue,
                device: "\(device)", libtorch: Torch.version, card: benchmark.card)
            try json ? JSONText.print(result) : tell(result)
        }
    }

    private func tell(_ result: Result) {
        print(
            "\(result.secondsPerStep) seconds per step (\(result.precision), \(result.device), libtorch \(result.libtorch))"
        )
        let share =
            result.shareOfPeak.map { String(format: ", %.1f %% of %.3g", 100 * $0, result.peakTeraflops ?? 0) } ?? ""
        print(
            String(format: "%.3f TFLOP a step, %.3g TFLOP/s", result.operationsPerStep / 1e12, result.teraflops) + share
        )
        print("at most \(result.peakMemory >> 20) MB")
        for phase in result.phases ?? [] { print(String(format: "%9.4f s  ", phase.seconds) + phase.name) }
    }
}

/// What cards can do at most, as their data sheets say: dense bf16 products, TFLOP/s.
enum CardSpeed {
    private static let known: [(name: String, peak: Double)] = [
        ("H200", 989), ("H100 80GB HBM3", 989), ("A100", 312), ("L40S", 362), ("L4", 121),
    ]

    /// The peak of the card of this name; nil of one that is not known.
    static func peak(of card: String) -> Double? {
        let words = card.split(separator: " ").flatMap { $0.split(separator: "-") }.map(String.init)
        return known.first { entry in entry.name.split(separator: " ").allSatisfy { words.contains(String($0)) } }?.peak
    }
}
