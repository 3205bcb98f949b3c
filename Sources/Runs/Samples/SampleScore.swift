/// The measures that Petri takes of a synthetic pair, by the names they have in samples.sqlite.
public enum SampleScore: String, CaseIterable, Sendable {
    /// F1 at IoU 0.5 between the mask and what the run's segmenter finds in the image, 0...1.
    case alignment
    /// What the run's discriminator says of the image: near 1 for what it takes for real, near 0 for what it does not.
    case realism
    /// Distance to the nearest training image on the segmenter's features, in units of the training images' own median
    /// distance to their nearest neighbour: about 1 for an image like theirs, larger for a stranger.
    case distance
    /// 1 minus the correlation with the training image that is nearest, pixel by pixel at its best place and turn, 0...2:
    /// near 0 for a copy.
    case novelty
    /// Standard deviation of the intensity as a multiple of the training images' median.
    case contrast
    /// Share of the pixels at the darkest or the brightest value there is, beyond the training images' median share, 0...1.
    case saturation
    /// Share of the mask's objects that do not stand out from what surrounds them, 0...1.
    case emptiness

    /// Whether more is better; nil where the middle is best.
    public var isBetterHigh: Bool? {
        switch self {
        case .alignment, .realism, .novelty: true
        case .distance, .saturation, .emptiness: false
        case .contrast: nil
        }
    }

    /// What it tells, in a few words.
    public var meaning: String {
        switch self {
        case .alignment: "does the segmenter find the mask in the image?"
        case .realism: "does the discriminator take the image for real?"
        case .distance: "how far from the training images, in the segmenter's eyes?"
        case .novelty: "how unlike the nearest training image?"
        case .contrast: "how strong beside the training images?"
        case .saturation: "how much is clipped?"
        case .emptiness: "how many objects cannot be seen?"
        }
    }
}
