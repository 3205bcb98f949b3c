/// Why a training cannot go on.
public enum TrainingError: Error, CustomStringConvertible {
    case notFinite(loss: String, step: Int)
    case weightsNotFinite(step: Int)

    public var description: String {
        "\(what); the last good checkpoint is kept: try a lower --lr"
    }

    /// What is not finite, and since when.
    var what: String {
        switch self {
        case .weightsNotFinite(let step): "weights are not finite after step \(step)"
        case .notFinite(let loss, let step): "the loss \(loss) is not finite at step \(step)"
        }
    }
}
