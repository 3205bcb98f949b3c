import Foundation

/// Endings of file names that say what a file holds: `x_mask.png`, `x_img.tif`. Compared without regard to case, behind
/// "_" or "-"; longer endings come before those they end in.
enum NameEnding {
    static let masks = [
        "cell_area_masked", "cp_masks", "masks", "mask", "labels", "label", "instances", "segmentation", "seg", "gt",
    ]
    static let images = ["image", "img", "im", "raw"]
    /// Maps of how much a pixel counts in a loss, and Cellpose's flows: neither images nor masks.
    static let ignored = ["weight_map", "weights", "weight", "wmaps", "wmap", "flows", "cp_outlines"]

    /// The ending among `endings` that the name has behind something else.
    static func of(_ name: String, among endings: [String]) -> String? {
        let lowercased = name.lowercased()
        return endings.first { ending in
            guard lowercased.utf8.count > ending.utf8.count + 1, lowercased.hasSuffix(ending) else { return false }
            let mark = lowercased.utf8[
                lowercased.utf8.index(lowercased.utf8.endIndex, offsetBy: -ending.utf8.count - 1)]
            return mark == UInt8(ascii: "_") || mark == UInt8(ascii: "-")
        }
    }

    /// The name without its ending among `endings`, if it has one.
    static func dropped(from name: String, among endings: [String]) -> String {
        of(name, among: endings).map { String(name.dropLast($0.count + 1)) } ?? name
    }
}

/// The name without an ending that says "mask": `x_mask`, `x_masks`, `x-labels`, `x_cp_masks`...
func nameWithoutMaskEnding(_ name: String) -> String {
    NameEnding.dropped(from: name, among: NameEnding.masks)
}

/// What a part of a data set is for, as the name of its folder or file says.
enum PartKind: String {
    case training, validation, test

    /// The kind that a folder's name says: "train", "stage1_test", "val"; nil where it says none.
    init?(folder name: String) {
        switch name.lowercased() {
        case "train", "training", "stage1_train": self = .training
        case "val", "valid", "validation": self = .validation
        case "test", "testing", "stage1_test", "stage2_test": self = .test
        default: return nil
        }
    }

    /// The kind that a word within a file's name says: "livecell_coco_train", "instances_val2019".
    init?(wordIn name: String) {
        let words = name.lowercased().split { !$0.isLetter }.map(String.init)
        guard let kind = words.lazy.compactMap({ PartKind(folder: $0) }).first else { return nil }
        self = kind
    }
}

/// Order of names that does not depend on locale or Unicode version.
func precedesByBytes(_ left: String, _ right: String) -> Bool {
    // Strings from files are native and contiguous: compared as memory, ten times faster than byte by byte.
    let fast = left.utf8.withContiguousStorageIfAvailable { left in
        right.utf8.withContiguousStorageIfAvailable { right -> Bool in
            let count = min(left.count, right.count)
            guard count > 0, let first = left.baseAddress, let second = right.baseAddress else {
                return left.count < right.count
            }
            let order = memcmp(first, second, count)
            return order == 0 ? left.count < right.count : order < 0
        }
    }
    if let fast = fast ?? nil { return fast }
    return left.utf8.lexicographicallyPrecedes(right.utf8)
}

/// The first few of some names, and how many more there are.
func summary(of names: [String], limit: Int = 5) -> String {
    names.count <= limit
        ? names.joined(separator: ", ")
        : names.prefix(limit).joined(separator: ", ") + " and \(names.count - limit) more"
}

/// "1 image", "2 images".
public func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

extension String {
    /// The part of a file's name before its last dot; all of it where there is none or nothing before it.
    var stem: String {
        guard let dot = utf8.lastIndex(of: UInt8(ascii: ".")), dot != utf8.startIndex else { return self }
        return String(self[..<dot])
    }

    /// The part behind the last dot in lower case, or "".
    var lowercasedExtension: String {
        guard let dot = utf8.lastIndex(of: UInt8(ascii: ".")), dot != utf8.startIndex else { return "" }
        return self[utf8.index(after: dot)...].lowercased()
    }

    /// The part behind the last "/".
    var lastName: String {
        guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return self }
        return String(self[utf8.index(after: slash)...])
    }
}
