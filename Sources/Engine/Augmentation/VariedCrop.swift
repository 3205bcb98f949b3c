import Imaging
import Runs

/// A crop while it is being varied.
struct VariedCrop {
    /// One plane for grey, three for colour; values of -1...1, but of 0...1 while tone and published steps change them.
    var planes: [Plane]
    var labels: LabelImage

    /// Each value of each plane replaced by what `change` makes of it.
    @inline(__always)
    mutating func mapValues(_ change: (Float) -> Float) {
        for index in planes.indices {
            planes[index].values.withUnsafeMutableBufferPointer { values in
                for i in values.indices { values[i] = change(values[i]) }
            }
        }
    }

    /// Tone and published steps with the settings' probabilities; values of -1...1 before and after.
    mutating func varyValues(_ augmentation: Augmentation, using generator: inout SeededGenerator) {
        let changesTone = generator.happens(augmentation.pTone)
        let isVaried = generator.happens(augmentation.pVanilla)
        guard changesTone || isVaried else { return }
        mapValues { ($0 + 1) / 2 }
        if changesTone { varyTone(augmentation, using: &generator) }
        if isVaried { vary(by: augmentation.steps, using: &generator) }
        mapValues { min(max($0 * 2 - 1, -1), 1) }
    }

    /// Goes through `steps` in random order, each with probability 0.5.
    mutating func vary(by steps: [Augmentation.Step], using generator: inout SeededGenerator) {
        for step in generator.shuffled(steps) where generator.happens(0.5) { vary(by: step, using: &generator) }
    }

    /// Goes through one step.
    mutating func vary(by step: Augmentation.Step, using generator: inout SeededGenerator) {
        switch step {
        case .jitter: jitter(by: 0.33, using: &generator)
        case .blur:
            let sigma = generator.uniform(0.1, 1)
            planes = planes.map { $0.gaussianBlurred(size: 5, sigma: sigma) }
        case .flipAcross:
            planes = planes.map { $0.flipped(across: true) }
            labels = labels.flipped(across: true)
        case .flipDown:
            planes = planes.map { $0.flipped(across: false) }
            labels = labels.flipped(across: false)
        case .noise:
            addNoise(sigma: generator.uniform(0.005, 0.01), using: &generator)
        case .equalize:
            planes = planes.map { $0.locallyEqualized(clipLimit: 1, tilesAcross: 3, tilesDown: 3) }
        case .sharpen: planes = planes.map { $0.sharpened(by: 2) }
        case .zoom: zoom(to: 0.85, using: &generator)
        }
    }

    /// A random part of `share` of each side, resized back. The labels are eroded by 2x2 and objects under 15 pixels dropped,
    /// so that neighbours stay apart.
    private mutating func zoom(to share: Double, using generator: inout SeededGenerator) {
        let (width, height) = (labels.width, labels.height)
        let (across, down) = (
            max(1, Int((Double(width) * share).rounded())), max(1, Int((Double(height) * share).rounded()))
        )
        let box = LabelImage.Box(
            x: generator.index(below: width - across + 1), y: generator.index(below: height - down + 1), width: across,
            height: down)
        planes = planes.map { $0.cropped(to: box).resized(width: width, height: height) }
        labels = labels.cropped(to: box).resized(width: width, height: height).eroded2x2()
            .removingSmall(minimumArea: 15)
    }
}

extension Plane {
    /// The plane mirrored left to right (`across`) or top to bottom.
    func flipped(across: Bool) -> Plane {
        Plane(width: width, height: height, values: mirror(values, width: width, across: across))
    }
}

extension LabelImage {
    /// The labels mirrored left to right (`across`) or top to bottom.
    func flipped(across: Bool) -> LabelImage {
        LabelImage(width: width, height: height, labels: mirror(labels, width: width, across: across))
    }
}

/// Rows of `width` values mirrored left to right (`across`) or top to bottom.
private func mirror<Value>(_ values: [Value], width: Int, across: Bool) -> [Value] {
    var mirrored: [Value] = []
    mirrored.reserveCapacity(values.count)
    for start in stride(from: 0, to: values.count, by: max(width, 1)) {
        if across {
            mirrored.append(contentsOf: values[start..<start + width].reversed())
        } else {
            let end = values.count - start
            mirrored.append(contentsOf: values[end - width..<end])
        }
    }
    return mirrored
}
