import Foundation

/// The memory that this process holds.
enum ProcessMemory {
    /// Bytes in memory now; 0 where the system does not say.
    static var resident: Int { kilobytes("VmRSS:") << 10 }

    /// The most bytes that were in memory at a time.
    static var peak: Int { kilobytes("VmHWM:") << 10 }

    private static func kilobytes(_ name: String) -> Int {
        // The file's size is said to be 0, so that Foundation's String would take a first piece only.
        guard let bytes = try? FileHandle(forReadingAtPath: "/proc/self/status")?.readToEnd() else { return 0 }
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: name.utf8) {
            let words = String(decoding: line, as: UTF8.self).split(separator: "\t").last?.split(separator: " ")
            return words?.first.flatMap { Int($0) } ?? 0
        }
        return 0
    }
}
