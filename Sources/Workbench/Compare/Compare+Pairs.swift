import Canvas
import Imaging
import Terminal

extension State {
    /// What the panes of a pair show, from left to right.
    var pairContents: [PairFrame.Content] {
        if compare.tab == .blind {
            return compare.blind.current?.realSide == .right ? [.synthetic, .real] : [.real, .synthetic]
        }
        switch compare.view {
        case .beside: return [.real, .synthetic]
        case .blink: return [compare.isLit ? .real : .synthetic]
        case .difference:
            return contentArea.columns >= 110 ? [.real, .synthetic, .difference] : [.difference]
        }
    }

    /// Where each pane's picture may be, frames left out.
    private var pairPanes: [Area] { compareLayout.panes(pairContents.count).map(Box.inside) }

    /// Which pixels of the images, or of their difference, a pane shows; both images are seen at one scale from the same
    /// place, as far as they reach.
    func compareViewport(_ content: PairFrame.Content, zoom: Viewport.Zoom? = nil) -> Viewport? {
        guard let loaded = compare.loaded?.pair else { return nil }
        let image =
            switch content {
            case .real: loaded.real.image
            case .synthetic: loaded.synthetic.image
            case .difference: loaded.difference
            }
        let pane = pairPanes[0]
        return Viewport(
            width: image.width, height: image.height, zoom: zoom ?? compare.zoom, center: compare.center,
            columns: pane.columns, rows: pane.rows)
    }

    /// The picture that the screen should show now.
    var wantedPair: PairFrame? {
        guard screen == .compare, compare.tab == .pairs || compare.tab == .blind, let pair = compare.pair,
            let loaded = compare.loaded, loaded.of == pair
        else { return nil }
        let pane = pairPanes[0]
        let isBlind = compare.tab == .blind
        let panels = pairContents.compactMap { content -> PairFrame.Panel? in
            if isBlind { return .init(content: content, region: blindRegion(content, loaded.pair), layer: .image) }
            return compareViewport(content).map { .init(content: content, region: $0.region, layer: compare.layer) }
        }
        let viewport = compareViewport(pairContents[0])
        return PairFrame(
            pair: pair, panels: panels, map: isBlind ? .grey : compare.map,
            columns: isBlind ? pane.columns : viewport?.columns ?? pane.columns,
            rows: isBlind ? pane.rows : viewport?.rows ?? pane.rows, symbols: symbols, colors: colors)
    }

    /// The middle of an image, as large as both images are: sizes must not give the answer away.
    private func blindRegion(_ content: PairFrame.Content, _ pair: LoadedPair) -> LabelImage.Box {
        let (real, synthetic) = (pair.real.image, pair.synthetic.image)
        let image = content == .real ? real : synthetic
        let (width, height) = (min(real.width, synthetic.width), min(real.height, synthetic.height))
        return .init(x: (image.width - width) / 2, y: (image.height - height) / 2, width: width, height: height)
    }

    mutating func performInPairs(_ action: Action) -> [Effect] {
        switch action {
        case .nextPair, .pageDown: goToSynthetic(compare.synthetic + 1)
        case .previousPair, .pageUp: goToSynthetic(compare.synthetic - 1)
        case .first: goToSynthetic(0)
        case .last: goToSynthetic(Int.max)
        case .nextPartner: changePartner(by: 1)
        case .previousPartner: changePartner(by: -1)
        case .ownPartner: compare.chosenReal = nil
        case .layer: nextCompareLayer()
        case .colorMap:
            let maps = ColorMap.allCases
            compare.map = maps[((maps.firstIndex(of: compare.map) ?? 0) + 1) % maps.count]
        case .sideBySide: compare.view = .beside
        case .blink:
            compare.view = compare.view == .blink ? .beside : .blink
            compare.isLit = true
            return compare.view == .blink ? [.tick] : []
        case .difference: compare.view = compare.view == .difference ? .beside : .difference
        case .zoomIn: zoomCompared(larger: true)
        case .zoomOut: zoomCompared(larger: false)
        case .fit: (compare.zoom, compare.center) = (.fit, (0.5, 0.5))
        case .up: panCompared(0, -0.1)
        case .down: panCompared(0, 0.1)
        case .left: panCompared(-0.1, 0)
        case .right: panCompared(0.1, 0)
        case .halfUp: panCompared(0, -0.5)
        case .halfDown: panCompared(0, 0.5)
        default: break
        }
        return []
    }

    private mutating func changePartner(by step: Int) {
        guard let count = compare.sets?.real.source.count, count > 0 else { return }
        compare.chosenReal = (compare.real + step + count) % count
    }

