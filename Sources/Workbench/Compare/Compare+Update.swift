import Canvas
import Imaging
import Measures
import Runs
import Terminal

extension State {
    var compareLayout: CompareLayout { CompareLayout(contentArea) }

    /// Holds a synthetic set against a real one; without one, against what the samples' run was trained on.
    mutating func openCompare(real: String?, synthetic: String) -> [Effect] {
        let paths = ComparePaths(real: real, synthetic: synthetic)
        if compare.sets == nil || compare.paths != paths {
            compare = Compare()
            compare.paths = paths
            (requested.pair, requested.pairFrame, requested.neighbours) = (nil, nil, nil)
        }
        goTo(.compare)
        return compare.sets == nil ? [.openSets(paths)] : []
    }

    /// Asks for the real set: another one that was found here, or a path.
    private mutating func askForReal(_ synthetic: String) {
        let others = browser.entries.filter { $0.isImages && $0.path != synthetic }
        popup = Popup(
            title: "Which real set, for \(synthetic.lastPathComponent)?",
            entries: others.map { .init(title: $0.title, detail: $0.detail, choice: .compareWith($0.path)) }
                + [.init(title: "another folder…", detail: "", choice: .compareWith(nil))])
    }

    /// Compares with what was chosen, or asks for its path.
    mutating func compareWith(_ real: String?) -> [Effect] {
        if let real { return openCompare(real: real, synthetic: compare.paths.synthetic) }
        prompt = Prompt(.realSet(compare.paths.synthetic), "")
        return []
    }

    // MARK: - What effects found

    mutating func take(_ outcome: SetsOutcome, of paths: ComparePaths) -> [Effect] {
        guard paths == compare.paths else { return [] }
        switch outcome {
        case .opened(let sets):
            compare.sets = sets
            compare.blindSeed = sets.seed
            startBlindTest()
            return []
        case .needsReal:
            let effects = screen == .compare ? goBack() : []
            askForReal(paths.synthetic)
            return effects
        case .failed(let error):
            compare.problem = error
            say(error.description, .error)
            return []
        }
    }

    mutating func take(_ result: Result<LoadedPair, InputError>, of pair: ComparedPair) {
        guard pair == compare.pair else { return }
        switch result {
        case .success(let loaded):
            compare.problem = nil
            compare.loaded = (pair, loaded)
        case .failure(let error):
            compare.problem = error
            compare.loaded = nil
            compare.frame = nil
            requested.pairFrame = nil
        }
    }

    mutating func take(_ measured: MeasuredSets, of request: MeasureRequest) {
        guard request.paths == compare.paths else { return }
        compare.measured = measured
        compare.progress = nil
        if measured.broken > 0 { say("\(measured.broken) images cannot be read and were not measured", .warning) }
        if let caution = measured.comparison.caution { say(caution, .warning) }
    }

    // MARK: - Keys

    mutating func performInCompare(_ action: Action) -> [Effect] {
        let tabs = Compare.Tab.allCases
        let place = tabs.firstIndex(of: compare.tab) ?? 0
        switch action {
        case .back, .close:
            if action == .close, compare.tab == .distributions, compare.isQuantityZoomed {
                compare.isQuantityZoomed = false
                return []
            }
            return goBack()
        case .nextPane: return show(tabs[(place + 1) % tabs.count])
        case .previousPane: return show(tabs[(place + tabs.count - 1) % tabs.count])
        case .comparePairs: return show(.pairs)
        case .compareGrids: return show(.grids)
        case .compareDistributions: return show(.distributions)
        case .compareNearest: return show(.nearest)
        case .compareBlind: return show(.blind)
        case .swapSets:
            guard let sets = compare.sets else { return [] }
            return openCompare(real: sets.synthetic.path, synthetic: sets.real.path)
        case .acceptedOnly:
            guard let sets = compare.sets else { return [] }
            guard !sets.synthetic.samples.isEmpty else {
                say("the synthetic images are no sample set")
                return []
            }
            return openCompare(
                real: sets.real.path, synthetic: SyntheticSource(compare.paths.synthetic).otherwise)
        default: break
        }
        guard compare.sets != nil else { return [] }
        switch compare.tab {
        case .pairs: return performInPairs(action)
        case .grids: performInGrids(action)
        case .distributions: performInDistributions(action)
        case .nearest: performInNearest(action)
        case .blind: performInBlindTest(action)
        }
        return []
    }

    private mutating func show(_ tab: Compare.Tab) -> [Effect] {
        compare.tab = tab
        compare.problem = nil
        // One that could not be read is tried again.
        requested.pair = nil
        return tab == .pairs && compare.view == .blink ? [.tick] : []
    }

