import Imaging

extension QuantityComparison {
    /// Compares one quantity on `images`, real ones first, in the given groups.
    init(_ quantity: Quantity, _ images: [PairMeasures], _ groups: Groups) {
        let parts = quantity.pooled(images)
        let reals = parts.map { $0.summary(of: .first, groups.all) }
        let synthetics = parts.map { $0.summary(of: .second, groups.all) }
        let spreads = reals.map { max($0?.deviation ?? 0, quantity.resolution) }
        /// Means over the parts of what lies between two groups; nil where a part lacks a side.
        func distance(_ sides: [PooledValues.Side]) -> (wasserstein: Double, ks: Double)? {
            var sum = (wasserstein: 0.0, ks: 0.0)
            for (part, spread) in zip(parts, spreads) {
                guard let one = part.distance(between: sides) else { return nil }
                sum.wasserstein += one.wasserstein / spread / Double(parts.count)
                sum.ks += one.ks / Double(parts.count)
            }
            return sum
        }
        let all = distance(groups.all)
        // A draw may lack a side where few images have the quantity (touching: images with cells).
        let floors = groups.floors.compactMap { distance($0)?.wasserstein }
        let matches = groups.matched.compactMap { distance($0)?.wasserstein }
        let floor = Floor(floors)
        let matched = matches.isEmpty ? nil : average(matches)
        self.init(
            quantity: quantity, real: ValueSummary(meanOf: reals), synthetic: ValueSummary(meanOf: synthetics),
            distance: all?.wasserstein, ks: all?.ks, matchedDistance: matched, floor: floor,
            verdict: floor.flatMap { floor in matched.map { Verdict(distance: $0, floor: floor) } },
            overlay: all == nil
                ? nil
                : quantity == .spectrum
                    ? Overlay(
                        axis: RadialSpectrum.frequencies, real: reals.map { $0?.mean ?? 0 },
                        synthetic: synthetics.map { $0?.mean ?? 0 })
                    : parts.first.flatMap { Overlay($0, groups.all) })
    }
}

extension ValueSummary {
    /// Mean of the means and of the deviations; nil where one is missing.
    fileprivate init?(meanOf summaries: [ValueSummary?]) {
        let present = summaries.compactMap { $0 }
        guard !present.isEmpty, present.count == summaries.count else { return nil }
        self.init(
            mean: average(present.map(\.mean)), deviation: average(present.map(\.deviation)))
    }
}

extension QuantityComparison.Overlay {
    /// Bins of a histogram to be drawn.
    static let bins = 48

    /// Both sides in common bins over all values but the outermost 0.5 % at each end.
    init?(_ values: PooledValues, _ sides: [PooledValues.Side]) {
        guard let range = values.range(withoutTails: 0.005) else { return nil }
        let width = (range.upperBound - range.lowerBound) / Double(Self.bins)
        axis = (0..<Self.bins).map { range.lowerBound + (Double($0) + 0.5) * width }
        real = values.shares(of: .first, sides, in: range, bins: Self.bins)
        synthetic = values.shares(of: .second, sides, in: range, bins: Self.bins)
    }
}

extension Quantity {
    /// The quantity's values on all images; of the spectrum, one for each frequency.
    func pooled(_ images: [PairMeasures]) -> [PooledValues] {
        if self == .spectrum {
            return (0..<RadialSpectrum.bins).map { bin in
                PooledValues(images.map { [.init(value: $0.spectrum.logPower[bin], weight: 1)] })
            }
        }
        return [PooledValues(images.map(values))]
    }

    /// The values of one image. A histogram's weigh 1 together, so that large images count no more than small ones.
    private func values(of image: PairMeasures) -> [PooledValues.Weighted] {
        switch self {
        case .intensity: shares(image.scaled)
        case .absoluteIntensity: shares(image.absolute)
        case .insideIntensity: shares(image.inside)
        case .outsideIntensity: image.cells == nil ? [] : shares(image.outside)
        case .spectrum: image.spectrum.logPower.map { .init(value: $0, weight: 1) }
        case .area: (image.cells ?? []).map { .init(value: Float($0.area), weight: 1) }
        case .eccentricity: (image.cells ?? []).map { .init(value: $0.eccentricity, weight: 1) }
        case .density: one(image.density)
        case .cover: one(image.cover)
        case .touching: one(image.touchingFraction)
        case .contrast: (image.cells ?? []).compactMap { $0.contrast.map { .init(value: $0, weight: 1) } }
        }
    }

    private func one(_ value: Double?) -> [PooledValues.Weighted] {
        value.map { [.init(value: Float($0), weight: 1)] } ?? []
    }

    private func shares(_ histogram: IntensityHistogram) -> [PooledValues.Weighted] {
        let total = Float(histogram.total)
        return histogram.counts.enumerated().compactMap { bin, count in
            count == 0 ? nil : .init(value: IntensityHistogram.intensity(ofBin: bin), weight: Float(count) / total)
        }
    }
}

/// Arithmetic mean; the numbers are not none.
func average(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

/// The value below which `fraction` of the values lie, interpolated linearly between ranks as numpy does.
func quantile(_ fraction: Double, of values: [Double]) -> Double {
    let order = values.sorted()
    let place = fraction * Double(order.count - 1)
    let below = Int(place)
    let above = min(below + 1, order.count - 1)
    return order[below] + (order[above] - order[below]) * (place - Double(below))
}
