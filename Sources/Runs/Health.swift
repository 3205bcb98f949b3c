/// A sign that a training goes wrong, in words for people; the engine puts those that hold into the run's status.
public struct HealthWarning: Codable, Equatable, Sendable {
    public enum Kind: String, Codable, CaseIterable, Sendable {
        /// A discriminator tells real from generated without fail: what it judges learns nothing from it any more.
        case discriminatorWins
        /// Different styles give the same picture.
        case outputsCollapse
        /// A loss or a weight was no finite number.
        case notFinite
        /// Validation has not got better for long.
        case validationStalled
        /// The disk is nearly full.
        case diskFilling
    }

    public var kind: Kind
    /// The step from which on it holds.
    public var step: Int
    /// What is seen, with its figures.
    public var message: String
    /// What to try.
    public var advice: String

    public init(kind: Kind, step: Int, message: String, advice: String) {
        (self.kind, self.step, self.message, self.advice) = (kind, step, message, advice)
    }
}
