import Imaging

extension Raster {
    /// The labels in their colours.
    init(_ labels: LabelImage, _ palette: InstanceColors) {
        var values: [Float] = []
        values.reserveCapacity(3 * labels.labels.count)
        for label in labels.labels {
            let color = palette.color(of: label).channels
            for channel in 0..<3 { values.append(color[channel]) }
        }
        self.init(width: labels.width, height: labels.height, channels: 3, values: values)
    }

    /// The picture in colour with labels of its size drawn over it.
    func overlaid(_ labels: LabelImage, _ palette: InstanceColors, _ overlay: Overlay) -> Raster {
        let outlines = overlay == .outline ? labels.outlines() : []
        var values: [Float] = []
        values.reserveCapacity(3 * width * height)
        for (index, label) in labels.labels.enumerated() {
            var color = color(index)
            switch overlay {
            case .outline where outlines[index] != 0: color = palette.color(of: label).channels
            case .tint where label != 0: color = (color + palette.color(of: label).channels) / 2
            case .outline, .tint: break
            }
            for channel in 0..<3 { values.append(color[channel]) }
        }
        return Raster(width: width, height: height, channels: 3, values: values)
    }

    /// The picture in grey: luma of Rec. 601.
    var grey: Raster {
        if channels == 1 { return self }
        let values = (0..<width * height).map { index in
            (color(index) * SIMD4(0.299, 0.587, 0.114, 0)).sum()
        }
        return Raster(width: width, height: height, channels: 1, values: values)
    }

    /// Turns the sub-pixels where `marked` black on bright and white on dark ground, so that lines show on both.
    mutating func invert(where marked: [UInt8]) {
        self = grey
        for (index, marked) in marked.enumerated() where marked != 0 { values[index] = values[index] > 127.5 ? 0 : 255 }
    }

    /// Makes a grey raster black and white. What is nearly black turns black, so that noise leaves no dots on the ground;
    /// else each sub-pixel hands its error on to its right and lower neighbours (Floyd and Steinberg, 1976).
    mutating func diffuse() {
        let (width, height) = (width, height)
        values.withUnsafeMutableBufferPointer { values in
            for index in values.indices { values[index] = min(max((values[index] - 26) * 1.4, 0), 255) }
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
