/// scores.json of a cell: what its segmenter found in the test images, image by image, so that statistics need no images.
public struct CellScores: Codable, Equatable, Sendable {
    /// Part and whole of a score; sums over images are divided.
    public struct Fraction: Codable, Equatable, Sendable {
        public var part: Double
        public var whole: Double

        public init(part: Double, whole: Double) { (self.part, self.whole) = (part, whole) }
    }

    /// Objects found, wrongly found and missed at an IoU.
    public struct Matches: Codable, Equatable, Sendable {
        public var iou: Double
        public var tp: Int
        public var fp: Int
        public var fn: Int

        public init(iou: Double, tp: Int, fp: Int, fn: Int) {
            (self.iou, self.tp, self.fp, self.fn) = (iou, tp, fp, fn)
        }
    }

    /// One test image.
    public struct TestImage: Codable, Equatable, Sendable {
        public var name: String
        public var matches: [Matches]
        /// Twice the common foreground over the sum of both.
        public var dice: Fraction
        /// Sum of the IoU of matches over TP + FP/2 + FN/2, matches at IoU > 0.5.
        public var pq: Fraction

        public init(name: String, matches: [Matches], dice: Fraction, pq: Fraction) {
            (self.name, self.matches, self.dice, self.pq) = (name, matches, dice, pq)
        }
    }

    public var cell: ExperimentCell
    public var images: [TestImage]
    /// The images of the training set that were drawn: those trained on, and those that chose the checkpoint.
    public var training: [String]
    public var validation: [String]
    /// Steps of the arm, and the one of the checkpoint that was judged.
    public var steps: Int
    public var bestStep: Int?
    /// Pooled F1 at IoU 0.5 of that checkpoint on the validation images.
    public var validationF1: Double?
    /// Seconds of training.
    public var trainingSeconds: Double
    /// Seconds until the scores, with segmenting and scoring.
    public var seconds: Double
    /// What the run was trained on and with: "cpu", and versions by the name of the part.
    public var device: String
    public var versions: [String: String]

    public init(
        cell: ExperimentCell, images: [TestImage], training: [String], validation: [String], steps: Int,
        bestStep: Int?, validationF1: Double?, trainingSeconds: Double, seconds: Double, device: String,
        versions: [String: String]
    ) {
        (self.cell, self.images, self.training, self.validation) = (cell, images, training, validation)
        (self.steps, self.bestStep, self.validationF1) = (steps, bestStep, validationF1)
        (self.trainingSeconds, self.seconds) = (trainingSeconds, seconds)
        (self.device, self.versions) = (device, versions)
    }
}

/// What arms are compared by; the name is the field's.
public enum ExperimentMeasure: String, Codable, CaseIterable, CodingKeyRepresentable, Sendable {
    case f1 = "F1@0.5"
    case strictF1 = "F1@0.75"
    case ap = "AP@0.5"
    case pq = "PQ"
    case dice = "Dice"

    /// IoUs that objects are matched at.
    public static let thresholds = [0.5, 0.75]

    /// The name in names of files.
    public var fileName: String {
        switch self {
        case .f1: "f1-50"
        case .strictF1: "f1-75"
        case .ap: "ap-50"
        case .pq: "pq"
        case .dice: "dice"
        }
    }

    /// The measure's part and whole in an image; nil where the image was not matched at the IoU.
    public func fraction(in image: CellScores.TestImage) -> CellScores.Fraction? {
        func matches(_ iou: Double) -> CellScores.Matches? { image.matches.first { $0.iou == iou } }
        func f1(_ matches: CellScores.Matches) -> CellScores.Fraction {
            .init(part: Double(2 * matches.tp), whole: Double(2 * matches.tp + matches.fp + matches.fn))
        }
        switch self {
        case .f1: return matches(0.5).map(f1)
        case .strictF1: return matches(0.75).map(f1)
        case .ap:
            return matches(0.5).map { .init(part: Double($0.tp), whole: Double($0.tp + $0.fp + $0.fn)) }
        case .pq: return image.pq
        case .dice: return image.dice
        }
    }
}
