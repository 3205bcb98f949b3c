import Canvas
import Foundation
import Imaging
import Terminal

/// Changes the state by what happened; what is to be done outside comes back.
func update(_ state: inout State, _ message: Message) -> [Effect] {
    var effects: [Effect] = []
    switch message {
    case .event(let event): effects = state.handle(event)
    case .glimpsed(let names): if state.browser.entries.isEmpty { state.browser.glimpse = names }
    case .found(let entries): effects = state.add(entries)
    case .searched(let outcome): effects = state.finishSearch(outcome)
    case .opened(let path, let opened): effects = state.open(opened, of: path)
    case .described(let path, let description): state.browser.description = (path, description)
    case .arranged(let arrangement, let order):
        guard arrangement.path == state.browser.opened?.path else { break }
        state.arranged(order)
    case .values(let values, let path): effects = state.take(values, of: path)
    case .previewed(let request, let picture):
        if request.item == state.browser.selectedItem { state.browser.preview = (request, picture) }
        state.takeNearest(request, picture)
    case .thumbnail(let request, let index, let picture):
        if state.browser.thumbnails?.request.isAlike(request) == true {
            state.browser.thumbnails?.pictures[index] = picture
        }
        if state.curate.thumbnails?.request.isAlike(request) == true {
            state.curate.thumbnails?.pictures[index] = picture
        }
    case .loaded(let request, let result): state.take(result, of: request)
    case .rendered(let request, let pictures):
        if request.image == state.viewer.request { state.viewer.frame = (request, pictures) }
    case .foundRuns(let found):
        effects = state.take(found) + state.watchRuns()
    case .controlled(let path): effects = state.controlled(path)
    case .launchPrepared(let request): state.take(request)
    case .profiles(let names): state.launch.profiles = names
    case .profile(let request): state.takeProfile(request)
    case .probed(let request, let result): state.take(result, of: request)
    case .synthesisPrepared(let request): effects = state.take(request)
    case .synthesisProgress(let path, let progress): effects = state.take(progress, of: path)
    case .previews(let path, let found): effects = state.take(found, of: path)
    case .tiles(let request, let tiles): state.take(tiles, of: request)
    case .openedSets(let paths, let outcome): effects = state.take(outcome, of: paths)
    case .pairLoaded(let pair, let result): state.take(result, of: pair)
    case .pairRendered(let request, let pictures):
        if request.pair == state.compare.pair { state.compare.frame = (request, pictures) }
    case .comparedTile(let request, let tile, let picture):
        guard let now = state.compare.tiles?.request, now.isAlike(request) else { break }
        state.compare.tiles?.pictures[tile] = picture
    case .measuring(let request, let done, let total):
        if request.paths == state.compare.paths, state.compare.measured == nil {
            state.compare.progress = (done, total)
        }
    case .measured(let request, let measured): state.take(measured, of: request)
    case .neighbours(let request, let found):
        if request.paths == state.compare.paths { state.compare.neighbours = (request, found) }
    case .curation(let path, let read): effects = state.take(read, of: path)
    case .curated(let path, let request, let done): effects = state.take(done, of: request, path)
    case .watchedCuration(let path, let watch): effects = state.watched(path, watch)
    case .experiment(let path, let found): effects = state.take(found, of: path)
    case .grown(let growth): state.take(growth)
    case .followed: effects = state.followCurves()
    case .themed(.success(let theme)): if theme.name == state.wantedTheme { state.theme = theme }
    case .themed(.failure(let error)): state.say(error.description, .error)
    case .said(let text, let level): state.say(text, level)
    case .tick:
        effects = state.blinkCompared()
        guard state.screen == .viewer, state.viewer.isBlinking else { break }
        state.viewer.isLit.toggle()
        effects = [.tick]
    }
    return effects + state.needs()
}

extension State {
    mutating func handle(_ event: Event) -> [Effect] {
        switch event {
        case .key(let key): return press(key)
        case .paste(let text):
            guard !isTooSmall else { return [] }
            edit { $0.insert(text) }
            return afterEditing()
        case .mouse(let mouse): return handle(mouse)
        case .resize(let columns, let rows):
            (self.columns, self.rows) = (max(columns, 1), max(rows, 1))
            keepInSight()
            return []
        case .focus: return []
        case .resumed: return [.resume]
        case .suspend: return [.suspend]
        case .terminate(let signal): return [.quit(signal: signal)]
        }
    }

