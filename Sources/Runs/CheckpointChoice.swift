/// Which of a run's checkpoints.
public enum CheckpointChoice: String, CaseIterable, Codable, Sendable {
    /// The best on the validation images.
    case best
    /// The last one written.
    case latest

    /// The file's name in checkpoints/.
    public var fileName: String { rawValue + ".safetensors" }
}

extension RunDirectory {
    /// The path of a checkpoint, which need not be there yet.
    public func checkpointPath(_ choice: CheckpointChoice) -> String { checkpointsPath + "/" + choice.fileName }
}
