import Foundation
import Imaging

extension Mosaic {
    /// The peak signal-to-noise ratio, in dB, of a canvas that shows an image of grey or colour in these symbols' patterns,
    /// against the area-averaged image at the resolution of their sub-pixels. Of ASCII, colours count by the glyphs' ink.
    public func fidelity(of canvas: Canvas, to image: Image, _ window: Window) -> Double {
        let (width, height) = subpixels(
            of: (image.width, image.height), columns: canvas.columns, rows: canvas.rows)
        let raster = Raster(image, window: window, width: width, height: height)
        let patterns = Dictionary(symbols.characters.enumerated().map { ($1, $0) }) { first, _ in first }
        let inks = Dictionary(uniqueKeysWithValues: Symbols.inks.map { ($0.character, $0.ink) })
        var sum = 0.0
        for y in 0..<height {
            for x in 0..<width {
                let cell = canvas[x / symbols.across, y / symbols.down]
                let bit = y % symbols.down * symbols.across + x % symbols.across
                let isFore = (patterns[cell.character] ?? 0) >> bit & 1 == 1
                var shown = ((isFore ? cell.foreground : cell.background) ?? RGB(0, 0, 0)).channels
                if symbols == .ascii { shown = (cell.foreground?.channels ?? .zero) * (inks[cell.character] ?? 0) }
                let difference = shown - raster.color(y * width + x)
                sum += Double((difference * difference).sum()) / 3
            }
        }
        return 10 * log10(255 * 255 / max(sum / Double(width * height), 1e-12))
    }
}
