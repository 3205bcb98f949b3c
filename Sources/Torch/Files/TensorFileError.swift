/// What is wrong with a file of tensors; the command layer says it as bad input (exit 65).
public struct TensorFileError: Error, CustomStringConvertible, Equatable, Sendable {
    /// The file at fault.
    public let path: String
    /// What is wrong with it, as the rest of the sentence: "is truncated: 812 of 4096 bytes".
    public let problem: String
    /// What the user can do about it, if anything useful can be said.
    public let advice: String?

    public init(_ path: String, _ problem: String, advice: String? = nil) {
        self.path = path
        self.problem = problem
        self.advice = advice
    }

    public var description: String { "\(path): \(problem)" + (advice.map { "; \($0)" } ?? "") }
}
