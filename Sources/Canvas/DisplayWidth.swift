/// The columns that text takes in a terminal.
public enum DisplayWidth {
    /// The columns of a cluster: 2 for those of East Asia and for pictographs, 0 for marks that stand alone, else 1; more
    /// only for clusters of several letters, such as those of Indic scripts, which `forEachPiece` divides.
    public static func of(_ cluster: Character) -> Int {
        var total = 0
        forEachPiece(of: cluster) { total += $1 }
        return total
    }

    /// Divides a cluster into what stands in a cell or in two: nearly always the cluster itself. What a terminal would act
    /// on instead of showing it (controls, bidirectional overrides) becomes "?", a tabulator a blank; a mark without a
    /// letter stands on a blank.
    static func forEachPiece(of cluster: Character, _ body: (Character, Int) -> Void) {
        if cluster.isASCII {
            let value = cluster.asciiValue ?? 0x0A
            return body(value == 9 ? " " : value < 32 || value == 127 ? "?" : cluster, 1)
        }
        let scalars = cluster.unicodeScalars
        if scalars.count == 1, let scalar = scalars.first {
            if isUnsafe(scalar) { return body("?", 1) }
            let width = width(of: scalar)
            if width == 0 { return body(Character("\u{A0}" + String(cluster)), 1) }
            return body(cluster, width)
        }
        if scalars.contains(where: isUnsafe) {
            for scalar in scalars { body(isUnsafe(scalar) ? "?" : Character(scalar), 1) }
            return
        }
        // What asks for a picture, joins pictures or pairs to a flag is two columns wide.
        let first = scalars.first.map(width) ?? 0
        if scalars.contains(where: marksPicture)
            || (first == 2 && scalars.contains { $0.value == 0x200D })
        {
            return body(cluster, 2)
        }
        let total = scalars.reduce(0) { $0 + width(of: $1) }
        if total == 0 { return body(Character("\u{A0}" + String(cluster)), 1) }
        if total <= 2 { return body(cluster, total) }
        var piece = String.UnicodeScalarView()
        var pieceWidth = 0
        for scalar in scalars {
            let next = width(of: scalar)
            if next > 0, pieceWidth > 0 {
                body(Character(String(piece)), pieceWidth)
                piece.removeAll()
                pieceWidth = 0
            }
            piece.append(scalar)
            pieceWidth += next
        }
        body(Character(String(piece)), max(pieceWidth, 1))
    }

    /// Whether a scalar beside another makes a picture of both: selector 16, the letters of flags, tones of skin.
    private static func marksPicture(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value == 0xFE0F || (0x1F1E6...0x1F1FF).contains(scalar.value)
            || (0x1F3FB...0x1F3FF).contains(scalar.value)
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate: true
        // Joiners and the tags of flags belong to clusters.
        case .format: ![0x200C, 0x200D].contains(scalar.value) && !(0xE0020...0xE007F).contains(scalar.value)
        default: false
        }
    }

    static func width(of scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x300 { return 1 }
        // Box drawing, blocks, braille: most of what pictures are made of.
        if (0x2500...0x25FC).contains(value) || (0x2800...0x28FF).contains(value) { return 1 }
        if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value) { return 0 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        return isWide(value) || scalar.properties.isEmojiPresentation ? 2 : 1
    }

    /// Whether EastAsianWidth of Unicode 15 says wide or full width; pictographs aside. What Unicode 16 widened, C libraries
    /// and terminals in use do not yet.
    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F,
            0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
            0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F265, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}

extension StringProtocol {
    /// The columns the text takes when drawn on a canvas.
    public var displayColumns: Int {
        // File names and numbers mostly.
        if utf8.allSatisfy({ $0 < 0x80 && $0 != 0x0D }) { return utf8.count }
        return reduce(0) { $0 + DisplayWidth.of($1) }
    }

    /// The text cut to `columns` columns; where something is cut, "~" is the last of them. `keepingEnd` cuts at the start,
    /// as paths want it.
    public func fitted(columns: Int, keepingEnd: Bool = false) -> String {
        guard columns > 0 else { return "" }
        if displayColumns <= columns { return String(self) }
        var taken = 1
        var kept: [Character] = []
        for cluster in keepingEnd ? Array(reversed()) : Array(self) {
            let width = DisplayWidth.of(cluster)
            if taken + width > columns { break }
            kept.append(cluster)
            taken += width
        }
        return keepingEnd ? "~" + String(kept.reversed()) : String(kept) + "~"
    }
}
