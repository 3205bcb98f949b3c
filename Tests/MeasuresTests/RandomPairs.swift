import Imaging

@testable import Measures

/// The image and the labels that `draw` of Tests/Reference/comparison.py makes for the same arguments.
func randomPair(seed: UInt64, width: Int, height: Int, dim: Int = 0) -> (image: Image, labels: LabelImage) {
    var random = CongruentialGenerator(seed: seed)
    var labels = LabelImage(width: width, height: height)
    var samples = [UInt8](repeating: 0, count: width * height)
    for i in samples.indices { samples[i] = UInt8(20 + random.below(30)) }
    for index in 0..<4 + random.below(12) {
        let (cx, cy) = (random.below(width), random.below(height))
        let (a, b) = (2 + random.below(9), 2 + random.below(9))
        let light = 40 + random.below(120) - dim
        for y in 0..<height {
            for x in 0..<width {
                let (dx, dy) = (x - cx, y - cy)
                guard dx * dx * b * b + dy * dy * a * a <= a * a * b * b else { continue }
                labels[x, y] = Int32(3 * index + 2)
                samples[y * width + x] = UInt8(light + random.below(40))
            }
        }
    }
    return (Image(width: width, height: height, channels: 1, samples: .uint8(samples)), labels)
}

/// The points that `cloud` of Tests/Reference/comparison.py makes for the same arguments.
func randomCloud(seed: UInt64, count: Int, dimensions: Int, spread: Int = 100, shift: Int = 0) -> FeatureCloud {
    var random = CongruentialGenerator(seed: seed)
    return FeatureCloud(
        (0..<count).map { _ in (0..<dimensions).map { _ in Float(random.below(1000) * spread / 100 + shift) } })
}

/// The comparison of the sets that Tests/Reference/comparison.py compares.
let referenceComparison: SetComparison = {
    func measured(_ seed: UInt64, _ width: Int, _ height: Int, dim: Int = 0) -> PairMeasures {
        let pair = randomPair(seed: seed, width: width, height: height, dim: dim)
        return PairMeasures(pair.image, labels: pair.labels)
    }
    return SetComparison(
        real: (0..<6).map { measured(UInt64(10 + $0), 48 + $0, 52) },
        synthetic: (0..<5).map { measured(UInt64(40 + $0), 50, 60 - $0, dim: 25) })
}()
