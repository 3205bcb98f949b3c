/// What a terminal shows after some output: as much of one as ncurses makes use of.
struct TerminalScreen {
    let columns: Int
    let rows: Int
    private(set) var cells: [[Character]]
    private var column = 0
    private var row = 0
    private var saved = (column: 0, row: 0)
    /// The lines that scroll.
    private var region: ClosedRange<Int>
    private var last: Character = " "
    /// Bytes of a sequence, or of a character, whose end has not come yet.
    private var pending: [UInt8] = []

    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
        cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
        region = 0...rows - 1
    }

    var text: String { cells.map { String($0) }.joined(separator: "\n") }

    mutating func write(_ bytes: [UInt8]) {
        pending += bytes
        var start = 0
        while start < pending.count, let length = take(from: start) { start += length }
        pending.removeFirst(start)
    }

    /// Does what begins at this byte; its length, or nil where its end has not come yet.
    private mutating func take(from start: Int) -> Int? {
        let byte = pending[start]
        switch byte {
        case 0x1B: return takeSequence(from: start)
        case 0x08: column = max(column - 1, 0)
        case 0x09: column = min((column / 8 + 1) * 8, columns - 1)
        case 0x0A, 0x0B: lineFeed()
        case 0x0D: column = 0
        case 0..<0x20, 0x7F: break
        default:
            let length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
            guard start + length <= pending.count else { return nil }
            put(Character(String(decoding: pending[start..<start + length], as: UTF8.self)))
            return length
        }
        return 1
    }

    private mutating func put(_ character: Character) {
        if column == columns {
            column = 0
            lineFeed()
        }
        cells[row][column] = character
        column += 1
        last = character
    }

    private mutating func lineFeed() {
        if row == region.upperBound { scroll(1) } else { row = min(row + 1, rows - 1) }
    }

    /// Up by so many lines, or down.
    private mutating func scroll(_ count: Int) {
        let blank = [Character](repeating: " ", count: columns)
        for _ in 0..<abs(count) {
            cells.remove(at: count > 0 ? region.lowerBound : region.upperBound)
            cells.insert(blank, at: count > 0 ? region.upperBound : region.lowerBound)
        }
    }

    private mutating func takeSequence(from start: Int) -> Int? {
        guard start + 1 < pending.count else { return nil }
        switch pending[start + 1] {
        case UInt8(ascii: "["):
            guard let end = pending[(start + 2)...].firstIndex(where: { (0x40...0x7E).contains($0) }) else {
                return nil
            }
            let words = String(decoding: pending[start + 2..<end], as: UTF8.self)
            if !words.hasPrefix("?"), !words.hasPrefix(">") {
                control(Character(UnicodeScalar(pending[end])), words.split(separator: ";").map { Int($0) ?? 0 })
            }
            return end + 1 - start
        case UInt8(ascii: "]"), UInt8(ascii: "P"):
            // Up to a bell or ESC \.
            guard let end = pending[(start + 2)...].firstIndex(where: { $0 == 0x07 || $0 == 0x1B }) else { return nil }
            if pending[end] == 0x07 { return end + 1 - start }
            return end + 1 < pending.count ? end + 2 - start : nil
        case UInt8(ascii: "("), UInt8(ascii: ")"): return start + 2 < pending.count ? 3 : nil
        case UInt8(ascii: "M"): if row == region.lowerBound { scroll(-1) } else { row = max(row - 1, 0) }
        case UInt8(ascii: "7"): saved = (column, row)
        case UInt8(ascii: "8"): (column, row) = saved
        default: break
        }
        return 2
    }

    private mutating func control(_ kind: Character, _ numbers: [Int]) {
        let count = max(numbers.first ?? 1, 1)
        column = min(column, columns - 1)
        switch kind {
        case "H", "f":
            row = min(count, rows) - 1
            column = min(max(numbers.count > 1 ? numbers[1] : 1, 1), columns) - 1
        case "A": row = max(row - count, 0)
        case "B": row = min(row + count, rows - 1)
        case "C": column = min(column + count, columns - 1)
        case "D": column = max(column - count, 0)
        case "G": column = min(count, columns) - 1
        case "d": row = min(count, rows) - 1
        case "J":
            erase(row, columns: numbers.first == 2 ? 0..<columns : column..<columns)
            for line in (numbers.first == 2 ? 0 : row + 1)..<max(rows, row + 1) where line < rows {
                erase(line, columns: 0..<columns)
            }
        case "K": erase(row, columns: numbers.first == 1 ? 0..<column + 1 : column..<columns)
        case "X": erase(row, columns: column..<min(column + count, columns))
        case "b": for _ in 0..<count { put(last) }
        case "P":
            cells[row].removeSubrange(column..<min(column + count, columns))
            cells[row] += [Character](repeating: " ", count: columns - cells[row].count)
        case "@":
            cells[row].insert(contentsOf: [Character](repeating: " ", count: count), at: column)
            cells[row].removeLast(cells[row].count - columns)
        case "L", "M":
            let whole = region
            if row <= region.upperBound { region = row...region.upperBound }
            scroll(kind == "M" ? count : -count)
            region = whole
        case "S": scroll(count)
        case "T": scroll(-count)
        case "r":
            region = count - 1...(numbers.count > 1 ? min(numbers[1], rows) : rows) - 1
            (column, row) = (0, 0)
        default: break
        }
    }

    private mutating func erase(_ line: Int, columns: Range<Int>) {
        for column in columns { cells[line][column] = " " }
    }
}
