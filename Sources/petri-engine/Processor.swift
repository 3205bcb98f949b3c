import Command
import Engine
import Foundation
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

    /// Whether bfloat16 arithmetic is native to a device; emulated it is many times slower than float32.
    static func hasFastBFloat16(_ device: Device) -> Bool {
        if device != .cpu { return true }
        guard let facts = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
            let flags = facts.split(separator: "\n").first(where: { $0.hasPrefix("flags") })
        else { return false }
        return flags.contains("avx512_bf16") || flags.contains("amx_bf16")
    }
}
