import Imaging

/// Makes block glyphs of pictures.
public struct Mosaic: Sendable {
    public let symbols: Symbols
    public let colors: ColorDepth

    /// The error that a byte saved on the wire may cost: squared differences, summed over the channels, the mean of a
    /// cell's sub-pixels. 0 is the least error whatever it takes.
    public let errorPerByte: Float
    /// What it is unless told: halves the bytes of a micrograph for 0.2 dB, which is not seen.
    public static let usualErrorPerByte: Float = 1.7

    private let characters: [Character]

    public init(symbols: Symbols, colors: ColorDepth, errorPerByte: Float = Mosaic.usualErrorPerByte) {
        self.symbols = symbols
        self.colors = colors
        self.errorPerByte = errorPerByte
        characters = symbols.characters
    }

    /// Whether mixed colours stay apart: of the ANSI ones, half a colour is nearest to a grey.
    var mixes: Bool { colors != .ansi16 }

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
            return flat(Raster(reduced, palette))
        case .overlaid(let image, let labels, let overlay, let window):
            var raster = shown(Raster(image, window: window, width: width, height: height))
            let reduced = labels.reduced(width: width, height: height)
            if colors == .mono {
                raster.invert(where: reduced.outlines())
                return dithered(raster)
            }
            return shaded(raster.overlaid(reduced, InstanceColors(labels), overlay, isMixed: mixes))
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

    /// Whether bytes are saved.
    public var isThrifty: Bool { errorPerByte > 0 && bytesPerColor > 0 && symbols != .ascii }

    /// About what setting a colour takes: `38;2;123;45;67`, `38;5;123`; of 16 so little that nothing is to be saved.
    private var bytesPerColor: Float {
        switch colors {
        case .truecolor: 15
        case .indexed256: 9
        case .ansi16, .mono: 0
        }
    }

    /// Labels in their colours, which are never mixed.
    func flat(_ raster: Raster) -> Canvas { colored(raster) { cell(CellFit.unmixed($0)) } }

    /// A picture whose colours may be mixed: with the least error, or with fewer bytes than that takes.
    func shaded(_ raster: Raster) -> Canvas {
        if symbols == .ascii { return colored(raster) { inked($0[0]) } }
        guard isThrifty else {
            if raster.channels == 1 { return grey(raster) { cell(CellFit.grey($0)) } }
            return colored(raster) { values in
                cell(Self.withGrey(values) { CellFit.grey($0) } ?? CellFit.color(values))
            }
        }
        var fit = ThriftyFit(price: bytesPerColor * errorPerByte * Float(symbols.across * symbols.down))
        let columns = (raster.width + symbols.across - 1) / symbols.across
        var column = 0
        func next(_ pattern: (inout ThriftyFit) -> Int) -> Cell {
            if column == 0 { fit.beginRow() }
            column = column + 1 == columns ? 0 : column + 1
            let pattern = pattern(&fit)
            return Cell(
                characters[pattern], foreground: fit.foreground.map(RGB.init), background: fit.background.map(RGB.init))
        }
        if raster.channels == 1 { return grey(raster) { values in next { $0.pattern(values) } } }
        return colored(raster) { values in
            next { fit in Self.withGrey(values) { fit.pattern($0) } ?? fit.pattern(values) }
        }
    }

    private func cell(_ fit: CellFit.Fit) -> Cell {
        if fit.pattern == 0, colors == .ansi16 {
            // A full block on its own colour, which is written as a blank, but is known for a picture's: where there are
            // eight colours only, greys become others there than in text.
            return Cell(
                characters[characters.count - 1], foreground: RGB(fit.background), background: RGB(fit.background))
        }
        return Cell(
            characters[fit.pattern], foreground: fit.pattern == 0 ? nil : RGB(fit.foreground),
            background: RGB(fit.background))
    }

    /// What the body makes of sub-pixels that are all grey, as most of an image with outlines over it are; it is quicker
    /// than with colours.
    @inline(__always)
    private static func withGrey<Result>(
        _ values: UnsafeBufferPointer<SIMD4<Float>>, _ body: (UnsafeBufferPointer<Float>) -> Result
    ) -> Result? {
        for value in values where value.x != value.y || value.y != value.z { return nil }
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: values.count) { greys in
            for (index, value) in values.enumerated() { greys[index] = value.x }
            return body(UnsafeBufferPointer(greys))
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
        return colored(raster) { values in
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

    /// A cell for each block of sub-pixels in colour, grey ones too.
    private func colored(_ raster: Raster, make: (UnsafeBufferPointer<SIMD4<Float>>) -> Cell) -> Canvas {
        cells(raster, value: raster.color, make: make)
    }

    /// A cell for each block of sub-pixels of a grey raster.
    private func grey(_ raster: Raster, make: (UnsafeBufferPointer<Float>) -> Cell) -> Canvas {
        raster.values.withUnsafeBufferPointer { values in cells(raster, value: { values[$0] }, make: make) }
    }

    /// A cell for each block of sub-pixels; at the right and lower rim the last ones are repeated.
    @inline(__always)
    private func cells<Value>(
        _ raster: Raster, value: (Int) -> Value, make: (UnsafeBufferPointer<Value>) -> Cell
    ) -> Canvas {
        let (across, down) = (symbols.across, symbols.down)
        let columns = (raster.width + across - 1) / across
        let rows = (raster.height + down - 1) / down
        var cells: [Cell] = []
        cells.reserveCapacity(columns * rows)
        withUnsafeTemporaryAllocation(of: Value.self, capacity: across * down) { block in
            for row in 0..<rows {
                for column in 0..<columns {
                    for lower in 0..<down {
                        let line = min(row * down + lower, raster.height - 1) * raster.width
                        for right in 0..<across {
                            let x = min(column * across + right, raster.width - 1)
                            block.initializeElement(at: lower * across + right, to: value(line + x))
                        }
                    }
                    cells.append(make(UnsafeBufferPointer(block)))
                }
            }
        }
        return Canvas(columns: columns, rows: rows, cells: cells)
    }
}
