import Imaging

/// What a data set holds, found by reading its files; encodes to the JSON that `petri info --json` prints.
public struct DataSetFacts: Encodable, Equatable, Sendable {
    /// A part of a data set, such as train.
    public struct Part: Encodable, Equatable, Sendable {
        /// The part's name.
        public let name: String
        /// Number of its images with objects.
        public let pairs: Int
        /// Number of objects in those that were read.
        public let objects: Int
    }

    /// The split kept beside a data set.
    public struct StoredSplit: Encodable, Equatable, Sendable {
        /// Number of images to train on.
        public let training: Int
        /// Number of images to validate on.
        public let validation: Int
        /// The seed of the draw.
        public let seed: UInt64
    }

    /// The folder.
    public let path: String
    /// `DataSet.Layout`; "images" or "masks" for a folder that holds only such.
    public let layout: String
    /// What the layout was told by.
    public let layoutReason: String
    /// Number of images with objects, readable or not.
    public let pairs: Int
    /// Of how many pairs the files were read; the facts about pixels are of those.
    public let pairsRead: Int
    /// Its parts, where it has any.
    public let parts: [Part]
    /// Sizes of the images as "WIDTHxHEIGHT", the most frequent first.
    public let sizes: [String]
    /// Channels of the images as stored, the most frequent first.
    public let channels: [Int]
    /// Bits of the images' samples, the most frequent first.
    public let bits: [Int]
    /// How the objects are written down; "mixed: ..." where the masks differ in that.
    public let maskEncoding: String
    /// Why the masks were taken for that.
    public let maskReason: String
    /// Number of objects in the masks that were read.
    public let objects: Int
    /// Images that no mask belongs to.
    public let unpairedImages: [String]
    /// Masks that belong to no image.
    public let unpairedMasks: [String]
    /// Names that more than one image, or more than one mask, claims.
    public let duplicates: [String]
    /// Names of images with the same pixels in different parts.
    public let leaks: [[String]]
    /// The split kept beside the data set, where there is one.
    public let split: StoredSplit?
    /// Tracks of time-lapses.
    public let tracks: [TrackFacts]
    /// What was left out, cannot be used, or is to be known before use.
    public let warnings: [String]
    /// Names of the pairs; of images or masks alone, of those.
    public let images: [String]
}

extension DataSet {
    /// Larger data sets than this are judged by a sample of their pairs.
    static let mostReadWhole = 5000
    /// The size of that sample.
    static let sampleSize = 1000
    /// An object so many times smaller than most is a slip of the pen more likely than a cell.
    private static let speck: Int32 = 20

    /// The pairs that `facts` reads: all, or some spread evenly over a large data set.
    func pairsToRead(all: Bool) -> [Pair] {
        guard !all, pairs.count > Self.mostReadWhole else { return pairs }
        return (0..<Self.sampleSize).map { pairs[$0 * pairs.count / Self.sampleSize] }
    }

    /// Reads the files; what cannot be used becomes a warning.
    /// - Parameters:
    ///   - all: Whether to read every pair of a data set of more than 5000, and not 1000 spread evenly over it.
    ///   - progress: Told how many pairs are done, and of how many.
    ///   - checking: Called before each pair; what it throws ends the reading.
    /// - Throws: `InputError` about the first pair if none can be used.
    public func facts(
        all: Bool = false, progress: (@Sendable (Int, Int) -> Void)? = nil,
        checking: (@Sendable () throws -> Void)? = nil
    ) throws -> DataSetFacts {
        let chosen = pairsToRead(all: all)
        var warnings = warnings
        var split: Split?
        do { split = try storedSplit() } catch let error as InputError {
            // What the data set holds can be said all the same.
            warnings.append(error.description)
        }
        let groups = groups(of: split)
        let report: @Sendable (Int) -> Void = { progress?($0, chosen.count) }
        let found = try concurrentMap(chosen, progress: report) { pair in
            try checking?()
            return PairFacts(pair, hashing: !groups.isEmpty)
        }
        let usable = found.filter { $0.problem == nil }
        if usable.isEmpty, let problem = found.first?.problem { throw problem }
        let encodings = Self.encodings(of: usable)
        let leaks = Self.leaks(among: usable, groups: groups)
        warnings += Self.warnings(of: found, encodings)
        if !leaks.isEmpty {
            let names = leaks.map { $0.joined(separator: " = ") }
            warnings.append("the same pixels in different parts: \(summary(of: names))")
        }
        if chosen.count < pairs.count {
            warnings.append("\(chosen.count) of \(pairs.count) pairs were read; --all reads every one")
        }
        var counts: [String: (pairs: Int, objects: Int)] = [:]
        for pair in pairs { counts[pair.part ?? "", default: (0, 0)].pairs += 1 }
        for pair in usable { counts[pair.part ?? "", default: (0, 0)].objects += pair.objects }
        return DataSetFacts(
            path: path, layout: layout.rawValue, layoutReason: layoutDescription, pairs: pairs.count,
            pairsRead: chosen.count,
            parts: parts.map { .init(name: $0, pairs: counts[$0]?.pairs ?? 0, objects: counts[$0]?.objects ?? 0) },
            sizes: frequentFirst(usable.map { "\($0.width)x\($0.height)" }),
            channels: frequentFirst(usable.map(\.channels)), bits: frequentFirst(usable.map(\.bits)),
            maskEncoding: Self.text(of: encodings.map(\.description)),
            maskReason: Self.text(of: encodings.map(\.reason)),
            objects: usable.reduce(0) { $0 + $1.objects }, unpairedImages: unpairedImages,
            unpairedMasks: unpairedMasks, duplicates: duplicates, leaks: leaks,
            split: split.map { .init(training: $0.training.count, validation: $0.validation.count, seed: $0.seed) },
            tracks: tracks, warnings: warnings,
            images: pairs.map(\.name))
    }

