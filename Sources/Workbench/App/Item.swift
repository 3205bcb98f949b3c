import Datasets
import Foundation
import Runs

/// An image to look at, and its objects where there are any.
struct Item: Equatable, Sendable {
    var name: String
    /// train, test, validation...
    var part: String?
    var imagePath: String
    var pair: Pair?
}

/// The images of one entry of the browser's list; their values are read when they are seen.
struct Source: Sendable {
    enum Kind: Sendable {
        case dataSet(DataSet)
        /// Images without masks.
        case images([String])
    }

    let kind: Kind
    /// The part that a stored split gives an image, by its name.
    let split: [String: String]

    init(_ kind: Kind) {
        self.kind = kind
        var split: [String: String] = [:]
        if case .dataSet(let dataSet) = kind, let stored = try? dataSet.storedSplit() {
            for name in stored.training { split[name] = "train" }
            for name in stored.validation { split[name] = "validate" }
        }
        self.split = split
    }

    var count: Int {
        switch kind {
        case .dataSet(let dataSet): dataSet.pairs.count
        case .images(let paths): paths.count
        }
    }

    subscript(index: Int) -> Item {
        switch kind {
        case .dataSet(let dataSet):
            let pair = dataSet.pairs[index]
            return Item(
                name: pair.name, part: split.isEmpty ? pair.part : split[pair.name] ?? pair.part,
                imagePath: pair.imagePath, pair: pair)
        case .images(let paths):
            return Item(name: (paths[index] as NSString).lastPathComponent, imagePath: paths[index])
        }
    }
}

/// Something found under the path the workbench was opened on.
struct Entry: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        /// So many pairs.
        case dataSet(Int)
        /// So many images without masks.
        case images(Int)
        /// A run, and where it stands.
        case run(String)
        /// Synthetic pairs that can be curated.
        case sampleSet
        /// Ways of training compared: how many of how many trainings are done.
        case experiment(done: Int, of: Int)
    }

    var path: String
    /// The path below the one that was opened.
    var title: String
    var kind: Kind

    var isRun: Bool {
        if case .run = kind { true } else { false }
    }

    var isSampleSet: Bool { kind == .sampleSet }

    /// Whether it is images that something can be done with.
    var isImages: Bool { !isRun && !isExperiment }

    var isExperiment: Bool {
        if case .experiment = kind { true } else { false }
    }

    /// What stands behind the title.
    var detail: String {
        switch kind {
        case .dataSet(let pairs): "\(pairs)"
        case .images(let count): "\(count)"
        case .run(let state): state
        case .sampleSet: "samples"
        case .experiment(let done, let count): "\(done)/\(count)"
        }
    }

    /// The sign before the title: kinds are told apart without colours.
    var sign: String {
        switch kind {
        case .dataSet: "▪"
        case .images: "▫"
        case .run: "▸"
        case .sampleSet: "◆"
        case .experiment: "≡"
        }
    }
}

/// What had to be read to be known of an image; small, for there may be very many.
struct PairValues: Equatable, Sendable {
    var width: Int32
    var height: Int32
    var channels: Int16
    var bits: Int16
    /// -1 where there is no mask.
    var objects: Int32
    var mean: Float
    /// Whether the files cannot be read.
    var isBroken = false
}

/// By what images are ordered.
enum SortKey: String, CaseIterable, Sendable {
    case name, size, depth, objects, mean, split

    /// Whether files must be read for it.
    var needsValues: Bool { self != .name && self != .split }
}
