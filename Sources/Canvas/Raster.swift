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
        let limits = window.limits(of: image)
        let across = Axis(source: image.width, target: width)
        let down = Axis(source: image.height, target: height)
        let reduced = image.shownChannels.map { Self.reduce(image, channel: $0, limits, across, down) }
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
        _ image: Image, channel: Int, _ limits: ClosedRange<Float>, _ across: Axis, _ down: Axis
    ) -> [Float] {
        // In double, so that the widest range of floats does not overflow.
        let scale = Float(255 / (Double(limits.upperBound) - Double(limits.lowerBound)))
        let shift = -limits.lowerBound * scale
        let count = across.spans.count * down.spans.count
        return [Float](unsafeUninitializedCapacity: count) { result, initialized in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * image.width) { rows in
                let pixels = UnsafeMutableBufferPointer(rebasing: rows[..<image.width])
                let sums = UnsafeMutableBufferPointer(rebasing: rows[image.width...])
                for (targetRow, span) in down.spans.enumerated() {
                    sums.initialize(repeating: 0)
                    for row in span.first..<span.end {
                        let weight = span.weight(row)
                        image.copy(row: row, of: channel, into: pixels)
                        for x in 0..<image.width {
                            let value = pixels[x] * scale + shift
                            // Written so that NaN becomes 0.
                            let positive = value > 0 ? value : 0
                            sums[x] += weight * (positive < 255 ? positive : 255)
                        }
                    }
                    for (column, span) in across.spans.enumerated() {
                        result[targetRow * across.spans.count + column] = span.sum(UnsafeBufferPointer(sums))
                    }
                }
            }
            initialized = count
        }
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

        /// The sum of the pixels by their weights.
        @inline(__always)
        func sum(_ pixels: UnsafeBufferPointer<Float>) -> Float {
            if end == first + 1 { return head * pixels[first] }
            var inside: Float = 0
            for index in first + 1..<end - 1 { inside += pixels[index] }
            return head * pixels[first] + inner * inside + tail * pixels[end - 1]
        }
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
