import Canvas

/// Where the parts of the screen of curves are.
struct CurvesLayout: Equatable {
    /// The line of runs and settings.
    let head: Area
    /// Where panes are, frames included.
    let grid: Area
    /// Panes across and down, at least one.
    let across: Int
    let down: Int
    /// The table of values beside a pane that has the screen for itself; else empty.
    let values: Area

    /// A pane takes at least so many cells, frame included.
    private static let least = (columns: 38, rows: 9)

    init(_ area: Area, count: Int, isZoomed: Bool, lines: Int) {
        let parts = area.split(rows: [.fixed(1), .flexible()])
        head = parts[0]
        guard isZoomed else {
            let most = (
                across: max(1, parts[1].columns / Self.least.columns), down: max(1, parts[1].rows / Self.least.rows)
            )
            let count = max(count, 1)
            // So many across that the last row is as full as can be, and rather more across than fewer.
            func down(_ across: Int) -> Int { (count + across - 1) / across }
            let fitting = (1...most.across).filter { down($0) <= most.down && $0 <= count }
            across =
                fitting.min { ($0 * down($0) - count, -$0) < ($1 * down($1) - count, -$1) } ?? min(most.across, count)
            self.down = min(most.down, down(across))
            (grid, values) = (parts[1], Area(columns: 0, rows: 0))
            return
        }
        (across, down) = (1, 1)
        if area.columns >= 100 {
            let halves = parts[1].split(columns: [.flexible(), .fixed(area.columns >= 150 ? 46 : 38)])
            (grid, values) = (halves[0], halves[1])
        } else {
            let rows = parts[1].rows >= 14 ? min(lines + 3, parts[1].rows / 3) : 0
            let halves = parts[1].split(rows: [.flexible(), .fixed(rows)])
            (grid, values) = (halves[0], halves[1])
        }
    }

    /// The pane at this place in sight, row by row.
    func pane(_ index: Int) -> Area {
        let row = grid.split(rows: Array(repeating: .flexible(), count: down))[index / across]
        return row.split(columns: Array(repeating: .flexible(), count: across))[index % across]
    }
}
