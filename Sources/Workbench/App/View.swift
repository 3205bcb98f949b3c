import Canvas
import Foundation
import Terminal

extension State {
    /// What the screens have for themselves: all but the two lines at the foot.
    var contentArea: Area { area.split(rows: [.flexible(), .fixed(2)])[0] }

    /// The whole screen.
    func view() -> Canvas {
        var canvas = Canvas(columns: columns, rows: rows)
        guard !isTooSmall else {
            let text = "Petri needs \(Self.least.columns)x\(Self.least.rows) cells; here are \(columns)x\(rows)."
            let lines = Paragraph.lines(text, columns: columns)
            let middle = area.centered(columns: columns, rows: lines.count)
            for (index, line) in lines.enumerated() {
                canvas.draw(Line(line), in: middle.line(index), theme, alignment: .center)
            }
            return canvas
        }
        canvas.clear(area, theme[.text])
        switch screen {
        case .browser: drawBrowser(on: &canvas, in: contentArea)
        case .viewer: drawViewer(on: &canvas, in: contentArea)
        case .curves: drawCurves(on: &canvas, in: contentArea)
        case .runs: drawRuns(on: &canvas, in: contentArea)
        case .launch: drawLaunch(on: &canvas, in: contentArea)
        case .pictures: drawPictures(on: &canvas, in: contentArea)
        case .compare: drawCompare(on: &canvas, in: contentArea)
        case .curate: drawCurate(on: &canvas, in: contentArea)
        case .synthesis: drawSynthesis(on: &canvas, in: contentArea)
        case .experiment: drawExperiment(on: &canvas, in: contentArea)
        }
        let foot = area.split(rows: [.flexible(), .fixed(1), .fixed(1)])
        drawFooter(on: &canvas, in: foot[1])
        canvas.draw(statusBar, in: foot[2], theme)
        if let popup { draw(popup, on: &canvas) }
        return canvas
    }

    /// The filter while it is typed, what was said and not yet read, or the keys.
    private func drawFooter(on canvas: inout Canvas, in area: Area) {
        if let question {
            let keys = Line([.init(" y", .key), .init(" yes  "), .init("n", .key), .init(" no")])
            let parts = area.split(columns: [.flexible(), .fixed(keys.columns)])
            canvas.draw(Line(question.text.printable, .warning), in: parts[0], theme, ground: theme[.text])
            return canvas.draw(keys, in: parts[1], theme, ground: theme[.text])
        }
        if let prompt {
            let problem = prompt.problem.map { " " + $0 } ?? ""
            let parts = area.split(columns: [.flexible(minimum: 30), .fixed(problem.displayColumns)])
            canvas.draw(
                Field(Line([.init(prompt.title + ": ", .key)]), prompt.input, placeholder: prompt.placeholder),
                in: parts[0], theme)
            return canvas.draw(Line(problem, .error), in: parts[1], theme)
        }
        if screen == .browser, let input = browser.filterInput {
            canvas.draw(
                Field(
                    Line([.init("/", .key)]), input,
                    placeholder: "words of the name or the split; Enter keeps, Esc drops"),
                in: area, theme)
            return
        }
        if screen == .curate, let input = curate.filterInput {
            let problem = curate.filterProblem.map { " " + $0.printable } ?? ""
            let parts = area.split(columns: [.flexible(minimum: 30), .fixed(problem.displayColumns)])
            canvas.draw(
                Field(
                    Line([.init("/", .key)]), input,
                    placeholder: "words, tag:, decision:, is:suspect, alignment<0.5; Enter keeps, Esc drops"),
                in: parts[0], theme)
            return canvas.draw(Line(problem, .error), in: parts[1], theme)
        }
        if let notice = noticeInSight {
            let sign = notice.level == .information ? "" : notice.level == .warning ? "warning: " : "error: "
            let isCut = sign.count + notice.text.displayColumns + "  (esc)".count > area.columns
            let more = unread > 1 ? "  (+\(unread - 1), ! shows all)" : isCut ? "  (! shows all)" : "  (esc)"
            let parts = area.split(columns: [.flexible(), .fixed(more.displayColumns)])
            canvas.draw(
                Line(sign + notice.text.printable, notice.role), in: parts[0], theme, ground: theme[.text])
            canvas.draw(Line(more, .muted), in: parts[1], theme, ground: theme[.text])
            return
        }
        var column = area.column
        for command in bindings.commands(in: context.rawValue) {
            // Letters are typed in menus.
            if context == .menu, command.contexts.isEmpty { break }
            let key = bindings.keys(of: command).first?.name ?? ""
            let line = Line([
                .init(key, .key), .init(" " + command.name.replacingOccurrences(of: "-", with: " "), .muted),
            ])
            guard !key.isEmpty, column + line.columns <= area.endColumn - 8 else { continue }
            canvas.draw(
                line, in: Area(column: column, row: area.row, columns: line.columns, rows: 1), theme)
            column += line.columns + 2
            if screen == .browser, column > area.endColumn - 24 { break }
        }
        if context != .menu {
            canvas.draw(Line([.init("?", .key), .init(" help", .muted)]), in: area, theme, alignment: .right)
        }
    }

