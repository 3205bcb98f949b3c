/// A key, and what was held with it.
public struct Key: Hashable, Sendable {
    /// Which key; letters as they are typed, so that `G` is Shift and `g`.
    public enum Code: Hashable, Sendable {
        case character(Character)
        case enter, tab, escape, backspace, delete, insert
        case up, down, left, right, home, end, pageUp, pageDown
        case function(Int)
    }

    /// What was held. Shift is told with named keys only, and by most terminals not with all of them.
    public struct Modifiers: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        public static let shift = Modifiers(rawValue: 1)
        public static let alt = Modifiers(rawValue: 2)
        public static let control = Modifiers(rawValue: 4)
    }

    public var code: Code
    public var modifiers: Modifiers

    public init(_ code: Code, _ modifiers: Modifiers = []) {
        self.code = code
        self.modifiers = modifiers
    }

    public init(_ character: Character, _ modifiers: Modifiers = []) { self.init(.character(character), modifiers) }
}

// MARK: - Names

extension Key {
    private static let names: [(name: String, code: Code)] = [
        ("enter", .enter), ("tab", .tab), ("esc", .escape), ("backspace", .backspace), ("delete", .delete),
        ("insert", .insert), ("up", .up), ("down", .down), ("left", .left), ("right", .right), ("home", .home),
        ("end", .end), ("pageup", .pageUp), ("pagedown", .pageDown), ("space", .character(" ")),
    ]

    /// The key of a name such as `q`, `G`, `ctrl-d`, `alt-enter`, `shift-tab`, `f1`, `space` or `-`; nil for others.
    public init?(named text: String) {
        var rest = Substring(text)
        var modifiers: Modifiers = []
        let prefixes: [(String, Modifiers)] = [("ctrl-", .control), ("alt-", .alt), ("shift-", .shift)]
        while let prefix = prefixes.first(where: { rest.lowercased().hasPrefix($0.0) && rest.count > $0.0.count }) {
            guard !modifiers.contains(prefix.1) else { return nil }
            modifiers.insert(prefix.1)
            rest = rest.dropFirst(prefix.0.count)
        }
        let name = rest.lowercased()
        if let known = Self.names.first(where: { $0.name == name }) {
            self.init(known.code, modifiers)
        } else if rest.count > 1, name.hasPrefix("f"), let number = Int(name.dropFirst()), (1...24).contains(number) {
            self.init(.function(number), modifiers)
        } else if rest.count == 1, let character = rest.first, !character.isWhitespace {
            // A terminal tells letters with Ctrl without their case, and letters with Shift as capitals.
            guard !modifiers.contains(.shift) else { return nil }
            let isFolded = modifiers.contains(.control)
            self.init(isFolded ? Character(character.lowercased()) : character, modifiers)
        } else {
            return nil
        }
    }

    /// The name that `init(named:)` reads.
    public var name: String {
        var text = ""
        if modifiers.contains(.control) { text += "ctrl-" }
        if modifiers.contains(.alt) { text += "alt-" }
        if modifiers.contains(.shift) { text += "shift-" }
        if let known = Self.names.first(where: { $0.code == code }) { return text + known.name }
        switch code {
        case .character(let character): return text + String(character)
        case .function(let number): return text + "f\(number)"
        default: return text
        }
    }
}
