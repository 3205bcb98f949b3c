import Dispatch
import Synchronization

/// Crops that a step takes: of which source, how many, and the numbers on which alone they depend.
struct CropWish: Hashable, Sendable {
    enum Source: Sendable {
        /// The training images.
        case real
        /// The images of a synthetic set.
        case synthetic
        /// Training images put together anew.
        case recombined
        /// Masks of recombined cells, without images.
        case masks
    }

    var source: Source
    var count: Int
    var seed: UInt64
    var step: Int
    /// Whether a generator is to be told its objects' tones.
    var withTones = false
}

/// Where crops come from.
struct CropSources: Sendable {
    let real: CropSampler
    let synthetic: CropSampler?
    let recombined: RecombinedCrops?
    let masks: DenseMaskSampler?

    /// The crops wished for, the same whenever they are asked for; none of a source that there is not.
    func batch(_ wish: CropWish) -> CropSampler.Batch {
        let batch =
            switch wish.source {
            case .real: real.batch(count: wish.count, seed: wish.seed, step: wish.step, withTones: wish.withTones)
            case .synthetic: synthetic?.batch(count: wish.count, seed: wish.seed, step: wish.step)
            case .recombined: recombined?.batch(count: wish.count, seed: wish.seed, step: wish.step)
            case .masks: masks?.batch(count: wish.count, seed: wish.seed, step: wish.step, withTones: wish.withTones)
            }
        return batch
            ?? CropSampler.Batch(
                images: [], classes: [], channels: real.channels, height: real.height, width: real.width, count: 0)
    }
}

/// Draws crops, where that is wished on a thread of its own while the engine computes: what was foreseen is ready when it is
/// asked for, what was not is drawn then. Both give the same crops.
final class CropLoader {
    /// A batch that whoever comes first draws, while others wait for it.
    private final class Drawing: Sendable {
        private let batch = Mutex<CropSampler.Batch?>(nil)

        func drawn(_ draw: () -> CropSampler.Batch) -> CropSampler.Batch {
            batch.withLock { batch in
                if let batch { return batch }
                let new = draw()
                batch = new
                return new
            }
        }
    }

    private let draw: @Sendable (CropWish) -> CropSampler.Batch
    private let queue = DispatchQueue(label: "petri.crops")
    /// What was foreseen and not yet asked for.
    private var drawings: [CropWish: Drawing] = [:]

    /// Whether what is foreseen is drawn ahead.
    var isAhead: Bool

    /// - Parameter draw: gives the same crops whenever it is asked; holds no tensors.
    init(isAhead: Bool, _ draw: @escaping @Sendable (CropWish) -> CropSampler.Batch) {
        (self.isAhead, self.draw) = (isAhead, draw)
    }

    /// The crops wished for.
    func batch(_ wish: CropWish) -> CropSampler.Batch {
        (drawings.removeValue(forKey: wish) ?? Drawing()).drawn { draw(wish) }
    }

    /// Begins to draw what will be asked for next, in this order; what was foreseen before and is not wished for now is
    /// dropped.
    func foresee(_ wishes: @autoclosure () -> [CropWish]) {
        guard isAhead else { return }
        var foreseen: [CropWish: Drawing] = [:]
        for wish in wishes() {
            if let begun = drawings[wish] {
                foreseen[wish] = begun
                continue
            }
            let drawing = Drawing()
            foreseen[wish] = drawing
            // What is dropped before its turn is not drawn.
            queue.async { [weak drawing, draw] in _ = drawing?.drawn { draw(wish) } }
        }
        drawings = foreseen
    }
}
