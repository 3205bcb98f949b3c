import Foundation
import Imaging

/// Requests kept under a name, to be used again: one JSON file each in a folder of the user's settings.
public struct TrainingProfiles: Sendable {
    private let folder: String

    /// Profiles in `folder`, which need not exist.
    public init(folder: String) { self.folder = folder }

    /// Those of this user.
    public init(_ places: UserPlaces = UserPlaces()) { self.init(folder: places.configuration + "/profiles") }

    /// The names, sorted.
    public func names() throws -> [String] {
        try (Folder.content(folder) ?? []).filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
            .map { String($0.dropLast(5)) }.sorted()
    }

    /// - Throws: `InputError` where there is none of this name, or it is damaged.
    public func load(_ name: String) throws -> TrainingRequest {
        try RunDocuments.read(TrainingRequest.self, from: path(name))
    }

    /// Keeps a request, in place of an earlier one of this name.
    public func save(_ request: TrainingRequest, as name: String) throws {
        let path = try path(name)
        try Folder.make(folder)
        try RunDocuments.write(request, to: path)
    }

    /// Takes a profile away.
    public func remove(_ name: String) throws {
        let path = try path(name)
        guard unlink(path) == 0 else { throw InputError(path, "cannot be removed: \(systemError())") }
    }

    private func path(_ name: String) throws -> String {
        guard !name.isEmpty, !name.hasPrefix("."), !name.contains("/"), !name.contains("\0"), name.utf8.count < 200
        else { throw InputError("profile \"\(name.printable)\"", "cannot be a file's name", advice: "take another") }
        return folder + "/" + name + ".json"
    }
}
