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

    /// Reads the images named in `split`, and the synthetic ones where there are some. Grey stored as colour counts as grey.
    /// - Throws: `InputError` where an image or a mask cannot be read, or no image holds an object.
    public init(_ dataSet: DataSet, split: Split, synthetic: DataSet? = nil) throws {
        let all = try dataSet.choosing(names: split.training + split.validation)
        let images = try all.pairs.map { try $0.image().withoutRedundantChannels() }
        let channels = images.contains { $0.colourChannels >= 3 } ? 3 : 1
        let read = try all.pairs.map { try TrainingImage.read($0, channels: channels) }
        training = Array(read.prefix(split.training.count))
        validation = Array(read.dropFirst(split.training.count))
        guard training.contains(where: { $0.labels.maximum > 0 }) else {
            throw InputError(
                dataSet.path, "has no object in any of the \(training.count) training images",
                advice: "check the masks with `petri info`")
        }
        self.synthetic = try synthetic?.pairs.map { try TrainingImage.read($0, channels: channels) } ?? []
        self.channels = channels
        bits = images.contains { $0.bits > 8 } ? 16 : 8
    }
}
