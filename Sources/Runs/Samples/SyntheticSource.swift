import Foundation
import Imaging

/// Samples to learn from, as `--synthetic` names them: "SET" for all of a set, "SET:accepted" for those that were accepted.
public struct SyntheticSource: Equatable, Sendable {
    /// The set's folder.
    public let path: String
    /// Whether only accepted samples count.
    public let isCurated: Bool

    private static let curated = ":accepted"

    public init(_ text: String) {
        isCurated = text.hasSuffix(Self.curated)
        path = isCurated ? String(text.dropLast(Self.curated.count)) : text
    }

    /// How the same set is named with only accepted samples, or with all where it was so.
    public var otherwise: String { isCurated ? path : path + Self.curated }

    /// The names of the samples without their ending, as a data set calls them, in the set's order.
    /// - Throws: `InputError` where there is no such set, or no sample in it to learn from.
    public func names() throws -> [String] {
        let samples = try SampleSet.open(path).curated().filter { !isCurated || $0.verdict.decision == .accepted }
        guard !samples.isEmpty else {
            throw InputError(
                path, isCurated ? "has no accepted sample" : "has no sample",
                advice: isCurated ? "accept some with `petri curate`" : "make some with `petri generate`")
        }
        return samples.map { ($0.sample.name as NSString).deletingPathExtension }
    }
}
