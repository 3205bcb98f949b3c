import Imaging

/// A picture at the resolution of the glyphs' sub-pixels.
struct Raster: Equatable {
    let width: Int
    let height: Int
    /// 1 grey, 3 colour, interleaved.
    let channels: Int
    /// `width * height * channels` values, 0...255.
    var values: [Float]

    /// The colour of sub-pixel `index`.
    @inline(__always)
    func color(_ index: Int) -> SIMD4<Float> {
        if channels == 1 { return SIMD4(values[index], values[index], values[index], 0) }
        return SIMD4(values[3 * index], values[3 * index + 1], values[3 * index + 2], 0)
    }
}

extension Raster {
    /// An image, windowed, then reduced by area average or enlarged by the nearest pixel. Alpha is not shown, nor are
    /// channels beyond the first where the file holds neither grey nor colour.
    init(_ image: Image, window: Window, width: Int, height: Int) {
        let channels = (image.channels == 3 || image.channels == 4 ? [0, 1, 2] : [0]).map { image.floats(channel: $0) }
        let limits = window.limits(of: channels, of: image)
        let across = Axis(source: image.width, target: width)
        let down = Axis(source: image.height, target: height)
        let reduced = channels.map {
            Self.reduce($0, sourceWidth: image.width, across: across, down: down, low: limits.low, high: limits.high)
        }
        self.width = width
        self.height = height
        if reduced.count == 3, reduced[0] != reduced[1] || reduced[0] != reduced[2] {
            self.channels = 3
            values = []
            values.reserveCapacity(3 * width * height)
            for index in 0..<width * height { for channel in reduced { values.append(channel[index]) } }
        } else {
            self.channels = 1
            values = reduced[0]
        }
    }

    private static func reduce(
        _ source: [Float], sourceWidth: Int, across: Axis, down: Axis, low: Float, high: Float
    ) -> [Float] {
        let width = across.spans.count
        // In double, so that the widest range of floats does not overflow.
        let scale = Float(255 / (Double(high) - Double(low)))
        let shift = -low * scale
        var result = [Float](repeating: 0, count: width * down.spans.count)
        var sums = [Float](repeating: 0, count: sourceWidth)
        result.withUnsafeMutableBufferPointer { result in
            source.withUnsafeBufferPointer { source in
                sums.withUnsafeMutableBufferPointer { sums in
                    for (targetRow, span) in down.spans.enumerated() {
                        for x in 0..<sourceWidth { sums[x] = 0 }
                        for row in span.first..<span.end {
                            let weight = span.weight(row)
                            let pixels = UnsafeBufferPointer(
                                rebasing: source[row * sourceWidth..<(row + 1) * sourceWidth])
                            for x in 0..<sourceWidth {
                                let value = pixels[x] * scale + shift
                                // Written so that NaN becomes 0.
                                let positive = value > 0 ? value : 0
                                sums[x] += weight * (positive < 255 ? positive : 255)
                            }
                        }
                        for (column, span) in across.spans.enumerated() {
                            var sum: Float = 0
                            for x in span.first..<span.end { sum += span.weight(x) * sums[x] }
                            result[targetRow * width + column] = sum
                        }
                    }
                }
            }
        }
        return result
    }
}

/// Which source pixels each target pixel of one axis covers, and by what share.
struct Axis {
    /// The source pixels `first..<end`; all have weight `inner` but the first and the last.
    struct Span {
        let first: Int
        let end: Int
        let head: Float
        let inner: Float
        let tail: Float

        @inline(__always)
        func weight(_ index: Int) -> Float { index == first ? head : index == end - 1 ? tail : inner }
    }

    let spans: [Span]

    /// The mean over each target pixel's stretch of the source; the nearest source pixel where the target is no smaller.
    init(source: Int, target: Int) {
        spans = (0..<target).map { index in
            if target >= source {
                let nearest = min(source - 1, (2 * index + 1) * source / (2 * target))
                return Span(first: nearest, end: nearest + 1, head: 1, inner: 1, tail: 1)
            }
            // In units of 1/target of a source pixel, so that the shares are exact.
            let low = index * source
            let high = low + source
            let first = low / target
            let end = (high + target - 1) / target
            let whole = Float(target) / Float(source)
            if end == first + 1 { return Span(first: first, end: end, head: 1, inner: 1, tail: 1) }
            return Span(
                first: first, end: end, head: Float((first + 1) * target - low) / Float(source), inner: whole,
                tail: Float(high - (end - 1) * target) / Float(source))
        }
    }
}
