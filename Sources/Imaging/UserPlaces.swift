import Foundation

/// Where the user's own files are (XDG base directories).
public struct UserPlaces: Sendable {
    /// `$XDG_CONFIG_HOME/petri`: settings and themes.
    public let configuration: String
    /// `$XDG_CACHE_HOME/petri`: what can be made again.
    public let cache: String
    /// `$XDG_STATE_HOME/petri`: what the program remembers.
    public let state: String

    public init(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
        let home = environment["HOME"] ?? "/"
        func place(_ name: String, _ usual: String) -> String {
            // The standard asks for absolute paths, and for others to be passed over.
            let given = environment[name] ?? ""
            return (given.hasPrefix("/") ? given : home + "/" + usual) + "/petri"
        }
        configuration = place("XDG_CONFIG_HOME", ".config")
        cache = place("XDG_CACHE_HOME", ".cache")
        state = place("XDG_STATE_HOME", ".local/state")
    }

    /// The text of a small file, or nil where there is none. Throws `InputError` where it cannot be read, is larger than
    /// a mebibyte or is not UTF-8.
    package static func text(_ path: String) throws -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw InputError(path, "cannot be read", advice: "check its permissions")
        }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: (1 << 20) + 1) else { throw InputError(path, "cannot be read") }
        guard data.count <= 1 << 20 else { throw InputError(path, "is larger than a mebibyte, too large for settings") }
        guard let text = String(data: data, encoding: .utf8) else { throw InputError(path, "is not UTF-8 text") }
        return text
    }
}
