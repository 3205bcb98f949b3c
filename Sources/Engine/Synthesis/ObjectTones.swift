import Imaging

/// How bright, and how unevenly so, the objects of an image are and what surrounds them. A generator that is told paints
/// bright cells beside dim ones; from a mask and a style alone it cannot know which is which, and gives all of them the
/// mean (the plainest of the instance-wise features of Wang et al., CVPR 2018). Not part of the published system.
struct ObjectTones: Equatable, Sendable {
    /// The mean of every plane, -1...1, and last the planes' mean standard deviation.
    typealias Tone = [Float]

    let background: Tone
    /// Those of the objects, by their labels from 1.
    let objects: [Tone]

    /// Planes that a generator of images of so many channels gets beside the mask: the objects' tones, the background's, and
    /// for grain the deviation of what is there itself.
    static func planes(channels: Int, hasGrain: Bool) -> Int { 2 * (channels + 1) + (hasGrain ? 1 : 0) }

    init(background: Tone, objects: [Tone]) { (self.background, self.objects) = (background, objects) }

    /// Measures planes of -1...1 under labels of their size that have no gaps.
    init(of planes: [Plane], in labels: LabelImage) {
        let count = Int(labels.maximum)
        var tones = [Tone](repeating: [], count: count + 1)
        var deviations = [Float](repeating: 0, count: count + 1)
        for plane in planes {
            var moments = [Moments](repeating: Moments(), count: count + 1)
            for (label, value) in zip(labels.labels, plane.values) { moments[Int(label)].add(Double(value)) }
            for (number, moments) in moments.enumerated() where moments.count > 0 {
                tones[number].append(Float(moments.mean))
                deviations[number] += Float(moments.deviation) / Float(planes.count)
            }
        }
        // A crop that one object fills has no background.
        let some = tones.first { !$0.isEmpty } ?? [Float](repeating: 0, count: planes.count)
        let whole = zip(tones, deviations).map { ($0.isEmpty ? some : $0) + [$1] }
        (background, objects) = (whole[0], Array(whole.dropFirst()))
    }

    /// Tones for `count` objects drawn from these, on this background; where there are none, from those of `others`.
    func drawn(
        _ count: Int, others: [ObjectTones] = [], using generator: inout SeededGenerator
    ) -> ObjectTones {
        let sources = objects.isEmpty ? others.filter { !$0.objects.isEmpty } : [self]
        return Self.drawn(count, on: background, using: &generator) { generator in
            sources.isEmpty ? nil : sources[generator.index(below: sources.count)]
        }
    }

    /// Tones for `count` objects drawn from two images, of which the second counts `weight` (0...1).
    static func drawn(
        _ count: Int, from first: ObjectTones, _ second: ObjectTones, weight: Double,
        using generator: inout SeededGenerator
    ) -> ObjectTones {
        let background = zip(first.background, second.background).map { $0 + Float(weight) * ($1 - $0) }
        return drawn(count, on: background, using: &generator) { generator in
            let (one, other) = generator.happens(weight) ? (second, first) : (first, second)
            return one.objects.isEmpty ? other : one
        }
    }

    /// Each object's tone is one of the image that `source` gives; without any it is that of the background.
    private static func drawn(
        _ count: Int, on background: Tone, using generator: inout SeededGenerator,
        from source: (inout SeededGenerator) -> ObjectTones?
    ) -> ObjectTones {
        let objects = (0..<count).map { _ -> Tone in
            guard let source = source(&generator), !source.objects.isEmpty else { return background }
            return source.objects[generator.index(below: source.objects.count)]
                .moved(from: source.background, to: background)
        }
        return ObjectTones(background: background, objects: objects)
    }
}

extension ObjectTones.Tone {
    /// An object's tone on another background: as far from that as it was from its own.
    fileprivate func moved(from background: Self, to other: Self) -> Self {
        indices.map { index in
            let value = self[index] - background[index] + other[index]
            return Swift.min(Swift.max(value, index == count - 1 ? 0 : -1), 1)
        }
    }
}

/// Whose tone a generator is told where. Around an object it is told the object's tone as well: what it is told then neither
/// gives the mask away nor is a picture that it could copy.
struct ObjectRegions: Equatable, Sendable {
    /// H x W: the label of the object that is nearest, within reach; else 0.
    let nearest: [Int64]
    /// H x W: 1 in an object, 0 in the background.
    let isObject: [Float]
    /// How many objects there are.
    let count: Int

    /// How far an object's tone reaches, in pixels.
    private static let reach = 64

    /// The regions of labels that have no gaps.
    init(_ labels: LabelImage) {
        nearest = labels.grown(maximumDistance: Self.reach).labels.map(Int64.init)
        isObject = labels.labels.map { $0 > 0 ? 1 : 0 }
        count = Int(labels.maximum)
    }
}