    private mutating func press(_ key: Key) -> [Effect] {
        let everywhere = bindings.action(for: key, in: context.rawValue)
        if everywhere == .suspend { return [.suspend] }
        if everywhere == .repaint { return [.repaint] }
        // What cannot be seen is not acted on.
        if isTooSmall {
            let action = bindings.action(for: key, in: screen.context.rawValue)
            return action == .quit || action == .back && screen == .browser ? [.quit(signal: nil)] : []
        }
        if context == .question {
            // Whatever does not say yes says no.
            return performInQuestion(bindings.action(for: key, in: context.rawValue) ?? .close)
        }
        if context == .menu {
            // What is typed goes to the field; the table has the rest.
            if case .character(let character) = key.code, key.modifiers.isEmpty {
                edit { $0.insert(String(character)) }
                return afterEditing()
            }
            if editing(key) { return afterEditing() }
        }
        guard let action = bindings.action(for: key, in: context.rawValue) else {
            if context != .menu { say("\(key.name) does nothing here; ? shows all keys") }
            return []
        }
        return perform(action)
    }

    /// What every line of text is edited by.
    private mutating func editing(_ key: Key) -> Bool {
        switch (key.code, key.modifiers) {
        case (.backspace, []): edit { $0.deleteBackward() }
        case (.delete, []): edit { $0.deleteForward() }
        case (.left, []): edit { $0.move(by: -1) }
        case (.right, []): edit { $0.move(by: 1) }
        case (.home, []), (.character("a"), .control): edit { $0.moveToStart() }
        case (.end, []), (.character("e"), .control): edit { $0.moveToEnd() }
        case (.character("w"), .control): edit { $0.deleteWordBackward() }
        case (.character("u"), .control): edit { $0.deleteToStart() }
        default: return false
        }
        return true
    }

    private mutating func edit(_ change: (inout TextInput) -> Void) {
        if popup != nil {
            if var input = popup?.input {
                change(&input)
                popup?.input = input
            }
        } else if var input = prompt?.input {
            change(&input)
            prompt?.input = input
        } else if screen == .curate, var input = curate.filterInput {
            change(&input)
            curate.filterInput = input
        } else if var input = browser.filterInput {
            change(&input)
            browser.filterInput = input
        }
    }

    private mutating func afterEditing() -> [Effect] {
        if popup != nil {
            popup?.scroll = Scroll()
            return previewTheme()
        }
        if prompt == nil, screen == .curate { afterEditingCurationFilter() }
        guard prompt == nil, let input = browser.filterInput, input.text != browser.arrangement.filter else {
            return []
        }
        browser.arrangement.filter = input.text
        return arrange()
    }

    /// Does what a key, the palette or help asked for.
    mutating func perform(_ action: Action) -> [Effect] {
        if popup != nil { return performInPopup(action) }
        // A line that is typed is over what was said.
        if context != .menu, readNotices(action) { return [] }
        if prompt != nil { return performInPrompt(action) }
        if browser.filterInput != nil, screen == .browser { return performInFilter(action) }
        if curate.filterInput != nil, screen == .curate { return performInCurationFilter(action) }
        switch action {
        case .quit: return [.quit(signal: nil)]
        case .help: popup = helpPopup()
        case .palette: popup = palettePopup()
        case .messages:
            popup = messagesPopup()
            unread = 0
        case .themes: popup = themePopup()
        case .symbols:
            let place = available.firstIndex(of: symbols) ?? 0
            symbols = available[(place + 1) % available.count]
        case .curate: return chooseSampleSet()
        // From the palette: their keys are looked at before all others.
        case .repaint: return [.repaint]
        case .suspend: return [.suspend]
        default: return performOnScreen(action)
        }
        return []
    }

