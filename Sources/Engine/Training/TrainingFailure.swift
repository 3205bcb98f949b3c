import Foundation
import Imaging
import Runs
import Torch

/// What ends a training from outside: memory that does not suffice, or a device that fails.
public struct TrainingFailure: Error, CustomStringConvertible, Equatable, Sendable {
    public enum Kind: Sendable { case memory, device }

    public let kind: Kind
    /// What happened, as the rest of a sentence about the training.
    public let problem: String
    /// What can be done about it.
    public let advice: String

    public var description: String { "the training \(problem); \(advice)" }

    /// Takes an error of libtorch's for what it means to a training; nil for other errors.
    /// - Parameters:
    ///   - free: bytes that were free on the device when the training began, where that is known.
    ///   - kept: the step after which the run's latest checkpoint was written; nil where there is none.
    init?(
        _ error: any Error, of settings: TrainingSettings, on device: Device, in run: String, free: Int?, kept: Int?
    ) {
        let state = kept.map { "the state after step \($0) is kept" } ?? "no state was saved yet"
        let command = "petri resume \(run.printable)"
        switch error {
        case TorchError.outOfMemory:
            kind = .memory
            let size = (batch: settings.batch, height: settings.cropHeight, width: settings.cropWidth)
            let memory = StepMemory(settings, on: device)
            let needed = memory.bytes(batch: size.batch, height: size.height, width: size.width)
            let crops = "\(size.batch) crops of \(size.height)x\(size.width) at width \(settings.base)"
            let there = free.map { ", where \(Self.gibibytes($0)) GiB were free" } ?? ""
            problem = "needs about \(Self.gibibytes(needed)) GiB on \(device) for \(crops)\(there)"
            let fitting =
                free.map { memory.fitting(batch: size.batch, height: size.height, width: size.width, into: $0) } ?? []
            let less =
                fitting.isEmpty
                ? "lower --batch, --crop or --base" : fitting.joined(separator: " or ") + " would fit"
            advice = kept == nil ? less : "\(less); \(state): `\(command)` goes on where there is more memory"
        case TorchError.failed(let message):
            kind = .device
            // CUDA's advice to programmers comes in further lines.
            let first = message.split(separator: "\n").first.map(String.init) ?? message
            problem = "ended because \(device) failed: \(first.printable)"
            let elsewhere = device == .cpu ? "" : ", with `--device cpu` or another card's where this one is lost"
            advice = "\(state): `\(command)` \(kept == nil ? "begins again" : "goes on")\(elsewhere)"
        default: return nil
        }
    }

    /// The error, or what it means to the training in `run`.
    static func explaining(
        _ error: any Error, of settings: TrainingSettings, on device: Device, in run: RunDirectory, free: Int?
    ) -> any Error {
        let latest = try? TensorFile.open(run.checkpointPath(.latest))
        let kept = latest?.metadata["step"].flatMap { Int($0) }
        return TrainingFailure(error, of: settings, on: device, in: run.path, free: free, kept: kept) ?? error
    }

    private static func gibibytes(_ bytes: Int) -> String { String(format: "%.1f", Double(bytes) / 1_073_741_824) }
}
