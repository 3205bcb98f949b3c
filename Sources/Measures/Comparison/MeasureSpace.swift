/// Images as points, by what is measured on them: nearby ones have like intensities, structure and cells.
///
/// Every number is taken in standard deviations of the images that span the space; the frequencies of the spectrum
/// together weigh as much as one other number. What an image lacks (cells, a mask) is taken for average.
public struct MeasureSpace: Equatable, Sendable {
    /// The images that span the space.
    public let cloud: FeatureCloud
    private let means: [Float]
    /// What differences are multiplied by.
    private let scales: [Float]

    /// The space that these images span.
    public init(_ images: [PairMeasures]) {
        let rows = images.map(Self.numbers)
        let count = rows.first?.count ?? 0
        var (means, scales) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
        for column in 0..<count {
            let values = rows.compactMap { $0[column] }
            guard !values.isEmpty else { continue }
            let mean = values.reduce(0, +) / Float(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)
            means[column] = mean
            guard variance > 1e-12 else { continue }
            scales[column] =
                1 / variance.squareRoot() / (column < RadialSpectrum.bins ? Float(RadialSpectrum.bins).squareRoot() : 1)
        }
        (self.means, self.scales) = (means, scales)
        cloud = FeatureCloud(rows.map { Self.point($0, means, scales) })
    }

    /// Where an image is in the space.
    public func point(of image: PairMeasures) -> [Float] { Self.point(Self.numbers(image), means, scales) }

    private static func point(_ numbers: [Float?], _ means: [Float], _ scales: [Float]) -> [Float] {
        means.indices.map { column in numbers[column].map { ($0 - means[column]) * scales[column] } ?? 0 }
    }

    /// The spectrum, then means of the quantities.
    private static func numbers(_ image: PairMeasures) -> [Float?] {
        let cells = image.cells ?? []
        func mean(_ values: [Float]) -> Float? {
            values.isEmpty ? nil : values.reduce(0, +) / Float(values.count)
        }
        let means: [Float?] = [
            image.absolute.mean.map { Float($0) }, image.inside.mean.map { Float($0) },
            image.cells == nil ? nil : image.outside.mean.map { Float($0) }, image.density.map { Float($0) },
            image.cover.map { Float($0) },
            image.touchingFraction.map { Float($0) }, mean(cells.map { Float($0.area) }),
            mean(cells.map(\.eccentricity)), mean(cells.compactMap(\.contrast)),
        ]
        return image.spectrum.logPower.map { Optional($0) } + means
    }
}
