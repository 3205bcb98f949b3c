import Canvas
import Foundation
import Imaging
import Testing
import TestSupport

@testable import Terminal

private enum Action { case quit, next, accept, zoom }

struct SettingsTests {
    private let bindings = KeyBindings<Action>([
        Command(.quit, "quit", [Key("q")], "Quit"),
        Command(.next, "next-pair", [Key("n"), Key(.down)], in: ["browser", "viewer"], "Go to the next pair"),
        Command(.accept, "accept", [Key("a")], in: ["curation"], "Accept"),
        Command(.zoom, "zoom", [Key("a")], in: ["viewer"], "Zoom"),
    ])

    private func fault(_ text: String) -> String {
        do {
            _ = try bindings.changed(by: Settings(text, file: "config.toml"))
            return "none"
        } catch { return "\(error)" }
    }

    @Test func settingsAreRead() throws {
        let settings = try Settings(
            """
            theme = "nord"
            colors = "256"
            symbols = "auto"
            mouse = false
            [keys]
            quit = "ctrl-q"
            next-pair = ["j", "f2"]
            """, file: "config.toml")
        #expect(
            settings.theme == "nord" && settings.colors == .indexed256 && settings.symbols == nil && !settings.mouse)
        let changed = try bindings.changed(by: settings)
        #expect(changed.action(for: Key("q", .control), in: "viewer") == .quit)
        #expect(changed.action(for: Key("q"), in: "viewer") == nil)
        #expect(changed.action(for: Key("j"), in: "browser") == .next)
        #expect(changed.action(for: Key("j"), in: "curation") == nil)
        #expect(changed.keyText(of: changed.commands[1]) == "j/f2")
    }

    @Test func keyMayDoDifferentThingsInDifferentContexts() {
        #expect(bindings.action(for: Key("a"), in: "viewer") == .zoom)
        #expect(bindings.action(for: Key("a"), in: "curation") == .accept)
        #expect(bindings.action(for: Key("a"), in: "browser") == nil)
        #expect(bindings.commands(in: "viewer").map(\.name) == ["next-pair", "zoom", "quit"])
    }

    @Test(arguments: [
        ("them = \"nord\"", "config.toml:1: them:"), ("\ntheme = 3", "config.toml:2: theme:"),
        ("colors = \"many\"", "config.toml:1: colors:"), ("mouse = \"yes\"", "config.toml:1: mouse:"),
        ("[keys]\nquitt = \"q\"", "config.toml:2: keys.quitt:"),
        ("[keys]\nquit = \"hyper-q\"", "config.toml:2: keys.quit:"),
        ("[keys]\nquit = [3]", "config.toml:2: keys.quit:"), ("[keys]\n\nzoom = \"n\"", "config.toml:3: keys.zoom:"),
        ("keys = 3", "config.toml:1: keys:"), ("[keys\n", "config.toml:1"),
    ]) func faultIsToldByFileLineAndKey(text: String, start: String) {
        #expect(fault(text).hasPrefix(start), "\(fault(text))")
    }

    @Test func documentationIsTheTable() {
        #expect(
            bindings.documentation.contains("| `n` `down` | Go to the next pair | browser, viewer | `next-pair` |\n"))
    }

    @Test func namesOfKeysAreReadBack() {
        for name in [
            "q", "G", "ctrl-d", "alt-x", "shift-tab", "ctrl-alt-up", "f12", "space", "enter", "-", "ctrl--", "?", "é",
        ] {
            #expect(Key(named: name)?.name == name)
        }
        for name in ["", "ctrl-", "shift-a", "f99", "hyper-x", "ab", "ctrl-ctrl-x"] {
            #expect(Key(named: name) == nil, "\(name)")
        }
        #expect(Key(named: "Ctrl-D") == Key("d", .control) && Key(named: "PageUp") == Key(.pageUp))
    }

    @Test func userFilesAreInTheirPlaces() throws {
        let places = UserPlaces(["HOME": "/home/u", "XDG_CACHE_HOME": "/big/cache", "XDG_STATE_HOME": "relative"])
        #expect(places.configuration == "/home/u/.config/petri" && places.cache == "/big/cache/petri")
        #expect(places.state == "/home/u/.local/state/petri")
        let folder = try TemporaryFolder()
        let own = UserPlaces(["XDG_CONFIG_HOME": folder.url.path])
        #expect(try Settings.load(own).theme == nil)
        try FileManager.default.createDirectory(atPath: folder.path("petri/themes"), withIntermediateDirectories: true)
        try "theme = \"mine\"".write(toFile: folder.path("petri/config.toml"), atomically: true, encoding: .utf8)
        #expect(try Settings.load(own).theme == "mine")
    }

    @Test func usersThemesGoBeforeTheShippedOnes() throws {
        let folder = try TemporaryFolder()
        for (name, color) in [("petri/themes", "#010101"), ("home/themes", "#020202")] {
            try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
            try "[roles]\ntext = \"\(color)\"".write(
                toFile: folder.path(name + "/own.toml"), atomically: true, encoding: .utf8)
        }
        try "inherits = \"own\"".write(toFile: folder.path("home/themes/child.toml"), atomically: true, encoding: .utf8)
        let library = ThemeLibrary(UserPlaces(["XDG_CONFIG_HOME": folder.url.path]), home: folder.path("home"))
        #expect(library.names == ["child", "mono", "own"])
        #expect(try library.theme("child")[.text].foreground == RGB(1, 1, 1))
        #expect(try library.theme("mono") == .mono)
        #expect(throws: (any Error).self) { try library.theme("../own") }
    }
}
