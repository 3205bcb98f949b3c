import Foundation
import Imaging

/// generate.json: what a sample set was asked to become. The same request goes on where the set was left.
public struct GenerationRequest: Codable, Equatable, Sendable {
    /// The run directory of the generator.
    public var run: String
    public var checkpoint: String
    /// The checkpoint's fingerprint.
    public var checkpointDigest: String
    /// Where the masks are.
    public var masks: String
    public var count: Int
    public var seed: UInt64
    /// As `StyleChoice` reads it; nil: the training images' styles where there are some, else random ones.
    public var style: String?

    public init(
        run: String, checkpoint: String, checkpointDigest: String, masks: String, count: Int, seed: UInt64,
        style: String?
    ) {
        (self.run, self.checkpoint, self.checkpointDigest) = (run, checkpoint, checkpointDigest)
        (self.masks, self.count, self.seed, self.style) = (masks, count, seed, style)
    }

    /// The file name of a sample, from 0: "0001.png", with as many digits as the last one where it has more.
    public func name(of index: Int) -> String {
        let (number, digits) = (String(index + 1), max(4, String(count).count))
        return String(repeating: "0", count: max(0, digits - number.count)) + number + ".png"
    }
}

extension SampleSet {
    /// What the set was asked to become; nil where nothing says so.
    /// - Throws: `InputError` where generate.json is damaged.
    public func request() throws -> GenerationRequest? {
        guard access(requestPath, F_OK) == 0 else { return nil }
        return try RunDocuments.read(GenerationRequest.self, from: requestPath)
    }

    /// The set at `path` for this request: a new one, or one that was begun for the same.
    /// - Throws: `InputError` where the path holds something else, or samples of another request.
    public static func begin(_ path: String, for request: GenerationRequest) throws -> SampleSet {
        guard let content = try Folder.content(path), content.contains("generate.json") else {
            let set = try create(path)
            try RunDocuments.write(request, to: set.requestPath)
            return set
        }
        let set = try open(path)
        guard let begun = try set.request(), begun == request else {
            throw InputError(
                path, "holds samples that were asked for otherwise",
                advice: "give the same options to go on with them, or name another folder")
        }
        return set
    }

    private var requestPath: String { (path as NSString).appendingPathComponent("generate.json") }
}
