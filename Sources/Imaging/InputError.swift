/// What is wrong with something the user gave, said so that it can be mended; commands exit with 65 on it.
public struct InputError: Error, CustomStringConvertible, Equatable, Sendable {
    /// The file or folder at fault, or the name of the option.
    public let subject: String
    /// What is wrong with it, as the rest of the sentence: "is truncated: 812 of 4096 bytes".
    public let problem: String
    /// What the user can do about it, if anything useful can be said.
    public let advice: String?

    public init(_ subject: String, _ problem: String, advice: String? = nil) {
        self.subject = subject
        self.problem = problem
        self.advice = advice
    }

    /// One line: subject, problem and advice, with control characters made harmless.
    public var description: String {
        let text = "\(subject): \(problem)" + (advice.map { "; \($0)" } ?? "")
        return text.printable
    }
}

extension String {
    /// The text with control characters (terminal escapes, newlines, bidirectional overrides) replaced by "?".
    public var printable: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: "?"
                    default: scalar
                    }
                }))
    }
}
