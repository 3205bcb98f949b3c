import Foundation
import TestSupport
import Testing

/// The suites that run libtorch, one test after the other.
@Suite(.serialized, .alone) enum LibtorchWork {
    static func fixture(_ name: String) -> URL { Bundle.module.bundleURL.appendingPathComponent("Fixtures/\(name)") }

    /// sin(frequency i + phase), i row-major: how the scripts beside the fixtures fill tensors.
    static func wave(_ count: Int, _ frequency: Double, _ phase: Double = 0) -> [Double] {
        (0..<count).map { sin(frequency * Double($0) + phase) }
    }
}
