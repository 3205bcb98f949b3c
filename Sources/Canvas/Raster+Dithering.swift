/// What few colours need for a picture to stay readable.
extension Raster {
    /// Stretches a grey raster's range to all of black to white, at most threefold: averaging has taken contrast that
    /// few colours cannot show the rest of. What is then nearly black turns black, so that noise leaves no dots.
    mutating func stretch() {
        let range = OrderStatistics.values(of: [values], at: (0.005, 0.995))
        let extent = max(range.high - range.low, 85)
        let low = min(max((range.low + range.high - extent) / 2, 0), 255 - extent)
        let scale = 255 / extent * 1.1
        for index in values.indices { values[index] = min(max((values[index] - low) * scale - 25.5, 0), 255) }
    }

    /// The level of an even ground that is neither dark nor bright, as in phase contrast: half of a grey raster's
    /// sub-pixels are near it.
    private var ground: Float? {
        let quartiles = OrderStatistics.values(of: [values], at: (0.25, 0.75))
        let level = (quartiles.low + quartiles.high) / 2
        return quartiles.high - quartiles.low < 80 && level > 51 && level < 204 ? level : nil
    }

    /// Where a grey raster has such a ground, shows how far each sub-pixel is from it, either way: dots on half of the
    /// ground would hide everything.
    mutating func clearGround() {
        guard let ground else { return }
        for index in values.indices { values[index] = min(max((abs(values[index] - ground) - 25) * 2.5, 0), 255) }
    }

    /// Where a grey raster has such a ground, makes it the grey that the ANSI colours have, so that it is plain, and what
    /// is darker or brighter stands out.
    mutating func levelGround() {
        guard let ground else { return }
        for index in values.indices {
            let above = values[index] - ground
            values[index] = 127 + (above < 0 ? above * 127 / ground : above * 128 / (255 - ground))
        }
    }

    /// Turns the sub-pixels where `marked` black on bright and white on dark ground, so that lines show on both.
    mutating func invert(where marked: [UInt8]) {
        for (index, marked) in marked.enumerated() where marked != 0 { values[index] = values[index] > 127.5 ? 0 : 255 }
    }

    /// Makes a grey raster black and white; each sub-pixel hands its error on to its right and lower neighbours (Floyd and
    /// Steinberg, 1976).
    mutating func diffuse() {
        let (width, height) = (width, height)
        values.withUnsafeMutableBufferPointer { values in
            for y in 0..<height {
                for x in 0..<width {
                    let index = y * width + x
                    let shown: Float = values[index] > 127.5 ? 255 : 0
                    let error = (values[index] - shown) / 16
                    values[index] = shown
                    if x + 1 < width { values[index + 1] += 7 * error }
                    guard y + 1 < height else { continue }
                    if x > 0 { values[index + width - 1] += 3 * error }
                    values[index + width] += 5 * error
                    if x + 1 < width { values[index + width + 1] += error }
                }
            }
        }
    }
}
