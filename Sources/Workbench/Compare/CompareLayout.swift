import Canvas
import Measures

/// Where the parts of the compare screen are, frames included.
struct CompareLayout: Equatable {
    /// The names of the views, and of the sets.
    let tabs: Area
    let body: Area
    /// What is told of what is looked at.
    let facts: Area

    init(_ area: Area) {
        let parts = area.split(rows: [.fixed(1), .flexible(), .fixed(1)])
        (tabs, body, facts) = (parts[0], parts[1], parts[2])
    }

    /// So many equal panes for pictures: beside one another, or below where that leaves them larger.
    func panes(_ count: Int) -> [Area] {
        let lengths = [Length](repeating: .flexible(), count: max(count, 1))
        return body.columns >= 2 * body.rows ? body.split(columns: lengths) : body.split(rows: lengths)
    }

    /// Panes for all quantities at once; nil where they would be too small.
    var quantities: [Area]? {
        let count = Quantity.allCases.count
        for across in [3, 4] {
            let down = (count + across - 1) / across
            guard body.columns / across >= 36, body.rows / down >= 8 else { continue }
            let rows = body.split(rows: [Length](repeating: .flexible(), count: down))
            let all = rows.flatMap { $0.split(columns: [Length](repeating: .flexible(), count: across)) }
            return Array(all.prefix(count))
        }
        return nil
    }

    /// The table of quantities, and the plot of one.
    var table: (table: Area, plot: Area) {
        if body.columns >= 120 {
            let parts = body.split(columns: [.fixed(70), .flexible()])
            return (parts[0], parts[1])
        }
        let rows = min(Quantity.allCases.count + 3, max(body.rows / 2, 6))
        let parts = body.split(rows: [.fixed(rows), .flexible()])
        return (parts[0], parts[1])
    }

    /// The sample, and its nearest real images.
    var nearest: (sample: Area, neighbours: Area) {
        let parts = body.split(columns: [.flexible(minimum: 22), .flexible(minimum: 22, weight: 2)])
        return (parts[0], parts[1])
    }
}
