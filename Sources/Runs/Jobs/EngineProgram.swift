import Foundation
import Imaging

/// `petri-engine`, which does the work on tensors.
public struct EngineProgram: Equatable, Sendable {
    public let path: String

    public init(_ path: String) { self.path = path }

    /// The running program's own file.
    public static var runningProgram: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }

    /// The engine that lies beside the running program.
    public static var beside: EngineProgram {
        let folder = URL(fileURLWithPath: runningProgram).deletingLastPathComponent()
        return EngineProgram(folder.appendingPathComponent("petri-engine").path)
    }

    /// What the engine's environment has beside the user's; libraries read it when loaded.
    ///
    /// OpenMP threads spin while they wait. On a machine whose cores others use too, long spinning takes from the very thread
    /// that is waited for: 30 small steps took 60 s, and 2.2 s with this.
    public static let environment: [String: String] = {
        var variables = ["GOMP_SPINCOUNT": "10000"]
        variables["OPENBLAS_CORETYPE"] = SystemFile.text("/proc/cpuinfo").flatMap(openBLASKernels)
        return variables.filter { getenv($0.key) == nil }
    }()

    /// The kernels that OpenBLAS has for the processor described as in /proc/cpuinfo; nil where it is left to choose.
    ///
    /// To a processor younger than itself OpenBLAS gives those of a Pentium 4: Debian 12's does so on a Xeon of 2023, where
    /// generating then takes 1.1 times as long (`petri bench generate`). Known ones are given the same as here.
    static func openBLASKernels(cpuinfo: String) -> String? {
        let lines = cpuinfo.split(separator: "\n")
        guard let flags = lines.first(where: { $0.hasPrefix("flags") }) else { return nil }
        let known = Set(flags.split { $0 == " " || $0 == "\t" })
        if known.isSuperset(of: ["avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"]) { return "SkylakeX" }
        guard known.isSuperset(of: ["avx2", "fma"]) else { return nil }
        let isAMD = lines.contains { $0.hasPrefix("vendor_id") && $0.hasSuffix("AuthenticAMD") }
        return isAMD ? "Zen" : "Haswell"
    }

    /// The error where the engine does not start.
    public func missing(reason: String) -> InputError {
        InputError(
            path, "cannot be started (\(reason))",
            advice:
                "start Petri through bin/petri, which builds it, or run: swift build -c release --product petri-engine")
    }
}
