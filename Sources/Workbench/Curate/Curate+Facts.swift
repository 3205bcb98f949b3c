import Canvas
import Foundation
import Imaging
import Runs

extension State {
    /// What is told of the sample under the cursor: what was said of it, what speaks against it, scores, provenance.
    func curationFacts(columns: Int) -> [Line] {
        guard let curated = curate.sample else { return [] }
        let (sample, verdict) = (curated.sample, curated.verdict)
        var lines: [Line] = []
        func fact(_ name: String, _ value: String, _ role: Role? = nil) {
            guard !value.isEmpty else { return }
            let width = 10
            let head = name.padded(to: width)
            for (index, line) in Paragraph.lines(value.printable, columns: max(columns - width, 8)).enumerated() {
                lines.append(
                    Line([
                        .init(index == 0 ? head : String(repeating: " ", count: width), .muted), .init(line, role),
                    ]))
            }
        }
        fact("decision", verdict.decision.sign + " " + verdict.decision.rawValue, verdict.decision.role)
        fact("stars", verdict.stars > 0 ? String(repeating: "*", count: verdict.stars) : "-")
        fact("tags", verdict.tags.isEmpty ? "-" : verdict.tags.joined(separator: ", "))
        fact("note", verdict.note)
        if !curated.suspicions.isEmpty { lines.append("") }
        for suspicion in curated.suspicions {
            for (index, line) in Paragraph.lines(suspicion.text.printable, columns: max(columns - 2, 8)).enumerated() {
                lines.append(Line([.init(index == 0 ? "? " : "  ", .warning), .init(line, .warning)]))
            }
        }
        lines += scoreLines(sample, columns: columns)
        lines.append("")
        fact("run", abbreviated(sample.run))
        fact("weights", sample.checkpoint)
        fact("seed", "\(sample.seed)")
        fact("style", sample.styleSource)
        fact("mask", abbreviated(sample.maskSource))
        fact("size", "\(sample.width) x \(sample.height)")
        fact("made", sample.created.formatted(.iso8601.dateTimeSeparator(.space).timeSeparator(.colon)))
        fact("nearest", sample.nearest.map(abbreviated) ?? "")
        return lines
    }

    /// The scores that Petri takes, in their order, then others; what each asks stands below it.
    private func scoreLines(_ sample: Sample, columns: Int) -> [Line] {
        guard !sample.scores.isEmpty else { return ["", Line("no scores were taken", .muted)] }
        let known = SampleScore.allCases.map(\.rawValue).filter { sample.scores[$0] != nil }
        let others = sample.scores.keys.filter { SampleScore(rawValue: $0) == nil }.sorted()
        var lines: [Line] = [""]
        for name in known + others {
            let value = String(format: "%.3f", sample.scores[name] ?? 0)
            var spans: [Span] = [.init(name.printable.padded(to: 12)), .init(value.padded(to: 9), .accent)]
            if let score = SampleScore(rawValue: name), columns >= 36 {
                let best = score.isBetterHigh.map { $0 ? "more is better" : "less is better" } ?? "1 is best"
                spans.append(.init(best, .muted))
            }
            lines.append(Line(spans))
            if let meaning = SampleScore(rawValue: name)?.meaning {
                lines += Paragraph.lines(meaning, columns: max(columns - 2, 8)).map { Line("  " + $0, .muted) }
            }
        }
        return lines
    }

    func drawCurationFacts(on canvas: inout Canvas, _ layout: CurateLayout) {
        guard layout.facts.rows > 2, layout.facts.columns > 2 else { return }
        let name = curate.sample?.sample.name ?? "Facts"
        canvas.draw(Box(Line(name.printable), isFocused: curate.isFactsFocused), in: layout.facts, theme)
        let area = layout.text
        let lines = curationFacts(columns: area.columns)
        let top = min(curate.factScroll.top, max(lines.count - area.rows, 0))
        for line in 0..<area.rows where top + line < lines.count {
            canvas.draw(lines[top + line], in: area.line(line), theme)
        }
        if lines.count > area.rows {
            let bar = Area(column: area.endColumn, row: area.row, columns: 1, rows: area.rows)
            canvas.draw(ScrollBar(count: lines.count, top: top), in: bar, theme)
        }
        drawNearest(on: &canvas, in: layout.nearest)
    }

    /// The training image that the sample may be a copy of.
    private func drawNearest(on canvas: inout Canvas, in area: Area) {
        guard !area.isEmpty, let item = nearestItem else { return }
        let parts = area.split(rows: [.fixed(1), .flexible()])
        canvas.draw(Line("nearest training image", .header), in: parts[0], theme)
        guard let nearest = curate.nearest, nearest.request.item == item else { return }
        switch nearest.picture {
        case .success(let picture):
            canvas.place(picture, in: parts[1].centered(columns: picture.columns, rows: picture.rows))
        case .failure(let error): canvas.draw(Paragraph(error.description, role: .error), in: parts[1], theme)
        }
    }

    private var nearestItem: Item? {
        curate.sample?.sample.nearest.map { Item(name: $0.lastPathComponent, imagePath: $0) }
    }

    // MARK: - What is to be drawn

    /// What the screen of curation lacks.
    mutating func neededForCuration() -> [Effect] {
        neededNearest() + (curate.isSingle ? neededImage() + neededFrame() : neededSamples())
    }

    private mutating func neededNearest() -> [Effect] {
        let rows = curateLayout.nearest.split(rows: [.fixed(1), .flexible()])[1]
        guard !rows.isEmpty, let item = nearestItem else { return [] }
        let request = PreviewRequest(
            item: item, columns: rows.columns, rows: rows.rows, symbols: symbols, colors: colors)
        guard request != requested.preview else { return [] }
        requested.preview = request
        return [.preview(request)]
    }

    mutating func takeNearest(_ request: PreviewRequest, _ picture: Result<Canvas, InputError>) {
        if screen == .curate, request.item == nearestItem { curate.nearest = (request, picture) }
    }

    private mutating func neededSamples() -> [Effect] {
        let sheet = curateLayout.sheet
        guard !Box.inside(curateLayout.pictures).isEmpty else { return [] }
        var request = ThumbnailRequest(
            path: curate.path + (curate.hasOutlines ? "/masks" : "/images"), columns: sheet.width, rows: sheet.height,
            symbols: symbols, colors: colors)
        if curate.thumbnails?.request.isAlike(request) != true {
            curate.thumbnails = (request, [:])
            requested.samples = []
        }
        let top = curate.scroll.top
        let seen = Array(curate.shown[min(top, curate.shown.count)..<min(top + sheet.count, curate.shown.count)])
        if let pictures = curate.thumbnails?.pictures, pictures.count > Self.mostThumbnails {
            let kept = Set(seen)
            curate.thumbnails?.pictures = pictures.filter { kept.contains($0.key) }
        }
        let missing = seen.filter { curate.thumbnails?.pictures[$0] == nil }
        guard !missing.allSatisfy(requested.samples.contains) else { return [] }
        requested.samples = Set(missing)
        request.indices = missing
        return [.thumbnails(request, missing.map { ($0, curate.item($0, withMask: curate.hasOutlines)) })]
    }
}
