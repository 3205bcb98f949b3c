import Canvas
import Foundation
import Imaging

extension State {
    var viewerLayout: ViewerLayout {
        // The screen of curation has facts of its own beside a sample.
        screen == .curate
            ? ViewerLayout(curateLayout.pictures, panels: viewer.layers.count, hasFacts: false)
            : ViewerLayout(contentArea, panels: viewer.layers.count, hasFacts: viewer.hasPanel)
    }

    /// Which pixels are seen in each panel; nil before an image was read.
    var viewport: Viewport? {
        guard let loaded = viewer.loaded else { return nil }
        let panel = viewerLayout.panels[0]
        return Viewport(
            width: loaded.image.width, height: loaded.image.height, zoom: viewer.zoom, center: viewer.center,
            columns: panel.columns, rows: panel.rows)
    }

    /// Where the picture of a panel is, once it was drawn.
    func pictureArea(_ index: Int) -> Area? {
        let panels = viewerLayout.panels
        guard let pictures = viewer.frame?.pictures, pictures.indices.contains(index), panels.indices.contains(index)
        else { return nil }
        return panels[index].centered(columns: pictures[index].columns, rows: pictures[index].rows)
    }

    func drawViewer(on canvas: inout Canvas, in area: Area) {
        let layout = viewerLayout
        drawViewed(on: &canvas, title: Line(viewer.request?.item.name ?? ""), in: layout)
        drawPanel(on: &canvas, in: layout.facts)
    }

    /// The image and its mask as they are looked at, in a frame.
    func drawViewed(on canvas: inout Canvas, title: Line, in layout: ViewerLayout) {
        var footer = viewer.loaded == nil ? "" : viewer.layers.map(\.rawValue).joined(separator: " | ")
        if viewer.isBlinking { footer += " · blinking" }
        if viewer.map != .grey { footer += " · \(viewer.map.rawValue)" }
        canvas.draw(
            Box(title, footer: Line(footer), isFocused: true), in: layout.frame, theme)
        if let problem = viewer.problem {
            canvas.draw(Paragraph(problem.description, role: .error), in: layout.panels[0], theme)
        } else if let pictures = viewer.frame?.pictures {
            for (panel, picture) in zip(layout.panels, pictures) {
                canvas.place(picture, in: panel.centered(columns: picture.columns, rows: picture.rows))
            }
            drawCursor(on: &canvas)
        } else {
            canvas.draw(Line("reading…", .muted), in: layout.panels[0], theme)
        }
    }

    private func drawCursor(on canvas: inout Canvas) {
        guard let cursor = viewer.cursor, let viewport else { return }
        for index in viewer.layers.indices {
            guard let area = pictureArea(index),
                let cell = viewport.cell(of: cursor, columns: area.columns, rows: area.rows)
            else { continue }
            let (column, row) = (area.column + cell.column, area.row + cell.row)
            guard canvas.area.contains(Position(column: column, row: row)) else { continue }
            let ground = canvas[column, row].background ?? RGB(0, 0, 0)
            let ink = ground.isBright ? RGB(0, 0, 0) : RGB(255, 255, 255)
            canvas[column, row] = Cell(
                "+", colors == .mono ? Style(attributes: [.reverse, .bold]) : Style(ink, on: ground, .bold))
        }
    }

    /// What is told of the pixel under the cursor, in one line.
    var pixelText: String? {
        guard let loaded = viewer.loaded, let cursor = viewer.cursor else { return nil }
        let samples = loaded.samples(at: cursor).map(ImageTable.number).joined(separator: " ")
        var text = "\(cursor.x),\(cursor.y) = \(samples)"
        if let label = loaded.labels?[cursor.x, cursor.y] {
            text += label == 0 ? " · background" : " · object \(label), \(loaded.areas[label] ?? 0) px"
        }
        return text
    }

