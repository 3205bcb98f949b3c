extension Image {
    /// Number of channels that say brightness or colour.
    public var colourChannels: Int { hasAlpha ? channels - 1 : channels }

    /// Whether the image is grey but stored with three equal colour channels (with or without alpha).
    public var isGreyStoredAsColour: Bool {
        guard colourChannels == 3 else { return false }
        return switch samples {
        case .uint8(let values): Self.isGrey(values, channels: channels)
        case .uint16(let values): Self.isGrey(values, channels: channels)
        case .uint32(let values): Self.isGrey(values, channels: channels)
        case .int8(let values): Self.isGrey(values, channels: channels)
        case .int16(let values): Self.isGrey(values, channels: channels)
        case .int32(let values): Self.isGrey(values, channels: channels)
        case .float(let values): Self.isGrey(values, channels: channels)
        }
    }

    private static func isGrey<Sample: Equatable>(_ values: [Sample], channels: Int) -> Bool {
        values.withUnsafeBufferPointer { values in
            var i = 0
            while i + 2 < values.count {
                if values[i] != values[i + 1] || values[i] != values[i + 2] { return false }
                i += channels
            }
            return true
        }
    }

    /// One channel of the image, as stored.
    public func channel(_ index: Int) -> Image {
        precondition(index >= 0 && index < channels, "no such channel")
        let samples: Samples =
            switch samples {
            case .uint8(let values): .uint8(pick(index, of: values))
            case .uint16(let values): .uint16(pick(index, of: values))
            case .uint32(let values): .uint32(pick(index, of: values))
            case .int8(let values): .int8(pick(index, of: values))
            case .int16(let values): .int16(pick(index, of: values))
            case .int32(let values): .int32(pick(index, of: values))
            case .float(let values): .float(pick(index, of: values))
            }
        return Image(
            width: width, height: height, channels: 1, bits: bits, pixelSize: pixelSize, samples: samples)
    }

    private func pick<Sample>(_ index: Int, of values: [Sample]) -> [Sample] {
        if channels == 1 { return values }
        let count = width * height
        return values.withUnsafeBufferPointer { values in
            [Sample](unsafeUninitializedCapacity: count) { target, initialized in
                var source = index
                for i in 0..<count {
                    (target.baseAddress.map { $0 + i })?.initialize(to: values[source])
                    source += channels
                }
                initialized = count
            }
        }
    }

    /// The image without its alpha and, where its colours are all grey, with one channel; otherwise its colours.
    public func withoutRedundantChannels() -> Image {
        if colourChannels == 1 || isGreyStoredAsColour { return channels == 1 ? self : channel(0) }
        guard hasAlpha else { return self }
        let samples: Samples =
            switch samples {
            case .uint8(let values): .uint8(withoutLast(values))
            case .uint16(let values): .uint16(withoutLast(values))
            case .uint32(let values): .uint32(withoutLast(values))
            case .int8(let values): .int8(withoutLast(values))
            case .int16(let values): .int16(withoutLast(values))
            case .int32(let values): .int32(withoutLast(values))
            case .float(let values): .float(withoutLast(values))
            }
        return Image(
            width: width, height: height, channels: channels - 1, bits: bits, hasAlpha: false, pixelSize: pixelSize,
            samples: samples)
    }

    private func withoutLast<Sample>(_ values: [Sample]) -> [Sample] {
        var kept = [Sample]()
        kept.reserveCapacity(width * height * (channels - 1))
        values.withUnsafeBufferPointer { values in
            for pixel in 0..<width * height {
                kept.append(contentsOf: values[pixel * channels..<(pixel + 1) * channels - 1])
            }
        }
        return kept
    }
}
