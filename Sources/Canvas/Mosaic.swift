import Imaging

/// Makes block glyphs of pictures.
public struct Mosaic: Sendable {
    public let symbols: Symbols
    public let colors: ColorDepth

    /// The error that a byte saved on the wire may cost: a sum of squared differences over a cell's sub-pixels and three
    /// channels. 0 is the least error whatever it takes; in truecolor only.
    public let errorPerByte: Float

    private let characters: [Character]

    public init(symbols: Symbols, colors: ColorDepth, errorPerByte: Float = 0) {
        self.symbols = symbols
        self.colors = colors
        self.errorPerByte = errorPerByte
        characters = symbols.characters
    }

    /// The picture, as large as fits into `columns` x `rows` cells with its aspect kept (a cell is twice as high as
    /// wide); enlarged by whole numbers only, so that all pixels stay the same size. In mono no cell has a colour.
    public func grid(of picture: Picture, columns: Int, rows: Int) -> Canvas {
        let (width, height) = subpixels(of: picture.size, columns: columns, rows: rows)
        guard width > 0, height > 0 else { return Canvas(columns: 0, rows: 0) }
        switch picture {
        case .image(let image, let window):
            let raster = shown(Raster(image, window: window, width: width, height: height))
            return colors == .mono ? dithered(raster) : shaded(raster)
        case .labels(let labels):
            let palette = InstanceColors(labels)
            let reduced = labels.reduced(width: width, height: height)
            if symbols == .ascii { return lettered(reduced, palette) }
            if colors == .mono { return dithered(separated(reduced)) }
            return fitted(Raster(reduced, palette), by: CellFit.unmixed)
        case .overlaid(let image, let labels, let overlay, let window):
            var raster = shown(Raster(image, window: window, width: width, height: height))
            let reduced = labels.reduced(width: width, height: height)
            if colors == .mono {
                raster.invert(where: reduced.outlines())
                return dithered(raster)
            }
            return shaded(raster.overlaid(reduced, InstanceColors(labels), overlay))
        }
    }

    /// Sub-pixels across and down that fill the cells as far as the aspect allows.
    func subpixels(of size: (width: Int, height: Int), columns: Int, rows: Int) -> (width: Int, height: Int) {
        guard size.width > 0, size.height > 0, columns > 0, rows > 0 else { return (0, 0) }
        // Cell widths a pixel takes.
        var zoom = min(Double(columns) / Double(size.width), 2 * Double(rows) / Double(size.height))
        if zoom > 1 { zoom.round(.down) }
        return (
            max(1, Int((Double(size.width) * zoom * Double(symbols.across)).rounded())),
            max(1, Int((Double(size.height) * zoom * Double(symbols.down) / 2).rounded()))
        )
    }

    /// The raster as this number of colours can show it: grey in more contrast where there are few.
    func shown(_ raster: Raster) -> Raster {
        var raster = colors == .mono ? raster.grey : raster
        guard raster.channels == 1, colors == .mono || colors == .ansi16 else { return raster }
        raster.stretch()
        if colors == .mono { raster.clearGround() } else { raster.levelGround() }
        return raster
    }

    /// Each cell with the two colours and the glyph that `fit` finds.
    func fitted(_ raster: Raster, by fit: (UnsafeBufferPointer<SIMD4<Float>>) -> CellFit.Fit) -> Canvas {
        cells(raster) { values in
            if symbols == .ascii { return inked(values[0]) }
            let fit = fit(values)
            return Cell(
                characters[fit.pattern], foreground: fit.pattern == 0 ? nil : RGB(fit.foreground),
                background: RGB(fit.background))
        }
    }

