import Imaging
import Testing

/// The generator of Tests/Reference/measures.py.
struct CongruentialGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
}

/// A random pair whose scores are known from numpy and scipy.
struct ReferenceCase: CustomTestStringConvertible {
    enum Kind: String { case cells, huge, noise, stripes }
    let seed: UInt64
    let kind: Kind
    let truths: Int
    let predictions: Int
    let found: [Int]
    let pq: Double
    let aji: Double
    let dice: Double

    var testDescription: String { "\(kind) \(seed)" }
}

/// The pair of label images that Tests/Reference/measures.py draws for the same seed and kind.
func randomLabels(seed: UInt64, kind: ReferenceCase.Kind) -> (truth: LabelImage, predicted: LabelImage) {
    var random = CongruentialGenerator(seed: seed)
    let width = 8 + random.below(40)
    let height = 8 + random.below(40)
    var truth = LabelImage(width: width, height: height)
    var predicted = LabelImage(width: width, height: height)
    switch kind {
    case .noise:
        for y in 0..<height {
            for x in 0..<width {
                truth[x, y] = Int32(random.below(6))
                let drawn = random.below(5)
                predicted[x, y] = random.below(3) == 0 ? Int32(drawn) : truth[x, y]
            }
        }
    case .stripes:
        for y in 0..<height {
            for x in stride(from: 0, to: width - 3, by: 4) {
                let label = Int32(1 + y * width + x)
                truth.fill(label, x..<x + 4, y..<y + 1)
                let halves = random.below(4)
                predicted.fill(halves != 3 ? label : 0, x..<x + 2, y..<y + 1)
                predicted.fill(halves == 1 ? label + 1 : halves == 0 ? label : 0, x + 2..<x + 4, y..<y + 1)
            }
        }
        if random.below(2) == 0 { swap(&truth, &predicted) }
    case .cells, .huge:
        let factor = kind == .cells ? 1 : 53_687_091
        let count = random.below(30)
        for index in 0..<count {
            let (x, y) = (random.below(width), random.below(height))
            let (w, h) = (1 + random.below(9), 1 + random.below(9))
            truth.fill(Int32((index + 1) * factor), x..<x + w, y..<y + h)
            if random.below(8) == 0 { continue }
            let (px, py) = (max(0, x + random.below(3) - 1), max(0, y + random.below(3) - 1))
            let (pw, ph) = (w + random.below(2), h + random.below(2))
            predicted.fill(Int32((count - index) * factor), px..<px + pw, py..<py + ph)
        }
    }
    return (truth, predicted)
}

extension LabelImage {
    /// Sets the part of a rectangle that lies inside the image.
    mutating func fill(_ label: Int32, _ columns: Range<Int>, _ rows: Range<Int>) {
        for y in rows.clamped(to: 0..<height) {
            for x in columns.clamped(to: 0..<width) { self[x, y] = label }
        }
    }
}
