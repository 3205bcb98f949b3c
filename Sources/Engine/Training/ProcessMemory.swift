import Foundation
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
        // The file's size is said to be 0, so that Foundation's String would take a first piece only.
        guard let bytes = try? FileHandle(forReadingAtPath: file)?.readToEnd() else { return 0 }
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: name.utf8) {
            let words = String(decoding: line, as: UTF8.self).split { $0 == "\t" || $0 == " " }
            return words.dropFirst().first.flatMap { Int($0) } ?? 0
        }
        return 0
    }
}
