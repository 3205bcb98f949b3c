import Canvas
import Foundation

extension State {
    /// Draws the browser into its area.
    func drawBrowser(on canvas: inout Canvas, in area: Area) {
        let layout = BrowserLayout(area, browser)
        drawEntries(on: &canvas, in: layout.entries)
        drawFacts(on: &canvas, in: layout.facts)
        if browser.isSheet {
            drawSheet(on: &canvas, in: layout.images)
        } else {
            drawTable(on: &canvas, in: layout.images)
        }
        drawPreview(on: &canvas, in: layout.preview)
    }

    private func drawEntries(on canvas: inout Canvas, in area: Area) {
        guard !area.isEmpty else { return }
        let isFocused = browser.pane == .entries
        var footer = ""
        switch browser.outcome {
        case nil: footer = "looking…"
        case .bounded(let folders): footer = "first \(folders) folders"
        default: break
        }
        canvas.draw(Box("Data sets and runs", footer: Line(footer), isFocused: isFocused), in: area, theme)
        let inside = Box.inside(area)
        if browser.entries.isEmpty {
            canvas.draw(
                Paragraph(browser.outcome == nil ? "looking…" : "nothing found", role: .muted), in: inside, theme)
            return
        }
        let entries = browser.entries
        let width = min(entries.map { $0.detail.displayColumns }.max() ?? 0, inside.columns / 3)
        let table = Table(
            [.init("", .flexible(minimum: 4)), .init("", .fixed(width), .right)], count: entries.count,
            scroll: browser.entryScroll, isFocused: isFocused
        ) { row, column in
            let entry = entries[row]
            if column == 1 { return Line(entry.detail, .muted) }
            let room = max(inside.columns - width - 4, 4)
            return Line([.init(entry.sign + " ", .accent), .init(entry.title.fitted(columns: room, keepingEnd: true))])
        }
        canvas.draw(table, in: inside, theme)
    }

    /// The lines of the facts pane: warnings first.
    func factLines(columns: Int) -> [Line] {
        guard let entry = browser.entry else { return [] }
        guard let (path, facts) = browser.description, path == entry.path else { return [Line("reading…", .muted)] }
        var lines: [Line] = []
        for warning in facts.warnings {
            for (index, line) in Paragraph.lines(warning.printable, columns: columns - 2).enumerated() {
                lines.append(Line([.init(index == 0 ? "! " : "  ", .warning), .init(line, .warning)]))
            }
        }
        if !facts.warnings.isEmpty { lines.append("") }
        let margin = max(9, (facts.rows.map(\.name.displayColumns).max() ?? 0) + 1)
        for row in facts.rows {
            let values = Paragraph.lines(abbreviated(row.value), columns: max(columns - margin, 8))
            for (index, line) in values.enumerated() {
                lines.append(Line([.init((index == 0 ? row.name : "").padded(to: margin), .muted), .init(line)]))
            }
        }
        return lines
    }

    private func drawFacts(on canvas: inout Canvas, in area: Area) {
        guard !area.isEmpty else { return }
        let progress = browser.description.flatMap { $0.1.progress }
        let footer = progress.map { String(format: "reading %.0f %%", 100 * $0) } ?? ""
        canvas.draw(Box("Facts", footer: Line(footer), isFocused: browser.pane == .facts), in: area, theme)
        let inside = Box.inside(area)
        let lines = factLines(columns: inside.columns)
        let top = min(browser.factScroll.top, max(lines.count - inside.rows, 0))
        for line in 0..<inside.rows where top + line < lines.count {
            canvas.draw(lines[top + line], in: inside.line(line), theme)
        }
        if lines.count > inside.rows {
            let bar = Area(column: area.endColumn - 1, row: inside.row, columns: 1, rows: inside.rows)
            canvas.draw(ScrollBar(count: lines.count, top: top), in: bar, theme)
        }
    }