    private mutating func performOnScreen(_ action: Action) -> [Effect] {
        switch screen {
        case .browser: performInBrowser(action)
        case .viewer: performInViewer(action)
        case .curves: performInCurves(action)
        case .runs: performInRuns(action)
        case .launch: performInLaunch(action)
        case .pictures: performInPictures(action)
        case .compare: performInCompare(action)
        case .curate: performInCurate(action)
        case .synthesis: performInSynthesis(action)
        case .experiment: performInExperiment(action)
        }
    }

    private mutating func performInPopup(_ action: Action) -> [Effect] {
        guard var popup else { return [] }
        let (count, height) = (popup.matches.count, list(of: popup).rows)
        switch action {
        case .up: popup.scroll.move(by: -1, of: count, height: height)
        case .down: popup.scroll.move(by: 1, of: count, height: height)
        case .pageUp, .halfUp: popup.scroll.move(by: -height, of: count, height: height)
        case .pageDown, .halfDown: popup.scroll.move(by: height, of: count, height: height)
        case .close, .back, .quit:
            if let before = popup.themeBefore { theme = before }
            wantedTheme = nil
            self.popup = nil
            return []
        case .choose:
            let entry = popup.selected
            self.popup = nil
            return entry.map { choose($0.choice) } ?? []
        default: return []
        }
        self.popup = popup
        return previewTheme()
    }

    /// A theme is seen as soon as it is gone to.
    private mutating func previewTheme() -> [Effect] {
        guard let popup, let before = popup.themeBefore else { return [] }
        if case .theme(let name)? = popup.selected?.choice {
            wantedTheme = name
            return [.loadTheme(name)]
        }
        wantedTheme = nil
        theme = before
        return []
    }

    private mutating func choose(_ choice: Popup.Choice) -> [Effect] {
        switch choice {
        case .action(let action): return perform(action)
        case .theme(let name):
            wantedTheme = name
            return [.loadTheme(name), .keep(.theme(name))]
        case .symbols(let symbols):
            self.symbols = symbols
            return [.keep(.symbols(symbols))]
        case .colorMap(let map): viewer.map = map
        case .layer(let layer): viewer.layer = layer
        case .sort(let key):
            browser.arrangement.sort = key
            return arrange()
        case .export(let format): return export(format)
        case .send(let target): askForPath(target)
        case .exportCurves(let format): return exportCurves(format)
        case .control(let control): return [.control(control)]
        case .profile(let name): return [.loadProfile(name)]
        case .overlay(let path): return toggleRun(path)
        case .compareWith(let real): return compareWith(real)
        case .curate(let path): return openCuration(path)
        case .sortSamples(let key): sortSamples(by: key)
        case .exportSamples(let layout): askForExport(layout)
        case .text: break
        }
        return []
    }

    /// Goes to another screen, from where `goBack` leads here.
    mutating func goTo(_ next: Screen) {
        guard screen != next else { return }
        screensBefore.removeAll { $0 == next }
        screensBefore.append(screen)
        screen = next
    }

    /// Goes back to the screen before, and looks at what it shows again.
    mutating func goBack() -> [Effect] {
        screen = screensBefore.popLast() ?? .browser
        switch screen {
        case .runs: return openRunList(nil)
        case .curves: return openCurves(curves.runs.map(\.path))
        case .pictures: return openPictures(pictures.path)
        case .compare: return blinkCompared()
        case .curate: return openCuration(curate.path)
        case .experiment: return openExperiment(experiment.path)
        case .viewer:
            // Others may have shown their images by it.
            if !viewer.isAlone, let item = browser.selectedItem { viewer.show(item) }
            return viewer.isBlinking ? [.tick] : []
        case .browser, .launch, .synthesis: return []
        }
    }

    /// Scrolls so that what is selected is seen, after sizes changed.
    mutating func keepInSight() {
        moveEntries(by: 0)
        moveImages(by: 0)
        movePanes(to: curves.scroll.selected)
        moveRuns(by: 0)
        moveInForm(by: 0)
        keepComparedInSight()
        moveSamples(to: curate.scroll.selected)
        moveInSynthesis(by: 0)
        moveInExperiment(by: 0)
        if var popup {
            popup.scroll.move(by: 0, of: popup.matches.count, height: list(of: popup).rows)
            self.popup = popup
        }
    }
}
