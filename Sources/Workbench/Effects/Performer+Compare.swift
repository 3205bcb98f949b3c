import Canvas
import Datasets
import Foundation
import Imaging
import Measures
import Runs
import Synchronization

extension Performer {
    /// Opens the two sets of a comparison.
    func openSets(_ paths: ComparePaths) -> SetsOutcome {
        do {
            let synthetic = try comparedSet(whole(paths.synthetic))
            guard let real = try paths.real.map({ try comparedSet(whole($0)) }) ?? realSet(of: synthetic) else {
                return .needsReal
            }
            for set in [real, synthetic] where set.source.count == 0 {
                return .failed(InputError(set.path, "holds no images", advice: "name a folder with images"))
            }
            return .opened(ComparedSets(real: real, synthetic: synthetic, seed: .random(in: 0 ... .max)))
        } catch let error as InputError {
            return .failed(error)
        } catch {
            return .failed(InputError(paths.synthetic, "cannot be read: \(error)"))
        }
    }

    /// A set of samples or its accepted ones, a data set, or a folder of images.
    private func comparedSet(_ path: String) throws -> ComparedSet {
        let named = SyntheticSource(path)
        guard SampleSet.isSet(named.path) else {
            return ComparedSet(path: path, source: Source(try imagesOrDataSet(path)))
        }
        let set = try SampleSet.open(named.path)
        let byPath = Dictionary(try set.samples().map { (set.imagePath(of: $0), $0) }) { first, _ in first }
        let source = Source(.dataSet(try DataSet(named.path).choosing(names: named.names())))
        return ComparedSet(
            path: path, source: source,
            samples: (0..<source.count).map { byPath[source[$0].imagePath] })
    }

    private func imagesOrDataSet(_ path: String) throws -> Source.Kind {
        do {
            return .dataSet(try DataSet(path))
        } catch let error as InputError {
            guard let images = try? FolderContent(path).images, !images.isEmpty else { throw error }
            return .images(images)
        }
    }

    private struct AnySettings: Codable, Sendable {}

    /// What the run trained on that made the samples; nil where no run says so.
    private func realSet(of synthetic: ComparedSet) throws -> ComparedSet? {
        guard let path = synthetic.samples.lazy.compactMap({ $0?.run }).first,
            let run = try? RunDirectory.open(path),
            let asked = try? run.description(settings: AnySettings.self).dataset
        else { return nil }
        let dataSet =
            asked.paths.count == 2
            ? try DataSet(images: asked.paths[0], masks: asked.paths[1]) : try DataSet(asked.paths.first ?? "")
        // What was trained on is what the samples are to be like; where the names no longer fit, all there is.
        let training = (try? dataSet.choosing(names: asked.training)) ?? dataSet
        return ComparedSet(path: dataSet.path, source: Source(.dataSet(training.pairs.isEmpty ? dataSet : training)))
    }

    func loadPair(_ pair: ComparedPair) -> Result<LoadedPair, InputError> {
        Result {
            let real = try Loaded(ImageRequest(item: pair.real))
            let synthetic = try Loaded(ImageRequest(item: pair.synthetic))
            return LoadedPair(
                real: real, synthetic: synthetic, difference: synthetic.image.difference(from: real.image))
        }.mapError { $0 as? InputError ?? InputError(pair.synthetic.name, "cannot be read: \($0)") }
    }

    /// Draws tiles, one after the other.
    func drawTiles(
        _ request: TileFrame, _ items: [(CompareTile, Item)], send: Send, check: Check
    ) throws {
        for (tile, item) in items {
            try check()
            var item = item
            if !request.hasMasks { item.pair = nil }
            let wanted = PreviewRequest(
                item: item, columns: request.columns, rows: request.rows, symbols: request.symbols,
                colors: request.colors)
            if case .success(let picture) = preview(wanted) { send(.comparedTile(request, tile, picture)) }
        }
    }

    // MARK: - Measuring