    private var statusBar: StatusBar {
        var right: [Line] = []
        if !notices.isEmpty, unread == 0 { right.append(Line("! \(notices.count)")) }
        if !browser.marked.isEmpty { right.append(Line("* \(browser.marked.count)")) }
        right.append(Line("\(symbols.rawValue) · \(colors.rawValue)"))
        switch screen {
        case .browser:
            var left = Line(abbreviated(root))
            if let opened = browser.opened, opened.count > 0 {
                right.append(Line("\(min(browser.images.selected, opened.count - 1) + 1)/\(opened.count)"))
            }
            if let item = browser.selectedItem {
                left = Line(abbreviated(item.imagePath).fitted(columns: max(columns - 40, 20), keepingEnd: true))
            }
            return StatusBar(mode: browser.filterInput == nil ? "BROWSE" : "FILTER", left: left, right: right)
        case .viewer:
            if let opened = browser.opened, !viewer.isAlone, opened.count > 0 {
                right.append(Line("\(min(browser.images.selected, opened.count - 1) + 1)/\(opened.count)"))
            }
            let left = pixelText ?? viewport.map { Self.zoomText($0.scale, viewer.zoom) } ?? ""
            return StatusBar(mode: viewer.cursor == nil ? "VIEW" : "CURSOR", left: Line(left), right: right)
        case .curves: return curvesStatus.adding(right)
        case .runs: return runsStatus.adding(right)
        case .launch: return launchStatus.adding(right)
        case .pictures: return picturesStatus.adding(right)
        case .compare: return compareStatus.adding(right)
        case .curate: return curateStatus.adding(right)
        case .synthesis: return synthesisStatus.adding(right)
        case .experiment: return experimentStatus.adding(right)
        }
    }

    /// A path with the home folder as "~".
    func abbreviated(_ path: String) -> String { path.abbreviated(home: home) }

    /// Where a menu is.
    func area(of popup: Popup) -> Area {
        let width =
            min(popup.entries.map { $0.title.displayColumns + $0.detail.displayColumns }.max() ?? 0, Popup.widest) + 8
        return area.inset(columns: 2, rows: 1).centered(
            columns: max(width, 44), rows: min(popup.entries.count + 4, max(rows * 3 / 4, 12)))
    }

    /// Where a menu's entries are.
    func list(of popup: Popup) -> Area {
        let inside = Box.inside(area(of: popup))
        return inside.split(rows: [.fixed(2), .flexible()])[1]
    }

    private func draw(_ popup: Popup, on canvas: inout Canvas) {
        let area = area(of: popup)
        let ground = theme[.popup].over(theme[.text])
        canvas.clear(area, ground)
        let matches = popup.matches
        canvas.draw(
            Box(Line(popup.title), footer: Line("\(matches.count) of \(popup.entries.count)"), isFocused: true),
            in: area, theme)
        // Captions stand on the menu's ground, too.
        canvas.restyle(area, Style(on: ground.background))
        let inside = Box.inside(area)
        canvas.draw(
            Field(Line([.init(":", .key)]), popup.input, placeholder: "type to find"), in: inside.line(0), theme)
        let list = list(of: popup)
        for line in 0..<list.rows {
            guard let row = popup.scroll.row(at: line, of: matches.count) else { break }
            let entry = popup.entries[matches[row]]
            let isSelected = row == popup.scroll.selected
            let style = isSelected ? theme[.selection].over(ground) : ground
            let area = list.line(line)
            canvas.clear(area, style)
            var role: Role?
            if case .text(let level) = entry.choice { role = Notice(level: level, text: "").role }
            let detail = min(entry.detail.displayColumns, area.columns / 3)
            let parts = area.inset(columns: 1).split(columns: [.flexible(), .fixed(detail)], gap: detail > 0 ? 2 : 0)
            canvas.draw(Line(entry.title.printable, role), in: parts[0], theme, ground: style, plain: isSelected)
            canvas.draw(
                Line(entry.detail, .key), in: parts[1], theme, ground: style, plain: isSelected, alignment: .right)
        }
        if matches.isEmpty {
            canvas.draw(Line("  nothing is called that"), in: list, theme, ground: theme[.muted].over(ground))
        }
    }
}

extension StatusBar {
    /// The bar with more at its right, which goes first.
    fileprivate func adding(_ lines: [Line]) -> StatusBar { StatusBar(mode: mode, left: left, right: lines + right) }
}

extension String {
    /// A path with the home folder as "~", fit to be shown.
    func abbreviated(home: String) -> String {
        (home.count > 1 && hasPrefix(home + "/") ? "~" + dropFirst(home.count) : self).printable
    }
}