    /// The distinct encodings, the most frequent first.
    private static func encodings(of usable: [PairFacts]) -> [MaskEncoding] {
        // A label mask with one object reads like a binary one; among label masks it is one of them. So does a picture of
        // one colour among those of one colour per object.
        let isLabels = usable.contains { facts in
            switch facts.encoding {
            case .labels, .paletteIndices, .colours: facts.objects > 0
            default: false
            }
        }
        let encodings = usable.compactMap { facts -> MaskEncoding? in
            guard facts.objects > 0, let encoding = facts.encoding else { return nil }
            if case .binary = encoding, isLabels, facts.objects == 1 { return nil }
            return encoding
        }
        return frequentFirst(encodings.isEmpty ? usable.compactMap(\.encoding) : encodings)
    }

    private static func text(of values: [String]) -> String {
        let distinct = frequentFirst(values)
        switch distinct.count {
        case 0: return "unknown"
        case 1: return distinct[0]
        default: return "mixed: " + distinct.joined(separator: "; ")
        }
    }

    private static func warnings(of found: [PairFacts], _ encodings: [MaskEncoding]) -> [String] {
        var warnings = found.compactMap(\.problem?.description)
        func warn(_ text: String, about names: [String]) {
            if !names.isEmpty { warnings.append("\(text): \(summary(of: names))") }
        }
        if encodings.contains(.jpeg) {
            warnings.append("JPEG masks: their edges are blurred and were thresholded; keep masks as PNG or TIFF")
        }
        if encodings.contains(where: \.mergesTouching) {
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
            warn("objects overlap in \(pixels) pixels, the first one keeps them", about: contested.map(\.name))
        }
        warn("objects without a pixel of their own", about: usable.flatMap(\.lostObjects))
        warn(
            "objects in several pieces, by their labels",
            about: usable.filter { !$0.scattered.isEmpty }.map { facts in
                "\(facts.name) (\(summary(of: facts.scattered.map { "\($0)" }, limit: 3)))"
            })
        let areas = usable.flatMap(\.areas).sorted()
        if let median = areas.isEmpty ? nil : areas[areas.count / 2] {
            let specks = usable.map { facts in (facts.name, facts.areas.count { $0 < median / Self.speck }) }
            warn(
                "objects of less than a twentieth of the median area (\(median) pixels)",
                about: specks.filter { $0.1 > 0 }.map { "\($0.0) (\($0.1))" })
        }
        warn("masks without objects", about: usable.filter { $0.objects == 0 }.map(\.name))
        warn("in masks", about: usable.flatMap { facts in facts.notes.map { "\(facts.name): \($0)" } })
        return warnings
    }
}

/// What one pair holds.
struct PairFacts: Sendable {
    let name: String
    let part: String?
    var width = 0
    var height = 0
    var channels = 0
    var bits = 0
    var isGreyAsColour = false
    var encoding: MaskEncoding?
    /// Pixels of each object.
    var areas: [Int32] = []
    /// Labels of the objects that are not in one piece, ascending.
    var scattered: [Int32] = []
    var contestedPixels = 0
    var lostObjects: [String] = []
    var notes: [String] = []
    /// A hash of the image's pixels, where asked for.
    var pixelHash: UInt64?
    /// Why the pair cannot be used.
    var problem: InputError?

    var objects: Int { areas.count }

    /// Reads the pair.
    init(_ pair: Pair, hashing: Bool) {
        name = pair.name
        part = pair.part
        do {
            let (image, mask) = try pair.read()
            width = image.width
            height = image.height
            channels = image.channels
            bits = image.bits
            isGreyAsColour = image.isGreyStoredAsColour
            encoding = mask.encoding
            let pieces = mask.labels.pieces
            areas = pieces.values.map { Int32(clamping: $0.reduce(0, +)) }
            // Crumbs of a few pixels are everywhere and do no harm.
            scattered = pieces.filter { $0.value.count > 1 && 10 * $0.value[1] >= $0.value[0] }.keys.sorted()
            contestedPixels = mask.contestedPixels
            lostObjects = mask.lostObjects
            notes = mask.notes
            if hashing { pixelHash = image.pixelHash }
        } catch let error as InputError {
            problem = error
        } catch {
            problem = InputError(pair.imagePath, "cannot be read: \(error)")
        }
    }
}

/// The distinct values, the most frequent first, equally frequent ones in the order of their first place.
func frequentFirst<Value: Hashable>(_ values: [Value]) -> [Value] {
    var seen: [Value: (count: Int, place: Int)] = [:]
    for (place, value) in values.enumerated() { seen[value, default: (0, place)].count += 1 }
    return seen.sorted { ($1.value.count, $0.value.place) < ($0.value.count, $1.value.place) }.map(\.key)
}
