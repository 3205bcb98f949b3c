import Imaging

/// What a data set holds, found by reading every file of it; encodes to the JSON that `petri info --json` prints.
public struct DataSetFacts: Encodable, Equatable, Sendable {
    /// The folder.
    public let path: String
    /// `DataSet.Layout`.
    public let layout: String
    /// Number of images with objects, readable or not.
    public let pairs: Int
    /// Sizes of the images as "WIDTHxHEIGHT", the most frequent first.
    public let sizes: [String]
    /// Channels of the images as stored, the most frequent first.
    public let channels: [Int]
    /// Bits of the images' samples, the most frequent first.
    public let bits: [Int]
    /// How the objects are written down; "mixed: ..." where the masks differ in that.
    public let maskEncoding: String
    /// Number of objects in all masks.
    public let objects: Int
    /// What was left out, cannot be used, or is to be known before use.
    public let warnings: [String]
    /// Names of the pairs.
    public let images: [String]
}

extension DataSet {
    /// Reads every file; what cannot be used becomes a warning. `progress` is told how many pairs are done.
    /// - Throws: `InputError` about the first pair if none can be used.
    public func facts(progress: (@Sendable (Int) -> Void)? = nil) throws -> DataSetFacts {
        let found = try concurrentMap(pairs, progress: progress) { PairFacts($0) }
        let usable = found.filter { $0.problem == nil }
        if usable.isEmpty, let problem = found.first?.problem { throw problem }
        // A label mask with one object reads like a binary one; among label masks it is one of them.
        let isLabels = usable.contains { if case .labels = $0.encoding { $0.objects > 0 } else { false } }
        let encodings = usable.compactMap { facts -> MaskEncoding? in
            facts.objects == 0 || (isLabels && facts.encoding == .binary && facts.objects == 1) ? nil : facts.encoding
        }
        let distinct = frequentFirst(encodings.isEmpty ? usable.compactMap(\.encoding) : encodings)
        let encoding =
            switch distinct.count {
            case 0: "unknown"
            case 1: distinct[0].description
            default: "mixed: " + distinct.map(\.description).joined(separator: "; ")
            }
        return DataSetFacts(
            path: path, layout: layout.rawValue, pairs: pairs.count,
            sizes: frequentFirst(usable.map { "\($0.width)x\($0.height)" }),
            channels: frequentFirst(usable.map(\.channels)), bits: frequentFirst(usable.map(\.bits)),
            maskEncoding: encoding, objects: usable.reduce(0) { $0 + $1.objects },
            warnings: warnings + Self.warnings(of: found, distinct), images: pairs.map(\.name))
    }

    private static func warnings(of found: [PairFacts], _ encodings: [MaskEncoding]) -> [String] {
        var warnings = found.compactMap(\.problem?.description)
        func warn(_ text: String, about names: [String]) {
            if !names.isEmpty { warnings.append("\(text): \(summary(of: names))") }
        }
        if encodings.contains(.binary) {
            warnings.append("binary masks: cells that touch are merged into one object")
        }
        let usable = found.filter { $0.problem == nil }
        let grey = usable.filter(\.isGreyAsColour)
        if !grey.isEmpty {
            let kind = frequentFirst(grey.map { $0.channels == 4 ? "RGBA" : "RGB" }).joined(separator: " or ")
            warnings.append("\(kind) holding grey in \(grey.count) of \(usable.count) images; used as grey")
        }
        let contested = usable.filter { $0.contestedPixels > 0 }
        if !contested.isEmpty {
            let pixels = contested.reduce(0) { $0 + $1.contestedPixels }
            warn("objects overlap in \(pixels) pixels, the first file keeps them", about: contested.map(\.name))
        }
        warn("objects without a pixel of their own", about: usable.flatMap(\.lostObjects))
        warn("masks without objects", about: usable.filter { $0.objects == 0 }.map(\.name))
        return warnings
    }
}

/// What one pair holds.
private struct PairFacts: Sendable {
    let name: String
    var width = 0
    var height = 0
    var channels = 0
    var bits = 0
    var isGreyAsColour = false
    var encoding: MaskEncoding?
    var objects = 0
    var contestedPixels = 0
    var lostObjects: [String] = []
    /// Why the pair cannot be used.
    var problem: InputError?

    init(_ pair: Pair) {
        name = pair.name
        do {
            let (image, mask) = try pair.read()
            width = image.width
            height = image.height
            channels = image.channels
            bits = image.bits
            isGreyAsColour = image.isGreyStoredAsColour
            encoding = mask.encoding
            objects = mask.objects
            contestedPixels = mask.contestedPixels
            lostObjects = mask.lostObjects
        } catch let error as InputError {
            problem = error
        } catch {
            problem = InputError(pair.imagePath, "cannot be read: \(error)")
        }
    }
}

/// The distinct values, the most frequent first, equally frequent ones in the order of their first place.
private func frequentFirst<Value: Hashable>(_ values: [Value]) -> [Value] {
    var seen: [Value: (count: Int, place: Int)] = [:]
    for (place, value) in values.enumerated() { seen[value, default: (0, place)].count += 1 }
    return seen.sorted { ($1.value.count, $0.value.place) < ($0.value.count, $1.value.place) }.map(\.key)
}
