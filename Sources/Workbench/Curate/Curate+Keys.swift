import Canvas
import Datasets
import Runs
import Terminal

extension State {
    mutating func performInCurate(_ action: Action) -> [Effect] {
        switch action {
        case .compare: return openCompare(real: nil, synthetic: curate.path)
        case .accept: return decide(.accepted)
        case .reject: return decide(.rejected)
        case .undecide: return decide(.undecided)
        case .noStars: return apply(.star(0))
        case .oneStar: return apply(.star(1))
        case .twoStars: return apply(.star(2))
        case .threeStars: return apply(.star(3))
        case .fourStars: return apply(.star(4))
        case .fiveStars: return apply(.star(5))
        case .undo: return [.curate(curate.path, .undo)]
        case .redo: return [.curate(curate.path, .redo)]
        case .tag: ask { .curationTags($0) }
        case .noteSample:
            let note = curate.selected.isEmpty ? curate.sample?.verdict.note ?? "" : ""
            ask(note) { .curationNote($0) }
        case .rejectSuspects: askToRejectSuspects()
        case .send: askForLayout()
        case .back: return leaveCuration()
        case .close: return stepOut()
        default:
            select(action)
            look(action)
            move(action)
        }
        return []
    }

    // MARK: - Saying something of samples

    /// Decides; the one under the cursor at once, and goes on, more than one when that was confirmed.
    private mutating func decide(_ decision: CurationDecision) -> [Effect] {
        let isOne = curate.selected.isEmpty
        let effects = apply(.decide(decision))
        if isOne { moveSamples(to: curate.scroll.selected + 1) }
        return effects
    }

    private mutating func apply(_ edit: CurationEdit) -> [Effect] {
        let target = curate.target
        guard !target.isEmpty else {
            say("there is no sample here")
            return []
        }
        guard !curate.selected.isEmpty else { return [.curate(curate.path, .edit(edit, target))] }
        let hidden = curate.hidden(target)
        let words = edit.words(count: target.count).replacing("sample", with: "selected sample")
        question = Question(
            text: words.prefix(1).uppercased() + words.dropFirst() + (hidden > 0 ? " (\(hidden) not shown)" : "") + "?",
            deed: .curate(.edit(edit, target)))
        return []
    }

    /// What is to be done was confirmed.
    mutating func confirmed(_ request: CurationRequest) -> [Effect] {
        endRange()
        return [.curate(curate.path, request)]
    }

    private mutating func ask(_ text: String = "", _ purpose: ([String]) -> Prompt.Purpose) {
        let target = curate.target
        guard !target.isEmpty else { return say("there is no sample here") }
        prompt = Prompt(purpose(target), text)
    }

    /// Rejects, after asking, what scores speak against and nobody has decided on.
    private mutating func askToRejectSuspects() {
        let suspects = curate.shown.map { curate.samples[$0] }.filter {
            $0.verdict.decision == .undecided && !$0.suspicions.isEmpty
        }
        guard !suspects.isEmpty else { return say("none of the undecided samples shown is suspect") }
        let counts = suspects.flatMap { Set($0.suspicions.map(\.score.rawValue)) }
            .reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
        let why = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
        let edit = CurationEdit.decide(.rejected)
        let words = edit.words(count: suspects.count).replacing("sample", with: "suspect sample")
        question = Question(
            text: words.prefix(1).uppercased() + words.dropFirst() + " (\(why.joined(separator: ", ")))?",
            deed: .curate(.edit(edit, suspects.map(\.sample.name))))
    }

    // MARK: - Writing the accepted ones

    /// Which layout they are to be written in.
    private mutating func askForLayout() {
        guard curate.tally.accepted > 0 else { return say("no sample is accepted yet; \(keyName(.accept)) accepts") }
        popup = exportSamplesPopup()
    }

    private func exportSamplesPopup() -> Popup {
        let count = curate.tally.accepted
        return Popup(
            title: "Write \(counted(count, "accepted sample")) of \(curate.samples.count) as",
            entries: Conversion.Layout.allCases.map {
                .init(title: $0.rawValue, detail: $0.summary, choice: .exportSamples($0))
            })
    }

