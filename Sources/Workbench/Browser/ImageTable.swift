import Canvas
import Foundation

/// The columns of the table of images.
enum ImageTable {
    enum Column: CaseIterable {
        case name, size, objects, depth, mean, part

        var key: SortKey {
            switch self {
            case .name: .name
            case .size: .size
            case .objects: .objects
            case .depth: .depth
            case .mean: .mean
            case .part: .split
            }
        }

        var head: String {
            switch self {
            case .name: "name"
            case .size: "size"
            case .objects: "objects"
            case .depth: "bit"
            case .mean: "mean"
            case .part: "split"
            }
        }

        var width: Int {
            switch self {
            case .name: 14
            case .size: 9
            case .objects: 8
            case .depth: 4
            case .mean: 7
            case .part: 8
            }
        }
    }

    /// The columns that this width has room for.
    static func columns(width: Int) -> [Column] {
        var room = width - 3
        var chosen: [Column] = []
        for column in Column.allCases {
            room -= column.width + (chosen.isEmpty ? 0 : 1)
            if room < 0, !chosen.isEmpty { break }
            chosen.append(column)
        }
        return chosen
    }

    static func table(_ state: State, width: Int) -> Table {
        let browser = state.browser
        let columns = columns(width: width)
        let arrangement = browser.arrangement
        let heads = columns.map { column in
            let arrow = arrangement.sort == column.key ? (arrangement.isReversed ? "▲" : "▼") : ""
            return Table.Column(
                column.head + arrow,
                column == .name ? .flexible(minimum: column.width) : .fixed(column.width),
                column == .name || column == .part ? .left : .right)
        }
        let opened = browser.opened
        let marked = browser.marked
        let filter = arrangement.filter
        let isMarked: (Int) -> Bool = { row in opened.map { marked.contains($0.index(row)) } ?? false }
        let cell: (Int, Int) -> Line = { row, column in
            guard let opened else { return columns[column] == .name ? Line(browser.glimpse[row]) : Line("·", .muted) }
            guard row < opened.count else { return "" }
            let index = opened.index(row)
            let item = opened.source[index]
            if columns[column] == .name { return name(item.name, filter) }
            if columns[column] == .part { return Line(item.part ?? "", .muted) }
            return value(columns[column], opened.values[index])
        }
        return Table(
            heads, count: opened?.count ?? browser.glimpse.count, scroll: browser.images,
            isFocused: browser.pane == .images,
            placeholder: placeholder(browser), isMarked: isMarked, cell: cell)
    }

    private static func placeholder(_ browser: Browser) -> Line {
        if let problem = browser.problem { return Line(problem.problem.printable, .error) }
        if browser.entries.isEmpty || browser.opened == nil { return Line(browser.entry == nil ? "" : "opening…") }
        return Line(browser.arrangement.filter.isEmpty ? "no images" : "nothing has “\(browser.arrangement.filter)”")
    }

    /// The name, its letters that the filter found set apart.
    static func name(_ name: String, _ filter: String) -> Line {
        guard let word = filter.split(separator: " ").first, let range = name.range(of: word, options: .caseInsensitive)
        else { return Line(name) }
        return Line([
            .init(String(name[..<range.lowerBound])), .init(String(name[range]), .match),
            .init(String(name[range.upperBound...])),
        ])
    }

    private static func value(_ column: Column, _ values: PairValues?) -> Line {
        guard let values else { return Line("·", .muted) }
        if values.isBroken { return column == .size ? Line("broken", .error) : "" }
        switch column {
        case .name, .part: return ""
        case .size: return Line("\(values.width)x\(values.height)")
        case .depth: return Line(values.channels > 1 ? "\(values.channels)x\(values.bits)" : "\(values.bits)")
        case .objects: return values.objects < 0 ? Line("-", .muted) : Line("\(values.objects)")
        case .mean: return Line(number(values.mean))
        }
    }

    /// A number in at most seven characters.
    static func number(_ value: Float) -> String {
        guard value.isFinite else { return "-" }
        let size = abs(value)
        if value == value.rounded(), size < 1e6 { return String(format: "%.0f", value) }
        if size >= 1e6 || (size < 0.001 && size > 0) { return String(format: "%.1e", value) }
        return String(format: size >= 100 ? "%.0f" : size >= 1 ? "%.1f" : "%.3f", value)
    }
}
