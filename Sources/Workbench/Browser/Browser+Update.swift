import Canvas
import Imaging
import Terminal

extension State {
    var browserLayout: BrowserLayout { BrowserLayout(contentArea, browser) }

    /// Rows of images in sight, and how many images one step down passes.
    private var imageRows: (height: Int, step: Int) {
        let inside = Box.inside(browserLayout.images)
        if browser.isSheet {
            let sheet = SheetLayout(inside)
            return (sheet.count, sheet.across)
        }
        return (max(inside.rows - 1, 1), 1)
    }

    mutating func moveEntries(by count: Int) {
        let height = Box.inside(browserLayout.entries).rows
        browser.entryScroll.move(by: count, of: browser.entries.count, height: height)
    }

    mutating func moveImages(by count: Int) {
        let rows = imageRows
        let total = browser.opened?.count ?? 0
        guard browser.isSheet, rows.step > 0 else {
            browser.images.move(by: count, of: total, height: rows.height)
            return
        }
        // Whole rows of pictures are scrolled.
        let selected = max(0, min(browser.images.selected + count, total - 1))
        let (line, height) = (selected / rows.step, max(rows.height / rows.step, 1))
        var top = browser.images.top / rows.step
        top = min(max(top, line - height + 1), line)
        browser.images = Scroll(selected: selected, top: max(0, top) * rows.step)
    }

    // MARK: - What effects found

    mutating func add(_ found: [Entry]) -> [Effect] {
        // Runs may be known already from their list.
        let added = found.filter { entry in
            !runList.isRead || !browser.entries.contains { $0.path == entry.path }
        }
        browser.entries += added
        browser.glimpse = []
        if let wanted = browser.wantedEntry {
            guard let place = browser.entries.firstIndex(where: { $0.path == wanted }) else { return [] }
            browser.wantedEntry = nil
            moveEntries(by: place - browser.entryScroll.selected)
            return openEntry()
        }
        guard requested.entry == nil, let first = browser.entry else { return [] }
        requested.entry = first.path
        // A data set that was named itself is what is wanted.
        if first.path == root { browser.pane = .images }
        // So are a run's curves.
        if first.path == root, first.isSampleSet { return [.open(first)] + openCuration(root) }
        if first.path == root, first.isExperiment { return [.open(first)] + openExperiment(root) }
        if first.path == root, first.isRun {
            return [.open(first)] + openRunList(root) + openCurves([root])
        }
        return [.open(first)]
    }

    /// Opens the entry under the cursor.
    mutating func openEntry() -> [Effect] {
        guard let entry = browser.entry else { return [] }
        requested.entry = entry.path
        browser.problem = nil
        return [.open(entry)]
    }

    mutating func finishSearch(_ outcome: SearchOutcome) -> [Effect] {
        browser.outcome = outcome
        browser.glimpse = []
        switch outcome {
        case .failed(let error): say(error.description, .error)
        case .bounded(let folders):
            say("only the first \(folders) folders were looked into; open one further down for the rest", .warning)
        case .image(let path):
            screen = .viewer
            viewer.isAlone = true
            viewer.request = ImageRequest(item: Item(name: path.lastPathComponent, imagePath: path))
            return []
        case .done: break
        }
        // What was looked for again is gone.
        let isGone = browser.wantedEntry != nil
        browser.wantedEntry = nil
        if browser.entries.isEmpty { return [] }
        return [.remember(root)] + (isGone ? openEntry() : [])
    }

    mutating func open(_ opened: Result<Source, InputError>, of path: String) -> [Effect] {
        guard browser.entry?.path == path, let entry = browser.entry else { return [] }
        let source: Source
        switch opened {
        case .success(let found): source = found
        case .failure(let error):
            browser.opened = nil
            browser.problem = error
            say(error.description, .error)
            return []
        }
        let isAnew = browser.opened?.path == path
        browser.open(source, of: path)
        browser.problem = nil
        requested.valuesOf = nil
        if !isAnew {
            browser.images = Scroll()
            browser.arrangement = Arrangement(
                path: path, sort: browser.arrangement.sort, isReversed: browser.arrangement.isReversed)
            browser.preview = nil
            browser.thumbnails = nil
        }
        moveImages(by: 0)
        let isPlain =
            browser.arrangement.sort == .name && !browser.arrangement.isReversed
            && browser.arrangement.filter.isEmpty
        return [.describe(entry, source)] + (isPlain ? [] : arrange())
    }

    /// The image under the cursor stays there, if it is still shown.
    mutating func arranged(_ order: [Int32]?) {
        let selected = browser.selectedIndex
        browser.opened?.order = order
        let row = selected.flatMap { browser.opened?.row(of: $0) } ?? 0
        browser.images = Scroll()
        moveImages(by: row)
    }

    mutating func take(_ values: [(index: Int, values: PairValues)], of path: String) -> [Effect] {
        guard browser.opened?.path == path else { return [] }
        // Those of a source that had more images come late.
        for (index, value) in values where browser.opened?.values.indices.contains(index) == true {
            if browser.opened?.values[index] == nil { browser.opened?.known += 1 }
            browser.opened?.values[index] = value
        }
        guard browser.arrangement.sort.needsValues else { return [] }
        return arrange()
    }

    /// Asks for the images' order.
    func arrange() -> [Effect] {
        guard let opened = browser.opened else { return [] }
        var arrangement = browser.arrangement
        arrangement.known = opened.known
        return [.arrange(arrangement, opened.source, arrangement.sort.needsValues ? opened.values : [])]
    }

    // MARK: - Keys

