import ArgumentParser
import Engine
import Imaging
import Runs
import Torch

extension TrainingSettings.Precision: ExpressibleByArgument {}
extension CheckpointChoice: ExpressibleByArgument {}

/// The device asked for: "auto", "cpu", "cuda", "cuda:1".
struct DeviceOption: ParsableArguments {
    @Option(help: "auto, cpu, cuda or cuda:N.")
    var device = "auto"

    func resolve() throws -> Device { try Device.present(device) }
}

extension Device {
    /// The device that `text` names, if it is here.
    static func present(_ text: String) throws -> Device {
        guard let found = Device(text) else { throw ValidationError("--device must be auto, cpu, cuda or cuda:N.") }
        if case .cuda(let index) = found, index >= Torch.cudaDevices {
            throw InputError(
                "--device \(text)", "is not here: libtorch finds \(Torch.cudaDevices) CUDA devices",
                advice: "use --device cpu, or see `petri doctor`")
        }
        return found
    }
}
