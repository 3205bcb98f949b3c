/// A cell's place, from 0.
public struct Position: Hashable, Sendable {
    public var column: Int
    public var row: Int

    public init(column: Int, row: Int) {
        self.column = column
        self.row = row
    }
}

/// A rectangle of cells on a canvas; its sides are never negative.
public struct Area: Hashable, Sendable {
    public let column: Int
    public let row: Int
    public let columns: Int
    public let rows: Int

    public init(column: Int = 0, row: Int = 0, columns: Int, rows: Int) {
        self.column = column
        self.row = row
        self.columns = max(columns, 0)
        self.rows = max(rows, 0)
    }

    public var endColumn: Int { column + columns }
    public var endRow: Int { row + rows }
    public var allColumns: Range<Int> { column..<endColumn }
    public var allRows: Range<Int> { row..<endRow }
    public var isEmpty: Bool { columns == 0 || rows == 0 }

    public func contains(_ position: Position) -> Bool {
        allColumns.contains(position.column) && allRows.contains(position.row)
    }

    /// What both cover.
    public func intersection(_ other: Area) -> Area {
        let column = max(column, other.column)
        let row = max(row, other.row)
        return Area(
            column: column, row: row, columns: min(endColumn, other.endColumn) - column,
            rows: min(endRow, other.endRow) - row)
    }

    /// The area less a rim on each side.
    public func inset(columns: Int = 0, rows: Int = 0) -> Area {
        Area(
            column: column + min(columns, self.columns), row: row + min(rows, self.rows),
            columns: self.columns - 2 * columns, rows: self.rows - 2 * rows)
    }

    /// An area of at most this size in the middle.
    public func centered(columns: Int, rows: Int) -> Area {
        let (columns, rows) = (min(columns, self.columns), min(rows, self.rows))
        return Area(
            column: column + (self.columns - columns) / 2, row: row + (self.rows - rows) / 2, columns: columns,
            rows: rows)
    }

    /// One row of the area, from 0; empty where the area has no such row.
    public func line(_ index: Int) -> Area {
        Area(column: column, row: row + index, columns: columns, rows: (0..<rows).contains(index) ? 1 : 0)
    }
}

// MARK: - Layout

/// How much of a side a part of a layout takes.
public enum Length: Sendable {
    /// So many cells, or what there is.
    case fixed(Int)
    /// At least so many cells, and of what is left a share of this weight.
    case flexible(minimum: Int = 0, weight: Int = 1)
}

extension Area {
    /// Divides the area into columns, from left to right, `gap` cells apart. They never overlap and never leave the area.
    /// Where it is too small, the last parts go short first.
    public func split(columns lengths: [Length], gap: Int = 0) -> [Area] {
        Self.places(lengths, gap: gap, within: columns).map {
            Area(column: column + $0.start, row: row, columns: $0.count, rows: rows)
        }
    }

    /// Divides the area into rows, from top to bottom, as `split(columns:gap:)` does into columns.
    public func split(rows lengths: [Length], gap: Int = 0) -> [Area] {
        Self.places(lengths, gap: gap, within: rows).map {
            Area(column: column, row: row + $0.start, columns: columns, rows: $0.count)
        }
    }

    private static func places(_ lengths: [Length], gap: Int, within total: Int) -> [(start: Int, count: Int)] {
        let gaps = max(lengths.count - 1, 0) * gap
        let counts = share(max(total - gaps, 0), among: lengths)
        var start = 0
        return counts.map { count in
            defer { start = min(start + count + gap, total) }
            return (start, min(count, total - start))
        }
    }

    /// The cells each length gets of `total`: first what it needs at least, then the rest by weight, rounded so that
    /// nothing is left over.
    static func share(_ total: Int, among lengths: [Length]) -> [Int] {
        var left = total
        var counts = lengths.map { length in
            let wanted =
                switch length {
                case .fixed(let count): count
                case .flexible(let minimum, _): minimum
                }
            let count = min(max(wanted, 0), left)
            left -= count
            return count
        }
        let weights = lengths.map { length in
            if case .flexible(_, let weight) = length { return max(weight, 0) }
            return 0
        }
        var weightLeft = weights.reduce(0, +)
        for (index, weight) in weights.enumerated() where weight > 0 {
            let share = left * weight / weightLeft
            counts[index] += share
            left -= share
            weightLeft -= weight
        }
        return counts
    }
}
