import Imaging

extension MaskFiles {
    /// Reads one mask of a whole image and tells its encoding by what it holds.
    static func readWhole(_ path: String, plane: PlaneSelection) throws -> Mask {
        let image = try ImageFile.read(path, plane: plane, as: .stored)
        // Neither palettes nor JPEG have more bits.
        let facts = image.bits <= 8 ? try ImageFile.probe(path) : nil
        if facts?.container == .jpeg { return readBlurred(image) }
        if image.colourChannels == 3 && !image.isGreyStoredAsColour { return try readColours(image, path: path) }
        let labels = try LabelImage(image: image, name: path)
        if let value = labels.onlyLabel {
            let isForeground = value == 1 || value == 255 || Int(value) == (1 << min(image.bits, 31)) - 1
            if isForeground || image.bits <= 8 {
                return Mask(labels: labels.components(connectivity: .four), encoding: .binary(value: Int(value)))
            }
        }
        let isPalette = facts?.isPalette == true
        return Mask(labels: labels, encoding: isPalette ? .paletteIndices : .labels(bits: image.bits))
    }

    /// Foreground is what is above half of the largest value, in the first channel.
    private static func readBlurred(_ image: Image) -> Mask {
        var foreground = [UInt8](repeating: 0, count: image.width * image.height)
        // JPEG has 8 bits a sample.
        if case .uint8(let samples) = image.samples {
            let channels = image.channels
            samples.withUnsafeBufferPointer { samples in
                var top: UInt8 = 0
                for sample in samples { top = max(top, sample) }
                for pixel in 0..<foreground.count where samples[pixel * channels] > top / 2 { foreground[pixel] = 1 }
            }
        }
        let labels = LabelImage.components(ofMask: foreground, width: image.width, height: image.height)
        return Mask(labels: labels, encoding: .jpeg)
    }

    /// More colours than this in a mask make it a picture.
    private static let mostColours = 65_535

    /// Every colour is an object; black is background, or the most frequent colour where there is no black.
    private static func readColours(_ image: Image, path: String) throws -> Mask {
        let keys: [UInt64] =
            switch image.samples {
            case .uint8(let samples): colourKeys(samples, image)
            case .uint16(let samples): colourKeys(samples, image)
            default:
                throw InputError(
                    path,
                    "holds differing channels of \(image.bits)-bit \(image.format.rawValue) where labels are expected",
                    advice: "give a mask with one number a pixel")
            }
        var pixels: [UInt64: Int] = [:]
        var last = UInt64.max
        var run = 0
        for key in keys {
            if key != last {
                if run > 0 { pixels[last, default: 0] += run }
                (last, run) = (key, 0)
                guard pixels.count <= mostColours else { break }
            }
            run += 1
        }
        pixels[last, default: 0] += run
        guard pixels.count <= min(mostColours, max(keys.count / 4, 64)) else {
            throw InputError(
                path, "holds more than \(pixels.count - 1) colours, which looks like a picture and not like a mask",
                advice: "give a mask with one number, or one colour, for each object")
        }
        let background =
            pixels[0] != nil ? 0 : pixels.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
        var labels = LabelImage(width: image.width, height: image.height)
        var numbers: [UInt64: Int32] = [background: 0]
        last = background
        var label: Int32 = 0
        for (pixel, key) in keys.enumerated() {
            if key != last {
                last = key
                if let known = numbers[key] {
                    label = known
                } else {
                    label = Int32(clamping: numbers.count)
                    numbers[key] = label
                }
            }
            labels.labels[pixel] = label
        }
        return Mask(labels: labels, encoding: .colours)
    }

    /// The three colours of each pixel as one number.
    private static func colourKeys<Sample: FixedWidthInteger & UnsignedInteger>(
        _ samples: [Sample], _ image: Image
    ) -> [UInt64] {
        let channels = image.channels
        return samples.withUnsafeBufferPointer { samples in
            (0..<image.width * image.height).map { pixel in
                let at = pixel * channels
                return UInt64(samples[at]) << 32 | UInt64(samples[at + 1]) << 16 | UInt64(samples[at + 2])
            }
        }
    }
}