    /// What asks for the layout or the folder counts what is accepted by now: a decision may just have been answered.
    mutating func recountExport() {
        if case .exportSamples? = popup?.entries.first?.choice {
            let title = exportSamplesPopup().title
            popup?.title = title
        }
        if case .exportSamples(let layout, _)? = prompt?.purpose {
            prompt?.purpose = .exportSamples(layout, curate.tally.accepted)
        }
    }

    /// Where they are to be written.
    mutating func askForExport(_ layout: Conversion.Layout) {
        let name = curate.path.lastPathComponent + "-accepted"
        prompt = Prompt(.exportSamples(layout, curate.tally.accepted), name)
    }

    // MARK: - Selecting

    /// The range becomes a part of the selection.
    private mutating func endRange() { (curate.selection, curate.rangeStart) = (curate.selected, nil) }

    private mutating func clearSelection() { (curate.selection, curate.rangeStart) = ([], nil) }

    private mutating func select(_ action: Action) {
        switch action {
        case .mark:
            if curate.range != nil {
                endRange()
            } else if let name = curate.sample?.sample.name {
                if curate.selection.remove(name) == nil { curate.selection.insert(name) }
            }
            moveSamples(to: curate.scroll.selected + 1)
        case .selectRange:
            if curate.range != nil {
                endRange()
            } else {
                curate.rangeStart = curate.sample?.sample.name
            }
        case .selectShown:
            let names = Set(curate.shown.map { curate.samples[$0].sample.name })
            curate.rangeStart = nil
            curate.selection = names.isSubset(of: curate.selection) ? [] : curate.selection.union(names)
        case .clearMarks: clearSelection()
        default: break
        }
    }

    // MARK: - Looking

    private mutating func look(_ action: Action) {
        switch action {
        case .open:
            guard !curate.isEmpty else { break }
            curate.isSingle.toggle()
            showSingle()
        case .layer: if curate.isSingle { _ = performInViewer(.layer) } else { curate.hasOutlines.toggle() }
        case .sideBySide, .zoomIn, .zoomOut, .fit, .colorMap: if curate.isSingle { _ = performInViewer(action) }
        case .panel:
            curate.hasFacts.toggle()
            if !curate.hasFacts { curate.isFactsFocused = false }
            moveSamples(to: curate.scroll.selected)
        case .nextPane, .previousPane: if curate.hasFacts { curate.isFactsFocused.toggle() }
        case .filter: curate.filterInput = TextInput(curate.filterText)
        case .sort: popup = curationSortPopup()
        case .reverseSort:
            curate.order.isReversed.toggle()
            arrangeSamples(keeping: curate.sample?.sample.name)
        default: break
        }
    }

    /// Orders by this; by what they are ordered by already, the other way around.
    mutating func sortSamples(by key: CurationOrder.Key) {
        curate.order = CurationOrder(key, isReversed: curate.order.key == key && !curate.order.isReversed)
        arrangeSamples(keeping: curate.sample?.sample.name)
    }

    private var curationSortKeys: [CurationOrder.Key] {
        [.made, .name, .decision, .stars, .suspicion] + curate.scoreNames.sorted().map { .score($0) }
    }

    private func curationSortPopup() -> Popup {
        let keys = curationSortKeys
        var popup = Popup(
            title: "Sort by",
            entries: keys.map { key in
                var detail = ""
                if case .score(let name) = key { detail = SampleScore(rawValue: name)?.meaning ?? "" }
                return .init(title: key.title, detail: detail, choice: .sortSamples(key))
            })
        popup.scroll = Scroll(selected: keys.firstIndex(of: curate.order.key) ?? 0)
        return popup
    }

