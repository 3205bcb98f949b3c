import CNcurses
import Canvas

/// Shows canvases through ncurses: on terminals without colours, and on those that do not follow ECMA-48.
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
        let (character, codes) = CellWriter.shown(cell, colors, isBright: colorCount >= 16)
        var result = petri_cell()
        result.attributes = UInt32(codes.attributes.rawValue)
        let (foreground, background) = (codes.foreground.map(Int32.init) ?? -1, codes.background.map(Int32.init) ?? -1)
        result.pair = pairs.number(foreground, background) { petri_screen_set_pair($0, foreground, background) == 0 }
        let width = DisplayWidth.of(character)
        guard isUTF8 || character.isASCII else {
            result.text.0 = Int32(character.asciiLikeness)
            for _ in 0..<width { line.append(result) }
            return
        }
        // Of a cluster ncurses takes one character and its marks, and gives it the columns that the C library knows.
        let scalars = character.unicodeScalars
        let known = scalars.first.map { Int(petri_character_columns($0.value)) } ?? 0
        withUnsafeMutableBytes(of: &result.text) { text in
            let text = text.assumingMemoryBound(to: Int32.self)
            guard (1...width).contains(known) else {
                text[0] = Int32(UInt8(ascii: "?"))
                return
            }
            let marks = scalars.dropFirst().prefix { $0.properties.generalCategory == .nonspacingMark }
            for (index, scalar) in scalars.prefix(1 + marks.count).prefix(text.count).enumerated() {
                text[index] = Int32(scalar.value)
            }
        }
        line.append(result)
        let taken = (1...width).contains(known) ? known : 1
        for _ in taken..<width {
            var blank = result
            blank.text = (Int32(UInt8(ascii: " ")), 0, 0, 0, 0)
            line.append(blank)
        }
    }
}
