import Canvas
import Terminal

extension State {
    /// What the screens lack and nobody is asked for yet: whatever happened, this is what is to be read or drawn now.
    mutating func needs() -> [Effect] {
        guard !isTooSmall else { return [] }
        switch screen {
        case .browser: return neededValues() + neededPreview() + neededThumbnails()
        case .viewer: return neededImage() + neededFrame()
        case .pictures: return neededTiles()
        case .compare: return neededForCompare()
        case .curate: return neededForCuration()
        case .curves, .runs, .launch, .synthesis, .experiment: return []
        }
    }

    private mutating func neededPreview() -> [Effect] {
        let inside = Box.inside(browserLayout.preview)
        guard !inside.isEmpty, let item = browser.selectedItem else { return [] }
        let request = PreviewRequest(
            item: item, columns: inside.columns, rows: inside.rows, symbols: symbols, colors: colors)
        guard request != requested.preview else { return [] }
        requested.preview = request
        return [.preview(request)]
    }

    /// The values of the rows in sight; where images are sorted by values, of all.
    private mutating func neededValues() -> [Effect] {
        guard let opened = browser.opened, !browserLayout.images.isEmpty else { return [] }
        if requested.valuesOf != opened.path {
            requested.valuesOf = opened.path
            requested.values = []
            requested.isAll = false
        }
        if browser.arrangement.sort.needsValues {
            guard !requested.isAll, opened.known < opened.source.count else { return [] }
            requested.isAll = true
            let missing = opened.values.indices.filter { opened.values[$0] == nil }
            return [.readValues(missing, of: opened.path, opened.source)]
        }
        if requested.isAll {
            // The order is another now; what is in sight goes first again.
            requested.isAll = false
            requested.values = []
        }
        guard !browser.isSheet else { return [] }
        let height = max(Box.inside(browserLayout.images).rows - 1, 0)
        let rows = browser.images.top..<max(min(browser.images.top + height, opened.count), browser.images.top)
        let missing = rows.map(opened.index).filter { opened.values[$0] == nil }
        guard !missing.allSatisfy(requested.values.contains) else { return [] }
        requested.values = Set(missing)
        return [.readValues(missing, of: opened.path, opened.source)]
    }

    private mutating func neededThumbnails() -> [Effect] {
        guard browser.isSheet, let opened = browser.opened else { return [] }
        let inside = Box.inside(browserLayout.images)
        guard !inside.isEmpty else { return [] }
        let sheet = SheetLayout(inside)
        var request = ThumbnailRequest(
            path: opened.path, columns: sheet.width, rows: sheet.height, symbols: symbols, colors: colors)
        if browser.thumbnails?.request.isAlike(request) != true {
            browser.thumbnails = (request, [:])
            requested.thumbnails = []
        }
        let top = browser.images.top
        let seen = (top..<max(min(top + sheet.count, opened.count), top)).map(opened.index)
        if let pictures = browser.thumbnails?.pictures, pictures.count > Self.mostThumbnails {
            let kept = Set(seen)
            browser.thumbnails?.pictures = pictures.filter { kept.contains($0.key) }
        }
        let missing = seen.filter { browser.thumbnails?.pictures[$0] == nil }
        guard !missing.allSatisfy(requested.thumbnails.contains) else { return [] }
        requested.thumbnails = Set(missing)
        request.indices = missing
        return [.thumbnails(request, missing.map { ($0, opened.source[$0]) })]
    }

    /// Pictures of a contact sheet that are kept, some pages of them.
    static let mostThumbnails = 600

    mutating func neededImage() -> [Effect] {
        guard let request = viewer.request, request != requested.image else { return [] }
        requested.image = request
        return [.load(request)]
    }

    mutating func neededFrame() -> [Effect] {
        guard let loaded = viewer.loaded, viewer.loadedOf == viewer.request, let request = wantedFrame,
            request != requested.frame
        else { return [] }
        requested.frame = request
        return [.render(request, loaded)]
    }
}
