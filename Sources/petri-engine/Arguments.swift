import ArgumentParser
import Engine
import Imaging
import Runs
import Torch

extension TrainingSettings.Precision: ExpressibleByArgument {}
extension CheckpointChoice: ExpressibleByArgument {}

/// The device asked for: "auto" (the graphics card with the least work, else the processor), "cpu", "cuda", "cuda:1".
struct DeviceOption: ParsableArguments {
    @Option(help: "auto, cpu, cuda or cuda:N.")
    var device = "auto"

    /// - Parameter environment: what other processes share the work.
    func resolve(for environment: RankEnvironment? = nil) throws -> Device {
        try Device.present(device, for: environment)
    }
}

extension Device {
    /// The device that `text` names, if it is here. Of several processes each takes the card of its own number on the
    /// machine, unless the text names one or a process sees no other.
    static func present(_ text: String, for environment: RankEnvironment?) throws -> Device {
        guard let environment, text == "cuda" || text == "auto" && Torch.cudaDevices > 0 else {
            return try present(text)
        }
        return try present("cuda:\(Torch.cudaDevices == 1 ? 0 : environment.localRank)")
    }

    /// The device that `text` names, if it is here.
    static func present(_ text: String) throws -> Device {
        // On a shared machine the first card is the one that everybody takes.
        if text == "auto", Torch.cudaDevices > 1 { return .cuda(CardLibrary.system?.free(of: Torch.cudaDevices) ?? 0) }
        guard let found = Device(text) else { throw ValidationError("--device must be auto, cpu, cuda or cuda:N.") }
        if case .cuda(let index) = found, index >= Torch.cudaDevices {
            throw InputError(
                "--device \(text)", "is not here: libtorch finds \(Torch.cudaDevices) CUDA devices",
                advice: "use --device cpu, or see `petri doctor`")
        }
        return found
    }
}
