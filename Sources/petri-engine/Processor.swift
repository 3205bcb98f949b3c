import Command
import Engine
import Foundation
import Runs
import Torch

/// How the engine uses the processor.
enum Processor {
    /// Gives libtorch all the cores that this process may use: it may start with one. PETRI_THREADS asks for another
    /// number. Freed tensors' memory stays with the process.
    static func prepare() {
        let asked = ProcessInfo.processInfo.environment["PETRI_THREADS"].flatMap(Int.init)
        Torch.threads = max(1, asked ?? ProcessInfo.processInfo.activeProcessorCount)
        Torch.flushDenormals(true)
        keepFreedMemory(ofAnySize: true)
    }

    /// Leaves the other processes on this machine their part of its cores, unless SLURM or the like gave each its own.
    static func share(among processes: Int) {
        let info = ProcessInfo.processInfo
        guard info.environment["PETRI_THREADS"] == nil, info.activeProcessorCount == info.processorCount else { return }
        Torch.threads = max(1, info.activeProcessorCount / processes)
    }

    /// The networks' arithmetic where none is asked for. On processors our float32 kernels are quicker, also where bfloat16
    /// is native: a step takes half the time on a Xeon with AVX512-BF16 (`petri bench step`, libtorch 1.13).
    static func usualPrecision(on device: Device) -> TrainingSettings.Precision { device == .cpu ? .float32 : .bf16 }
}
