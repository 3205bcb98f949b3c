/// The glyphs a picture is made of. Each splits a cell into sub-pixels, numbered row by row; a glyph's pattern has bit i
/// set where sub-pixel i shows the foreground.
public enum Symbols: String, CaseIterable, Sendable {
    /// Two halves, one above the other: square pixels, every colour kept.
    case half
    /// 2x2 block elements.
    case quadrant
    /// 2x3 blocks of Unicode 13 (U+1FB00): sharp edges, where the font has them.
    case sextant
    /// 2x4 blocks of Unicode 16 (U+1CD00): the sharpest, where font and C library have them.
    case octant
    /// 2x4 dots.
    case braille
    /// Printable ASCII, by how much ink it has.
    case ascii

    /// Sub-pixels across a cell.
    public var across: Int {
        switch self {
        case .half, .ascii: 1
        case .quadrant, .sextant, .octant, .braille: 2
        }
    }

    /// Sub-pixels down a cell.
    public var down: Int {
        switch self {
        case .ascii: 1
        case .half, .quadrant: 2
        case .sextant: 3
        case .octant, .braille: 4
        }
    }

    /// The glyph of every pattern; for ASCII, glyphs from no ink to most.
    public var characters: [Character] {
        switch self {
        case .half: Array(" ▀▄█")
        case .quadrant: Array(" ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█")
        case .sextant: (0..<64).map(Self.sextant)
        case .octant: Self.octants
        case .braille: (0..<256).map(Self.braille)
        case .ascii: Self.inks.map(\.character)
        }
    }

    private static func sextant(_ pattern: UInt32) -> Character {
        switch pattern {
        case 0: return " "
        case 0b010101: return "▌"
        case 0b101010: return "▐"
        case 0b111111: return "█"
        default:
            // The two half blocks existed before and are left out of the row.
            let before = 1 + (pattern > 0b010101 ? 1 : 0) + (pattern > 0b101010 ? 1 : 0)
            return Unicode.Scalar(0x1FB00 + pattern - UInt32(before)).map(Character.init) ?? " "
        }
    }

    private static let octants: [Character] = {
        // What existed before is left out of the row: the quadrants, whose rows come in pairs, and some others.
        var before: [Int: Character] = [
            0x01: "\u{1CEA8}", 0x02: "\u{1CEAB}", 0x40: "\u{1CEA3}", 0x80: "\u{1CEA0}", 0x14: "\u{1FBE6}",
            0x28: "\u{1FBE7}", 0x03: "\u{1FB82}", 0xC0: "▂", 0x3F: "\u{1FB85}", 0xFC: "▆",
        ]
        for (pattern, glyph) in Symbols.quadrant.characters.enumerated() {
            before[(pattern & 3) * 5 | (pattern >> 2) * 0x50] = glyph
        }
        var next: UInt32 = 0x1CD00
        return (0..<256).map { pattern in
            if let glyph = before[pattern] { return glyph }
            defer { next += 1 }
            return Unicode.Scalar(next).map(Character.init) ?? " "
        }
    }()

    private static func braille(_ pattern: UInt32) -> Character {
        // Unicode numbers the dots down the columns, the fourth row last.
        let dots: [UInt32] = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80]
        let code = dots.indices.reduce(UInt32(0)) { pattern & (1 << UInt32($1)) == 0 ? $0 : $0 | dots[$1] }
        return Unicode.Scalar(0x2800 + code).map(Character.init) ?? " "
    }

    /// ASCII glyphs evenly spaced by ink: the share of a cell's pixels in DejaVu Sans Mono, as parts of the densest's.
    static let inks: [(character: Character, ink: Float)] = [
        (" ", 0), (".", 0.10), (":", 0.19), (";", 0.26), ("*", 0.35), ("=", 0.40), ("c", 0.46), ("s", 0.54),
        ("o", 0.63), ("a", 0.70), ("b", 0.78), ("#", 0.88), ("@", 1),
    ]
}
