import Foundation
import Imaging

extension ExperimentPlan {
    /// Names for data sets by their paths: the last folder that says more than "train"; where two would be the same, the
    /// folder above goes before it, then a number behind.
    public static func names(of paths: [String]) -> [String] {
        let words = paths.map(tellingFolders)
        let short = words.map { $0.last ?? "data" }
        let names = zip(words, short).map { words, name in
            short.count { $0 == name } > 1 && words.count > 1 ? words.suffix(2).joined(separator: "-") : name
        }
        var taken: [String: Int] = [:]
        return names.map { name in
            taken[name, default: 0] += 1
            let count = taken[name] ?? 1
            return count == 1 ? name : "\(name)-\(count)"
        }
    }

    /// Folders that every data set has.
    private static let commonFolders: Set<String> = [
        "train", "training", "test", "testing", "val", "validation", "stage1_train", "images", "raw", "data",
    ]

    /// The names of a path's folders that tell it from others, fit for a file's name.
    private static func tellingFolders(_ path: String) -> [String] {
        let parts = path.absolutePath.split(separator: "/").map { part in
            let name = part.hasSuffix(".json") ? part.dropLast(5) : part
            let kept = name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") ? $0 : "-" }
            return String(String(kept).prefix(40))
        }
        return parts.filter { !commonFolders.contains($0.lowercased()) && !$0.allSatisfy { $0 == "-" } }
    }
}
