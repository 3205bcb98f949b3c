/// Writes cells to a terminal one after the other, with no more sequences (SGR, ECMA-48) than the styles' changes take.
public struct CellWriter: Sendable {
    /// A style as a terminal of some depth gets it: 24 bits or an index a colour, nil the default.
    public struct Codes: Equatable, Sendable {
        public var foreground: UInt32?
        public var background: UInt32?
        public var attributes: Attributes = []

        /// A picture's two of 16 colours in a terminal that has eight: dark for bright, and black for dark grey.
        var pictureAmongEight: Codes {
            Codes(foreground: foreground.map { $0 & 7 }, background: background.map { $0 & 7 }, attributes: attributes)
        }

        /// A text's two, which are kept apart: bright ones by bold, and for dark grey, which may be black, white and blue.
        var textAmongEight: Codes {
            var codes = pictureAmongEight
            if background == 8 { codes.background = 4 }
            if let bright = foreground, bright > 7 {
                if bright == 8 { codes.foreground = 7 } else { codes.attributes.insert(.bold) }
            }
            guard let back = codes.background else { return codes }
            // Black is hardly seen on blue and red.
            let isLost =
                codes.foreground == back ? foreground != background : codes.foreground == 0 && [1, 4].contains(back)
            if isLost { codes.foreground = [2, 3, 6, 7].contains(back) ? 0 : 7 }
            return codes
        }
    }

    public let colors: ColorDepth
    public let isUTF8: Bool
    /// Of 16 colours, whether all are there; else the bright ones are made of the others.
    public let isBright: Bool
    /// What the terminal was told last.
    private var current = Codes()

    public init(colors: ColorDepth, isUTF8: Bool, isBright: Bool = true) {
        self.colors = colors
        self.isUTF8 = isUTF8
        self.isBright = isBright
    }

    /// Writes the cell's style, as far as it is new, and its character; nothing for the right half of a wide one.
    public mutating func write(_ cell: Cell, into bytes: inout [UInt8]) {
        guard cell.character != Cell.rest else { return }
        var (character, codes) = Self.shown(cell, colors, isBright: isBright)
        // A blank has no foreground; underline and reverse show on it.
        if character == " " {
            let visible: Attributes = [.underline, .reverse]
            if codes.attributes.isDisjoint(with: visible) { codes.foreground = current.foreground }
            if codes.attributes.union(current.attributes).isDisjoint(with: visible) {
                codes.attributes = current.attributes
            }
        }
        if codes != current { write(change: codes, into: &bytes) }
        if isUTF8 || character.isASCII {
            bytes.append(contentsOf: character.utf8)
        } else {
            for _ in 0..<DisplayWidth.of(character) { bytes.append(character.asciiLikeness) }
        }
    }

    /// Back to the default style, as far as it is not.
    public mutating func reset(into bytes: inout [UInt8]) {
        guard current != Codes() else { return }
        bytes.append(contentsOf: "\u{1B}[0m".utf8)
        current = Codes()
    }

    /// What the cell becomes in few colours. Two colours may be one to the terminal: a picture's glyph then is blank,
    /// since it would show hair lines in some fonts, and text keeps apart from its ground.
    public static func shown(
        _ cell: Cell, _ colors: ColorDepth, isBright: Bool = true
    ) -> (character: Character, codes: Codes) {
        let isBright = isBright || colors != .ansi16
        let isPicture = cell.character.isPictureGlyph
        var codes = Codes(
            foreground: cell.foreground.flatMap { code($0, colors) },
            background: cell.background.flatMap { code($0, colors) }, attributes: cell.style.attributes)
        if isPicture, !isBright { codes = codes.pictureAmongEight }
        if let fore = codes.foreground, fore == codes.background {
            if isPicture { return (" ", codes) }
            if colors != .truecolor, cell.foreground != cell.background, let background = cell.background {
                codes.foreground = code(background.isBright ? RGB(0, 0, 0) : RGB(255, 255, 255), colors)
            }
        }
        return (cell.character, isPicture || isBright ? codes : codes.textAmongEight)
    }

    private static func code(_ color: RGB, _ colors: ColorDepth) -> UInt32? {
        switch colors {
        case .truecolor: UInt32(color.red) << 16 | UInt32(color.green) << 8 | UInt32(color.blue)
        case .indexed256: UInt32(color.indexed256)
        case .ansi16: UInt32(color.ansi16)
        case .mono: nil
        }
    }

    private mutating func write(change new: Codes, into bytes: inout [UInt8]) {
        bytes.append(contentsOf: [0x1B, UInt8(ascii: "[")])
        let start = bytes.count
        func separate() { if bytes.count > start { bytes.append(UInt8(ascii: ";")) } }
        var kept = current.attributes
        for (attributes, off) in [([.bold, .dim], 22), (.underline, 24), (.reverse, 27)] as [(Attributes, UInt8)]
        where !kept.intersection(attributes).isSubset(of: new.attributes) {
            separate()
            Self.number(off, into: &bytes)
            kept.subtract(attributes)
        }
        for (attribute, on) in [(.bold, 1), (.dim, 2), (.underline, 4), (.reverse, 7)] as [(Attributes, UInt8)]
        where new.attributes.contains(attribute) && !kept.contains(attribute) {
            separate()
            Self.number(on, into: &bytes)
        }
        if new.foreground != current.foreground {
            separate()
            write(new.foreground, base: 30, into: &bytes)
        }
        if new.background != current.background {
            separate()
            write(new.background, base: 40, into: &bytes)
        }
        bytes.append(UInt8(ascii: "m"))
        current = new
    }

