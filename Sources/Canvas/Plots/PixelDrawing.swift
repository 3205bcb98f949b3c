import Imaging

/// Pixels to draw on, twice as many as the image has each way, for smooth edges.
struct PixelDrawing {
    let width: Int
    let height: Int
    private var pixels: [RGB]

    static let ink = RGB(40, 44, 52)
    static let line = RGB(150, 155, 165)
    static let grid = RGB(232, 234, 238)

    init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        pixels = Array(repeating: RGB(255, 255, 255), count: width * height)
    }

    /// Half as wide and high, each pixel the mean of four.
    var reduced: Image {
        let (columns, rows) = (width / 2, height / 2)
        let samples = pixels.withUnsafeBufferPointer { pixels in
            [UInt8](unsafeUninitializedCapacity: columns * rows * 3) { target, initialized in
                var place = 0
                for y in 0..<rows {
                    var upper = 2 * y * width
                    for _ in 0..<columns {
                        let four = (pixels[upper], pixels[upper + 1], pixels[upper + width], pixels[upper + width + 1])
                        target[place] = Self.mean(four.0.red, four.1.red, four.2.red, four.3.red)
                        target[place + 1] = Self.mean(four.0.green, four.1.green, four.2.green, four.3.green)
                        target[place + 2] = Self.mean(four.0.blue, four.1.blue, four.2.blue, four.3.blue)
                        place += 3
                        upper += 2
                    }
                }
                initialized = place
            }
        }
        return Image(width: columns, height: rows, channels: 3, samples: .uint8(samples))
    }

    /// Rounded to even where it lies between two, as nearest floats are.
    @inline(__always)
    private static func mean(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> UInt8 {
        let sum = UInt16(a) + UInt16(b) + UInt16(c) + UInt16(d)
        let whole = sum >> 2
        let rest = sum & 3
        return UInt8(truncatingIfNeeded: whole + (rest == 3 || rest == 2 && whole & 1 == 1 ? 1 : 0))
    }

    mutating func fill(_ x: Int, _ y: Int, _ columns: Int, _ rows: Int, _ color: RGB) {
        for row in max(y, 0)..<max(min(y + rows, height), max(y, 0)) {
            for column in max(x, 0)..<max(min(x + columns, width), max(x, 0)) { pixels[row * width + column] = color }
        }
    }

    mutating func text(_ text: String, _ x: Int, _ y: Int, _ color: RGB) {
        for (index, character) in text.enumerated() {
            for (row, bits) in PixelGlyphs.rows(of: character).enumerated() {
                for column in 0..<PixelGlyphs.width where bits >> UInt16(PixelGlyphs.width - 1 - column) & 1 == 1 {
                    fill(x + index * PixelGlyphs.width + column, y + row, 1, 1, color)
                }
            }
        }
    }

    /// An RGB image of 8 bits, each of its pixels `scale` wide and high.
    mutating func place(_ image: Image, _ x: Int, _ y: Int, scale: Int) {
        guard case .uint8(let samples) = image.samples, image.channels == 3 else { return }
        for row in 0..<image.height {
            for column in 0..<image.width {
                let start = 3 * (row * image.width + column)
                let color = RGB(samples[start], samples[start + 1], samples[start + 2])
                fill(x + column * scale, y + row * scale, scale, scale, color)
            }
        }
    }
}
