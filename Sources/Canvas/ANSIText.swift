/// Writes cells as text with the escape sequences (SGR, ECMA-48) that colour them.
public struct ANSIText: Sendable {
    public let colors: ColorDepth
    /// Whether characters beyond ASCII may be written.
    public let isUTF8: Bool

    public init(colors: ColorDepth, isUTF8: Bool = true) {
        self.colors = colors
        self.isUTF8 = isUTF8
    }

    /// The canvas's lines, each ended by a newline. Sequences are written where a style changes only, and at a line's end
    /// it is reset where any is set; in mono there are no colours.
    public func text(_ canvas: Canvas) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(canvas.cells.count * 24)
        for row in 0..<canvas.rows {
            line(row, of: canvas, into: &bytes)
            bytes.append(UInt8(ascii: "\n"))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// One line of the canvas, without its newline.
    public func line(_ row: Int, of canvas: Canvas) -> String {
        var bytes: [UInt8] = []
        line(row, of: canvas, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func line(_ row: Int, of canvas: Canvas, into bytes: inout [UInt8]) {
        var writer = CellWriter(colors: colors, isUTF8: isUTF8)
        for cell in canvas.cells[row * canvas.columns..<(row + 1) * canvas.columns] {
            writer.write(cell, into: &bytes)
        }
        writer.reset(into: &bytes)
    }
}