    /// A picture whose colours may be mixed: with the least error, or with less bytes than that takes.
    func shaded(_ raster: Raster) -> Canvas {
        guard errorPerByte > 0, colors == .truecolor, symbols != .ascii else {
            return fitted(raster, by: raster.channels == 1 ? CellFit.grey : CellFit.color)
        }
        var fit = ThriftyFit(errorPerByte: errorPerByte, isGrey: raster.channels == 1)
        let columns = (raster.width + symbols.across - 1) / symbols.across
        var column = 0
        return cells(raster) { values in
            if column % columns == 0 { fit.beginRow() }
            column += 1
            let pattern = fit.pattern(values)
            return Cell(
                characters[pattern], foreground: fit.foreground.map(RGB.init), background: fit.background.map(RGB.init))
        }
    }

    /// The thinnest ASCII glyph that can show the colour on black, its colour as much brighter as it has less ink.
    private func inked(_ color: SIMD4<Float>) -> Cell {
        let inks = Symbols.inks
        if colors == .mono { return Cell(inks[nearestInk(color.x / 255)].character) }
        let level = color.max() / 255
        let ink = inks[min(nearestInk(level), inks.count - 1)]
        return Cell(ink.character, foreground: ink.ink == 0 ? nil : RGB(color / max(ink.ink, level)))
    }

    private func nearestInk(_ level: Float) -> Int {
        var best = 0
        for (index, ink) in Symbols.inks.enumerated() where abs(ink.ink - level) < abs(Symbols.inks[best].ink - level) {
            best = index
        }
        return best
    }

    /// Foreground sub-pixels as dense as the picture is bright, without colours.
    func dithered(_ raster: Raster) -> Canvas {
        var raster = raster
        if symbols != .ascii { raster.diffuse() }
        return cells(raster) { values in
            if symbols == .ascii { return inked(values[0]) }
            var pattern = 0
            for (index, value) in values.enumerated() where value.x > 127.5 { pattern |= 1 << index }
            return Cell(characters[pattern])
        }
    }

    /// Objects white, with a dark line where one meets another, so that they stay apart without colours.
    func separated(_ labels: LabelImage) -> Raster {
        var values = [Float](repeating: 0, count: labels.labels.count)
        for y in 0..<labels.height {
            for x in 0..<labels.width where labels[x, y] != 0 {
                func meets(_ x: Int, _ y: Int, _ label: Int32) -> Bool {
                    x < labels.width && y < labels.height && labels[x, y] != 0 && labels[x, y] != label
                }
                let label = labels[x, y]
                if !meets(x + 1, y, label) && !meets(x, y + 1, label) { values[y * labels.width + x] = 255 }
            }
        }
        return Raster(width: labels.width, height: labels.height, channels: 1, values: values)
    }

    /// Objects as letters, which differ between neighbours.
    func lettered(_ labels: LabelImage, _ palette: InstanceColors) -> Canvas {
        let letters = Array("#o%x@+8s&=$w")
        return Canvas(
            columns: labels.width, rows: labels.height,
            cells: labels.labels.map { label in
                guard let index = palette.index(of: label) else { return Cell(" ") }
                return Cell(
                    letters[index % letters.count], foreground: colors == .mono ? nil : palette.color(of: label))
            })
    }

    /// A cell for each block of sub-pixels; at the right and lower rim the last ones are repeated.
    private func cells(_ raster: Raster, make: (UnsafeBufferPointer<SIMD4<Float>>) -> Cell) -> Canvas {
        let (across, down) = (symbols.across, symbols.down)
        let columns = (raster.width + across - 1) / across
        let rows = (raster.height + down - 1) / down
        var cells: [Cell] = []
        cells.reserveCapacity(columns * rows)
        withUnsafeTemporaryAllocation(of: SIMD4<Float>.self, capacity: across * down) { block in
            for row in 0..<rows {
                for column in 0..<columns {
                    for index in 0..<across * down {
                        let x = min(column * across + index % across, raster.width - 1)
                        let y = min(row * down + index / across, raster.height - 1)
                        block[index] = raster.color(y * raster.width + x)
                    }
                    cells.append(make(UnsafeBufferPointer(block)))
                }
            }
        }
        return Canvas(columns: columns, rows: rows, cells: cells)
    }
}
