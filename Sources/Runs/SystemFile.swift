import Foundation

/// A file that the kernel makes up, as those in /proc.
public enum SystemFile {
    /// Its whole text, nil where there is none. Its size is said to be 0, so that Foundation's String would take a first
    /// piece only.
    public static func text(_ path: String) -> String? {
        let bytes = try? FileHandle(forReadingAtPath: path)?.readToEnd()
        return bytes.map { String(decoding: $0, as: UTF8.self) }
    }
}
