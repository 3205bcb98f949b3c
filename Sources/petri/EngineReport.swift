import Command
import Foundation
import Imaging
import Runs

/// What `petri-engine doctor --json` tells; each fact may be missing.
struct EngineReport: Codable, Equatable {
    var libtorch: String?
    var libtorchPath: String?
    /// Where a bundle's launcher found it, such as python3.
    var libtorchFrom: String?
    var devices: [String]?
    /// Graphics cards, and what they do now.
    var cards: [GraphicsCard]?
    var threads: Int?
    var parallelBackend: String?
    /// The instruction set libtorch uses, such as AVX2.
    var capabilities: String?

    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    /// Asks the engine; it is given a minute, since loading libtorch from a cold disk takes long.
    static func ask(engine: EngineProgram = .beside, timeout: Duration = .seconds(60)) -> Result<Self, Problem> {
        Child.holdSignals()
        let capture: Child.Capture
        do {
            capture = try Child.capture(engine.path, ["doctor", "--json"], errors: true, timeout: timeout)
        } catch {
            return .failure(Problem(description: engine.missing(reason: "\(error)").description))
        }
        // The loader's complaints ("libtorch.so: cannot open shared object file") come on standard error.
        let lastWords = capture.errors.split(separator: "\n").last.map { ": " + String($0).printable } ?? ""
        switch capture.end {
        case .exited(0): break
        case .exited(let code): return .failure(Problem(description: "petri-engine left with \(code)\(lastWords)"))
        case .killed(let signal):
            let name = String(cString: strsignal(signal))
            return .failure(Problem(description: "petri-engine crashed (\(name))\(lastWords)"))
        case .timedOut: return .failure(Problem(description: "petri-engine did not answer in \(timeout.brief)"))
        case .interrupted: return .failure(Problem(description: "interrupted"))
        }
        guard let report = try? JSONDecoder().decode(Self.self, from: capture.output) else {
            return .failure(Problem(description: "petri-engine's answer is not the JSON expected"))
        }
        return .success(report)
    }
}