    mutating func zoomCompared(larger: Bool) {
        guard let viewport = compareViewport(pairContents[0]) else { return }
        let next = viewport.scale(towards: larger)
        let fit = compareViewport(pairContents[0], zoom: .fit)?.scale ?? next
        // Smaller than all of it is no use.
        compare.zoom = !larger && next <= fit ? .fit : .scale(next)
    }

    /// Pans by shares of what is seen, as far as there are pixels to be seen.
    mutating func panCompared(_ dx: Double, _ dy: Double) {
        guard let viewport = compareViewport(pairContents[0]), let loaded = compare.loaded?.pair else { return }
        let image = pairContents[0] == .synthetic ? loaded.synthetic.image : loaded.real.image
        func moved(_ center: Double, _ seen: Int, _ size: Int, _ by: Double) -> Double {
            let half = Double(seen) / 2 / Double(size)
            return min(max(center + by * Double(seen) / Double(size), half), 1 - half)
        }
        compare.center = (
            moved(compare.center.x, viewport.region.width, image.width, dx),
            moved(compare.center.y, viewport.region.height, image.height, dy)
        )
    }

    /// Shows the other image of a blinking pair.
    mutating func blinkCompared() -> [Effect] {
        guard screen == .compare, compare.tab == .pairs, compare.view == .blink else { return [] }
        compare.isLit.toggle()
        return [.tick]
    }

    /// Wheel and drag look elsewhere; a click goes to a view, a quantity, an image, or answers.
    mutating func handleInCompare(_ mouse: Mouse, _ position: Position) -> [Effect] {
        let layout = compareLayout
        switch mouse.action {
        case .wheelUp, .wheelDown:
            let isUp = mouse.action == .wheelUp
            if compare.tab == .pairs { zoomCompared(larger: isUp) } else { return performInCompare(isUp ? .up : .down) }
        case .press(.left) where layout.tabs.contains(position):
            guard let tab = compareTabs.first(where: { $0.area.contains(position) })?.tab else { return [] }
            let actions: [Compare.Tab: Action] = [
                .pairs: .comparePairs, .grids: .compareGrids, .distributions: .compareDistributions,
                .nearest: .compareNearest, .blind: .compareBlind,
            ]
            return actions[tab].map { performInCompare($0) } ?? []
        case .press(.left): return click(position)
        case .drag(.left):
            guard compare.tab == .pairs, let from = dragged,
                let region = compareViewport(pairContents[0]).map({ ($0.columns, $0.rows) })
            else { return [] }
            dragged = position
            panCompared(
                Double(from.column - position.column) / Double(max(region.0, 1)),
                Double(from.row - position.row) / Double(max(region.1, 1)))
        case .release: dragged = nil
        default: break
        }
        return []
    }

    private mutating func click(_ position: Position) -> [Effect] {
        let panes = compareLayout.panes(2)
        switch compare.tab {
        case .pairs: dragged = position
        case .blind:
            guard compare.blind.current != nil, let side = panes.firstIndex(where: { $0.contains(position) }) else {
                return []
            }
            return performInCompare(side == 0 ? .left : .right)
        case .grids:
            guard let pane = panes.firstIndex(where: { $0.contains(position) }), let sets = compare.sets else {
                return []
            }
            compare.gridSide = pane == 0 ? .real : .synthetic
            let inside = Box.inside(panes[pane])
            let sheet = SheetLayout(inside)
            let scroll = pane == 0 ? compare.realGrid : compare.syntheticGrid
            let count = (pane == 0 ? sets.real : sets.synthetic).source.count
            guard let place = (0..<sheet.count).first(where: { sheet.place($0, in: inside).contains(position) }),
                scroll.top + place < count
            else { return [] }
            // A second click opens.
            if scroll.top + place == scroll.selected { return performInCompare(.open) }
            moveInGrid(by: scroll.top + place - scroll.selected)
        case .distributions:
            if let place = compareLayout.quantities?.firstIndex(where: { $0.contains(position) }),
                !compare.isQuantityZoomed
            {
                if place == compare.quantity.selected { return performInCompare(.open) }
                compare.quantity = Scroll(selected: place)
            }
        case .nearest:
            let inside = Box.inside(compareLayout.nearest.neighbours)
            let sheet = SheetLayout(inside)
            guard let place = (0..<sheet.count).first(where: { sheet.place($0, in: inside).contains(position) }),
                place < shownNeighbours.count
            else { return [] }
            if place == compare.neighbour { return performInCompare(.open) }
            compare.neighbour = place
        }
        return []
    }
}