    /// Measures images of both sets and compares them.
    func measure(
        _ request: MeasureRequest, _ sets: ComparedSets, send: @escaping @Sendable (Message) -> Void,
        check: @escaping Check
    ) throws {
        let items =
            request.real.map { sets.real.source[$0] } + request.synthetic.map { sets.synthetic.source[$0] }
        let told = Mutex(0)
        let report: @Sendable (Int) -> Void = { done in
            let isNew = told.withLock { told in
                guard done * 100 / items.count > told else { return false }
                told = done * 100 / items.count
                return true
            }
            if isNew { send(.measuring(request, done: done, total: items.count)) }
        }
        let measured = try concurrentMap(items, progress: report) { item in
            try check()
            return try? MeasuredImage(item)
        }
        try check()
        let count = request.real.count
        let real = zip(request.real, measured.prefix(count)).compactMap { number, image in image.map { (number, $0) } }
        let synthetic = measured.dropFirst(count).compactMap { $0?.measures }
        let found = MeasuredSets(
            comparison: SetComparison(real: real.map(\.1.measures), synthetic: synthetic),
            real: real.map(\.0), signatures: real.map(\.1.signature), space: MeasureSpace(real.map(\.1.measures)),
            broken: items.count - real.count - synthetic.count)
        send(.measured(request, found))
    }

    /// The real images that were measured, by how near they are to a synthetic one.
    /// - Throws: `InputError` where the synthetic image cannot be read.
    func neighbours(of item: Item, among measured: MeasuredSets) throws -> [Neighbour] {
        let image = try MeasuredImage(item)
        let point = measured.space.point(of: image.measures)
        return measured.space.cloud.nearest(to: point, count: measured.real.count).map { near in
            Neighbour(
                real: measured.real[near.index], pixels: measured.signatures[near.index].distance(to: image.signature),
                measures: near.distance)
        }
    }
}

/// What is measured of an image of either set.
private struct MeasuredImage {
    let measures: PairMeasures
    let signature: ImageSignature

    /// Reads and measures an image; a mask that cannot be read is left out.
    init(_ item: Item) throws {
        let image = try item.pair.map { try $0.image() } ?? ImageFile.read(item.imagePath)
        guard image.width > 0, image.height > 0 else { throw InputError(item.imagePath, "has no pixels") }
        measures = PairMeasures(image, labels: item.pair.flatMap { try? $0.labels() })
        signature = ImageSignature(image.luminance())
    }
}

extension ComparedSets {
    init(real: ComparedSet, synthetic: ComparedSet, seed: UInt64) {
        let count = real.source.count
        let byPath = Dictionary((0..<count).map { (real.source[$0].imagePath.absolutePath, $0) }) { first, _ in first }
        let byName = Dictionary((0..<count).map { (real.source[$0].name, $0) }) { first, _ in first }
        let numbers = 0..<synthetic.source.count
        let recorded = numbers.map { synthetic.sample($0)?.nearest.flatMap { byPath[$0.absolutePath] } }
        self.init(
            real: real, synthetic: synthetic,
            partners: numbers.map { recorded[$0] ?? byName[synthetic.source[$0].name] ?? $0 % max(count, 1) },
            recorded: recorded, seed: seed)
    }
}

extension Image {
    /// This image minus another where both are, in grey, each scaled from its minimum and maximum to 0...1.
    fileprivate func difference(from other: Image) -> Image {
        let box = LabelImage.Box(x: 0, y: 0, width: min(width, other.width), height: min(height, other.height))
        let mine = [luminance()].minMaxScaled()[0].cropped(to: box)
        let theirs = [other.luminance()].minMaxScaled()[0].cropped(to: box)
        return Image(
            width: box.width, height: box.height, channels: 1,
            samples: .float(zip(mine.values, theirs.values).map { $0 - $1 }))
    }
}

extension PairFrame {
    func pictures(of loaded: LoadedPair) -> [Canvas] {
        let mosaic = Mosaic(symbols: symbols, colors: colors)
        return panels.map { mosaic.grid(of: scene($0, loaded), columns: columns, rows: rows) }
    }

    private func scene(_ panel: Panel, _ loaded: LoadedPair) -> Scene {
        switch panel.content {
        case .real, .synthetic:
            let one = panel.content == .real ? loaded.real : loaded.synthetic
            return Scene(
                one.image, labels: one.labels, palette: one.palette, region: panel.region, window: one.auto, map: map,
                layer: one.labels == nil ? .image : panel.layer)
        case .difference:
            return Scene(
                loaded.difference, palette: InstanceColors(LabelImage(width: 1, height: 1)), region: panel.region,
                window: -1...1, layer: .image)
        }
    }
}
