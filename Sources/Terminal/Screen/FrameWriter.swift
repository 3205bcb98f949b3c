import Canvas

/// Writes what differs between one canvas and the next, for terminals of colours that follow ECMA-48.
///
/// ncurses could do this, but takes 18 ms for 200 x 60 cells in greys and 300 ms in colours, where each cell needs a pair of
/// its own, and always sends both colours of a cell; this takes 8 ms for either.
struct FrameWriter {
    private let colors: ColorDepth
    private let isUTF8: Bool
    private let isBright: Bool
    private var shown: Canvas?
    private var cursorIsShown = true

    /// `isBright` tells whether all of 16 colours are there.
    init(colors: ColorDepth, isUTF8: Bool, isBright: Bool = true) {
        self.colors = colors
        self.isUTF8 = isUTF8
        self.isBright = isBright
    }

    /// What is on the screen is not known: the next frame draws all of it.
    mutating func forget() {
        shown = nil
        cursorIsShown = true
    }

    /// The bytes that make the screen show this canvas. `synchronized` asks the terminal to show them at once (mode 2026).
    mutating func frame(_ canvas: Canvas, synchronized: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        var writer = CellWriter(colors: colors, isUTF8: isUTF8, isBright: isBright)
        var old = shown
        if old?.columns != canvas.columns || old?.rows != canvas.rows {
            old = Canvas(columns: canvas.columns, rows: canvas.rows)
            bytes += "\u{1B}[0m\u{1B}[H\u{1B}[2J".utf8
        }
        if let old { write(canvas, over: old, with: &writer, into: &bytes) }
        writer.reset(into: &bytes)
        if cursorIsShown, !bytes.isEmpty || canvas.cursor == nil {
            // Else it would be seen running about.
            bytes.insert(contentsOf: "\u{1B}[?25l".utf8, at: 0)
            cursorIsShown = false
        }
        if let cursor = canvas.cursor, !bytes.isEmpty || cursor != shown?.cursor || !cursorIsShown {
            Self.move(to: cursor, into: &bytes)
            bytes += "\u{1B}[?25h".utf8
            cursorIsShown = true
        }
        shown = canvas
        guard synchronized, !bytes.isEmpty else { return bytes }
        return "\u{1B}[?2026h".utf8 + bytes + "\u{1B}[?2026l".utf8
    }

    private func write(
        _ canvas: Canvas, over old: Canvas, with writer: inout CellWriter, into bytes: inout [UInt8]
    ) {
        // A gap of so many cells is written again rather than jumped over.
        let shortJump = 4
        canvas.cells.withUnsafeBufferPointer { cells in
            old.cells.withUnsafeBufferPointer { old in
                for row in 0..<canvas.rows {
                    let line = UnsafeBufferPointer(rebasing: cells[row * canvas.columns..<(row + 1) * canvas.columns])
                    let before = UnsafeBufferPointer(rebasing: old[row * canvas.columns..<(row + 1) * canvas.columns])
                    /// Where the cursor is in this row, if that is known.
                    var cursor: Int?
                    var column = 0
                    while column < line.count {
                        guard line[column] != before[column], line[column].character != Cell.rest else {
                            column += 1
                            continue
                        }
                        if let place = cursor, column - place <= shortJump {
                            for gap in place..<column { writer.write(line[gap], into: &bytes) }
                        } else if cursor != column {
                            Self.move(to: Position(column: column, row: row), into: &bytes)
                        }
                        if isErasable(line[column]), line[column...].allSatisfy({ $0 == line[column] }),
                            line.count - column > 4
                        {
                            writer.reset(into: &bytes)
                            bytes += "\u{1B}[K".utf8
                            break
                        }
                        writer.write(line[column], into: &bytes)
                        let isWide = column + 1 < line.count && line[column + 1].character == Cell.rest
                        // Terminals do not agree on the width of clusters.
                        cursor = line[column].character.unicodeScalars.count > 1 ? nil : column + (isWide ? 2 : 1)
                        column += isWide ? 2 : 1
                    }
                }
            }
        }
    }

    /// Whether erasing the line leaves what the cell is.
    private func isErasable(_ cell: Cell) -> Bool {
        cell.character == " " && cell.background == nil && cell.style.attributes.isEmpty
    }

    private static func move(to position: Position, into bytes: inout [UInt8]) {
        bytes += "\u{1B}[\(position.row + 1);\(position.column + 1)H".utf8
    }
}
