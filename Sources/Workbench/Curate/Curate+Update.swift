import Canvas
import Foundation
import Imaging
import Runs
import Terminal

extension State {
    var curateLayout: CurateLayout { CurateLayout(contentArea, hasFacts: curate.hasFacts) }

    /// Shows the samples of a set.
    mutating func openCuration(_ path: String) -> [Effect] {
        goTo(.curate)
        // Samples are shown by the viewer's pieces, steadily.
        (viewer.isBlinking, viewer.isLit, viewer.cursor) = (false, true, nil)
        if curate.path != path {
            let watch = curate.watch
            curate = Curate()
            (curate.path, curate.watch) = (path, watch)
        }
        curate.watch += 1
        // The lane draws for one screen at a time; each asks anew for what it lacks.
        (requested.samples, requested.thumbnails) = ([], [])
        return [.readCuration(path), .watchCuration(path, curate.watch)]
    }

    /// Opens the set under the browser's cursor or the one that the form made, or lets one be chosen.
    mutating func chooseSampleSet() -> [Effect] {
        if screen == .synthesis, (synthesis.progress?.samples ?? 0) > 0 { return openCuration(synthesis.request.out) }
        if screen == .browser, let entry = browser.entry, entry.isSampleSet { return openCuration(entry.path) }
        let sets = browser.entries.filter(\.isSampleSet)
        guard !sets.isEmpty else {
            say("there is no sample set under \(abbreviated(root)); `petri generate` makes one", .warning)
            return []
        }
        popup = Popup(
            title: "Curate",
            entries: sets.map { .init(title: $0.title, detail: $0.detail, choice: .curate($0.path)) })
        return []
    }

    // MARK: - What effects found

    /// Takes what was read of a set.
    mutating func take(_ read: Result<[CuratedSample], InputError>, of path: String) -> [Effect] {
        guard path == curate.path else { return [] }
        switch read {
        case .success(let samples):
            let name = curate.sample?.sample.name
            if curate.take(samples) {
                // Files of the same names may be others.
                requested.samples = []
                if curate.isSingle { (viewer.request, requested.image, requested.frame) = (nil, nil, nil) }
            }
            arrangeSamples(keeping: name)
        case .failure(let error):
            // Looked for every second, it is said once.
            if curate.problem != error { say(error.description, .error) }
            curate.problem = error
        }
        return []
    }

    /// Looks again after a while, as long as the set is in sight.
    mutating func watched(_ path: String, _ watch: Int) -> [Effect] {
        guard path == curate.path, watch == curate.watch, screen == .curate else { return [] }
        return [.watchCuration(path, watch)]
    }

    /// Takes what was done, now that it is on the disk, or why it was not done.
    mutating func take(
        _ done: Result<CurationAction?, InputError>, of request: CurationRequest, _ path: String
    ) -> [Effect] {
        guard path == curate.path else { return [] }
        switch done {
        case .failure(let error): say(error.description, .error)
        case .success(nil):
            switch request {
            case .undo: say("there is nothing to undo")
            case .redo: say("there is nothing to redo")
            case .edit(_, let names): curate.selection.subtract(names)
            }
        case .success(let action?):
            // What failed stays selected, for it to be tried again.
            if case .edit(_, let names) = request { curate.selection.subtract(names) }
            let name = curate.sample?.sample.name
            curate.take(action)
            recountExport()
            let changed = action.changes.keys.sorted()
            switch action.kind {
            case .edit:
                if changed.count > 1 { say("done: \(action.what); \(keyName(.undo)) undoes it") }
                arrangeSamples(keeping: name)
            case .undo, .redo:
                say("\(action.kind == .undo ? "undone" : "done again"): \(action.what)")
                // What was taken back is what is to be looked at.
                arrangeSamples(keeping: changed.count == 1 ? changed[0] : name)
            }
        }
        return []
    }

    // MARK: - Which samples are seen

    /// Filters and sorts the samples anew; the one of this name stays under the cursor, if it is still shown.
    mutating func arrangeSamples(keeping name: String?) {
        curate.shown = curate.order.places(in: curate.samples, curate.filter)
        let place = name.flatMap { curate.placeOfName[$0] }
        let row = place.flatMap { place in curate.shown.firstIndex(of: place) } ?? curate.scroll.selected
        moveSamples(to: row)
    }

    /// Goes to a row of the samples shown.
    mutating func moveSamples(to row: Int) {
        let before = curate.place
        let sheet = curateLayout.sheet
        let selected = max(0, min(row, curate.shown.count - 1))
        // Whole rows of thumbnails are scrolled.
        let (line, height) = (selected / sheet.across, max(sheet.down, 1))
        let top = min(max(curate.scroll.top / sheet.across, line - height + 1), line)
        curate.scroll = Scroll(selected: selected, top: max(0, top) * sheet.across)
        if curate.place != before { curate.factScroll = Scroll() }
        showSingle()
    }

    /// Gives the sample under the cursor to the viewer, whose pieces show it.
    mutating func showSingle() {
        if curate.isSingle, let place = curate.place { viewer.show(curate.item(place)) }
    }

    // MARK: - The filter

    /// Takes what was typed as far as it makes sense.
    mutating func afterEditingCurationFilter() {
        guard let text = curate.filterInput?.text else { return }
        guard text != curate.filterText else {
            curate.filterProblem = nil
            return
        }
        do {
            curate.filter = try CurationFilter(text, scores: curate.scoreNames)
            (curate.filterText, curate.filterProblem) = (text, nil)
            arrangeSamples(keeping: curate.sample?.sample.name)
        } catch {
            curate.filterProblem = (error as? InputError).map { $0.problem } ?? "\(error)"
        }
    }

    mutating func performInCurationFilter(_ action: Action) -> [Effect] {
        switch action {
        case .choose:
            if curate.filterProblem == nil { curate.filterInput = nil }
        case .close, .quit: dropCurationFilter()
        case .up, .pageUp: moveSamples(to: curate.scroll.selected - 1)
        case .down, .pageDown: moveSamples(to: curate.scroll.selected + 1)
        default: break
        }
        return []
    }

    mutating func dropCurationFilter() {
        (curate.filterInput, curate.filterProblem) = (nil, nil)
        guard !curate.filter.isEmpty || !curate.filterText.isEmpty else { return }
        (curate.filter, curate.filterText) = (.all, "")
        arrangeSamples(keeping: curate.sample?.sample.name)
    }
}
