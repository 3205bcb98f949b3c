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
        var samples: [UInt8] = []
        samples.reserveCapacity(width / 2 * (height / 2) * 3)
        for y in stride(from: 0, to: height - 1, by: 2) {
            for x in stride(from: 0, to: width - 1, by: 2) {
                let start = y * width + x
                let sum =
                    pixels[start].channels + pixels[start + 1].channels + pixels[start + width].channels
                    + pixels[start + width + 1].channels
                let mean = RGB(sum / 4)
                samples += [mean.red, mean.green, mean.blue]
            }
        }
        return Image(width: width / 2, height: height / 2, channels: 3, samples: .uint8(samples))
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
