import Foundation
import Imaging

/// Which images of a data set train and which judge; recorded with a run, and kept beside a data set in
/// `petri-split.json` for every command that splits it.
public struct Split: Codable, Equatable, Sendable {
    /// Seed of the shuffle.
    public let seed: UInt64
    /// Names of the images to train on, in shuffled order.
    public let training: [String]
    /// Names of the images to validate on, in shuffled order.
    public let validation: [String]

    public init(seed: UInt64, training: [String], validation: [String]) {
        self.seed = seed
        self.training = training
        self.validation = validation
    }
}

extension DataSet {
    /// Shuffles the names with `seed` and sets `validationFraction` of them (in [0, 1), rounded) aside: at least one image
    /// to validate on where there are two or more and the fraction is not 0, and always at least one to train on.
    ///
    /// With `content`, a size for each pair in their order (objects, say), the images to validate on are spread evenly over
    /// the sizes: the pairs are cut by size into as many groups as images are wanted, and each group gives one.
    public func split(validationFraction: Double = 0.2, seed: UInt64, content: [Int]? = nil) -> Split {
        precondition(validationFraction >= 0 && validationFraction < 1, "validation fraction outside [0, 1)")
        precondition(content.map { $0.count == pairs.count } ?? true, "one size for each pair")
        let names = shuffledNames(seed: seed)
        let wanted = Int((Double(names.count) * validationFraction).rounded())
        let count = validationFraction > 0 ? min(max(1, wanted), names.count - 1) : 0
        guard let content, count > 0 else {
            return Split(seed: seed, training: Array(names.dropFirst(count)), validation: Array(names.prefix(count)))
        }
        let sizes = Dictionary(zip(pairs.map(\.name), content)) { first, _ in first }
        let rank = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
        // Of equal sizes the shuffle decides, as it does within a group.
        let bySize = names.sorted { left, right in
            (sizes[left] ?? 0, rank[left] ?? 0) < (sizes[right] ?? 0, rank[right] ?? 0)
        }
        let validation = (0..<count).compactMap { group in
            bySize[group * names.count / count..<(group + 1) * names.count / count].min {
                rank[$0] ?? 0 < rank[$1] ?? 0
            }
        }
        let aside = Set(validation)
        return Split(seed: seed, training: names.filter { !aside.contains($0) }, validation: validation)
    }

    /// The number of objects in each pair's mask, in the pairs' order; nil for a data set of more than 5000 pairs, of
    /// which that would take long. A mask that cannot be read counts as empty: whoever uses it will say what is wrong.
    public func objectCounts() throws -> [Int]? {
        guard pairs.count <= Self.mostReadWhole else { return nil }
        return try concurrentMap(pairs) { (try? $0.mask())?.objects ?? 0 }
    }

    /// How to split the data set: as is kept beside it, else anew, evenly over the numbers of objects where these are
    /// quickly counted.
    /// - Throws: `InputError` if the file is damaged or does not name every image.
    public func preferredSplit(validationFraction: Double = 0.2, seed: UInt64) throws -> Split {
        if let stored = try storedSplit() { return stored }
        let content = validationFraction > 0 ? try objectCounts() : nil
        return split(validationFraction: validationFraction, seed: seed, content: content)
    }

    /// The data set with only `count` of its pairs, drawn with `seed` and in their usual order; all of them where it has
    /// no more.
    public func choosing(_ count: Int, seed: UInt64) throws -> DataSet {
        guard count < pairs.count else { return self }
        return try choosing(names: shuffledNames(seed: seed).prefix(max(1, count)).sorted(by: precedesByBytes))
    }

    /// Fisher and Yates's shuffle; own, because the standard library may change its own and with it every split.
    private func shuffledNames(seed: UInt64) -> [String] {
        var names = pairs.map(\.name)
        var random = SeededGenerator(seed: seed)
        for last in stride(from: names.count - 1, to: 0, by: -1) {
            // 64 bits scaled to 0...last.
            names.swapAt(last, Int(random.next().multipliedFullWidth(by: UInt64(last + 1)).high))
        }
        return names
    }
}

extension DataSet {
    /// The longest split file read, in bytes.
    private static let longestSplit = 64 << 20

    /// Where the split of the data set is kept. Several COCO files, each a data set, may share a folder.
    public var splitPath: String {
        let isFile = path.lowercasedExtension == "json"
        let folder = isFile ? (path as NSString).deletingLastPathComponent : path
        let name = isFile ? "petri-split-\(path.lastName.stem).json" : "petri-split.json"
        return (folder as NSString).appendingPathComponent(name)
    }

    /// The split kept beside the data set, without the names of images that are not there (which another part has, or
    /// which were not chosen); nil where there is none.
    /// - Throws: `InputError` if the file is damaged or does not name every image to train on.
    public func storedSplit() throws -> Split? {
        guard FileManager.default.fileExists(atPath: splitPath) else { return nil }
        let bytes = try FileContent.read(splitPath, maximumLength: Self.longestSplit)
        guard let split = try? JSONDecoder().decode(Split.self, from: Data(bytes)) else {
            throw InputError(splitPath, "is damaged", advice: "make it anew with `petri split \(path) --force`")
        }
        let names = Set(pairs.map(\.name))
        let named = Set(split.training + split.validation)
        let unnamed = (try? forTraining())?.pairs.map(\.name).filter { !named.contains($0) } ?? []
        guard unnamed.isEmpty, named.count == split.training.count + split.validation.count else {
            throw InputError(
                splitPath, unnamed.isEmpty ? "names an image twice" : "says nothing of \(summary(of: unnamed))",
                advice: "make it anew with `petri split \(path) --force`")
        }
        let kept = Split(
            seed: split.seed, training: split.training.filter(names.contains),
            validation: split.validation.filter(names.contains))
        return kept.training.isEmpty && kept.validation.isEmpty ? nil : kept
    }

    /// Keeps the split beside the data set.
    /// - Throws: `InputError` if it cannot be written.
    public func store(_ split: Split) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let document = try encoder.encode(split) + Data("\n".utf8)
        try AtomicFile.write(to: splitPath, synced: false) { write in try document.withUnsafeBytes { try write($0) } }
    }
}
