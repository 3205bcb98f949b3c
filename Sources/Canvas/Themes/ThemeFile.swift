import Imaging
import TOMLKit

/// A theme as its file says it:
///
///     inherits = "dark"
///     [palette]
///     sea = "#2aa198"
///     [roles]
///     accent = "sea"
///     selection = { foreground = "#000000", background = "sea", attributes = ["bold"] }
///
/// A colour is a name of the palette, `#rrggbb` or `default` (the terminal's own). A file's palette counts for the roles
/// it inherits, too.
public struct ThemeFile {
    /// The theme that this one changes, if any.
    public let inherits: String?
    private let name: String
    private let text: TOMLText
    private let palette: [String: RGB?]
    private let roles: [Role: TOMLValueConvertible]

    /// Reads the text of a theme's file. Throws `InputError` with file, line and key.
    public init(_ text: String, file: String, name: String) throws {
        let text = try TOMLText(text, file: file)
        try text.demand(keys: ["inherits", "palette", "roles"], in: text.root)
        self.name = name
        self.text = text
        if let value = text.root["inherits"] {
            guard let parent = value.string else {
                throw text.error(["inherits"], "is not a theme's name", advice: #"write inherits = "dark""#)
            }
            inherits = parent
        } else {
            inherits = nil
        }
        var palette: [String: RGB?] = [:]
        let colors = try text.table("palette") ?? TOMLTable()
        for key in colors.keys {
            guard let color = colors[key]?.string, let paint = Self.literal(color) else {
                throw text.error(["palette", key], "is not a colour", advice: ##"write "#rrggbb" or "default""##)
            }
            palette.updateValue(paint, forKey: key)
        }
        self.palette = palette
        var roles: [Role: TOMLValueConvertible] = [:]
        let styles = try text.table("roles") ?? TOMLTable()
        for key in styles.keys.sorted() {
            guard let role = Role(rawValue: key) else {
                throw text.error(
                    ["roles", key], "is no role",
                    advice: "roles are: " + Role.allCases.map(\.rawValue).joined(separator: ", "))
            }
            roles[role] = styles[key]
        }
        self.roles = roles
    }

    /// The theme: this file over those it inherits, which `file` finds by name. Throws `InputError` for colours that no
    /// palette has and for files that inherit from themselves.
    public func theme(_ file: (String) throws -> ThemeFile) throws -> Theme {
        var chain = [self]
        while let last = chain.last, let parent = last.inherits {
            if chain.contains(where: { $0.name == parent }) {
                throw last.text.error(["inherits"], "leads back to \"\(parent)\", which inherits from this theme")
            }
            chain.append(try file(parent))
        }
        chain.reverse()
        let palette = chain.reduce(into: [:]) { $0.merge($1.palette) { $1 } }
        var styles: [Role: Style] = [:]
        for file in chain {
            for (role, value) in file.roles { styles[role] = try file.style(value, of: role, palette) }
        }
        return Theme(name: name, styles: styles)
    }

    private func style(_ value: TOMLValueConvertible, of role: Role, _ palette: [String: RGB?]) throws -> Style {
        let path = ["roles", role.rawValue]
        if value.string != nil { return Style(try color(value, at: path, palette)) }
        guard let table = value.table else {
            throw text.error(path, "is neither a colour nor a table of foreground, background and attributes")
        }
        try text.demand(keys: ["foreground", "background", "attributes"], in: table, at: path)
        var style = Style()
        if let value = table["foreground"] { style.foreground = try color(value, at: path + ["foreground"], palette) }
        if let value = table["background"] { style.background = try color(value, at: path + ["background"], palette) }
        if let value = table["attributes"] {
            let names = Attributes.named.map(\.name)
            let path = path + ["attributes"]
            guard let list = value.array else {
                throw text.error(path, "is not a list of " + names.joined(separator: ", "))
            }
            for element in list {
                guard let name = element.string, let known = Attributes.named.first(where: { $0.name == name }) else {
                    throw text.error(path, "has something that is none of " + names.joined(separator: ", "))
                }
                style.attributes.insert(known.attribute)
            }
        }
        return style
    }

    private func color(_ value: TOMLValueConvertible, at path: [String], _ palette: [String: RGB?]) throws -> RGB? {
        let name = value.string ?? ""
        guard let color = palette[name] ?? Self.literal(name) else {
            throw text.error(
                path, "names the colour \"\(name)\", which the palette does not have",
                advice: ##"write "#rrggbb", "default", or one of: "## + palette.keys.sorted().joined(separator: ", "))
        }
        return color
    }

    /// `#rrggbb` or `default`; nil for anything else.
    private static func literal(_ text: String) -> RGB?? {
        if text == "default" { return .some(nil) }
        guard text.utf8.count == 7, text.hasPrefix("#"), text.dropFirst().allSatisfy(\.isHexDigit),
            let value = UInt32(text.dropFirst(), radix: 16)
        else { return nil }
        return RGB(UInt8(value >> 16), UInt8(value >> 8 & 255), UInt8(value & 255))
    }
}
