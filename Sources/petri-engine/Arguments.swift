import ArgumentParser
import Engine
import Imaging
import Torch

extension SegmenterKind: ExpressibleByArgument {}
extension TrainingSettings.Preset: ExpressibleByArgument {}
extension TrainingSettings.Precision: ExpressibleByArgument {}
extension TrainedRun.Choice: ExpressibleByArgument {}

/// A size as height times width: "128x192".
struct CropSize: ExpressibleByArgument {
    let height: Int
    let width: Int

    init?(argument: String) {
        let parts = argument.split(separator: "x").map { Int($0) }
        guard parts.count == 2, let height = parts[0], let width = parts[1] else { return nil }
        (self.height, self.width) = (height, width)
    }
}

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