    private mutating func performInGrids(_ action: Action) {
        guard let sets = compare.sets else { return }
        let sheet = SheetLayout(Box.inside(compareLayout.panes(2)[compare.gridSide == .real ? 0 : 1]))
        switch action {
        case .up: moveInGrid(by: -sheet.across)
        case .down: moveInGrid(by: sheet.across)
        case .left: moveInGrid(by: -1)
        case .right: moveInGrid(by: 1)
        case .pageUp, .previousPair: moveInGrid(by: -sheet.count)
        case .pageDown, .nextPair: moveInGrid(by: sheet.count)
        case .halfUp: moveInGrid(by: -max(sheet.count / 2, 1))
        case .halfDown: moveInGrid(by: max(sheet.count / 2, 1))
        case .first: moveInGrid(by: -(Int.max / 2))
        case .last: moveInGrid(by: Int.max / 2)
        case .otherSide: compare.gridSide = compare.gridSide == .real ? .synthetic : .real
        case .layer: nextCompareLayer()
        case .open:
            if compare.gridSide == .real {
                compare.chosenReal = min(compare.realGrid.selected, sets.real.source.count - 1)
            } else {
                goToSynthetic(compare.syntheticGrid.selected)
            }
            compare.tab = .pairs
        default: break
        }
    }

    /// Whole rows of pictures are scrolled.
    mutating func moveInGrid(by count: Int) {
        guard let sets = compare.sets else { return }
        let isReal = compare.gridSide == .real
        let sheet = SheetLayout(Box.inside(compareLayout.panes(2)[isReal ? 0 : 1]))
        let total = (isReal ? sets.real : sets.synthetic).source.count
        let scroll = (isReal ? compare.realGrid : compare.syntheticGrid).moved(by: count, of: total, in: sheet)
        if isReal { compare.realGrid = scroll } else { compare.syntheticGrid = scroll }
    }

    /// Scrolls so that what is selected is seen, after sizes changed.
    mutating func keepComparedInSight() {
        guard compare.sets != nil else { return }
        let side = compare.gridSide
        for each in [Compare.Side.real, .synthetic] {
            compare.gridSide = each
            moveInGrid(by: 0)
        }
        compare.gridSide = side
        selectQuantity(compare.quantity.selected)
    }

    private mutating func selectQuantity(_ row: Int) {
        compare.quantity.select(
            row, of: Quantity.allCases.count, height: max(Box.inside(compareLayout.table.table).rows - 1, 1))
    }

    private mutating func performInDistributions(_ action: Action) {
        let count = Quantity.allCases.count
        let isSheet = compareLayout.quantities != nil && !compare.isQuantityZoomed
        let across = isSheet ? (compareLayout.body.columns / max(compareLayout.quantities?[0].columns ?? 1, 1)) : 1
        var row = compare.quantity.selected
        switch action {
        case .up: row -= across
        case .down: row += across
        case .left: row -= 1
        case .right: row += 1
        case .first: row = 0
        case .last: row = count - 1
        case .open, .zoomPane: if compareLayout.quantities != nil { compare.isQuantityZoomed.toggle() }
        default: return
        }
        guard (0..<count).contains(row) else { return }
        selectQuantity(row)
    }

    private mutating func performInNearest(_ action: Action) {
        let count = shownNeighbours.count
        let across = SheetLayout(Box.inside(compareLayout.nearest.neighbours)).across
        var place = compare.neighbour
        switch action {
        case .nextPair, .pageDown: goToSynthetic(compare.synthetic + 1)
        case .previousPair, .pageUp: goToSynthetic(compare.synthetic - 1)
        case .first: goToSynthetic(0)
        case .last: goToSynthetic(Int.max)
        case .otherSide: compare.isByMeasures.toggle()
        case .layer: nextCompareLayer()
        case .left: place -= 1
        case .right: place += 1
        case .up: place -= across
        case .down: place += across
        case .open:
            guard shownNeighbours.indices.contains(place) else { return }
            compare.chosenReal = shownNeighbours[place].real
            compare.tab = .pairs
        default: break
        }
        if (0..<count).contains(place) { compare.neighbour = place }
    }

    mutating func nextCompareLayer() {
        let order: [Scene.Layer] = [.image, .outline, .fill]
        compare.layer = order[((order.firstIndex(of: compare.layer) ?? 0) + 1) % order.count]
    }

    /// Looks at another synthetic image, its own partner beside it.
    mutating func goToSynthetic(_ index: Int) {
        guard let count = compare.sets?.synthetic.source.count else { return }
        let target = max(0, min(index, count - 1))
        if target == compare.synthetic, index != target {
            return say(index < 0 ? "this is the first image" : "this is the last image")
        }
        compare.synthetic = target
        compare.chosenReal = nil
        compare.neighbour = 0
    }

    // MARK: - The blind test

    private mutating func startBlindTest() {
        guard let sets = compare.sets else { return }
        compare.blind = BlindTest(
            real: sets.real.source.count, synthetic: sets.synthetic.source.count, seed: compare.blindSeed)
    }

    private mutating func performInBlindTest(_ action: Action) {
        switch action {
        case .left: compare.blind.answer(.left)
        case .right: compare.blind.answer(.right)
        case .takeBack: compare.blind.takeBack()
        case .newTest:
            compare.blindSeed &+= 1
            startBlindTest()
        default: break
        }
    }
}

extension Scroll {
    /// Moves over pictures in rows, of which whole ones are scrolled.
    func moved(by count: Int, of total: Int, in sheet: SheetLayout) -> Scroll {
        let selected = max(0, min(selected + count, total - 1))
        let line = selected / max(sheet.across, 1)
        let first = min(max(top / max(sheet.across, 1), line - sheet.down + 1), line)
        return Scroll(selected: selected, top: max(first, 0) * sheet.across)
    }
}
