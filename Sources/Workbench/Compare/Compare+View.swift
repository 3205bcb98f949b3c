import Canvas
import Foundation
import Imaging
import Measures
import Runs

extension State {
    /// The names of the views in the first line, and where they stand.
    var compareTabs: [(tab: Compare.Tab, text: String, area: Area)] {
        let line = compareLayout.tabs
        var column = line.column
        return Compare.Tab.allCases.enumerated().map { index, tab in
            let text = tab == compare.tab ? "[\(index + 1) \(tab.title)]" : " \(index + 1) \(tab.title) "
            defer { column += text.displayColumns }
            return (tab, text, Area(column: column, row: line.row, columns: text.displayColumns, rows: 1))
        }
    }

    func drawCompare(on canvas: inout Canvas, in area: Area) {
        let layout = compareLayout
        for (tab, text, area) in compareTabs {
            canvas.draw(Line(text, tab == compare.tab ? .title : .muted), in: area.intersection(layout.tabs), theme)
        }
        guard let sets = compare.sets else {
            let text = compare.problem?.description ?? "opening…"
            let role: Role = compare.problem == nil ? .muted : .error
            return canvas.draw(Paragraph(text, role: role), in: layout.body.inset(columns: 2, rows: 1), theme)
        }
        let end = compareTabs.last?.area.endColumn ?? 0
        let names = "real \(sets.real.source.count) · synthetic \(sets.synthetic.source.count)"
        let room = Area(
            column: end + 1, row: layout.tabs.row, columns: layout.tabs.endColumn - end - 1, rows: layout.tabs.rows)
        if names.displayColumns <= room.columns {
            canvas.draw(Line(names, .muted), in: room, theme, alignment: .right)
        }
        switch compare.tab {
        case .pairs: drawPair(sets, on: &canvas)
        case .grids: drawGrids(sets, on: &canvas)
        case .distributions: drawDistributions(on: &canvas)
        case .nearest: drawNearest(sets, on: &canvas)
        case .blind: drawBlindTest(on: &canvas)
        }
    }

    // MARK: - Pairs

    private func title(_ content: PairFrame.Content, _ pair: ComparedPair) -> Line {
        switch content {
        case .real: Line([.init("real  "), .init(pair.real.name.printable)])
        case .synthetic: Line([.init("synthetic  "), .init(pair.synthetic.name.printable)])
        case .difference: Line("synthetic − real")
        }
    }

    private func footer(_ content: PairFrame.Content) -> Line {
        guard let loaded = compare.loaded, loaded.of == compare.pair else { return "" }
        if content == .difference { return "grey: alike, bright: synthetic brighter" }
        let one = content == .real ? loaded.pair.real : loaded.pair.synthetic
        return Line(
            "\(one.image.width)x\(one.image.height)" + (one.labels == nil ? "" : " · \(one.areas.count) cells"))
    }

    private func drawPair(_ sets: ComparedSets, on canvas: inout Canvas) {
        guard let pair = compare.pair else { return }
        drawPanes(on: &canvas) { _, content in (title(content, pair), footer(content)) }
        canvas.draw(Line(sampleText(sets, first: [pairingText(sets)]), .muted), in: compareLayout.facts, theme)
    }

    private func drawPanes(on canvas: inout Canvas, _ captions: (Int, PairFrame.Content) -> (title: Line, footer: Line))
    {
        let contents = pairContents
        var pictures = compare.frame?.request.panels.map(\.content) == contents ? compare.frame?.pictures : nil
        // The images of the question before would be answered for.
        if compare.tab == .blind, compare.frame?.request.pair != compare.pair { pictures = nil }
        for (index, pane) in compareLayout.panes(contents.count).enumerated() {
            let (title, footer) = captions(index, contents[index])
            canvas.draw(Box(title, footer: footer, isFocused: true), in: pane, theme)
            let inside = Box.inside(pane)
            if let problem = compare.problem {
                canvas.draw(Paragraph(problem.description, role: .error), in: inside, theme)
            } else if let pictures {
                let picture = pictures[index]
                canvas.place(picture, in: inside.centered(columns: picture.columns, rows: picture.rows))
            } else {
                canvas.draw(Line("reading…", .muted), in: inside, theme)
            }
        }
    }

