/// Which of many rows is selected, and which is the first that is seen.
public struct Scroll: Equatable, Sendable {
    public private(set) var selected: Int
    public private(set) var top: Int

    public init(selected: Int = 0, top: Int = 0) {
        self.selected = selected
        self.top = top
    }

    /// Selects a row, the nearest there is, and scrolls no more than needed to have it in sight.
    public mutating func select(_ row: Int, of count: Int, height: Int) {
        selected = max(min(row, count - 1), 0)
        let height = max(height, 1)
        // A row beyond the selected one stays in sight where there is room.
        let margin = height > 4 ? 1 : 0
        top = min(top, max(selected - margin, 0))
        top = max(top, min(selected + margin, max(count - 1, 0)) - height + 1)
        top = max(min(top, count - height), 0)
    }

    public mutating func move(by rows: Int, of count: Int, height: Int) {
        select(selected + rows, of: count, height: height)
    }

    /// Scrolls the rows without leaving the selected one behind the rim, as a wheel does.
    public mutating func scroll(by rows: Int, of count: Int, height: Int) {
        top = max(min(top + rows, count - height), 0)
        selected = max(min(max(min(selected, top + height - 1), top), count - 1), 0)
    }

    /// The row seen at `line` of the area, or nil where there is none.
    public func row(at line: Int, of count: Int) -> Int? {
        line >= 0 && top + line < count ? top + line : nil
    }
}

/// Which part of many rows is seen, as a bar at their right.
public struct ScrollBar: Widget {
    public var count: Int
    public var top: Int

    public init(count: Int, top: Int) {
        self.count = count
        self.top = top
    }

    /// The lines of the thumb in a bar of this height; nil where all rows are seen.
    func thumb(height: Int) -> Range<Int>? {
        guard count > height, height > 0 else { return nil }
        let length = max(1, height * height / count)
        let furthest = count - height
        let start = (min(max(top, 0), furthest) * (height - length) + furthest / 2) / furthest
        return start..<start + length
    }

    public func draw(on canvas: inout Canvas, in area: Area, _ theme: Theme) {
        guard let thumb = thumb(height: area.rows) else { return }
        for line in 0..<area.rows {
            let isThumb = thumb.contains(line)
            canvas.draw(
                isThumb ? "█" : "│", column: area.column, row: area.row + line, theme[isThumb ? .bar : .barGround],
                in: area)
        }
    }
}
