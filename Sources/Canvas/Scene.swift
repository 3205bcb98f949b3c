import Imaging

/// A part of an image and of its labels, as a viewer shows it. Colours of objects stay the same whichever part is seen.
public struct Scene: Sendable {
    /// What is seen of the labels.
    public enum Layer: String, CaseIterable, Sendable {
        case image, outline, fill, mask
    }

    public var image: Image
    /// Of the image's size.
    public var labels: LabelImage?
    public var palette: InstanceColors
    /// The pixels that are seen, all of them inside the image.
    public var region: LabelImage.Box
    /// The samples, as stored, that are shown black and white.
    public var window: ClosedRange<Float>
    /// For grey images.
    public var map: ColorMap
    public var layer: Layer

    public init(
        _ image: Image, labels: LabelImage? = nil, palette: InstanceColors, region: LabelImage.Box? = nil,
        window: ClosedRange<Float>, map: ColorMap = .grey, layer: Layer = .outline
    ) {
        self.image = image
        self.labels = labels
        self.palette = palette
        self.region = region ?? .init(x: 0, y: 0, width: image.width, height: image.height)
        self.window = window
        self.map = map
        self.layer = layer
    }

    /// The part of the image, windowed and in its colours, at this size.
    fileprivate func raster(width: Int, height: Int, shown: (Raster) -> Raster = { $0 }) -> Raster {
        let part = image.cropped(to: region)
        let window = Window.range(window.lowerBound, max(window.upperBound, window.lowerBound.nextUp))
        return shown(Raster(part, window: window, width: width, height: height)).mapped(map)
    }

    /// The scene as an RGB image, each pixel of the region `scale` pixels wide and high.
    public func picture(scale: Int) -> Image {
        let (width, height) = (region.width * max(scale, 1), region.height * max(scale, 1))
        let reduced = labels?.cropped(to: region).reduced(width: width, height: height)
        let raster: Raster
        switch (layer, reduced) {
        case (.mask, let labels?): raster = Raster(labels, palette)
        case (.outline, let labels?):
            raster = self.raster(width: width, height: height).overlaid(labels, palette, .outline)
        case (.fill, let labels?): raster = self.raster(width: width, height: height).overlaid(labels, palette, .tint)
        default: raster = self.raster(width: width, height: height)
        }
        var samples: [UInt8] = []
        samples.reserveCapacity(3 * width * height)
        for index in 0..<width * height {
            let color = RGB(raster.color(index))
            samples.append(contentsOf: [color.red, color.green, color.blue])
        }
        return Image(width: width, height: height, channels: 3, samples: .uint8(samples))
    }
}

extension Mosaic {
    /// The scene's region, as large as fits; see `grid(of:columns:rows:)`.
    public func grid(of scene: Scene, columns: Int, rows: Int) -> Canvas {
        let region = scene.region
        let (width, height) = subpixels(of: (region.width, region.height), columns: columns, rows: rows)
        guard width > 0, height > 0 else { return Canvas(columns: 0, rows: 0) }
        let reduced =
            scene.layer == .image ? nil : scene.labels?.cropped(to: region).reduced(width: width, height: height)
        if scene.layer == .mask, let reduced {
            if symbols == .ascii { return lettered(reduced, scene.palette) }
            if colors == .mono { return dithered(separated(reduced)) }
            return flat(Raster(reduced, scene.palette))
        }
        var raster = scene.raster(width: width, height: height, shown: shown)
        if colors == .mono {
            raster = raster.grey
            if let reduced { raster.invert(where: reduced.outlines()) }
            return dithered(raster)
        }
        if let reduced {
            return shaded(
                raster.overlaid(
                    reduced, scene.palette, scene.layer == .fill ? .tint : .outline, isMixed: mixes))
        }
        return shaded(raster)
    }

    /// The cells that a region of this size takes of `columns` x `rows`.
    public func cells(of size: (width: Int, height: Int), columns: Int, rows: Int) -> (columns: Int, rows: Int) {
        let (width, height) = subpixels(of: size, columns: columns, rows: rows)
        return ((width + symbols.across - 1) / symbols.across, (height + symbols.down - 1) / symbols.down)
    }
}

extension Image {
    /// The pixels in the box, which must lie inside.
    fileprivate func cropped(to box: LabelImage.Box) -> Image {
        if box.width == width, box.height == height { return self }
        func crop<Sample>(_ values: [Sample]) -> [Sample] {
            var result: [Sample] = []
            result.reserveCapacity(box.width * box.height * channels)
            for y in box.y..<box.y + box.height {
                let start = (y * width + box.x) * channels
                result.append(contentsOf: values[start..<start + box.width * channels])
            }
            return result
        }
        let samples: Samples =
            switch samples {
            case .uint8(let values): .uint8(crop(values))
            case .uint16(let values): .uint16(crop(values))
            case .uint32(let values): .uint32(crop(values))
            case .int8(let values): .int8(crop(values))
            case .int16(let values): .int16(crop(values))
            case .int32(let values): .int32(crop(values))
            case .float(let values): .float(crop(values))
            }
        return Image(
            width: box.width, height: box.height, channels: channels, bits: bits, hasAlpha: hasAlpha, samples: samples)
    }
}
