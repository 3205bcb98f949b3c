import Canvas
import Foundation
import Imaging

/// The themes there are: the user's own first, then those that come with Petri.
public struct ThemeLibrary: Sendable {
    /// Folders of `NAME.toml` files; the first that has a name wins.
    public let folders: [String]

    public init(folders: [String]) { self.folders = folders }

    /// The user's folder, and that of the themes that come with Petri.
    public init(_ places: UserPlaces, shipped: String?) {
        folders = [places.configuration + "/themes"] + (shipped.map { [$0] } ?? [])
    }

    /// All names, sorted. `mono` is always there.
    public var names: [String] {
        let files = folders.flatMap { (try? FileManager.default.contentsOfDirectory(atPath: $0)) ?? [] }
        let names = files.filter { $0.hasSuffix(".toml") }.map { String($0.dropLast(5)) }
        return Set(names + [Theme.mono.name]).sorted()
    }

    /// Reads a theme and those it inherits. Throws `InputError` with file, line and key.
    public func theme(_ name: String) throws -> Theme {
        if name == Theme.mono.name, (try? file(name)) == nil { return .mono }
        return try file(name).theme(file)
    }

    private func file(_ name: String) throws -> ThemeFile {
        if !name.contains("/"), !name.hasPrefix(".") {
            for folder in folders {
                let path = "\(folder)/\(name).toml"
                if let text = try UserPlaces.text(path) { return try ThemeFile(text, file: path, name: name) }
            }
        }
        throw InputError(
            "theme \"\(name)\"", "does not exist in " + folders.joined(separator: " or "),
            advice: "there are: " + names.joined(separator: ", "))
    }
}
