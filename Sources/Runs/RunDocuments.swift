import Foundation
import Imaging

/// Reading and writing the small JSON files of a run directory.
enum RunDocuments {
    /// The longest document read, in bytes; the names of a data set's images are the most that one holds.
    private static let maximumLength = 64 << 20

    /// Replaces the document.
    static func write(_ value: some Encodable, to path: String) throws {
        let document = try encoded(value)
        try AtomicFile.write(to: path, synced: true) { write in try document.withUnsafeBytes { try write($0) } }
    }

    /// A document's bytes: keys sorted, so that files compare; NaN and infinities as words, which JSON lacks.
    static func encoded(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return try encoder.encode(value) + Data("\n".utf8)
    }

    /// - Throws: `InputError` where the file cannot be read or is not what it should be.
    static func read<Value: Decodable>(_: Value.Type, from path: String) throws -> Value {
        let file = try Descriptor(path, O_RDONLY)
        let length = try file.length()
        guard length <= maximumLength else {
            throw InputError(path, "is \(length) bytes long, too long for what it is")
        }
        var data = Data(count: length)
        let count = try data.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do {
            return try decoder.decode(Value.self, from: data.prefix(count))
        } catch let error as DecodingError {
            throw InputError(path, "is damaged: \(fault(error))")
        }
    }

    private static func fault(_ error: DecodingError) -> String {
        func place(_ context: DecodingError.Context) -> String {
            context.codingPath.map(\.stringValue).joined(separator: ".")
        }
        return switch error {
        case .keyNotFound(let key, let context):
            "no \(([place(context), key.stringValue].filter { !$0.isEmpty }).joined(separator: "."))"
        case .typeMismatch(let type, let context): "\(place(context)) is not of type \(type)"
        case .valueNotFound(_, let context): "\(place(context)) has no value"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty: "\(place(context)) makes no sense"
        default: "it is not JSON"
        }
    }
}

extension RunDirectory {
    /// Replaces report.json, the run's final scores.
    public func write(report: some Encodable) throws { try RunDocuments.write(report, to: reportPath) }
}
