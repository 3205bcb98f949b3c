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

    /// What the engine's environment has beside the user's. OpenMP threads spin while they wait. On a machine whose cores
    /// others use too, long spinning takes from the very thread that is waited for: 30 small steps took 60 s, and 2.2 s
    /// with this. The runtime reads it when loaded.
    public static let environment = ["GOMP_SPINCOUNT": "10000"].filter { getenv($0.key) == nil }

    /// The error where the engine does not start.
    public func missing(reason: String) -> InputError {
        InputError(
            path, "cannot be started (\(reason))",
            advice:
                "start Petri through bin/petri, which builds it, or run: swift build -c release --product petri-engine")
    }
}
