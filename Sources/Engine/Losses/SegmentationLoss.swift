import Runs
import Torch

/// Losses between class logits and true classes.
public enum SegmentationLoss {
    /// Cross-entropy plus 1 - Dice over the batch, smooth 1e-6, averaged over the classes other than background.
    /// - Parameters: logits N,classes,H,W; target N,H,W, int64; contactWeight: what, with three classes, a pixel of the
    ///   border between touching objects counts in the cross-entropy beside 1 for the others (after Ronneberger et al.
    ///   2015); group: the processes over whose batches together the Dice, and the mean by these weights, are taken, nil:
    ///   this one's alone.
    public static func value(
        _ logits: Tensor, target: Tensor, contactWeight: Double = 1, over group: ProcessGroup? = nil
    ) throws -> Tensor {
        let logits = try logits.to(.float32)
        let classes = logits.size(1)
        let probabilities = try logits.softmax(1).narrowed(1, from: 1, length: classes - 1)
        let truth = try foreground(target, classes: classes)
        let overlap = try (probabilities * truth).sum([0, 2, 3]).summed(over: group)
        let sizes = try (probabilities.sum([0, 2, 3]) + truth.sum([0, 2, 3])).summed(over: group)
        let dice = try (overlap * 2 + 1e-6) / (sizes + 1e-6)
        let entropy: Tensor
        if classes == 3 && contactWeight != 1 {
            let weights = try contacts(target) * (contactWeight - 1) + 1
            // The mean over the processes of this is the mean over all their pixels.
            let share = try weights.sum().summed(over: group) * (1 / Double(group?.size ?? 1))
            entropy = try (logits.crossEntropy(target, reduction: .none) * weights).sum() / share
        } else {
            entropy = try logits.crossEntropy(target)
        }
        return try entropy + (1 - dice.mean())
    }

    /// The same as the settings of a training want it, whose batches `group` shares.
    static func value(
        _ logits: Tensor, target: Tensor, for settings: TrainingSettings, sharedBy group: ProcessGroup?
    ) throws -> Tensor {
        try value(
            logits, target: target, contactWeight: settings.contactWeight ?? 1,
            over: settings.batchStatistics == .synchronised ? group : nil)
    }

    /// Where objects touch: 1 at the pixels of their borders, class 2, that have no background around them; N,H,W.
    private static func contacts(_ target: Tensor) throws -> Tensor {
        let nearBackground = try target.isEqual(to: 0).to(.float32).maxPooled(3, stride: 1, padding: 1)
        return try target.isEqual(to: 2).to(.float32) * (1 - nearBackground)
    }

    /// Class indices N,H,W as one channel of zeros and ones for every class but background: N,classes-1,H,W.
    public static func foreground(_ target: Tensor, classes: Int) throws -> Tensor {
        try target.oneHot(classes).narrowed(3, from: 1, length: classes - 1).permuted([0, 3, 1, 2]).to(.float32)
    }
}