    /// Why the real image stands beside the synthetic one.
    private func pairingText(_ sets: ComparedSets) -> String {
        let index = compare.synthetic
        if compare.chosenReal != nil { return "real chosen by hand" }
        if sets.recorded[index] != nil { return "beside its nearest training image" }
        return sets.real.source[compare.real].name == sets.synthetic.source[index].name
            ? "paired by name" : "paired by number"
    }

    /// How a sample was scored and where it came from, behind `first`; what its set does not say is left out.
    private func sampleText(_ sets: ComparedSets, first: [String] = []) -> String {
        var parts = first
        guard let sample = sets.synthetic.sample(compare.synthetic) else { return " " + parts.joined(separator: " · ") }
        for score in SampleScore.allCases {
            if let value = sample.scores[score.rawValue] {
                parts.append("\(score.rawValue) \(Self.text((value * 1000).rounded() / 1000))")
            }
        }
        if !sample.styleSource.isEmpty { parts.append("style \(sample.styleSource)") }
        parts.append("mask \(abbreviated(sample.maskSource))")
        return " " + parts.joined(separator: " · ").printable
    }

    // MARK: - Grids

    private func drawGrids(_ sets: ComparedSets, on canvas: inout Canvas) {
        let panes = compareLayout.panes(2)
        drawGrid(sets.real, .real, compare.realGrid, on: &canvas, in: panes[0])
        drawGrid(sets.synthetic, .synthetic, compare.syntheticGrid, on: &canvas, in: panes[1])
        let (set, scroll) =
            compare.gridSide == .real ? (sets.real, compare.realGrid) : (sets.synthetic, compare.syntheticGrid)
        let item = set.source[min(scroll.selected, set.source.count - 1)]
        canvas.draw(
            Line(" \(compare.gridSide.name)  \(abbreviated(item.imagePath))", .muted), in: compareLayout.facts, theme)
    }

    private func drawGrid(
        _ set: ComparedSet, _ side: Compare.Side, _ scroll: Scroll, on canvas: inout Canvas, in area: Area
    ) {
        let isFocused = compare.gridSide == side
        let count = set.source.count
        canvas.draw(
            Box(
                Line("\(side.name)  \(set.path.lastPathComponent.printable)"),
                footer: Line("\(min(scroll.selected, count - 1) + 1) of \(count)"), isFocused: isFocused),
            in: area, theme)
        let inside = Box.inside(area)
        guard !inside.isEmpty else { return }
        let sheet = SheetLayout(inside)
        for place in 0..<sheet.count where scroll.top + place < count {
            let index = scroll.top + place
            var ground = theme[.muted]
            if index == scroll.selected {
                ground = theme[isFocused ? .selection : .selectionUnfocused].over(theme[.text])
            }
            draw(
                CompareTile(side: side, index: index), caption: set.source[index].name, ground, on: &canvas,
                in: sheet.place(place, in: inside))
        }
    }

    /// A small picture over its caption.
    private func draw(
        _ tile: CompareTile, caption: String, _ ground: Style, on canvas: inout Canvas, in area: Area
    ) {
        let parts = area.split(rows: [.flexible(), .fixed(1)])
        if let drawn = compare.tiles?.pictures[tile] {
            canvas.place(drawn, in: parts[0].centered(columns: drawn.columns, rows: drawn.rows))
        } else {
            canvas.draw(
                "·", column: parts[0].column + parts[0].columns / 2, row: parts[0].row + parts[0].rows / 2,
                theme[.muted], in: parts[0])
        }
        canvas.draw(
            Line(caption.printable.fitted(columns: parts[1].columns)), in: parts[1], theme, ground: ground,
            alignment: .center)
    }

    // MARK: - Nearest real images

