import Datasets
import Foundation
import Imaging

extension Performer {
    /// Writes the chosen images where they are sent; what is there already stays.
    func send(
        _ selection: Selection, to target: SendTarget, _ typed: String, send: @escaping Send, check: @escaping Check
    ) throws {
        let path = whole(typed)
        switch target {
        case .paths:
            guard !FileManager.default.fileExists(atPath: path) else {
                throw InputError(path, "is there already", advice: "give another name")
            }
            let text = selection.items.map { $0.imagePath + "\n" }.joined()
            try AtomicFile.write(to: path, synced: false) { write in
                try Array(text.utf8).withUnsafeBytes { try write($0) }
            }
            send(.said("written: \(path), the paths of \(selection.counted)", .information))
        case .dataSet:
            guard case .dataSet(let dataSet) = selection.source.kind else { return }
            let chosen = try dataSet.choosing(names: selection.indices.map { dataSet.pairs[$0].name })
            send(.said("writing \(selection.counted) to \(path)…", .information))
            let outcome = try Conversion(chosen, to: .imagesAndMasks, in: path).run(checking: check)
            for warning in outcome.warnings { send(.said(warning, .warning)) }
            send(.said("written: \(path), \(selection.counted) with masks", .information))
        }
    }

    /// A typed path as a whole one: "~" is the user's folder, others start in the folder of exports.
    func whole(_ path: String) -> String {
        if path == "~" || path.hasPrefix("~/") { return home + path.dropFirst() }
        return path.hasPrefix("/") ? path : exportFolder + "/" + path
    }
}
