import Canvas
import Datasets
import Foundation
import Imaging

extension Performer {
    /// A small picture of an image, its objects outlined, or filled where outlines would hide them; of the image alone
    /// where the mask cannot be read.
    func preview(_ request: PreviewRequest) -> Result<Canvas, InputError> {
        do {
            let item = request.item
            let image = try item.pair.map { try $0.image() } ?? ImageFile.read(item.imagePath)
            let labels = item.pair.flatMap { try? $0.labels() }
            let fitting = labels.flatMap { $0.width == image.width && $0.height == image.height ? $0 : nil }
            var scene = Scene(
                image, labels: fitting, palette: InstanceColors(fitting ?? LabelImage(width: 1, height: 1)),
                window: Window.auto.limits(of: image))
            let scale = Viewport(
                width: image.width, height: image.height, zoom: .fit, center: (0.5, 0.5), columns: request.columns,
                rows: request.rows
            ).scale
            let areas = (fitting?.areas.values.sorted() ?? [])
            if !areas.isEmpty {
                let diameter = Double(areas[areas.count / 2]).squareRoot() * scale * Double(request.symbols.across)
                if diameter < Self.leastOutlined { scene.layer = .fill }
            }
            let mosaic = Mosaic(symbols: request.symbols, colors: request.colors)
            return .success(mosaic.grid(of: scene, columns: request.columns, rows: request.rows))
        } catch let error as InputError {
            return .failure(error)
        } catch {
            return .failure(InputError(request.item.imagePath, "cannot be read: \(error)"))
        }
    }

    /// Objects this many sub-pixels across have something inside their outlines.
    private static let leastOutlined = 6.0

    /// Writes the view beside what is there already; returns the file's path.
    func export(_ request: FrameRequest, _ loaded: Loaded, _ format: ExportFormat) throws -> String {
        let stem = (request.image.item.name as NSString).deletingPathExtension + "-view"
        let path = freePath(stem, format == .png ? "png" : "ans")
        switch format {
        case .png:
            // A pixel in one of the file, larger where few are seen.
            let scale = max(1, min(8, 512 / max(request.region.width, request.region.height)))
            let pictures = request.scenes(of: loaded).map { $0.picture(scale: scale) }
            try ImageFile.write(Self.beside(pictures), to: path)
        case .text:
            let pictures = request.pictures(of: loaded)
            var canvas = Canvas(
                columns: pictures.reduce(-1) { $0 + $1.columns + 1 }, rows: pictures.map(\.rows).max() ?? 0)
            var column = 0
            for picture in pictures {
                canvas.place(
                    picture, in: Area(column: column, row: 0, columns: picture.columns, rows: picture.rows))
                column += picture.columns + 1
            }
            let text = ANSIText(colors: request.colors, isUTF8: isUTF8).text(canvas)
            try AtomicFile.write(to: path, synced: false) { write in
                try Array(text.utf8).withUnsafeBytes { try write($0) }
            }
        }
        return path
    }

    /// RGB images of one height beside each other, a few pixels apart.
    static func beside(_ images: [Image]) -> Image {
        guard images.count > 1, let height = images.map(\.height).max() else { return images[0] }
        let gap = 4
        let width = images.reduce(-gap) { $0 + $1.width + gap }
        var samples = [UInt8](repeating: 255, count: 3 * width * height)
        var left = 0
        for image in images {
            if case .uint8(let values) = image.samples {
                for y in 0..<image.height {
                    let target = 3 * (y * width + left)
                    samples.replaceSubrange(
                        target..<target + 3 * image.width, with: values[3 * y * image.width..<3 * (y + 1) * image.width]
                    )
                }
            }
            left += image.width + gap
        }
        return Image(width: width, height: height, channels: 3, samples: .uint8(samples))
    }
}

extension FrameRequest {
    func scenes(of loaded: Loaded) -> [Scene] {
        layers.map { layer in
            Scene(
                loaded.image, labels: loaded.labels, palette: loaded.palette, region: region, window: window, map: map,
                layer: layer)
        }
    }

    func pictures(of loaded: Loaded) -> [Canvas] {
        let mosaic = Mosaic(symbols: symbols, colors: colors)
        return scenes(of: loaded).map { mosaic.grid(of: $0, columns: columns, rows: rows) }
    }
}

extension Loaded {
    /// Reads the image and, where it has one, its mask; a mask that cannot be read is told of and left out.
    /// - Throws: `InputError` if the image cannot be read.
    init(_ request: ImageRequest) throws {
        let item = request.item
        facts = try ImageFile.probe(item.imagePath)
        let isUsual = request.plane == PlaneSelection()
        if isUsual, let pair = item.pair {
            image = try pair.image()
        } else {
            image = try ImageFile.read(item.imagePath, plane: request.plane)
        }
        (labels, maskNote) = (nil, "none")
        if let pair = item.pair {
            do {
                let mask = try pair.taking(request.plane).mask()
                labels = mask.labels
                maskNote = mask.encoding.description
            } catch let error as InputError {
                maskNote = "cannot be read: \(error.problem)"
            }
        }
        palette = InstanceColors(labels ?? LabelImage(width: 1, height: 1))
        areas = labels?.areas ?? [:]
        auto = Window.auto.limits(of: image)
        full = Window.full.limits(of: image)
        mean = image.withoutRedundantChannels().statistics.mean
        histogram = image.histogram(of: full, bins: 256)
    }
}

extension Image {
    /// How many samples, alpha aside, are in each of `bins` equal steps of the range.
    func histogram(of range: ClosedRange<Float>, bins: Int) -> [Double] {
        switch samples {
        case .uint8(let values): counts(values, range, bins) { Float($0) }
        case .uint16(let values): counts(values, range, bins) { Float($0) }
        case .uint32(let values): counts(values, range, bins) { Float($0) }
        case .int8(let values): counts(values, range, bins) { Float($0) }
        case .int16(let values): counts(values, range, bins) { Float($0) }
        case .int32(let values): counts(values, range, bins) { Float($0) }
        case .float(let values): counts(values, range, bins) { $0 }
        }
    }

    private func counts<Sample>(
        _ values: [Sample], _ range: ClosedRange<Float>, _ bins: Int, _ number: (Sample) -> Float
    ) -> [Double] {
        var counts = [Double](repeating: 0, count: bins)
        let low = range.lowerBound
        let scale = Float(bins) / max(range.upperBound - low, .leastNormalMagnitude)
        let used = colourChannels
        values.withUnsafeBufferPointer { values in
            counts.withUnsafeMutableBufferPointer { counts in
                for pixel in 0..<width * height {
                    for channel in 0..<used {
                        let value = (number(values[pixel * channels + channel]) - low) * scale
                        guard value >= 0, value <= Float(bins) else { continue }
                        counts[min(Int(value), bins - 1)] += 1
                    }
                }
            }
        }
        return counts
    }
}
