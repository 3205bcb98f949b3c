/// One of the ways of training that an experiment holds against each other.
public enum ExperimentArm: String, Codable, CaseIterable, Sendable {
    /// The segmenter alone, on the few images alone: what the others are compared with.
    case conventional
    /// Generator and segmenter together, as published.
    case cyclegan
    /// The segmenter on real images and on those of a generator trained before.
    case synthetic

    /// The options of `petri train` that make a training one of this arm's with this budget.
    /// - Parameter settings: the other options', which say how many steps of the segmenter a step of the arm holds.
    public func options(_ budget: ExperimentBudget, settings: TrainingSettings) -> [String] {
        let amount: [String]
        switch budget.kind {
        case .minutes: amount = ["--minutes", NumberRange.text(budget.amount)]
        case .steps: amount = ["--steps", "\(max(1, Int((budget.amount / segmenterSteps(settings)).rounded())))"]
        }
        switch self {
        case .conventional: return ["--conventional"] + amount
        case .synthetic: return ["--arm", "synthetic"] + amount
        case .cyclegan:
            // As often by the segmenter's steps as in the other arms, so that the best checkpoint is chosen alike.
            let validation = settings.validationSteps.map { steps in
                ["--validate-every", "\(max(1, Int((Double(steps) / segmenterSteps(settings)).rounded())))"]
            }
            return amount + (validation ?? [])
        }
    }

    /// Optimizer steps of the segmenter in a step of the arm.
    private func segmenterSteps(_ settings: TrainingSettings) -> Double {
        self == .cyclegan ? Double(1 + settings.segmenterSteps) : 1
    }
}
