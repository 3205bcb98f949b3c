import Datasets
import Imaging

/// The images of a training, in memory, scaled and split.
public struct TrainingData: Sendable {
    public let training: [TrainingImage]
    public let validation: [TrainingImage]
    /// Synthetic images that the segmenter learns from beside the real ones.
    public let synthetic: [TrainingImage]
    /// 1 for grey, 3 for colour.
    public let channels: Int
    /// 8 or 16: the depth of generated images, as that of the real ones.
    public let bits: Int
    /// The part of their size at which the images are here.
    public let scale: Double

    /// Objects larger than this across, in the middle of all, are made as large: more of them come into a crop, and
    /// into what a network sees at once.
    private static let usualDiameter = 30.0

    /// Reads the images named in `split`, and the synthetic ones where there are some. Grey stored as colour counts as grey.
    /// - Parameter scale: the part of their size that images are taken at; nil: at 1, or less where objects are large.
    /// - Throws: `InputError` where an image or a mask cannot be read, or no image holds an object.
    public init(_ dataSet: DataSet, split: Split, synthetic: DataSet? = nil, scale: Double? = 1) throws {
        let all = try dataSet.choosing(names: split.training + split.validation)
        let images = try all.pairs.map { try $0.image().withoutRedundantChannels() }
        let channels = images.contains { $0.colourChannels >= 3 } ? 3 : 1
        let read = try all.pairs.map { try TrainingImage.read($0, channels: channels) }
        let scale = scale ?? Self.scale(for: read.prefix(split.training.count))
        self.scale = scale
        training = read.prefix(split.training.count).map { $0.scaled(by: scale) }
        validation = read.dropFirst(split.training.count).map { $0.scaled(by: scale) }
        guard training.contains(where: { $0.labels.maximum > 0 }) else {
            throw InputError(
                dataSet.path, "has no object in any of the \(training.count) training images",
                advice: "check the masks with `petri info`")
        }
        self.synthetic =
            try synthetic?.pairs.map { try TrainingImage.read($0, channels: channels).scaled(by: scale) } ?? []
        self.channels = channels
        bits = images.contains { $0.bits > 8 } ? 16 : 8
    }

    /// The part, in hundredths, at which the middle object is of the usual size at most.
    private static func scale(for images: some Sequence<TrainingImage>) -> Double {
        let areas = images.flatMap(\.labels.areas.values).sorted()
        guard !areas.isEmpty else { return 1 }
        let diameter = 2 * (Double(areas[areas.count / 2]) / .pi).squareRoot()
        return max(0.05, min(1, (usualDiameter / diameter * 100).rounded() / 100))
    }
}
