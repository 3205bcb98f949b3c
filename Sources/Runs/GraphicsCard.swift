import Foundation
import Imaging

/// What a graphics card does now, by all its processes.
public struct GraphicsCard: Codable, Equatable, Sendable {
    public let name: String
    /// Percent of the last moments in which it computed, 0...100.
    public let load: Int
    /// Bytes.
    public let memoryUsed: Int
    public let memoryTotal: Int

    public init(name: String, load: Int, memoryUsed: Int, memoryTotal: Int) {
        (self.name, self.load, self.memoryUsed, self.memoryTotal) = (name, load, memoryUsed, memoryTotal)
    }

    /// In words: "NVIDIA L4, 93 % busy, 7.5 of 22.5 GiB".
    public var text: String {
        func gibibytes(_ bytes: Int) -> String { String(format: "%.1f", Double(bytes) / 1_073_741_824) }
        return "\(name.printable), \(load) % busy, \(gibibytes(memoryUsed)) of \(gibibytes(memoryTotal)) GiB"
    }
}
