import Foundation
import Imaging
import Testing

@testable import Canvas

struct ThemeTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("themes")

    private static func shipped(_ name: String) throws -> ThemeFile {
        let url = folder.appendingPathComponent(name + ".toml")
        return try ThemeFile(String(contentsOf: url, encoding: .utf8), file: url.path, name: name)
    }

    private static let names = [
        "colour-blind-safe", "dark", "gruvbox-dark", "high-contrast", "light", "mono", "nord",
    ]

    private func theme(_ text: String) throws -> Theme {
        try ThemeFile(text, file: "my.toml", name: "my").theme { try Self.shipped($0) }
    }

    private func fault(_ text: String) -> String {
        do {
            _ = try theme(text)
            return "none"
        } catch { return "\(error)" }
    }

    @Test func theShippedThemesAreTheseAndCanBeRead() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(files.sorted() == Self.names.map { $0 + ".toml" })
        for name in Self.names { _ = try Self.shipped(name).theme { try Self.shipped($0) } }
        let mono = try Self.shipped("mono").theme { try Self.shipped($0) }
        for role in Role.allCases { #expect(mono[role] == Theme.mono[role], "\(role)") }
    }

    /// Text on a ground of the theme's own has a contrast of 4.5 (WCAG 2.1, 1.4.3); without one the ground is the
    /// terminal's, taken to be black, or white for the light theme.
    @Test(arguments: names) func textStandsOutFromItsGround(name: String) throws {
        func light(_ color: RGB) -> Double {
            let parts = [color.red, color.green, color.blue].map { value -> Double in
                let share = Double(value) / 255
                return share <= 0.03928 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
        }
        let theme = try Self.shipped(name).theme { try Self.shipped($0) }
        let isLight = name == "light"
        // The palettes that others made are theirs.
        let least = ["gruvbox-dark", "nord"].contains(name) ? 4 : 4.5
        for role in Role.allCases where ![.border, .barGround].contains(role) {
            let style = theme[role].over(theme[.text])
            if style.foreground == nil, style.background == nil { continue }
            let fore = light(style.foreground ?? (isLight ? RGB(0, 0, 0) : RGB(255, 255, 255)))
            let back = light(style.background ?? (isLight ? RGB(255, 255, 255) : RGB(0, 0, 0)))
            let contrast = (max(fore, back) + 0.05) / (min(fore, back) + 0.05)
            #expect(contrast >= (role.rawValue.hasPrefix("series") ? 3 : least), "\(name): \(role) has \(contrast)")
        }
    }

    @Test func paletteOfAChildCountsForWhatItInherits() throws {
        let theme = try theme("inherits = \"dark\"\n[palette]\nblue = \"#010203\"\n[roles]\nmuted = \"blue\"\n")
        #expect(theme[.accent].foreground == RGB(1, 2, 3) && theme[.muted].foreground == RGB(1, 2, 3))
        #expect(theme[.accent] != (try Self.shipped("dark").theme { try Self.shipped($0) })[.accent])
    }

    @Test func roleIsAColorOrATable() throws {
        let theme = try theme(
            """
            [roles]
            text = "#102030"
            selection = { foreground = "default", background = "#ffffff", attributes = ["bold", "underline"] }
            """)
        #expect(theme[.text] == Style(RGB(16, 32, 48)))
        #expect(theme[.selection] == Style(nil, on: RGB(255, 255, 255), [.bold, .underline]))
        // What the theme does not name is plain text.
        #expect(theme[.error] == Style(RGB(16, 32, 48)))
    }

    @Test(arguments: [
        ("[roles]\ntext = \"#102030\nx = 1\n", "my.toml:2:", "is not TOML"),
        ("[roles]\n\n# a comment\ntextt = \"#102030\"\n", "my.toml:4: roles.textt:", "is no role"),
        ("[palette]\nred = \"#ff00zz\"\n", "my.toml:2: palette.red:", "is not a colour"),
        ("[palette]\n\nred = 7\n", "my.toml:3: palette.red:", "is not a colour"),
        ("[roles]\ntext = \"rose\"\n", "my.toml:2: roles.text:", "\"rose\""),
        ("[roles]\nerror = { foreground = \"rose\" }\n", "my.toml:2: roles.error.foreground:", "\"rose\""),
        ("[roles.error]\nattributes = [\"blink\"]\n", "my.toml:2: roles.error.attributes:", "bold, dim"),
        ("[roles.error]\ncolour = \"#000000\"\n", "my.toml:2: roles.error.colour:", "is not known here"),
        ("roles = 3\n", "my.toml:1: roles:", "is not a table"),
        ("inherit = \"dark\"\n", "my.toml:1: inherit:", "inherits"),
        ("inherits = 4\n", "my.toml:1: inherits:", "name"),
    ]) func faultIsToldByFileLineAndKey(text: String, start: String, part: String) {
        let fault = fault(text)
        #expect(fault.hasPrefix(start) && fault.contains(part), "\(fault)")
    }

    @Test func themesThatInheritFromThemselvesAreToldSo() throws {
        let one = try ThemeFile("inherits = \"two\"", file: "one.toml", name: "one")
        let two = try ThemeFile("\ninherits = \"one\"", file: "two.toml", name: "two")
        #expect { try one.theme { $0 == "one" ? one : two } } throws: { "\($0)".hasPrefix("two.toml:2: inherits:") }
    }
}
