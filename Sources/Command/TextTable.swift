import Imaging

/// A table for people: the first column is aligned to the left, the others to the right, two spaces between.
public struct TextTable: Equatable, Sendable {
    public var header: [String]
    public var rows: [[String]]

    public init(header: [String], rows: [[String]] = []) {
        self.header = header
        self.rows = rows
    }

    /// The lines without their ends; no line ends in spaces. Missing cells are empty.
    public var lines: [String] {
        let all = (header.isEmpty ? [] : [header]) + rows
        let count = all.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in all.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
        return all.map { row in
            let cells = widths.enumerated().map { column, width in
                let cell = column < row.count ? row[column] : ""
                let padding = String(repeating: " ", count: width - cell.count)
                return column == 0 ? cell + padding : padding + cell
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// Names and values in two columns, both aligned to the left, what a terminal would obey made harmless.
    public static func facts(_ facts: [(name: String, value: String)]) -> TextTable {
        let width = facts.map(\.name.count).max() ?? 0
        return TextTable(
            header: [],
            rows: facts.map { fact in
                [fact.name + String(repeating: " ", count: width + 2 - fact.name.count) + fact.value.printable]
            })
    }

    /// The whole table; each line ends in a newline.
    public var text: String { lines.map { $0 + "\n" }.joined() }
}
