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

    /// The picture in colour with labels of its size drawn over it; a tint that is not mixed hides what is below.
    func overlaid(
        _ labels: LabelImage, _ palette: InstanceColors, _ overlay: Overlay, isMixed: Bool = true
    ) -> Raster {
        let outlines = overlay == .outline ? labels.outlines() : []
        var values: [Float] = []
        values.reserveCapacity(3 * width * height)
        for (index, label) in labels.labels.enumerated() {
            var color = color(index)
            switch overlay {
            case .outline where outlines[index] != 0: color = palette.color(of: label).channels
            case .tint where label != 0:
                let tint = palette.color(of: label).channels
                color = isMixed ? (color + tint) / 2 : tint
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
}