    mutating func performInFilter(_ action: Action) -> [Effect] {
        switch action {
        case .choose: browser.filterInput = nil
        case .close, .quit: return dropFilter()
        case .up: moveImages(by: -1)
        case .down: moveImages(by: 1)
        case .pageUp: moveImages(by: -imageRows.height)
        case .pageDown: moveImages(by: imageRows.height)
        default: break
        }
        return []
    }

    private mutating func dropFilter() -> [Effect] {
        browser.filterInput = nil
        guard !browser.arrangement.filter.isEmpty else { return [] }
        browser.arrangement.filter = ""
        return arrange()
    }

    mutating func performInBrowser(_ action: Action) -> [Effect] {
        let rows = imageRows
        switch action {
        case .up: return step(-rows.step, -1)
        case .down: return step(rows.step, 1)
        case .pageUp: return step(-rows.height, -10)
        case .pageDown: return step(rows.height, 10)
        case .halfUp: return step(-max(rows.height / 2, 1), -5)
        case .halfDown: return step(max(rows.height / 2, 1), 5)
        case .first: return step(-(Int.max / 2), -(Int.max / 2))
        case .last: return step(Int.max / 2, Int.max / 2)
        case .left: if browser.pane == .images, browser.isSheet { moveImages(by: -1) } else { browser.pane = .entries }
        case .right: if browser.pane == .images, browser.isSheet { moveImages(by: 1) } else { browser.pane = .images }
        case .nextPane, .previousPane: changePane(by: action == .nextPane ? 1 : -1)
        case .zoomPane: browser.isZoomed.toggle()
        case .open: return openSelected()
        case .mark: toggleMark()
        case .clearMarks: browser.clearMarks()
        case .nextMark: goToNextMark()
        case .filter:
            browser.pane = .images
            browser.filterInput = TextInput(browser.arrangement.filter)
        case .sort: popup = sortPopup()
        case .reverseSort:
            browser.arrangement.isReversed.toggle()
            return arrange()
        case .sheet:
            browser.isSheet.toggle()
            browser.pane = .images
            moveImages(by: 0)
        case .send: askWhereToSend()
        case .nextMatch: goToMatch(by: 1)
        case .previousMatch: goToMatch(by: -1)
        case .showRuns: return openRunList(browser.entry.flatMap { $0.isRun ? $0.path : nil })
        case .newRun: return openLaunch(dataset: browser.entry.flatMap { $0.isImages ? $0.path : nil } ?? "")
        case .compare:
            guard let entry = browser.entry, entry.isImages else {
                say("choose a set of images to compare")
                break
            }
            return openCompare(real: nil, synthetic: entry.path)
        case .synthesize: return synthesizeEntry()
        case .reload:
            browser.wantedEntry = browser.entry?.path
            browser.entries = []
            browser.entryScroll = Scroll()
            browser.outcome = nil
            browser.opened = nil
            browser.problem = nil
            requested = Requested()
            return [.search(root)]
        case .close: if !browser.arrangement.filter.isEmpty { return dropFilter() }
        case .back: return [.quit(signal: nil)]
        default: break
        }
        return []
    }

    /// Samples of the run under the cursor, or with masks of the data set.
    private mutating func synthesizeEntry() -> [Effect] {
        guard let entry = browser.entry else { return openSynthesis() }
        if entry.isExperiment { return openSynthesis() }
        return entry.isRun ? openSynthesis(run: entry.path) : openSynthesis(source: entry.path)
    }

    private mutating func step(_ images: Int, _ lines: Int) -> [Effect] {
        switch browser.pane {
        case .entries:
            let before = browser.entryScroll.selected
            moveEntries(by: lines)
            return browser.entryScroll.selected == before ? [] : openEntry()
        case .facts:
            let inside = Box.inside(browserLayout.facts)
            let count = factLines(columns: inside.columns).count
            browser.factScroll.scroll(by: lines, of: count, height: inside.rows)
        case .images: moveImages(by: images)
        }
        return []
    }

    private mutating func changePane(by step: Int) {
        let panes = Browser.Pane.allCases
        let place = panes.firstIndex(of: browser.pane) ?? 0
        browser.pane = panes[(place + step + panes.count) % panes.count]
    }

    private mutating func openSelected() -> [Effect] {
        if browser.pane != .images {
            if let entry = browser.entry, entry.isRun { return openRunList(entry.path) }
            if let entry = browser.entry, entry.isExperiment { return openExperiment(entry.path) }
            if let entry = browser.entry, entry.isSampleSet { return openCuration(entry.path) }
            browser.pane = .images
            return []
        }
        guard browser.isOpen, let item = browser.selectedItem else { return [] }
        screen = .viewer
        viewer.show(item)
        return viewer.isBlinking ? [.tick] : []
    }

    mutating func toggleMark() {
        if screen == .browser, !browser.isOpen { return }
        browser.toggleMark()
        if screen == .browser { moveImages(by: 1) }
    }

    /// All that is shown has the filter's words; from the last, it goes on at the first.
    private mutating func goToMatch(by step: Int) {
        guard !browser.arrangement.filter.isEmpty else { return say("there is no filter; / sets one") }
        guard let count = browser.opened?.count, count > 0 else { return }
        moveImages(by: (browser.images.selected + step + count) % count - browser.images.selected)
    }

    private mutating func goToNextMark() {
        guard let opened = browser.opened, !browser.marked.isEmpty else { return say("nothing is marked; space marks") }
        let rows = browser.marked.compactMap { opened.row(of: $0) }.sorted()
        guard let row = rows.first(where: { $0 > browser.images.selected }) ?? rows.first else { return }
        moveImages(by: row - browser.images.selected)
    }
}

extension String {
    /// The part behind the last "/".
    var lastPathComponent: String { split(separator: "/").last.map(String.init) ?? self }
}
