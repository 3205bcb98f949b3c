import Runs
import Torch

/// The memory that this process holds, and what is free.
enum ProcessMemory {
    /// Bytes in memory now; 0 where the system does not say.
    static var resident: Int { kilobytes("VmRSS:", in: "/proc/self/status") << 10 }

    /// The most bytes that were in memory at a time.
    static var peak: Int { kilobytes("VmHWM:", in: "/proc/self/status") << 10 }

    /// Bytes that a device has left for whoever asks; nil where it does not say.
    static func free(on device: Device) -> Int? {
        guard device == .cpu else { return CardLibrary.card(of: device).map { $0.memoryTotal - $0.memoryUsed } }
        let free = kilobytes("MemAvailable:", in: "/proc/meminfo") << 10
        return free > 0 ? free : nil
    }

    private static func kilobytes(_ name: String, in file: String) -> Int {
        let lines = SystemFile.text(file)?.split(separator: "\n") ?? []
        let words = lines.first { $0.hasPrefix(name) }?.split { $0 == "\t" || $0 == " " }
        return words?.dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
