import Imaging

/// What is measured on one image and its mask, so that sets of images can be compared without reading them again.
///
/// Colour is measured as luminance. "Scaled" intensities run from the image's own minimum (0) to its maximum (1), over all
/// channels together, which is how the engine takes images.
public struct PairMeasures: Codable, Equatable, Sendable {
    /// Pixels across.
    public let width: Int
    /// Pixels down.
    public let height: Int
    /// Intensities as stored, as fractions of the file's full scale; what lies outside 0...1 (float images) counts as the
    /// nearer end.
    public let absolute: IntensityHistogram
    /// Scaled intensities of the pixels within cells; without a mask none.
    public let inside: IntensityHistogram
    /// Scaled intensities of the other pixels; without a mask all.
    public let outside: IntensityHistogram
    /// Power by spatial frequency, of the scaled image.
    public let spectrum: RadialSpectrum
    /// The cells by ascending label; nil for an image without a mask.
    public let cells: [CellMeasures]?

    /// Measures an image and its objects; `labels` nil for an image without a mask, else of the image's size.
    public init(_ image: Image, labels: LabelImage?) {
        let planes = image.planes()
        self.init(planes.count == 1 ? planes[0] : image.luminance(), range: planes.jointRange, labels: labels)
    }

    /// Measures a plane of stored values (full scale 1) whose scaled form is relative to `range`.
    init(_ plane: Plane, range: ClosedRange<Float>?, labels: LabelImage?) {
        precondition(
            labels.map { $0.width == plane.width && $0.height == plane.height } ?? true,
            "the labels do not fit the image")
        let scaled =
            range.map { plane.scaled(from: $0) }
            ?? Plane(width: plane.width, height: plane.height, values: .init(repeating: 0, count: plane.values.count))
        width = plane.width
        height = plane.height
        absolute = IntensityHistogram(counts: Self.counts(plane, within: nil).outside)
        let counts = Self.counts(scaled, within: labels)
        inside = IntensityHistogram(counts: counts.inside)
        outside = IntensityHistogram(counts: counts.outside)
        spectrum = RadialSpectrum(scaled)
        cells = labels.map { CellMeasures.all(in: $0, intensities: scaled) }
    }

    /// Scaled intensities of all pixels.
    public var scaled: IntensityHistogram { inside + outside }

    /// Cells per million pixels; nil without a mask.
    public var density: Double? {
        cells.map { Double($0.count) * 1e6 / Double(max(width * height, 1)) }
    }

    /// Share of the pixels that cells cover; nil without a mask.
    public var cover: Double? {
        cells.map { Double($0.reduce(0) { $0 + $1.area }) / Double(max(width * height, 1)) }
    }

    /// Share of the cells that touch another; nil without a mask or cells.
    public var touchingFraction: Double? {
        guard let cells, !cells.isEmpty else { return nil }
        return Double(cells.count { $0.isTouching }) / Double(cells.count)
    }

    /// Pixels by intensity, within and outside of objects.
    private static func counts(_ plane: Plane, within labels: LabelImage?) -> (inside: [Int], outside: [Int]) {
        let bins = IntensityHistogram.bins
        let top = Float(bins - 1)
        // Outside first. Two tables taken in turn, because many neighbours are equal and adding to a number just written waits.
        var counts = [Int](repeating: 0, count: 4 * bins)
        counts.withUnsafeMutableBufferPointer { counts in
            plane.values.withUnsafeBufferPointer { values in
                /// No number and what is below 0 goes to bin 0.
                @inline(__always) func bin(_ value: Float) -> Int {
                    value > 0 ? Int(min(value, 1) * top + 0.5) : 0
                }
                if let labels {
                    labels.labels.withUnsafeBufferPointer { labels in
                        for i in 0..<values.count {
                            let table = (i & 1) &* 2 &+ (labels[i] == 0 ? 0 : 1)
                            counts[table &* bins &+ bin(values[i])] &+= 1
                        }
                    }
                } else {
                    for i in 0..<values.count { counts[(i & 1) &* 2 &* bins &+ bin(values[i])] &+= 1 }
                }
            }
        }
        func both(_ table: Int) -> [Int] {
            (0..<bins).map { counts[table * bins + $0] + counts[(table + 2) * bins + $0] }
        }
        return (inside: both(1), outside: both(0))
    }
}

extension [Plane] {
    /// From the smallest to the largest finite value of all planes; nil where there is none.
    fileprivate var jointRange: ClosedRange<Float>? {
        let ranges = compactMap(\.range)
        guard let low = ranges.map(\.lowerBound).min(), let high = ranges.map(\.upperBound).max() else { return nil }
        return low...high
    }
}