    /// What stands around the images: whose they are, how many, and what is left out or marked.
    private var imagesTitle: (title: String, footer: Line) {
        guard let entry = browser.entry else {
            return ("Images", browser.glimpse.isEmpty ? "" : Line("listing…", .muted))
        }
        let name = entry.title
        guard let opened = browser.opened, opened.path == entry.path else { return (name, "") }
        var spans: [Line] = []
        let filter = browser.arrangement.filter
        spans.append(
            Line(filter.isEmpty ? "\(opened.count)" : "\(opened.count) of \(opened.source.count)", .muted))
        if !filter.isEmpty { spans.append(Line("/\(filter)", .match)) }
        if !browser.marked.isEmpty { spans.append(Line("\(browser.marked.count) marked", .mark)) }
        return (name, Line(spans.enumerated().flatMap { ($0 == 0 ? [] : [.init(" · ", .muted)]) + $1.spans }))
    }

    private func drawTable(on canvas: inout Canvas, in area: Area) {
        guard !area.isEmpty else { return }
        let (title, footer) = imagesTitle
        canvas.draw(Box(Line(title), footer: footer, isFocused: browser.pane == .images), in: area, theme)
        let inside = Box.inside(area)
        guard !drawAdvice(on: &canvas, in: inside) else { return }
        canvas.draw(ImageTable.table(self, width: inside.columns), in: inside, theme)
    }

    /// What to do where nothing was found. Whether that was drawn.
    private func drawAdvice(on canvas: inout Canvas, in area: Area) -> Bool {
        guard browser.entries.isEmpty, case .failed(let error)? = browser.outcome else { return false }
        let text = """
            \(error.subject.printable) \(error.problem.printable).

            \(error.advice.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." } ?? "")

            A data set is a folder with images/ and masks/ of the same names, or one of the layouts that \
            `petri info --help` lists. Open it with

              petri PATH

            `petri sample-data DIR` draws data sets to try Petri on; `petri demo` trains on them.
            r looks again, : finds commands, q leaves.
            """
        canvas.draw(Paragraph(text), in: area.inset(columns: min(1, area.columns / 8)), theme)
        return true
    }

    private func drawPreview(on canvas: inout Canvas, in area: Area) {
        guard area.columns > 2, area.rows > 2 else { return }
        let item = browser.selectedItem
        canvas.draw(Box(Line(item?.name ?? "Preview")), in: area, theme)
        let inside = Box.inside(area)
        guard let item, let preview = browser.preview else { return }
        switch preview.picture {
        case .success(let picture):
            canvas.place(picture, in: inside.centered(columns: picture.columns, rows: picture.rows))
        case .failure(let error) where preview.request.item == item:
            canvas.draw(Paragraph(error.description, role: .error), in: inside, theme)
        case .failure: break
        }
    }

    private func drawSheet(on canvas: inout Canvas, in area: Area) {
        guard !area.isEmpty else { return }
        let (title, footer) = imagesTitle
        canvas.draw(Box(Line(title), footer: footer, isFocused: browser.pane == .images), in: area, theme)
        let inside = Box.inside(area)
        guard !drawAdvice(on: &canvas, in: inside), let opened = browser.opened, !inside.isEmpty else { return }
        let sheet = SheetLayout(inside)
        let marked = browser.marked
        for place in 0..<sheet.count where browser.images.top + place < opened.count {
            let row = browser.images.top + place
            let index = opened.index(row)
            let area = sheet.place(place, in: inside)
            let picture = area.split(rows: [.flexible(), .fixed(1)])
            if let drawn = browser.thumbnails?.pictures[index] {
                canvas.place(drawn, in: picture[0].centered(columns: drawn.columns, rows: drawn.rows))
            } else {
                canvas.draw(
                    "·", column: picture[0].column + picture[0].columns / 2, row: picture[0].row + picture[0].rows / 2,
                    theme[.muted])
            }
            var ground = theme[.muted]
            if marked.contains(index) { ground = theme[.mark] }
            if row == browser.images.selected {
                ground = theme[browser.pane == .images ? .selection : .selectionUnfocused].over(theme[.text])
            }
            let caption = (marked.contains(index) ? "* " : "") + opened.source[index].name
            canvas.draw(
                Line(caption.fitted(columns: picture[1].columns)), in: picture[1], theme, ground: ground,
                alignment: .center)
        }
    }
}

extension String {
    /// The text with blanks behind it up to this many columns.
    func padded(to columns: Int) -> String { self + String(repeating: " ", count: max(columns - displayColumns, 0)) }
}
