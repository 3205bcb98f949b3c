import Foundation
import Imaging

/// Writing a data set in another layout: images byte for byte where the layout takes their format, objects pixel for
/// pixel. An interrupted conversion goes on where it ended.
public struct Conversion: Sendable {
    /// The layouts that are written.
    public enum Layout: String, CaseIterable, Sendable, Codable {
        case imagesAndMasks = "images-masks"
        case bbbc038
        case cellpose
        case ctc
        case coco
    }

    /// What was done.
    public struct Outcome: Equatable, Sendable {
        /// Pairs that were written.
        public var written = 0
        /// Pairs that an earlier, interrupted run had written.
        public var kept = 0
        /// What is to be known of the objects, such as overlaps that were resolved.
        public var warnings: [String] = []
    }

    let dataSet: DataSet
    let layout: Layout
    /// The folder to write to.
    let destination: String
    /// Whether what is there may be replaced.
    let force: Bool

    public init(_ dataSet: DataSet, to layout: Layout, in destination: String, force: Bool = false) {
        self.dataSet = dataSet
        self.layout = layout
        self.destination =
            destination.count > 1 && destination.hasSuffix("/") ? String(destination.dropLast()) : destination
        self.force = force
    }

    /// The note beside the data that says what is being converted into what.
    private struct Record: Codable, Equatable {
        var source: String
        var layout: Layout
        /// The names of the pairs and where their images are, where the layout does not keep names.
        var frames: [String: String]?
    }

    /// Writes what is not there yet; `progress` is told how many pairs are done, and `checking`, called before each pair,
    /// ends the writing by what it throws.
    /// - Throws: `InputError` where the folder holds something else, a file cannot be read, or one cannot be written.
    public func run(
        progress: (@Sendable (Int) -> Void)? = nil, checking: (@Sendable () throws -> Void)? = nil
    ) throws -> Outcome {
        let plans = try layout.plans(for: dataSet, in: destination)
        try prepare(plans)
        let results = try concurrentMap(plans, progress: progress) { plan in
            try checking?()
            return try write(plan)
        }
        var outcome = Outcome()
        for (plan, result) in zip(plans, results) {
            if result.isKept { outcome.kept += 1 } else { outcome.written += 1 }
            outcome.warnings += result.notes.map { "\(plan.pair.name): \($0)" }
        }
        if layout == .coco { outcome.warnings += try COCOWriter(plans: plans, force: force).write() }
        if layout == .ctc && !dataSet.tracks.isEmpty { outcome.warnings.append("tracks are not written") }
        return outcome
    }

    /// Where the pairs' images are written, in the order of the pairs.
    /// - Throws: `InputError` where a name does not fit the layout.
    public func imagePaths() throws -> [String] { try layout.plans(for: dataSet, in: destination).map(\.image) }

