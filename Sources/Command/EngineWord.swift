/// The commands that touch tensors: `petri` hands them to `petri-engine`.
public enum EngineWord: String, CaseIterable, Sendable {
    case train, resume, segment, generate, remake, styles, compare, bench

    /// The command in one line, for the help of both programs.
    public var abstract: String {
        switch self {
        case .train: "Train a segmenter, with or without a generator beside it, on a data set."
        case .resume: "Go on with a run that was stopped."
        case .segment: "Find the objects in images with a trained segmenter."
        case .generate: "Make synthetic images for masks with a trained generator."
        case .remake: "Make samples again from what their set knows of them, to the byte."
        case .styles: "List, keep, find and remove a run's styles."
        case .compare: "Compare a synthetic set of images with a real one."
        case .bench: "Measure the speed of training steps, of generation, of the screen (ui) and of drawing (glyphs)."
        }
    }
}
