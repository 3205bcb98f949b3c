/// How one quantity of a synthetic set lies to that of a real one.
public struct QuantityComparison: Codable, Equatable, Sendable {
    public let quantity: Quantity
    /// Over the real set; of the spectrum, the mean over the frequencies. Nil where no real image has the quantity.
    public let real: ValueSummary?
    /// Over the synthetic set, likewise.
    public let synthetic: ValueSummary?
    /// Wasserstein-1 distance between all real and all synthetic images, in standard deviations of the real ones; of the
    /// spectrum, the mean over the frequencies of the distances between the images' log powers. Nil where a side has none.
    public let distance: Double?
    /// Kolmogorov-Smirnov statistic between the two, 0 to 1; of the spectrum, the mean over the frequencies.
    public let ks: Double?
    /// `distance` as it comes out on as many images a side as the floor has: the mean over several draws. Small samples
    /// lie further apart than large ones, so this is what is held against the floor.
    public let matchedDistance: Double?
    /// How far real images lie from real images; nil where there are too few.
    public let floor: Floor?
    /// The comparison in a word; nil without a floor.
    public let verdict: Verdict?
    /// Both distributions, to be drawn over each other; nil where a side has none.
    public let overlay: Overlay?

    /// Distances between random parts of the real set that share no image.
    public struct Floor: Codable, Equatable, Sendable {
        /// Mean over the draws.
        public let mean: Double
        /// 95th percentile of the draws.
        public let high: Double

        init(mean: Double, high: Double) { (self.mean, self.high) = (mean, high) }

        /// The floor that some distances between real images make; nil without any.
        public init?(_ distances: [Double]) {
            guard !distances.isEmpty else { return nil }
            (mean, high) = (average(distances), quantile(0.95, of: distances))
        }
    }

    /// Two curves over one axis.
    public struct Overlay: Codable, Equatable, Sendable {
        /// Middle of each bin: values of the quantity; of the spectrum, frequencies in cycles per pixel.
        public let axis: [Double]
        /// Share of the real values in each bin, the ends of which take what lies beyond; of the spectrum, mean log10 power.
        public let real: [Double]
        /// The same for the synthetic values.
        public let synthetic: [Double]
    }

    /// How the matched distance d lies to the floor's 95th percentile h, all in standard deviations of the real values. The
    /// second bound of each keeps a difference too small to matter from being called large only because many images make
    /// the floor low.
    public enum Verdict: String, Codable, Sendable, CaseIterable {
        /// d <= h: real images differ from one another as much.
        case indistinguishable
        /// d <= 2 h or d <= 0.1.
        case close
        /// d <= 5 h or d <= 0.5.
        case shifted
        /// Beyond that.
        case different

        /// The word for a distance and a floor.
        public init(distance: Double, floor: Floor) {
            if distance <= floor.high {
                self = .indistinguishable
            } else if distance <= max(2 * floor.high, 0.1) {
                self = .close
            } else if distance <= max(5 * floor.high, 0.5) {
                self = .shifted
            } else {
                self = .different
            }
        }
    }
}
