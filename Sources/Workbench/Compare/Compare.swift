import Canvas
import Datasets
import Imaging
import Measures
import Runs

/// What the compare screen shows: a synthetic set held against a real one.
struct Compare: Sendable {
    enum Tab: CaseIterable, Sendable {
        case pairs, grids, distributions, nearest, blind

        var title: String {
            switch self {
            case .pairs: "pairs"
            case .grids: "grids"
            case .distributions: "distributions"
            case .nearest: "nearest real"
            case .blind: "which is real?"
            }
        }
    }

    enum Side: Sendable {
        case real, synthetic

        var name: String { self == .real ? "real" : "synthetic" }
    }

    /// How a pair is shown.
    enum PairView: Sendable { case beside, blink, difference }

    /// What was asked for; the real set is nil where the samples' run is to tell it.
    var paths = ComparePaths(real: nil, synthetic: "")
    var sets: ComparedSets?
    var problem: InputError?
    var tab = Tab.pairs
    /// The number of the synthetic image that is looked at.
    var synthetic = 0
    /// The real image beside it where it was chosen by hand.
    var chosenReal: Int?

    // Pairs.
    var view = PairView.beside
    /// Whether the real image is in sight while blinking.
    var isLit = true
    var layer = Scene.Layer.image
    var map = ColorMap.grey
    var zoom = Viewport.Zoom.fit
    /// The pixel in the middle of both, from 0 to 1 of each image's sides.
    var center = (x: 0.5, y: 0.5)
    var loaded: (of: ComparedPair, pair: LoadedPair)?
    var frame: (request: PairFrame, pictures: [Canvas])?

    // Grids and neighbours.
    var gridSide = Side.synthetic
    var realGrid = Scroll()
    var syntheticGrid = Scroll()
    var tiles: (request: TileFrame, pictures: [CompareTile: Canvas])?

    // Distributions.
    var quantity = Scroll()
    var isQuantityZoomed = false
    var measured: MeasuredSets?
    /// How many images were measured, while that goes on.
    var progress: (done: Int, total: Int)?

    // Neighbours.
    var isByMeasures = false
    var neighbours: (request: NeighbourRequest, found: [Neighbour])?
    var neighbour = 0

    // The blind test.
    var blind = BlindTest(real: 0, synthetic: 0, seed: 0)
    var blindSeed: UInt64 = 0

    /// The number of the real image beside the synthetic one.
    var real: Int {
        guard let sets else { return 0 }
        return chosenReal ?? (sets.partners.indices.contains(synthetic) ? sets.partners[synthetic] : 0)
    }

    /// The two images that are looked at; of the blind test those that are asked about.
    var pair: ComparedPair? {
        guard let sets, sets.real.source.count > 0, sets.synthetic.source.count > 0 else { return nil }
        if tab == .blind {
            return blind.current.map {
                ComparedPair(real: sets.real.source[$0.real], synthetic: sets.synthetic.source[$0.synthetic])
            }
        }
        return ComparedPair(real: sets.real.source[real], synthetic: sets.synthetic.source[synthetic])
    }
}

/// The two sets that were asked for.
struct ComparePaths: Equatable, Sendable {
    var real: String?
    var synthetic: String
}

/// One of the two sets.
struct ComparedSet: Sendable {
    let path: String
    let source: Source
    /// Where each image came from, where the set is one of samples.
    var samples: [Sample?] = []

    func sample(_ index: Int) -> Sample? { samples.indices.contains(index) ? samples[index] : nil }
}

/// Both sets, and which real image stands beside each synthetic one.
struct ComparedSets: Sendable {
    let real: ComparedSet
    let synthetic: ComparedSet
    /// The number of the real image for every synthetic one: the training image that its generation found nearest, else
    /// the one of the same name, else the one of the same number.
    let partners: [Int]
    /// The nearest training image as generation found it, where it did.
    let recorded: [Int?]
    /// Of the blind test.
    let seed: UInt64
}

/// What came of opening two sets.
enum SetsOutcome: Sendable {
    case opened(ComparedSets)
    /// Nobody said what the real set is, and no run does.
    case needsReal
    case failed(InputError)
}

/// A real and a synthetic image.
struct ComparedPair: Equatable, Sendable {
    var real: Item
    var synthetic: Item
}

/// Both images, read.
struct LoadedPair: Sendable {
    var real: Loaded
    var synthetic: Loaded
    /// Synthetic minus real, each scaled from its minimum and maximum to 0...1, where both are; grey.
    var difference: Image
}

/// The panels of a pair to be drawn: all they depend on.
struct PairFrame: Equatable, Sendable {
    enum Content: Sendable { case real, synthetic, difference }

    struct Panel: Equatable, Sendable {
        var content: Content
        var region: LabelImage.Box
        var layer: Scene.Layer
    }

    var pair: ComparedPair
    var panels: [Panel]
    var map: ColorMap
    /// Cells of a panel.
    var columns: Int
    var rows: Int
    var symbols: Symbols
    var colors: ColorDepth
}

/// A small picture of one image of a set.
struct CompareTile: Hashable, Sendable {
    var side: Compare.Side
    var index: Int
}

/// How tiles are drawn, and which.
struct TileFrame: Equatable, Sendable {
    var paths: ComparePaths
    var columns: Int
    var rows: Int
    var hasMasks: Bool
    var symbols: Symbols
    var colors: ColorDepth
    var tiles: [CompareTile] = []

    /// Whether tiles drawn for the other fit here.
    func isAlike(_ other: TileFrame) -> Bool {
        var other = other
        other.tiles = tiles
        return self == other
    }
}

/// Which images are measured.
struct MeasureRequest: Equatable, Sendable {
    var paths: ComparePaths
    var real: [Int]
    var synthetic: [Int]

    /// Images that are measured of a set at most; of more, as many at equal steps.
    static let most = 200

    static func chosen(of count: Int) -> [Int] {
        count <= most ? Array(0..<count) : (0..<most).map { $0 * count / most }
    }
}

/// What was measured.
struct MeasuredSets: Sendable {
    var comparison: SetComparison
    /// Numbers of the real images that were measured, and what they look like.
    var real: [Int]
    var signatures: [ImageSignature]
    var space: MeasureSpace
    /// Images that could not be read.
    var broken: Int
}

/// A synthetic image whose nearest real ones are wanted.
struct NeighbourRequest: Equatable, Sendable {
    var paths: ComparePaths
    var synthetic: Int
}

/// A real image near a synthetic one.
struct Neighbour: Equatable, Sendable {
    var real: Int
    /// See `ImageSignature.distance`.
    var pixels: Float
    /// In the space of measures.
    var measures: Float
}
