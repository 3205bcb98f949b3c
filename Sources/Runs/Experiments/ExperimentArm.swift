/// One of the ways of training that an experiment holds against each other.
public enum ExperimentArm: String, Codable, CaseIterable, Sendable {
    /// The segmenter alone, on the few images alone: what the others are compared with.
    case conventional
    /// Generator and segmenter together.
    case cyclegan
    /// A generator first, then the segmenter on real crops and on generated ones.
    case synthetic
    /// The segmenter on real crops and on crops recombined of their cells and colours.
    case recombined
    /// Generator and segmenter together, by the published method.
    case published

    /// The arms of an experiment that names none.
    public static let usual: [ExperimentArm] = [.conventional, .recombined, .cyclegan, .synthetic]

    /// The values of `petri train`'s options that make a training one of this arm's with this budget.
    /// - Parameter request: what all arms share.
    /// - Throws: `InputError` where one of its values is none of its option's.
    public func values(_ budget: ExperimentBudget, sharing request: TrainingRequest) throws -> [String: String] {
        var values = method
        switch budget.kind {
        case .minutes: values["minutes"] = NumberRange.text(budget.amount)
        case .steps:
            var own = request
            own.values.merge(values) { $1 }
            let settings = try own.settings()
            values["steps"] = "\(steps(Int(budget.amount), settings))"
            // As often by the segmenter's steps in every arm, so that the best checkpoint is chosen alike.
            if trainsTogether, let interval = settings.validationSteps {
                values["validate-every"] = "\(max(1, interval / (1 + settings.segmenterSteps)))"
            }
        }
        return values
    }

    private var method: [String: String] {
        switch self {
        case .conventional: ["arm": "conventional"]
        case .cyclegan: ["arm": "cyclegan"]
        case .synthetic: ["arm": "synthetic"]
        case .recombined: ["arm": "recombined"]
        case .published: ["arm": "cyclegan", "published": "true"]
        }
    }

    /// Whether generator and segmenter learn in the same steps.
    private var trainsTogether: Bool { self == .cyclegan || self == .published }

    /// Steps of the arm in which the segmenter makes so many of its own: one in each of a warm-up, then in each one and
    /// those that follow it alone. The steps of a generator that is trained before do not count.
    private func steps(_ count: Int, _ settings: TrainingSettings) -> Int {
        guard trainsTogether else { return count }
        let warmUp = min(settings.warmUp ?? 0, count)
        let together = Double(count - warmUp) / Double(1 + settings.segmenterSteps)
        return max(1, warmUp + Int(together.rounded()))
    }
}
