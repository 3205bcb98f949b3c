import Canvas
import Foundation
import Imaging
import TOMLKit

/// What the user's `config.toml` says:
///
///     theme = "nord"
///     colors = "256"        # truecolor, 256, 16, mono; else as the terminal says
///     symbols = "sextant"   # half, quadrant, sextant, octant, braille, ascii; else what suits the terminal
///     mouse = false
///     [keys]
///     next-image = ["n", "ctrl-n"]
public struct Settings: Sendable {
    public var theme: String?
    public var colors: ColorDepth?
    public var symbols: Symbols?
    public var mouse: Bool
    /// The keys of the commands that are not to have their default ones, by the command's name.
    public var keys: [String: [Key]]

    /// The line, from 1, of each key that was set, and the file; for errors found later.
    private var file: String
    var lines: [String: Int]

    /// What holds without a file.
    public init() {
        mouse = true
        keys = [:]
        file = "config.toml"
        lines = [:]
    }

    /// Reads the text of a settings file. Throws `InputError` with file, line and key.
    public init(_ text: String, file: String) throws {
        self.init()
        let text = try TOMLText(text, file: file)
        try text.demand(keys: ["theme", "colors", "symbols", "mouse", "keys"], in: text.root)
        self.file = file
        theme = try Self.string("theme", text)
        colors = try Self.choice("colors", text)
        symbols = try Self.choice("symbols", text)
        if let value = text.root["mouse"] {
            guard let value = value.bool else { throw text.error(["mouse"], "is neither true nor false") }
            mouse = value
        }
        for key in ["theme", "colors", "symbols", "mouse"] { lines[key] = text.line(of: [key]) }
        guard let table = try text.table("keys") else { return }
        for name in table.keys {
            let path = ["keys", name]
            guard let value = table[name] else { continue }
            let names = value.array?.map(\.string) ?? [value.string]
            keys[name] = try names.map { name in
                guard let key = name.flatMap(Key.init(named:)) else {
                    throw text.error(
                        path,
                        name.map { "names \"\($0)\", which is no key" } ?? "is not a key's name or a list of them",
                        advice: "write keys as q, G, ctrl-d, alt-x, shift-tab, f1, enter, space")
                }
                return key
            }
            lines[path.joined(separator: ".")] = text.line(of: path)
        }
    }

    /// Reads the user's file, or gives what holds without one where there is none. Throws `InputError`.
    public static func load(_ places: UserPlaces) throws -> Settings {
        let path = places.configuration + "/config.toml"
        guard let text = try UserPlaces.text(path) else { return Settings() }
        return try Settings(text, file: path)
    }

    /// The error of what stands at this path of keys.
    public func error(_ path: [String], _ problem: String, advice: String? = nil) -> InputError {
        let key = path.joined(separator: ".")
        return InputError((lines[key].map { "\(file):\($0)" } ?? file) + ": " + key, problem, advice: advice)
    }

    private static func string(_ key: String, _ text: TOMLText) throws -> String? {
        guard let value = text.root[key] else { return nil }
        guard let string = value.string else { throw text.error([key], "is not a text", advice: "put it in quotes") }
        return string
    }

    private static func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ key: String, _ text: TOMLText
    ) throws -> Choice? {
        guard let name = try string(key, text), name != "auto" else { return nil }
        guard let choice = Choice(rawValue: name) else {
            throw text.error(
                [key], "is \"\(name)\"",
                advice: "write auto, " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return choice
    }
}
