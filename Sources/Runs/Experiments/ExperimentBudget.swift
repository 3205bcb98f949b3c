/// What every arm of an experiment gets alike.
public struct ExperimentBudget: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, CaseIterable, Sendable {
        /// Optimizer steps of the segmenter.
        case steps
        /// Time on the clock.
        case minutes
    }

    public var kind: Kind
    /// Steps, a whole number, or minutes.
    public var amount: Double

    public init(_ kind: Kind, _ amount: Double) { (self.kind, self.amount) = (kind, amount) }

    public static func steps(_ count: Int) -> ExperimentBudget { ExperimentBudget(.steps, Double(count)) }
    public static func minutes(_ count: Double) -> ExperimentBudget { ExperimentBudget(.minutes, count) }

    /// "2000 steps", "7.5 min".
    public var text: String { NumberRange.text(amount) + (kind == .steps ? " steps" : " min") }

    /// The budget as the heading of a table.
    public var title: String {
        kind == .steps
            ? "\(NumberRange.text(amount)) optimizer steps of the segmenter"
            : "\(NumberRange.text(amount)) minutes of training"
    }
}
