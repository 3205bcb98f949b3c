/// How training images are varied, so that a few of them go further.
public struct Augmentation: Codable, Sendable, Equatable {
    /// One step of the published augmentation.
    public enum Step: String, Codable, Sendable, CaseIterable {
        /// Brightness, contrast and saturation, each multiplied by 0.67...1.33.
        case jitter
        /// Gaussian blur of 5x5 pixels, sigma 0.1...1 pixel.
        case blur
        case flipAcross
        case flipDown
        /// Gaussian noise, sigma 0.005...0.01 of full scale.
        case noise
        /// Contrast-limited local equalisation, clip limit 1, 3x3 tiles.
        case equalize
        /// Sharpness doubled.
        case sharpen
        /// A random part of 85 % of width and height, resized back.
        case zoom
    }

    /// Probability, 0...1, that a sample goes through `steps`.
    public var pVanilla: Double
    /// The steps that such a sample may go through, each with probability 0.5, in random order.
    public var steps: [Step]
    /// Whether every sample is turned by a random multiple of 90 degrees and at random mirrored.
    public var turns: Bool
    /// Least and greatest factor a sample's pixels are enlarged by.
    public var scale: ClosedRange<Double>
    /// Probability, 0...1, that a sample is slightly bent.
    public var pBending: Double
    /// Standard deviation of the bending in pixels of the crop.
    public var bending: Double
    /// Probability, 0...1, of gamma, gain and noise.
    public var pTone: Double
    /// Exponents of a sample's values in 0...1.
    public var gamma: ClosedRange<Double>
    /// Factors of a sample's values in -1...1, applied after gamma.
    public var gain: ClosedRange<Double>
    /// The greatest standard deviation of the noise, in the scale of -1...1.
    public var noise: Double

    /// No change at all: crops are what the images hold.
    public static let none = Augmentation(
        pVanilla: 0, steps: [], turns: false, scale: 1...1, pBending: 0, bending: 0, pTone: 0,
        gamma: 1...1, gain: 1...1, noise: 0)

    /// The published augmentation; p_vanilla 0.2.
    public static let published = Augmentation(
        pVanilla: 0.2, steps: Step.allCases, turns: false, scale: 1...1, pBending: 0, bending: 0, pTone: 0,
        gamma: 1...1, gain: 1...1, noise: 0)

    /// For 5 to 20 images: all turns, scale, rare bending and tone, and of the published steps those that change values only.
    public static let strong = Augmentation(
        pVanilla: 0.2, steps: [.jitter, .blur, .noise, .equalize, .sharpen], turns: true, scale: 0.7...1.4,
        pBending: 0.1,
        bending: 1.5, pTone: 0.5, gamma: 0.6...1.6, gain: 0.8...1.1, noise: 0.04)

    /// Settings of one's own.
    public init(
        pVanilla: Double, steps: [Step], turns: Bool, scale: ClosedRange<Double>, pBending: Double,
        bending: Double, pTone: Double, gamma: ClosedRange<Double>, gain: ClosedRange<Double>, noise: Double
    ) {
        self.pVanilla = pVanilla
        self.steps = steps
        self.turns = turns
        self.scale = scale
        self.pBending = pBending
        self.bending = bending
        self.pTone = pTone
        self.gamma = gamma
        self.gain = gain
        self.noise = noise
    }
}