    /// Makes the folder and leaves the record in it.
    private func prepare(_ plans: [PairPlan]) throws {
        let source = realPath(dataSet.path) ?? dataSet.path
        try refuseSources()
        var record = Record(source: source, layout: layout)
        if layout == .ctc {
            record.frames = Dictionary(plans.map { ($0.image, $0.pair.name) }) { first, _ in first }
        }
        let path = destination + "/petri-conversion.json"
        let content = (try? FileManager.default.contentsOfDirectory(atPath: destination)) ?? []
        if !content.isEmpty && !force {
            let there = try? JSONDecoder().decode(Record.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
            guard there == record else {
                throw InputError(
                    destination,
                    there == nil ? "is not empty" : "holds another conversion (\(there?.source ?? ""))",
                    advice: "name another folder, or give --force to write over what is there")
            }
        }
        try Folders.make(destination)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let document = try encoder.encode(record) + Data("\n".utf8)
        try AtomicFile.write(to: path, synced: false) { write in try document.withUnsafeBytes { try write($0) } }
    }

    /// Copies among their sources would be written over them, or make the data set another one.
    /// - Throws: `InputError` where the destination is, holds or lies in a folder of the data set.
    private func refuseSources() throws {
        let isFile = dataSet.path.lowercasedExtension == "json"
        let root = isFile ? (dataSet.path as NSString).deletingLastPathComponent : dataSet.path
        let files = dataSet.pairs.lazy.flatMap { [$0.imagePath] + $0.maskFiles.paths }
        let folders = Set(files.map { ($0 as NSString).deletingLastPathComponent })
            .filter { !$0.hasPrefix(root + "/") }.union([root])
        let target = Self.withoutLinks(destination)
        for folder in folders.map(Self.withoutLinks) {
            if target == folder || folder.hasPrefix(target + "/") {
                throw InputError(destination, "holds the data set itself", advice: "name another folder")
            }
            if target.hasPrefix(folder + "/") {
                throw InputError(destination, "lies in the data set itself", advice: "name a folder beside it")
            }
        }
    }

    /// The real path of what may not be there yet.
    private static func withoutLinks(_ path: String) -> String {
        if let real = realPath(path.isEmpty ? "." : path) { return real }
        let parent = withoutLinks((path as NSString).deletingLastPathComponent)
        return (parent as NSString).appendingPathComponent((path as NSString).lastPathComponent)
    }

    /// What became of a pair.
    private struct Result: Sendable {
        var isKept = false
        var notes: [String] = []
    }

    /// Writes the objects of a pair, then its image: where the image is there, all is.
    private func write(_ plan: PairPlan) throws -> Result {
        if !force && plan.isDone() { return Result(isKept: true) }
        var result = Result()
        for folder in plan.folders { try Folders.make(folder) }
        if plan.writesMask {
            let mask = try plan.pair.mask()
            result.notes = mask.conversionNotes
            if let objects = plan.objects {
                try write(mask.labels, asObjectsIn: objects)
            } else {
                try mask.labels.distinguishable.write(to: plan.mask)
            }
        }
        if plan.copiesImage {
            try Folders.copy(plan.pair.imagePath, to: plan.image)
        } else {
            try ImageFile.write(plan.pair.image(), to: plan.image)
        }
        return result
    }

    /// One file for each object, in the order of the labels; an empty one where there is none.
    private func write(_ labels: LabelImage, asObjectsIn folder: String) throws {
        let boxes = labels.boundingBoxes.sorted { $0.key < $1.key }
        func name(_ index: Int) -> String {
            let digits = "\(index)"
            return "object" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits + ".png"
        }
        var samples = [UInt8](repeating: 0, count: labels.labels.count)
        func save(_ index: Int) throws {
            let image = Image(width: labels.width, height: labels.height, channels: 1, samples: .uint8(samples))
            try ImageFile.write(image, to: folder + "/" + name(index))
        }
        if boxes.isEmpty { try save(0) }
        for (index, (label, box)) in boxes.enumerated() {
            for y in box.y..<box.y + box.height {
                for pixel in y * labels.width + box.x..<y * labels.width + box.x + box.width
                where labels.labels[pixel] == label { samples[pixel] = 255 }
            }
            try save(index + 1)
            for y in box.y..<box.y + box.height {
                for x in box.x..<box.x + box.width { samples[y * labels.width + x] = 0 }
            }
        }
        // Objects of an earlier conversion that are no more.
        let written = Set(boxes.isEmpty ? [name(0)] : boxes.indices.map { name($0 + 1) })
        for file in try FileManager.default.contentsOfDirectory(atPath: folder)
        where file.hasPrefix("object") && file.hasSuffix(".png") && !written.contains(file) {
            unlink(folder + "/" + file)
        }
    }
}

extension Mask {
    /// What a user should know of the objects that are written.
    var conversionNotes: [String] {
        let overlap = "objects overlap in \(contestedPixels) pixels, the first one keeps them"
        return (contestedPixels > 0 ? [overlap] : []) + notes
    }
}
