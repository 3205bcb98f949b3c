/// The weights of the losses (METHOD.md, "One training step"); the defaults are the published ones.
public struct LossWeights: Codable, Equatable, Sendable {
    /// Each discriminator's verdict on what the generator or the segmenter made.
    public var adversarial = 1.0
    /// The segmenter on generated images of true masks.
    public var segmentationOfGenerated = 100.0
    /// The segmenter on real images.
    public var segmentation = 50.0
    /// Pixels of the image made from the segmenter's mask against the real one.
    public var cyclePixels = 50.0
    /// Features of the same, through VGG19.
    public var cycleFeatures = 100.0
    /// Pixels of the image made from the true mask against the real one.
    public var pixels = 25.0
    /// Features of the same, through VGG19.
    public var features = 50.0
    /// Either where the discriminator's features stand in for VGG19's.
    public var matchedFeatures = 10.0
    /// Textures of generated images, class by class, against those of the image whose style they have; nil: none.
    public var texture: Double?
    /// Latent vectors of the style encoder, drawn towards the standard normal distribution.
    public var latent = 0.01

    public init() {}
}
