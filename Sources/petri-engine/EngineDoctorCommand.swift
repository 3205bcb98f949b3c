import ArgumentParser
import Command
import Engine
import Foundation
import Runs
import Torch

/// `petri-engine doctor`: the engine's part of `petri doctor`.
struct EngineDoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Show libtorch, its devices and threads.",
        discussion: """
            EXAMPLE
              petri-engine doctor --json
            """, shouldDisplay: false)

    @Flag(help: "Print JSON.") var json = false

    private struct Report: Encodable {
        let libtorch: String
        let libtorchPath: String?
        /// Where the bundle's launcher found it: LIBTORCH, python3 and so on.
        let libtorchFrom: String?
        let devices: [String]
        let cards: [GraphicsCard]?
        let threads: Int
        let parallelBackend: String
        let capabilities: String?
    }

    func run() throws {
        let parallel = Torch.parallelInformation.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        let build = Torch.buildInformation.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        let report = Report(
            libtorch: Torch.version, libtorchPath: Self.loadedLibrary("libtorch_cpu.so"),
            libtorchFrom: ProcessInfo.processInfo.environment["PETRI_LIBTORCH_FROM"],
            devices: ["cpu"] + (0..<Torch.cudaDevices).map { "cuda:\($0)" },
            cards: Torch.cudaDevices > 0
                ? (0..<Torch.cudaDevices).compactMap { CardLibrary.system?.card($0) } : nil,
            threads: Torch.threads,
            parallelBackend: parallel.first { $0.hasPrefix("ATen parallel backend") } ?? "unknown",
            capabilities: build.first { $0.contains("CPU capability") }?.replacing("- ", with: ""))
        if json {
            try JSONText.print(report)
        } else {
            let from = report.libtorchFrom.map { " (\($0))" } ?? ""
            print("libtorch \(report.libtorch) at \(report.libtorchPath ?? "an unknown place")\(from)")
            print("devices: \(report.devices.joined(separator: ", ")); \(report.threads) threads")
            for card in report.cards ?? [] { print(card.text) }
        }
    }

    /// Where the loader found a library, as the process's map of memory says.
    private static func loadedLibrary(_ name: String) -> String? {
        let lines = SystemFile.text("/proc/self/maps")?.split(separator: "\n") ?? []
        guard let line = lines.first(where: { $0.contains("/" + name) }), let start = line.firstIndex(of: "/") else {
            return nil
        }
        return String(line[start...])
    }
}
