import CNcurses
import Canvas

/// Shows canvases through ncurses: on terminals of 256 colours and fewer, which it knows how to speak to.
struct CursesScreen {
    private let colors: ColorDepth
    private let isUTF8: Bool
    /// Colours the terminal knows by index.
    private let colorCount: Int32
    private var pairs: PairCache
    private var shown: Canvas?

    /// Takes over the terminal; nil where ncurses cannot.
    init?(term: String, descriptor: Int32, colors: ColorDepth, isUTF8: Bool) {
        guard petri_screen_open(term, descriptor) == 0 else { return nil }
        var (colorCount, pairCount): (Int32, Int32) = (0, 0)
        petri_screen_colors(&colorCount, &pairCount)
        self.colorCount = colorCount
        self.colors = colorCount >= 8 ? colors : .mono
        self.isUTF8 = isUTF8
        pairs = PairCache(limit: pairCount)
    }

    mutating func forget() { shown = nil }

    mutating func show(_ canvas: Canvas) {
        var anew = shown == nil
        if shown?.columns != canvas.columns || shown?.rows != canvas.rows {
            petri_screen_resize(Int32(canvas.rows), Int32(canvas.columns))
            shown = nil
            anew = true
        }
        if pairs.isNearlyFull {
            pairs.forget()
            petri_screen_forget_pairs()
            shown = nil
        }
        var line: [petri_cell] = []
        for row in 0..<canvas.rows {
            let range = row * canvas.columns..<(row + 1) * canvas.columns
            if let shown, shown.cells[range] == canvas.cells[range] { continue }
            line.removeAll(keepingCapacity: true)
            for cell in canvas.cells[range] where cell.character != Cell.rest { append(cell, to: &line) }
            petri_screen_put(Int32(row), line, line.count)
        }
        petri_screen_show(Int32(canvas.cursor?.row ?? -1), Int32(canvas.cursor?.column ?? -1), anew ? 1 : 0)
        shown = canvas
    }

    private mutating func append(_ cell: Cell, to line: inout [petri_cell]) {
        let (character, codes) = CellWriter.shown(cell, colors)
        var result = petri_cell()
        let hasBright = (codes.foreground ?? 0) > 7 && colorCount < 16
        result.attributes = UInt32(codes.attributes.union(hasBright ? .bold : []).rawValue)
        let (foreground, background) = (index(codes.foreground), index(codes.background))
        result.pair = pairs.number(foreground, background) { petri_screen_set_pair($0, foreground, background) == 0 }
        guard isUTF8 || character.isASCII else {
            result.text.0 = Int32(character.asciiLikeness)
            for _ in 0..<DisplayWidth.of(character) { line.append(result) }
            return
        }
        // A cell of ncurses holds a character and four marks; what is joined to it beyond that is left out.
        withUnsafeMutableBytes(of: &result.text) { text in
            let text = text.assumingMemoryBound(to: Int32.self)
            for (index, scalar) in character.unicodeScalars.prefix(text.count).enumerated() {
                text[index] = Int32(scalar.value)
            }
        }
        line.append(result)
    }

    /// A colour's index in this terminal: of 16 colours the first 8 where there are no more.
    private func index(_ code: UInt32?) -> Int32 {
        guard let code else { return -1 }
        return colorCount < 16 ? Int32(code & 7) : Int32(code)
    }
}
