import Foundation

/// Why a sample may be one to reject.
public struct Suspicion: Equatable, Sendable {
    public let score: SampleScore
    public let value: Double
    /// What it means, in words: "the segmenter does not find the mask".
    public let meaning: String

    /// "alignment 0.21: the segmenter does not find the mask".
    public var text: String { score.rawValue + String(format: " %.2f: ", value) + meaning }
}

/// What scores a sample must have not to be suspected. They suggest; only a person rejects.
public struct RejectRules: Equatable, Sendable {
    public var leastAlignment = 0.5
    public var leastRealism = 0.05
    /// In units of the training images' own distances.
    public var mostDistance = 10.0
    public var leastNovelty = 0.1
    /// As a multiple of the training images' median.
    public var contrast = 0.4...2.5
    public var mostSaturation = 0.3
    public var mostEmptiness = 0.3

    public init() {}

    /// What speaks against the sample, the gravest first; a score that was not taken says nothing.
    public func suspicions(of sample: Sample) -> [Suspicion] {
        func suspicion(_ score: SampleScore, _ meaning: String, where isBad: (Double) -> Bool) -> Suspicion? {
            guard let value = sample.scores[score.rawValue], isBad(value) else { return nil }
            return Suspicion(score: score, value: value, meaning: meaning)
        }
        let original = sample.nearest.map { ($0 as NSString).lastPathComponent } ?? "a training image"
        return [
            suspicion(.novelty, "nearly a copy of \(original)") { $0 < leastNovelty },
            suspicion(.alignment, "the segmenter does not find the mask") { $0 < leastAlignment },
            suspicion(.emptiness, "objects of the mask cannot be seen") { $0 > mostEmptiness },
            suspicion(.distance, "a stranger among the training images") { $0 > mostDistance },
            suspicion(.realism, "the discriminator does not take it for real") { $0 < leastRealism },
            suspicion(.saturation, "much is clipped to black or white") { $0 > mostSaturation },
            suspicion(.contrast, "flatter than the training images") { $0 < contrast.lowerBound },
            suspicion(.contrast, "harsher than the training images") { $0 > contrast.upperBound },
        ].compactMap { $0 }
    }
}
