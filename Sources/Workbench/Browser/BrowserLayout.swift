import Canvas

/// Where the browser's panes are, frames included; those that there is no room for are empty.
struct BrowserLayout: Equatable {
    var entries = Area(columns: 0, rows: 0)
    var facts = Area(columns: 0, rows: 0)
    var images = Area(columns: 0, rows: 0)
    var preview = Area(columns: 0, rows: 0)

    init(_ area: Area, _ browser: Browser) {
        if browser.isZoomed {
            switch browser.pane {
            case .entries: entries = area
            case .facts: facts = area
            case .images: images = area
            }
            return
        }
        let isWide = area.columns >= 110
        let side = isWide ? max(30, min(area.columns / 5, 44)) : max(24, area.columns * 3 / 10)
        let halves = area.split(columns: [.fixed(side), .flexible()])
        // Facts are longer than lists of data sets mostly are.
        let left = halves[0].split(rows: [.flexible(minimum: 4, weight: 2), .flexible(minimum: 4, weight: 3)])
        (entries, facts) = (left[0], left[1])
        if browser.isSheet || (browser.entries.isEmpty && browser.outcome != nil) {
            // Pictures, or what to do where there are none.
            images = halves[1]
        } else if isWide {
            // A table needs so much; the rest is the picture's.
            let table = min(max(46, halves[1].columns * 2 / 5), 64)
            let parts = halves[1].split(columns: [.fixed(table), .flexible()])
            (images, preview) = (parts[0], parts[1])
        } else {
            let parts = halves[1].split(rows: [
                .flexible(minimum: 6, weight: 2), .flexible(minimum: 0, weight: area.rows >= 14 ? 3 : 0),
            ])
            (images, preview) = (parts[0], parts[1])
        }
    }
}

/// Where the pictures of a contact sheet are.
struct SheetLayout: Equatable {
    /// Cells of a picture, without its caption and the gap.
    let width: Int
    let height: Int
    let across: Int
    let down: Int

    /// Pictures of about 24 cells across in `area`, smaller where there is little room.
    init(_ area: Area) { self.init(area, across: area.columns / (area.columns >= 100 ? 26 : 20)) }

    /// Pictures of about the size that leaves the least of `area` empty.
    init(filling area: Area) {
        let layouts = (max(1, (area.columns + 29) / 30)...max(1, area.columns / 15)).map {
            SheetLayout(area, across: $0)
        }
        func filled(_ layout: SheetLayout) -> Int { layout.count * layout.width * layout.height }
        // Of equals the one with the largest pictures.
        self = layouts.dropFirst().reduce(layouts[0]) { filled($1) > filled($0) ? $1 : $0 }
    }

    private init(_ area: Area, across count: Int) {
        across = max(1, count)
        width = max(1, (area.columns - (across - 1)) / across)
        height = max(1, min(width / 2, area.rows - 1))
        down = max(1, area.rows / (height + 1))
    }

    var count: Int { across * down }

    /// The picture at this place on the sheet, caption below it.
    func place(_ index: Int, in area: Area) -> Area {
        Area(
            column: area.column + index % across * (width + 1), row: area.row + index / across * (height + 1),
            columns: width, rows: height + 1
        ).intersection(area)
    }
}
