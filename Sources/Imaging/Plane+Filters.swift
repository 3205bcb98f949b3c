import Foundation

extension Plane {
    /// The plane blurred by a Gaussian of `sigma` pixels over `size` x `size` taps (odd), mirrored at the edges without
    /// repeating the edge pixel, as OpenCV's GaussianBlur does.
    public func gaussianBlurred(size: Int, sigma: Double) -> Plane {
        precondition(size > 0 && size % 2 == 1 && sigma > 0, "a Gaussian has an odd size and a positive sigma")
        let half = size / 2
        let raw = (-half...half).map { exp(-Double($0 * $0) / (2 * sigma * sigma)) }
        let total = raw.reduce(0, +)
        return convolved(separably: raw.map { Float($0 / total) })
    }

    /// The plane convolved with `taps` (an odd number) along rows and then columns, mirrored at the edges without
    /// repeating the edge pixel.
    private func convolved(separably taps: [Float]) -> Plane {
        guard !values.isEmpty else { return self }
        let half = taps.count / 2
        let width = width
        let height = height
        let columns = (-half..<width + half).map { Self.mirrored($0, width) }
        let lines = (-half..<height + half).map { Self.mirrored($0, height) }
        let rows = [Float](unsafeUninitializedCapacity: values.count) { rows, initialized in
            rows.update(repeating: 0)
            initialized = values.count
            let padded = UnsafeMutableBufferPointer<Float>.allocate(capacity: columns.count)
            defer { padded.deallocate() }
            values.withUnsafeBufferPointer { values in
                taps.withUnsafeBufferPointer { taps in
                    for y in 0..<height {
                        for i in 0..<columns.count { padded[i] = values[y * width + columns[i]] }
                        for tap in 0..<taps.count {
                            add(
                                UnsafeBufferPointer(padded), from: tap, width, times: taps[tap], to: rows, at: y * width
                            )
                        }
                    }
                }
            }
        }
        let blurred = [Float](unsafeUninitializedCapacity: values.count) { target, initialized in
            target.update(repeating: 0)
            initialized = values.count
            rows.withUnsafeBufferPointer { rows in
                taps.withUnsafeBufferPointer { taps in
                    for y in 0..<height {
                        for tap in 0..<taps.count {
                            add(rows, from: lines[y + tap] * width, width, times: taps[tap], to: target, at: y * width)
                        }
                    }
                }
            }
        }
        return Plane(width: width, height: height, values: blurred)
    }

    /// `index` folded into `0..<count` by mirrors on the first and the last pixel (OpenCV's BORDER_REFLECT_101).
    static func mirrored(_ index: Int, _ count: Int) -> Int {
        if count == 1 { return 0 }
        let period = 2 * (count - 1)
        let folded = ((index % period) + period) % period
        return folded < count ? folded : period - folded
    }

    /// The plane of 0...1 with its difference from a smoothed version multiplied by `factor` (0 smooths, 1 changes nothing, 2
    /// doubles the sharpness), cut off to 0...1. The smoothing is [1 1 1; 1 5 1; 1 1 1]/13, which the pixels at the
    /// edge are spared, as in Pillow and torchvision.
    public func sharpened(by factor: Float) -> Plane {
        var sharpened = self
        guard width > 2, height > 2 else { return sharpened }
        let width = width
        let height = height
        values.withUnsafeBufferPointer { values in
            sharpened.values.withUnsafeMutableBufferPointer { target in
                for y in 1..<height - 1 {
                    for x in 1..<width - 1 {
                        let i = y * width + x
                        let above = values[i - width - 1] + values[i - width] + values[i - width + 1]
                        let beside = values[i - 1] + 5 * values[i] + values[i + 1]
                        let below = values[i + width - 1] + values[i + width] + values[i + width + 1]
                        let smooth = (above + beside + below) / 13
                        target[i] = min(max(smooth + (values[i] - smooth) * factor, 0), 1)
                    }
                }
            }
        }
        return sharpened
    }
}