    private func drawNearest(_ sets: ComparedSets, on canvas: inout Canvas) {
        let (sampleArea, area) = compareLayout.nearest
        let index = compare.synthetic
        let item = sets.synthetic.source[index]
        canvas.draw(
            Box(
                Line([.init("synthetic  "), .init(item.name.printable)]),
                footer: Line("\(index + 1) of \(sets.synthetic.source.count)")), in: sampleArea, theme)
        let inside = Box.inside(area)
        let sheet = SheetLayout(inside)
        let own = Box.inside(sampleArea)
        draw(
            CompareTile(side: .synthetic, index: index), caption: "", theme[.text], on: &canvas,
            in: own.centered(columns: sheet.width, rows: sheet.height + 1))
        let order = compare.isByMeasures ? "by what is measured" : "by pixels"
        canvas.draw(
            Box(Line("nearest real images, \(order)"), footer: Line("0 is a copy"), isFocused: true), in: area, theme)
        let note = sets.recorded[index] == nil ? [] : ["* found nearest when it was generated"]
        canvas.draw(Line(sampleText(sets, first: note), .muted), in: compareLayout.facts, theme)
        guard !inside.isEmpty else { return }
        guard compare.measured != nil else { return drawProgress(on: &canvas, in: inside) }
        for (place, neighbour) in shownNeighbours.prefix(sheet.count).enumerated() {
            let isRecorded = neighbour.real == sets.recorded[index]
            let distance = compare.isByMeasures ? neighbour.measures : neighbour.pixels
            let number = distance.isFinite ? String(format: "%.2f", distance) : "-"
            draw(
                CompareTile(side: .real, index: neighbour.real),
                caption: "\(isRecorded ? "* " : "")\(number) \(sets.real.source[neighbour.real].name)",
                place == compare.neighbour ? theme[.selection].over(theme[.text]) : theme[.muted], on: &canvas,
                in: sheet.place(place, in: inside))
        }
    }

    // MARK: - The blind test

    private func drawBlindTest(on canvas: inout Canvas) {
        let layout = compareLayout
        let test = compare.blind
        let last = test.questions.last { $0.answer != nil }
        let verdict = last.flatMap(\.isRight).map { isRight in
            isRight ? Span("right: ", .good) : Span("wrong: ", .error)
        }
        let told = last.map { Span("the \($0.realSide.rawValue) one was real") }
        if let position = test.position {
            drawPanes(on: &canvas) { pane, _ in (Line(pane == 0 ? "left?" : "right?"), "") }
            let ask = Span(" \(position + 1) of \(test.questions.count): which is real? h left, l right  ", .title)
            let line = Line([ask] + [verdict, told].compactMap { $0 })
            canvas.draw(line, in: layout.facts, theme)
            if line.columns + test.score.sentence.displayColumns + 3 <= layout.facts.columns {
                canvas.draw(Line(test.score.sentence + " ", .muted), in: layout.facts, theme, alignment: .right)
            }
        } else {
            canvas.draw(Box("which is real?", isFocused: true), in: layout.body, theme)
            let text = """
                \(test.score.sentence).

                Guessing would be at least as far from half right with a chance of \
                \(String(format: "%.3g", test.score.pValue)) (exact binomial test, two-sided).

                t asks about other images, u takes the last answer back.
                """
            canvas.draw(Paragraph(text), in: layout.body.inset(columns: 3, rows: 2), theme)
            canvas.draw(Line([Span(" ")] + [verdict, told].compactMap { $0 }), in: layout.facts, theme)
        }
    }

    var compareStatus: StatusBar {
        guard let sets = compare.sets else { return StatusBar(mode: "COMPARE", left: "") }
        var right: [Line] = []
        switch compare.tab {
        case .pairs, .nearest:
            right.append(Line("\(compare.synthetic + 1)/\(sets.synthetic.source.count)"))
            if compare.tab == .pairs, let viewport = compareViewport(pairContents[0]) {
                right.append(Line(Self.zoomText(viewport.scale, compare.zoom)))
            }
        case .blind: right.append(Line("\(compare.blind.score.right)/\(compare.blind.score.answered) right"))
        case .grids, .distributions: break
        }
        return StatusBar(
            mode: compare.tab == .pairs && compare.view == .blink ? "BLINK" : "COMPARE",
            left: Line("\(abbreviated(sets.real.path)) ~ \(abbreviated(sets.synthetic.path))"), right: right)
    }
}
