import Canvas
import Terminal

extension State {
    mutating func handle(_ mouse: Mouse) -> [Effect] {
        guard !isTooSmall else { return [] }
        let position = Position(column: mouse.column, row: mouse.row)
        if popup != nil { return handleInPopup(mouse, position) }
        if prompt != nil || question != nil { return [] }
        switch screen {
        case .browser: return handleInBrowser(mouse, position)
        case .viewer: return handleInViewer(mouse, position)
        case .curves: return handleInCurves(mouse, position)
        case .runs: return handleInRuns(mouse, position)
        case .launch: return handleInLaunch(mouse, position)
        case .pictures: return handleInPictures(mouse, position)
        case .compare: return handleInCompare(mouse, position)
        case .curate: return handleInCurate(mouse, position)
        case .synthesis: return handleInSynthesis(mouse, position)
        case .experiment: return handleInExperiment(mouse, position)
        }
    }

    private mutating func handleInPopup(_ mouse: Mouse, _ position: Position) -> [Effect] {
        guard var popup else { return [] }
        let list = list(of: popup)
        switch mouse.action {
        case .wheelUp: return perform(.up)
        case .wheelDown: return perform(.down)
        case .press(.left) where list.contains(position):
            guard let row = popup.scroll.row(at: position.row - list.row, of: popup.matches.count) else { return [] }
            popup.scroll.select(row, of: popup.matches.count, height: list.rows)
            self.popup = popup
            return perform(.choose)
        case .press where !area(of: popup).contains(position): return perform(.close)
        default: return []
        }
    }

    private mutating func handleInBrowser(_ mouse: Mouse, _ position: Position) -> [Effect] {
        let layout = browserLayout
        let panes: [(Browser.Pane, Area)] = [
            (.entries, layout.entries), (.facts, layout.facts), (.images, layout.images),
        ]
        guard let (pane, area) = panes.first(where: { $0.1.contains(position) }) else { return [] }
        switch mouse.action {
        case .wheelUp, .wheelDown:
            let focused = browser.pane
            browser.pane = pane
            defer { browser.pane = focused }
            let isDown = mouse.action == .wheelDown
            if pane == .entries { return performInBrowser(isDown ? .down : .up) }
            return (0..<3).flatMap { _ in performInBrowser(isDown ? .down : .up) }
        case .press(.left):
            let wasFocused = browser.pane == pane
            browser.pane = pane
            return click(Box.inside(area), position, pane, wasFocused)
        default: return []
        }
    }

    private mutating func click(
        _ inside: Area, _ position: Position, _ pane: Browser.Pane, _ wasFocused: Bool
    ) -> [Effect] {
        switch pane {
        case .entries:
            guard let row = browser.entryScroll.row(at: position.row - inside.row, of: browser.entries.count),
                row != browser.entryScroll.selected
            else { return [] }
            moveEntries(by: row - browser.entryScroll.selected)
            return openEntry()
        case .facts: return []
        case .images:
            let count = browser.opened?.count ?? 0
            var row: Int?
            if browser.isSheet {
                let sheet = SheetLayout(inside)
                row = (0..<sheet.count).first { sheet.place($0, in: inside).contains(position) }.map {
                    $0 + browser.images.top
                }
            } else {
                row = browser.images.row(at: position.row - inside.row - 1, of: count)
            }
            guard let row, row >= 0, row < count else { return [] }
            // A second click opens.
            if row == browser.images.selected, wasFocused { return performInBrowser(.open) }
            moveImages(by: row - browser.images.selected)
            return []
        }
    }

    private mutating func handleInViewer(_ mouse: Mouse, _ position: Position) -> [Effect] {
        guard let viewport else { return [] }
        let hit = viewer.layers.indices.compactMap { pictureArea($0) }.first { $0.contains(position) }
        switch mouse.action {
        case .wheelUp, .wheelDown: zoom(larger: mouse.action == .wheelUp)
        case .press(.left):
            dragged = position
            guard let hit else { return [] }
            let cell = Position(column: position.column - hit.column, row: position.row - hit.row)
            viewer.cursor = viewport.pixel(at: cell, columns: hit.columns, rows: hit.rows)
        case .drag(.left):
            guard let from = dragged else { return [] }
            dragged = position
            pan(
                Double(from.column - position.column) / viewport.scale,
                2 * Double(from.row - position.row) / viewport.scale)
        case .release: dragged = nil
        default: break
        }
        return []
    }
}
