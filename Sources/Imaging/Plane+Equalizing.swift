extension Plane {
    /// Contrast-limited adaptive histogram equalisation of a plane of 0...1 in 256 steps, as OpenCV's CLAHE computes it on
    /// 8-bit images: a histogram for each of `tilesAcross` x `tilesDown` tiles, cut off at `clipLimit` times its mean
    /// height, the excess spread evenly, and the tiles' mappings interpolated. The result has 256 steps too.
    public func locallyEqualized(clipLimit: Double, tilesAcross: Int, tilesDown: Int) -> Plane {
        precondition(tilesAcross > 0 && tilesDown > 0, "there is at least one tile")
        guard !values.isEmpty else { return self }
        let quantized = mapPixels(values) { value in UInt8(min(max((value * 255).rounded(), 0), 255)) }
        // OpenCV pads by a whole tile count where one axis does not divide, even on the axis that does.
        let divides = width % tilesAcross == 0 && height % tilesDown == 0
        let paddedWidth = divides ? width : width + tilesAcross - width % tilesAcross
        let paddedHeight = divides ? height : height + tilesDown - height % tilesDown
        let tileWidth = paddedWidth / tilesAcross
        let tileHeight = paddedHeight / tilesDown
        let columns = (0..<paddedWidth).map { Self.mirrored($0, width) }
        let rows = (0..<paddedHeight).map { Self.mirrored($0, height) }

        var tables = [UInt8](repeating: 0, count: tilesAcross * tilesDown * 256)
        for down in 0..<tilesDown {
            for across in 0..<tilesAcross {
                var histogram = [Int](repeating: 0, count: 256)
                quantized.withUnsafeBufferPointer { quantized in
                    for y in down * tileHeight..<(down + 1) * tileHeight {
                        let row = rows[y] * width
                        for x in across * tileWidth..<(across + 1) * tileWidth {
                            histogram[Int(quantized[row + columns[x]])] += 1
                        }
                    }
                }
                let area = tileWidth * tileHeight
                if clipLimit > 0 { Self.clip(&histogram, at: max(1, Int(clipLimit * Double(area) / 256))) }
                let scale = Float(255) / Float(area)
                var sum = 0
                for value in 0..<256 {
                    sum += histogram[value]
                    let level = (Float(sum) * scale).rounded(.toNearestOrEven)
                    tables[(down * tilesAcross + across) * 256 + value] = UInt8(min(level, 255))
                }
            }
        }
        let across = Self.tilePlaces(count: width, tile: tileWidth, tiles: tilesAcross)
        let down = Self.tilePlaces(count: height, tile: tileHeight, tiles: tilesDown)
        return interpolated(quantized, tables, across, down, tilesAcross: tilesAcross)
    }

    private static func clip(_ histogram: inout [Int], at limit: Int) {
        var excess = 0
        for value in 0..<256 where histogram[value] > limit {
            excess += histogram[value] - limit
            histogram[value] = limit
        }
        let share = excess / 256
        var rest = excess - share * 256
        for value in 0..<256 { histogram[value] += share }
        guard rest > 0 else { return }
        let step = max(256 / rest, 1)
        var value = 0
        while value < 256 && rest > 0 {
            histogram[value] += 1
            rest -= 1
            value += step
        }
    }

    /// The two tiles a pixel lies between and how far it is from the first to the second.
    private struct TilePlace {
        var first: Int
        var second: Int
        var part: Float
    }

    private static func tilePlaces(count: Int, tile: Int, tiles: Int) -> [TilePlace] {
        let inverse = 1 / Float(tile)
        return (0..<count).map { i in
            let place = Float(i) * inverse - 0.5
            let first = Int(place.rounded(.down))
            return TilePlace(first: max(first, 0), second: min(first + 1, tiles - 1), part: place - Float(first))
        }
    }

    private func interpolated(
        _ quantized: [UInt8], _ tables: [UInt8], _ across: [TilePlace], _ down: [TilePlace], tilesAcross: Int
    ) -> Plane {
        let width = width
        let height = height
        let equalized = [Float](unsafeUninitializedCapacity: quantized.count) { target, initialized in
            quantized.withUnsafeBufferPointer { quantized in
                tables.withUnsafeBufferPointer { tables in
                    across.withUnsafeBufferPointer { across in
                        for y in 0..<height {
                            let upper = down[y].first * tilesAcross
                            let lower = down[y].second * tilesAcross
                            let part = down[y].part
                            for x in 0..<width {
                                let place = across[x]
                                let value = Int(quantized[y * width + x])
                                func level(_ tile: Int) -> Float { Float(tables[tile * 256 + value]) }
                                let top =
                                    level(upper + place.first) * (1 - place.part)
                                    + level(upper + place.second) * place.part
                                let bottom =
                                    level(lower + place.first) * (1 - place.part)
                                    + level(lower + place.second) * place.part
                                let mixed = (top * (1 - part) + bottom * part).rounded(.toNearestOrEven)
                                target[y * width + x] = min(max(mixed, 0), 255) / 255
                            }
                        }
                    }
                }
            }
            initialized = quantized.count
        }
        return Plane(width: width, height: height, values: equalized)
    }
}
