import Imaging

/// A layout that was recognised and the pairs in it.
struct Found {
    var layout: DataSet.Layout
    /// The layout in words, and what it was told by.
    var reason: String
    var pairing: Pairing
}

/// One way in which data sets lie on disk. To read another: write a type like those beside this file, add a case to
/// `DataSet.Layout`, and put the type into `DataSet.layouts`.
protocol FolderLayout: Sendable {
    /// The pairs in the folder, or nil where it is not of this layout.
    /// - Throws: `InputError` where it is of this layout and cannot be read.
    static func find(in folder: Listing) throws -> Found?
}

extension DataSet {
    /// The layouts in the order in which they are tried; the first that recognises a folder has it.
    static let layouts: [any (FolderLayout & Sendable).Type] = [
        ImagesAndMasks.self, CellTracking.self, Usiigaci.self, BBBC038.self, SideBySide.self, Siblings.self,
        COCOLayout.self,
    ]

    /// The data set that the folder itself holds, also in parts, or nil.
    static func find(in folder: Listing) throws -> Found? {
        if let parts = try Parts.find(in: folder) { return parts }
        return try findWhole(in: folder)
    }

    /// The data set that the folder holds without parts, or nil.
    static func findWhole(in folder: Listing) throws -> Found? {
        for layout in layouts {
            if let found = try layout.find(in: folder) { return found }
        }
        return nil
    }
}

/// A folder whose subfolders are the parts of one data set: train, test, val, stage1_train...
enum Parts: FolderLayout {
    static func find(in folder: Listing) throws -> Found? {
        let named = folder.folders.filter { PartKind(folder: $0.name) != nil }
        guard !named.isEmpty else { return nil }
        var parts: [(name: String, found: Found)] = []
        var problems: [String] = []
        for part in named {
            if let found = try DataSet.findWhole(in: folder.listing(of: part)), !found.pairing.pairs.isEmpty {
                parts.append((part.name, found))
            } else {
                problems.append("\(part.name) holds no pairs; left out")
            }
        }
        guard let first = parts.first?.found else { return nil }
        var pairing = Pairing()
        pairing.notes = problems
        for (name, found) in parts {
            var inside = found.pairing
            inside.pairs = inside.pairs.map { $0.renamed($0.name, part: name) }
            pairing.add(inside, from: name)
        }
        let names = Set(named.map(\.name))
        let others = folder.folders.map(\.name).filter { !names.contains($0) }
        if !others.isEmpty { pairing.notes.append("folders that are no part, left out: \(summary(of: others))") }
        var layouts: [String] = []
        for (name, found) in parts where !layouts.contains(found.reason) {
            layouts.append(
                parts.allSatisfy { $0.found.layout == first.layout } ? found.reason : "\(name): \(found.reason)")
        }
        let reason = "parts \(parts.map(\.name).joined(separator: ", ")), each \(layouts.joined(separator: "; "))"
        return Found(layout: first.layout, reason: reason, pairing: pairing)
    }
}
