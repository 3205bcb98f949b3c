import Foundation

/// JSON as the commands print it with `--json`: sorted keys, indented, times as ISO 8601, and what is no finite number is
/// null.
public enum JSONText {
    /// Stands for what is no finite number until the encoder is done; no text of ours holds control characters.
    private static let notANumber = "\u{1}not a number\u{1}"

    public static func of(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: notANumber, negativeInfinity: notANumber, nan: notANumber)
        return String(decoding: try encoder.encode(value), as: UTF8.self)
            .replacingOccurrences(of: "\"\\u0001not a number\\u0001\"", with: "null")
    }

    /// Prints the value to standard output.
    public static func print(_ value: some Encodable) throws {
        Swift.print(try of(value))
    }
}
