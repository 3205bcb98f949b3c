import Canvas
import Measures

extension State {
    /// What the compare screen lacks and nobody is asked for yet.
    mutating func neededForCompare() -> [Effect] {
        guard let sets = compare.sets else { return [] }
        return neededPair() + neededTiles(sets) + neededMeasures(sets) + neededNeighbours(sets)
    }

    private mutating func neededPair() -> [Effect] {
        guard compare.tab == .pairs || compare.tab == .blind, let pair = compare.pair else { return [] }
        if compare.loaded?.of != pair {
            guard requested.pair != pair else { return [] }
            requested.pair = pair
            return [.loadPair(pair)]
        }
        requested.pair = pair
        guard let frame = wantedPair, frame != compare.frame?.request, frame != requested.pairFrame,
            let loaded = compare.loaded
        else { return [] }
        requested.pairFrame = frame
        return [.renderPair(frame, loaded.pair)]
    }

    /// Measuring begins when its results are first asked for.
    private mutating func neededMeasures(_ sets: ComparedSets) -> [Effect] {
        guard compare.tab == .distributions || compare.tab == .nearest, compare.measured == nil,
            compare.progress == nil
        else { return [] }
        let request = MeasureRequest(
            paths: compare.paths, real: MeasureRequest.chosen(of: sets.real.source.count),
            synthetic: MeasureRequest.chosen(of: sets.synthetic.source.count))
        compare.progress = (0, request.real.count + request.synthetic.count)
        return [.measureSets(request, sets)]
    }

    private mutating func neededNeighbours(_ sets: ComparedSets) -> [Effect] {
        guard compare.tab == .nearest, let measured = compare.measured else { return [] }
        let request = NeighbourRequest(paths: compare.paths, synthetic: compare.synthetic)
        guard compare.neighbours?.request != request, requested.neighbours != request else { return [] }
        requested.neighbours = request
        return [.findNeighbours(request, sets.synthetic.source[compare.synthetic], measured)]
    }

    /// The neighbours of the sample in the order that is looked at: the one that its generation found first, marked.
    var shownNeighbours: [Neighbour] {
        guard let neighbours = compare.neighbours, neighbours.request.synthetic == compare.synthetic else { return [] }
        let isByMeasures = compare.isByMeasures
        let recorded = compare.sets?.recorded[compare.synthetic]
        let nearest = neighbours.found.sorted {
            isByMeasures ? $0.measures < $1.measures : $0.pixels < $1.pixels
        }.filter { $0.real != recorded }
        let first = recorded.map { recorded in
            // It may not be among those measured.
            neighbours.found.first { $0.real == recorded } ?? Neighbour(real: recorded, pixels: .nan, measures: .nan)
        }
        return (first.map { [$0] } ?? []) + nearest
    }

    // MARK: - Small pictures

    /// The tiles in sight: of the grids, or of a sample and its neighbours.
    private func seenTiles(_ sets: ComparedSets) -> (sheet: SheetLayout, tiles: [CompareTile])? {
        switch compare.tab {
        case .grids:
            let panes = compareLayout.panes(2).map(Box.inside)
            let sheet = SheetLayout(panes[0])
            var tiles: [CompareTile] = []
            for (side, scroll, pane) in [
                (Compare.Side.real, compare.realGrid, panes[0]), (.synthetic, compare.syntheticGrid, panes[1]),
            ] {
                let total = (side == .real ? sets.real : sets.synthetic).source.count
                let count = SheetLayout(pane).count
                tiles += (scroll.top..<max(min(scroll.top + count, total), scroll.top)).map {
                    CompareTile(side: side, index: $0)
                }
            }
            return panes[0].isEmpty ? nil : (sheet, tiles)
        case .nearest:
            let inside = Box.inside(compareLayout.nearest.neighbours)
            guard !inside.isEmpty else { return nil }
            let sheet = SheetLayout(inside)
            let neighbours = shownNeighbours.prefix(sheet.count).map { CompareTile(side: .real, index: $0.real) }
            return (sheet, [CompareTile(side: .synthetic, index: compare.synthetic)] + neighbours)
        case .pairs, .distributions, .blind: return nil
        }
    }

    private mutating func neededTiles(_ sets: ComparedSets) -> [Effect] {
        guard let (sheet, seen) = seenTiles(sets) else { return [] }
        var request = TileFrame(
            paths: compare.paths, columns: sheet.width, rows: sheet.height, hasMasks: compare.layer != .image,
            symbols: symbols, colors: colors)
        if compare.tiles?.request.isAlike(request) != true {
            compare.tiles = (request, [:])
            requested.compareTiles = []
        }
        if let pictures = compare.tiles?.pictures, pictures.count > Self.mostThumbnails {
            let kept = Set(seen)
            compare.tiles?.pictures = pictures.filter { kept.contains($0.key) }
        }
        let missing = seen.filter { compare.tiles?.pictures[$0] == nil }
        guard !missing.allSatisfy(requested.compareTiles.contains) else { return [] }
        requested.compareTiles = Set(missing)
        request.tiles = missing
        return [
            .drawCompareTiles(
                request,
                missing.map { ($0, ($0.side == .real ? sets.real : sets.synthetic).source[$0.index]) })
        ]
    }
}
