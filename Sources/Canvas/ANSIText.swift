/// Writes cells as text with the escape sequences (SGR, ECMA-48) that colour them.
public struct ANSIText: Sendable {
    public let colors: ColorDepth

    public init(colors: ColorDepth) { self.colors = colors }

    /// The grid's lines, each ended by a newline. Sequences are written where a colour changes only, and at a line's end
    /// the colours are reset where any is set; in mono there are none.
    public func text(_ grid: GlyphGrid) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(grid.cells.count * 24)
        for row in 0..<grid.rows {
            line(row, of: grid, into: &bytes)
            bytes.append(UInt8(ascii: "\n"))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// One line of the grid, without its newline.
    public func line(_ row: Int, of grid: GlyphGrid) -> String {
        var bytes: [UInt8] = []
        line(row, of: grid, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A colour as the terminal gets it: 24 bits, or an index.
    private typealias Code = UInt32

    private func line(_ row: Int, of grid: GlyphGrid, into bytes: inout [UInt8]) {
        var foreground: Code?
        var background: Code?
        for cell in grid.cells[row * grid.columns..<(row + 1) * grid.columns] {
            var character = cell.character
            let back = cell.background.flatMap(code)
            var fore = cell.foreground.flatMap(code)
            // Two colours may be one to this terminal; a glyph of it would show hair lines in some fonts.
            if fore != nil, fore == back { character = " " }
            if character == " " { fore = foreground }
            if fore != foreground || back != background {
                write(from: (foreground, background), to: (fore, back), into: &bytes)
                (foreground, background) = (fore, back)
            }
            bytes.append(contentsOf: String(character).utf8)
        }
        if foreground != nil || background != nil { bytes.append(contentsOf: "\u{1B}[0m".utf8) }
    }

    private func code(_ color: RGB) -> Code? {
        switch colors {
        case .truecolor: Code(color.red) << 16 | Code(color.green) << 8 | Code(color.blue)
        case .indexed256: Code(color.indexed256)
        case .ansi16: Code(color.ansi16)
        case .mono: nil
        }
    }

    private func write(from old: (Code?, Code?), to new: (Code?, Code?), into bytes: inout [UInt8]) {
        bytes.append(contentsOf: [0x1B, UInt8(ascii: "[")])
        let start = bytes.count
        if new.0 != old.0 { write(new.0, base: 30, into: &bytes) }
        if new.1 != old.1 {
            if bytes.count > start { bytes.append(UInt8(ascii: ";")) }
            write(new.1, base: 40, into: &bytes)
        }
        bytes.append(UInt8(ascii: "m"))
    }

    /// The parameters that set a colour; `base` is 30 for the foreground, 40 for the background.
    private func write(_ code: Code?, base: UInt8, into bytes: inout [UInt8]) {
        func number(_ value: UInt8) {
            if value >= 100 { bytes.append(48 + value / 100) }
            if value >= 10 { bytes.append(48 + value / 10 % 10) }
            bytes.append(48 + value % 10)
        }
        guard let code else { return number(base + 9) }
        switch colors {
        case .ansi16: number(code < 8 ? base + UInt8(code) : base + 52 + UInt8(code))
        case .indexed256:
            number(base + 8)
            bytes.append(contentsOf: ";5;".utf8)
            number(UInt8(code))
        case .truecolor, .mono:
            number(base + 8)
            bytes.append(contentsOf: ";2".utf8)
            for shift in [16, 8, 0] {
                bytes.append(UInt8(ascii: ";"))
                number(UInt8(truncatingIfNeeded: code >> UInt32(shift)))
            }
        }
    }
}