    private mutating func move(_ action: Action) {
        if curate.isFactsFocused { return scrollFacts(action) }
        let sheet = curateLayout.sheet
        let row = curate.scroll.selected
        if curate.isSingle {
            // Arrows pan what is enlarged.
            if viewer.zoom != .fit, [.up, .down, .left, .right].contains(action) {
                _ = performInViewer(action)
                return
            }
            switch action {
            case .up, .left, .previousMatch: moveSamples(to: row - 1)
            case .down, .right, .nextMatch: moveSamples(to: row + 1)
            case .pageUp, .halfUp: moveSamples(to: row - 10)
            case .pageDown, .halfDown: moveSamples(to: row + 10)
            case .first: moveSamples(to: 0)
            case .last: moveSamples(to: curate.shown.count - 1)
            default: break
            }
            return
        }
        switch action {
        case .left, .previousMatch: moveSamples(to: row - 1)
        case .right, .nextMatch: moveSamples(to: row + 1)
        case .up: if row >= sheet.across { moveSamples(to: row - sheet.across) }
        case .down: moveSamples(to: row + sheet.across)
        case .pageUp: moveSamples(to: row - sheet.count)
        case .pageDown: moveSamples(to: row + sheet.count)
        case .halfUp: moveSamples(to: row - max(sheet.down / 2, 1) * sheet.across)
        case .halfDown: moveSamples(to: row + max(sheet.down / 2, 1) * sheet.across)
        case .first: moveSamples(to: 0)
        case .last: moveSamples(to: curate.shown.count - 1)
        default: break
        }
    }

    private mutating func scrollFacts(_ action: Action) {
        let text = curateLayout.text
        let count = curationFacts(columns: text.columns).count
        let step =
            switch action {
            case .up: -1
            case .down: 1
            case .pageUp, .halfUp: -text.rows / 2
            case .pageDown, .halfDown: text.rows / 2
            default: 0
            }
        curate.factScroll.scroll(by: step, of: count, height: text.rows)
    }

    // MARK: - Leaving

    /// Takes back one thing: a range, the selection, the single view, the filter; then goes back.
    private mutating func stepOut() -> [Effect] {
        if curate.rangeStart != nil {
            curate.rangeStart = nil
        } else if !curate.selection.isEmpty {
            clearSelection()
        } else if curate.isSingle {
            curate.isSingle = false
        } else if !curate.filter.isEmpty {
            dropCurationFilter()
        } else {
            return goBack()
        }
        return []
    }

    private mutating func leaveCuration() -> [Effect] {
        guard curate.isSingle else { return goBack() }
        curate.isSingle = false
        return []
    }

    // MARK: - Mouse

    mutating func handleInCurate(_ mouse: Mouse, _ position: Position) -> [Effect] {
        let layout = curateLayout
        switch mouse.action {
        case .wheelUp, .wheelDown:
            let isDown = mouse.action == .wheelDown
            if layout.facts.contains(position) {
                scrollFacts(isDown ? .down : .up)
            } else if curate.isSingle {
                zoom(larger: !isDown)
            } else {
                move(isDown ? .down : .up)
            }
        case .press(.left):
            curate.isFactsFocused = layout.facts.contains(position)
            guard !curate.isSingle, layout.pictures.contains(position) else { break }
            let (sheet, inside) = (layout.sheet, Box.inside(layout.pictures))
            guard let place = (0..<sheet.count).first(where: { sheet.place($0, in: inside).contains(position) }),
                curate.shown.indices.contains(curate.scroll.top + place)
            else { break }
            // A second click opens.
            if curate.scroll.top + place == curate.scroll.selected { return performInCurate(.open) }
            moveSamples(to: curate.scroll.top + place)
        default: break
        }
        return []
    }
}

extension Conversion.Layout {
    /// Where files go, in a few words.
    fileprivate var summary: String {
        switch self {
        case .imagesAndMasks: "images/x and masks/x.png"
        case .bbbc038: "x/images and x/masks, a file per object"
        case .cellpose: "x.tif and x_masks.png"
        case .ctc: "01/t000.tif and 01_GT/SEG"
        case .coco: "images/ and annotations.json"
        }
    }
}