    private var panelLines: [Line] {
        guard let loaded = viewer.loaded, let request = viewer.request else { return [] }
        func row(_ name: String, _ value: String, _ role: Role? = nil) -> Line {
            Line([.init(name.padded(to: 9), .muted), .init(value, role)])
        }
        let (image, facts) = (loaded.image, loaded.facts)
        var lines = [row("size", "\(image.width) x \(image.height)")]
        lines.append(row("samples", "\(facts.channels) x \(facts.bits) bit \(facts.format.rawValue)"))
        if let size = facts.pixelSize { lines.append(row("pixel", String(format: "%.4g µm", size.x))) }
        if let part = request.item.part { lines.append(row("split", part)) }
        let stack = facts.stack
        if stack.channels * facts.channels > 1 {
            let channel = request.plane.channel.map(String.init) ?? "all"
            lines.append(row("channel", "\(channel) of \(stack.channels * facts.channels)  ( )"))
        }
        if stack.slices > 1 {
            lines.append(row("slice", "\(request.plane.slice ?? (stack.slices + 1) / 2) of \(stack.slices)  , ."))
        }
        if stack.frames > 1 { lines.append(row("frame", "\(request.plane.frame ?? 1) of \(stack.frames)  < >")) }
        if let viewport { lines.append(row("zoom", Self.zoomText(viewport.scale, viewer.zoom))) }
        lines.append("")
        lines.append(row("objects", loaded.labels == nil ? "-" : "\(loaded.areas.count)"))
        if !loaded.areas.isEmpty {
            let sorted = loaded.areas.values.sorted()
            lines.append(row("area", "\(sorted[0])…\(sorted[sorted.count - 1]), median \(sorted[sorted.count / 2])"))
        }
        lines.append(row("mask", loaded.maskNote))
        lines.append("")
        if let cursor = viewer.cursor {
            lines.append(row("at", "\(cursor.x), \(cursor.y)"))
            lines.append(row("value", loaded.samples(at: cursor).map(ImageTable.number).joined(separator: " ")))
            if let label = loaded.labels?[cursor.x, cursor.y] {
                let text = label == 0 ? "background" : "\(label), \(loaded.areas[label] ?? 0) px"
                let color = label == 0 || colors == .mono ? nil : loaded.palette.color(of: label)
                lines.append(
                    Line(
                        [.init("object".padded(to: 9), .muted)] + (color.map { [.init("■ ", color: $0)] } ?? []) + [
                            .init(text)
                        ]))
            }
        } else {
            lines.append(Line([.init("x", .key), .init(" cursor: pixel and object", .muted)]))
        }
        return lines
    }

    static func zoomText(_ scale: Double, _ zoom: Viewport.Zoom) -> String {
        let text =
            scale >= 1
            ? String(format: "%g cells/px", scale) : String(format: "%.3g px/cell", 1 / scale)
        return zoom == .fit ? "fit, " + text : text
    }

    private func drawPanel(on canvas: inout Canvas, in area: Area) {
        guard area.columns > 2, area.rows > 2 else { return }
        canvas.draw(Box("Facts"), in: area, theme)
        let inside = Box.inside(area)
        guard let loaded = viewer.loaded else { return }
        let lines = panelLines
        let graph = inside.rows >= lines.count + 4 ? min(10, inside.rows - lines.count - 1) : 0
        let parts = inside.split(rows: [.flexible(), .fixed(graph)])
        for (index, line) in lines.prefix(parts[0].rows).enumerated() {
            canvas.draw(line, in: parts[0].line(index), theme)
        }
        guard graph > 2 else { return }
        let rows = parts[1].split(rows: [.flexible(), .fixed(1), .fixed(1)])
        let extent = Double(loaded.full.upperBound - loaded.full.lowerBound)
        func share(_ value: Float) -> Double { extent > 0 ? Double(value - loaded.full.lowerBound) / extent : 0 }
        let window = viewer.window
        let seen = share(window.lowerBound)...max(share(window.upperBound), share(window.lowerBound))
        // Roots, for the few bright pixels to be seen beside the many dark ones.
        canvas.draw(Histogram(loaded.histogram.map { $0.squareRoot() }, highlighted: seen), in: rows[0], theme)
        let low = ImageTable.number(loaded.full.lowerBound)
        let high = ImageTable.number(loaded.full.upperBound)
        canvas.draw(Line(low, .axis), in: rows[1], theme)
        canvas.draw(Line(high, .axis), in: rows[1], theme, alignment: .right)
        let name =
            switch viewer.windowing {
            case .auto: "auto"
            case .full: "full"
            case .range: "set"
            }
        canvas.draw(
            Line([
                .init("window ", .muted),
                .init(ImageTable.number(window.lowerBound) + "…" + ImageTable.number(window.upperBound) + " " + name),
            ]), in: rows[2], theme)
    }
}
