/// How grey values become colours: a look-up table between a few anchors.
public enum ColorMap: String, CaseIterable, Sendable {
    case grey
    /// White is nothing, as in print.
    case inverted
    /// Perceptually even, and readable to the colour-blind (van der Walt and Smith, 2015).
    case viridis, magma
    /// Black through red and yellow to white.
    case fire
    /// Black through cyan to white.
    case cyanHot = "cyan-hot"

    /// Evenly spaced colours from black to white.
    private var anchors: [RGB] {
        switch self {
        case .grey: [RGB(0, 0, 0), RGB(255, 255, 255)]
        case .inverted: [RGB(255, 255, 255), RGB(0, 0, 0)]
        case .viridis:
            [
                RGB(68, 1, 84), RGB(71, 45, 123), RGB(59, 82, 139), RGB(44, 114, 142), RGB(33, 145, 140),
                RGB(40, 174, 128), RGB(94, 201, 98), RGB(173, 220, 48), RGB(253, 231, 37),
            ]
        case .magma:
            [
                RGB(0, 0, 4), RGB(29, 17, 71), RGB(81, 18, 124), RGB(131, 38, 129), RGB(183, 55, 121),
                RGB(231, 82, 99), RGB(252, 137, 97), RGB(254, 196, 136), RGB(252, 253, 191),
            ]
        case .fire:
            [
                RGB(0, 0, 0), RGB(20, 0, 120), RGB(120, 0, 215), RGB(190, 0, 110), RGB(230, 50, 10), RGB(255, 120, 0),
                RGB(255, 190, 0), RGB(255, 245, 60), RGB(255, 255, 255),
            ]
        case .cyanHot: [RGB(0, 0, 0), RGB(0, 95, 145), RGB(0, 190, 225), RGB(130, 245, 255), RGB(255, 255, 255)]
        }
    }

    /// The colours of the values 0 to 255, as channels 0...255.
    var table: [SIMD4<Float>] {
        let anchors = anchors.map(\.channels)
        return (0..<256).map { value in
            let place = Float(value) / 255 * Float(anchors.count - 1)
            let low = min(Int(place), anchors.count - 2)
            return anchors[low] + (anchors[low + 1] - anchors[low]) * (place - Float(low))
        }
    }
}

extension Raster {
    /// A grey raster in the map's colours; a coloured one as it is.
    func mapped(_ map: ColorMap) -> Raster {
        guard channels == 1, map != .grey else { return self }
        if map == .inverted {
            return Raster(width: width, height: height, channels: 1, values: values.map { 255 - $0 })
        }
        let table = map.table
        var mapped: [Float] = []
        mapped.reserveCapacity(3 * values.count)
        for value in values {
            let color = table[Int(min(max(value, 0), 255))]
            for channel in 0..<3 { mapped.append(color[channel]) }
        }
        return Raster(width: width, height: height, channels: 3, values: mapped)
    }
}