    /// The parameters that set a colour; `base` is 30 for the foreground, 40 for the background.
    private func write(_ code: UInt32?, base: UInt8, into bytes: inout [UInt8]) {
        guard let code else { return Self.number(base + 9, into: &bytes) }
        switch colors {
        case .ansi16: Self.number(code < 8 ? base + UInt8(code) : base + 52 + UInt8(code), into: &bytes)
        case .indexed256:
            Self.number(base + 8, into: &bytes)
            bytes.append(contentsOf: ";5;".utf8)
            Self.number(UInt8(code), into: &bytes)
        case .truecolor, .mono:
            Self.number(base + 8, into: &bytes)
            bytes.append(contentsOf: ";2".utf8)
            for shift in [16, 8, 0] as [UInt32] {
                bytes.append(UInt8(ascii: ";"))
                Self.number(UInt8(truncatingIfNeeded: code >> shift), into: &bytes)
            }
        }
    }

    private static func number(_ value: UInt8, into bytes: inout [UInt8]) {
        if value >= 100 { bytes.append(48 + value / 100) }
        if value >= 10 { bytes.append(48 + value / 10 % 10) }
        bytes.append(48 + value % 10)
    }
}

extension RGB {
    /// Whether black stands out better on it than white (luma of Rec. 601).
    public var isBright: Bool { 299 * Int(red) + 587 * Int(green) + 114 * Int(blue) > 127_500 }
}

extension Character {
    /// Block elements, sextants, octants and braille: what pictures are drawn with.
    var isPictureGlyph: Bool {
        guard let value = unicodeScalars.first?.value else { return false }
        return (0x2580...0x259F).contains(value) || (0x2800...0x28FF).contains(value)
            || (0x1FB00...0x1FB8B).contains(value) || (0x1FBE6...0x1FBE7).contains(value)
            || (0x1CD00...0x1CEAF).contains(value)
    }

    /// The ASCII character that stands in for this one where the terminal's text is not UTF-8.
    public var asciiLikeness: UInt8 {
        if let asciiValue { return asciiValue }
        guard let value = unicodeScalars.first?.value else { return UInt8(ascii: "?") }
        switch value {
        case 0xA0: return UInt8(ascii: " ")
        case 0x2500, 0x2501, 0x2504, 0x2505, 0x2508, 0x2509, 0x254C, 0x254D, 0x2550, 0x2574, 0x2576:
            return UInt8(ascii: "-")
        case 0x2502, 0x2503, 0x2506, 0x2507, 0x250A, 0x250B, 0x254E, 0x254F, 0x2551, 0x2575, 0x2577, 0x23D0:
            return UInt8(ascii: "|")
        case 0x250C...0x257F: return UInt8(ascii: "+")
        case 0x2591: return UInt8(ascii: ":")
        case 0x2592, 0x2593: return UInt8(ascii: "%")
        case 0x2580...0x259F, 0x1FB00...0x1FB3B: return UInt8(ascii: "#")
        case 0x2800: return UInt8(ascii: " ")
        case 0x2801...0x28FF: return (value - 0x2800).nonzeroBitCount > 2 ? UInt8(ascii: ":") : UInt8(ascii: ".")
        case 0x2190, 0x25C0, 0x25C2, 0x2039, 0x276E: return UInt8(ascii: "<")
        case 0x2192, 0x25B6, 0x25B8, 0x203A, 0x276F: return UInt8(ascii: ">")
        case 0x2191, 0x25B2, 0x25B4: return UInt8(ascii: "^")
        case 0x2193, 0x25BC, 0x25BE: return UInt8(ascii: "v")
        case 0x2022, 0x25CF, 0x25A0, 0x25C6: return UInt8(ascii: "*")
        case 0x25CB, 0x25A1, 0x25C7: return UInt8(ascii: "o")
        case 0xB7, 0x22C5: return UInt8(ascii: ".")
        case 0x2713, 0x2714: return UInt8(ascii: "+")
        case 0x2717, 0x2718, 0xD7: return UInt8(ascii: "x")
        case 0x2013, 0x2014, 0x2212: return UInt8(ascii: "-")
        case 0x2018, 0x2019: return UInt8(ascii: "'")
        case 0x201C, 0x201D: return UInt8(ascii: "\"")
        case 0x2026: return UInt8(ascii: "~")
        case 0xB5, 0x3BC: return UInt8(ascii: "u")
        default: return UInt8(ascii: "?")
        }
    }
}
