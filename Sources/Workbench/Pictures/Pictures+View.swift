import Canvas
import Runs

extension PreviewGrid.Column {
    /// What stands over it.
    fileprivate var head: String {
        switch self {
        case .image: "real image"
        case .mask: "its mask"
        case .segmented: "segmented"
        case .generated: "generated"
        case .recombined: "recombined"
        }
    }
}

extension State {
    func drawPictures(on canvas: inout Canvas, in area: Area) {
        let layout = PicturesLayout(area)
        let name = pictures.path.lastPathComponent.printable
        let crop = pictures.row.map { "crop \($0 + 1) of \(pictures.grid?.rows ?? 0)" } ?? ""
        canvas.draw(Box(Line("Pictures of \(name)"), footer: Line(crop), isFocused: true), in: layout.frame, theme)
        if let problem = pictures.problem ?? pictures.tilesProblem {
            return canvas.draw(Paragraph(problem.description, role: .error), in: layout.tiles.inset(columns: 1), theme)
        }
        guard let grid = pictures.grid, let preview = pictures.preview else {
            let text =
                pictures.isRead
                ? "No pictures yet: a training makes them with its checkpoints. They appear here when it does."
                : "reading…"
            return canvas.draw(Paragraph(text, role: .muted), in: layout.tiles.inset(columns: 1), theme)
        }
        drawSlider(preview, on: &canvas, in: layout.slider)
        guard let wanted = wantedTiles else { return }
        for (index, column) in grid.columns.enumerated() {
            let head = Area(
                column: layout.heads.column + index * (wanted.columns + 1), row: layout.heads.row,
                columns: wanted.columns, rows: 1)
            canvas.draw(Line(column.head, .header), in: head.intersection(layout.heads), theme)
        }
        guard let (request, tiles) = pictures.frame, request.grid == grid, request.rows == wanted.rows else { return }
        for (index, tile) in tiles.enumerated() {
            let (row, column) = (index / grid.columns.count, index % grid.columns.count)
            let place = Area(
                column: layout.tiles.column + column * (wanted.columns + 1),
                row: layout.tiles.row + row * (wanted.lines + (wanted.rows.count > 1 ? 1 : 0)), columns: wanted.columns,
                rows: wanted.lines)
            canvas.place(tile, in: place.intersection(layout.tiles))
        }
    }

    /// The steps that pictures were made at, and which of them is shown.
    private func drawSlider(_ preview: Preview, on canvas: inout Canvas, in area: Area) {
        let count = pictures.previews.count
        let (first, last) = (pictures.previews[0].step, pictures.previews[count - 1].step)
        func column(_ step: Int) -> Int {
            guard last > first else { return area.column }
            let share = (Double(step) - Double(first)) / (Double(last) - Double(first))
            return area.column + Int(share * Double(area.columns - 1))
        }
        canvas.draw(String(repeating: "─", count: area.columns), column: area.column, row: area.row, theme[.barGround])
        for each in pictures.previews { canvas.draw("┴", column: column(each.step), row: area.row, theme[.barGround]) }
        canvas.draw("█", column: column(preview.step), row: area.row, theme[.bar])
        let following = pictures.isFollowing ? ", following" : ""
        let text = Line([
            .init("step \(preview.step)", .title), .init("  \(pictures.index + 1) of \(count)\(following)", .muted),
        ])
        canvas.draw(text, in: area.line(1), theme)
        canvas.draw(Line("\(first) … \(last)", .muted), in: area.line(1), theme, alignment: .right)
    }

    var picturesStatus: StatusBar {
        StatusBar(mode: "PICTURES", left: Line(abbreviated(pictures.path)))
    }
}
