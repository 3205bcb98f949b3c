import Imaging
import Runs
import Torch

/// One full step of the CycleGAN (METHOD.md, "One training step"), with the remedies that the settings ask for.
///
/// What no loss uses is not computed: the discriminators' weights get no gradient in the generator's turn, and the
/// verdict on a mask that carries no gradient is read off the discriminator's turn. What both turns use is computed
/// once: a discriminator has the same weights in both, so its verdict on a generated sample, augmented once, serves
/// both.
struct CycleStep {
    let settings: TrainingSettings
    let models: Models
    let cycle: Models.Cycle
    let vgg: VGGLoss?
    let device: Device
    /// This process's part of every batch, and the processes that have the others.
    var share = BatchShare.whole
    var group: ProcessGroup?
    /// Called at the end of every phase, by its name; for measuring.
    var mark: (String) throws -> Void = { _ in }

    private var autocast: DataType? { settings.precision == .bf16 ? .bfloat16 : nil }

    /// What an image is generated from.
    struct Condition {
        /// Classes N,H,W.
        let target: Tensor
        /// What the generator is told of its objects, N,C,H,W; nil: nothing.
        var tones: Tensor?
    }

    /// What a step made, cut off from the generator and the segmenter, for the discriminators' turn.
    private struct Made {
        let image: Judged
        /// Nil where no gradient reaches the mask, so that the generator's turn has not judged it.
        let judgedMask: Judged?
        /// The segmenter's mask; nil in a step without it.
        let mask: Tensor?
        let trueMask: Tensor
    }

    /// A discriminator's verdict on a generated sample, with autograd's records from the sample's copy to the verdict.
    private struct Judged {
        let sample: Tensor
        let copy: Tensor
        let verdict: Tensor

        init(_ sample: Tensor, by discriminator: PatchDiscriminator) throws {
            self.sample = sample
            copy = try sample.detach()
            try copy.setRequiresGradient(true)
            verdict = try discriminator(copy)
        }

        /// A term with the gradient that `loss`, a function of the verdict, has for the sample. The records from the
        /// copy to the verdict stay.
        func term(_ loss: Tensor) throws -> Tensor {
            guard let gradient = try loss.gradients(of: [copy], retainGraph: true)[0] else {
                throw TorchError.failed("a verdict does not depend on its sample")
            }
            return try (sample * gradient).sum()
        }
    }

    /// Trains on real images N,C,H,W in [-1, 1] and what they are generated from; returns the losses, not yet read back.
    /// - Parameter recombined: the same of masks put together from training cells, which replace the true masks where
    ///   only the discriminator judges; nil: the image's own mask, whose pixel losses then count.
    /// - Parameter isWhole: false leaves the segmenter and the masks' discriminator out: the image is made from its true
    ///   mask instead of the segmenter's, for less than half of the time.
    func callAsFunction(
        images: Tensor, condition: Condition, recombined: Condition?, isWhole: Bool = true,
        using generator: inout SeededGenerator
    ) throws -> [(name: String, value: Tensor)] {
        var losses: [(name: String, value: Tensor)] = []
        let made = try generatorTurn(
            images: images, condition: condition, recombined: recombined, isWhole: isWhole, using: &generator,
            losses: &losses)
        try discriminatorTurn(images: images, made: made, using: &generator, losses: &losses)
        return losses
    }

    private func generatorTurn(
        images: Tensor, condition: Condition, recombined: Condition?, isWhole: Bool,
        using generator: inout SeededGenerator, losses: inout [(name: String, value: Tensor)]
    ) throws -> Made {
        let weights = settings.weights
        let target = condition.target
        let diffAugment = DiffAugment(probability: settings.pDiff, share: share)
        var terms: [Tensor] = []
        var adversarial: [(judged: Judged, loss: Tensor)] = []
        func judge(_ name: String, _ sample: Tensor, by discriminator: PatchDiscriminator) throws -> Judged {
            let judged = try Judged(sample, by: discriminator)
            let value = try AdversarialLoss.value(judged.verdict, towards: 1)
            losses.append((name, try value.detach()))
            adversarial.append((judged, try value * weights.adversarial))
            return judged
        }
        func add(_ name: String, _ value: Tensor, weight: Double) throws {
            losses.append((name, try value.detach()))
            terms.append(try value * weight)
        }
        let made = try Torch.autocast(autocast, on: device) { () -> Made in
            let trueMask = try SegmentationLoss.foreground(target, classes: settings.classes)
            let source = try recombined.map {
                try SegmentationLoss.foreground($0.target, classes: settings.classes)
            }
            let latent = try cycle.encoder.map { try $0(images, mask: trueMask) }
            if let latent { try add("latent", latent.to(.float32).power(2).mean(), weight: weights.latent) }

            // From mask to image and back. Recombined masks get the batch's styles.
            let fake = try generate(
                source ?? trueMask, tones: (recombined ?? condition).tones, latent: latent, using: &generator)
            let reconstructed: Tensor
            var fakeMask: Tensor?
            if isWhole {
                let seen = settings.imageGradient == .none ? try fake.detach() : fake
                try add(
                    "segmentationOfGenerated",
                    segmentationLoss(models.segmenter(seen), target: (recombined ?? condition).target),
                    weight: weights.segmentationOfGenerated)

                // From image to mask and back.
                let logits = try models.segmenter(images)
                try add("segmentation", segmentationLoss(logits, target: target), weight: weights.segmentation)
                let mask = try mask(of: logits)
                fakeMask = mask
                reconstructed = try generate(mask, tones: condition.tones, latent: latent, using: &generator)
            } else {
                reconstructed =
                    source == nil
                    ? fake : try generate(trueMask, tones: condition.tones, latent: latent, using: &generator)
            }
            try add("cyclePixels", pixelLoss(reconstructed, images), weight: weights.cyclePixels)

            let judgedImage = try judge(
                "generator", diffAugment(fake, using: &generator), by: cycle.imageDiscriminator)
            var judgedMask: Judged?
            if let fakeMask, settings.maskGradient != .none {
                judgedMask = try judge("segmenter", fakeMask, by: cycle.maskDiscriminator)
            }

            if source == nil { try add("pixels", pixelLoss(fake, images), weight: weights.pixels) }
            if weights.texture ?? 0 > 0 {
                // Each image is held against the one whose style it has.
                try add(
                    "texture",
                    TextureLoss.value(
                        fake, classes: (recombined ?? condition).target, real: images, realClasses: target,
                        count: settings.classes), weight: weights.texture ?? 0)
            }
            if let vgg {
                try add("cycleFeatures", vgg(reconstructed, images), weight: weights.cycleFeatures)
                if source == nil { try add("features", vgg(fake, images), weight: weights.features) }
            } else if weights.matchedFeatures > 0 {
                let real = try Torch.withoutGradient { try cycle.imageDiscriminator.verdict(images).features }
                let paired = source == nil ? fake : reconstructed
                let features = try cycle.imageDiscriminator.verdict(paired).features
                try add("features", FeatureMatching.value(features, real), weight: weights.matchedFeatures)
            }
            return Made(
                image: judgedImage, judgedMask: judgedMask, mask: try fakeMask?.detach(), trueMask: source ?? trueMask)
        }
        try mark("generator forward")
        for (judged, loss) in adversarial { terms.append(try judged.term(loss)) }
        let leaves =
            (isWhole ? models.segmenter.store.trainable : []) + cycle.generator.store.trainable
            + (cycle.encoder?.store.trainable ?? [])
        try Tensor.sum(of: terms).backward(into: leaves, averagedOver: group)
        try mark("generator backward")
        if isWhole { try models.segmenterOptimizer.update() }
        try cycle.generatorOptimizer.update()
        try mark("generator optimizer")
        return made
    }

    private func discriminatorTurn(
        images: Tensor, made: Made, using generator: inout SeededGenerator,
        losses: inout [(name: String, value: Tensor)]
    ) throws {
        let diffAugment = DiffAugment(probability: settings.pDiff, share: share)
        let total = try Torch.autocast(autocast, on: device) { () -> Tensor in
            let image = try AdversarialLoss.discriminator(
                real: cycle.imageDiscriminator(diffAugment(images, using: &generator)),
                generated: made.image.verdict)
            losses.append(("imageDiscriminator", try image.detach()))
            guard let mask = made.mask else { return image }
            let verdict = try made.judgedMask?.verdict ?? cycle.maskDiscriminator(mask)
            let masks = try AdversarialLoss.discriminator(
                real: cycle.maskDiscriminator(made.trueMask), generated: verdict)
            if settings.maskGradient == .none {
                losses.append(("segmenter", try AdversarialLoss.value(verdict.detach(), towards: 1)))
            }
            losses.append(("maskDiscriminator", try masks.detach()))
            return try image + masks
        }
        try mark("discriminators forward")
        // Into the weights alone: the copies of the samples need no gradient now.
        let leaves =
            cycle.imageDiscriminator.store.trainable
            + (made.mask == nil ? [] : cycle.maskDiscriminator.store.trainable)
        try total.backward(into: leaves, averagedOver: group)
        try mark("discriminators backward")
        try cycle.discriminatorOptimizer.update()
        try mark("discriminators optimizer")
    }

    /// The mean difference of pixels, or of squares of pixels: what is finer, mask and style cannot know, and a generator
    /// that is asked for it gives the mean.
    private func pixelLoss(_ made: Tensor, _ real: Tensor) throws -> Tensor {
        let side = settings.pixelSquare ?? 1
        let made = try made.to(.float32)
        if side == 1 { return try made.l1Loss(real) }
        func means(_ image: Tensor) throws -> Tensor { try image.averagePooled(side, stride: side, padding: 0) }
        return try means(made).l1Loss(means(real))
    }

    private func segmentationLoss(_ logits: Tensor, target: Tensor) throws -> Tensor {
        try SegmentationLoss.value(logits, target: target, for: settings, sharedBy: group)
    }

    /// The generator's image of `mask`, with the given style or with random ones, mixed nine times in ten.
    private func generate(
        _ mask: Tensor, tones: Tensor?, latent: Tensor?, using generator: inout SeededGenerator
    ) throws -> Tensor {
        let mask = try StyleUNet.condition(mask, tones: tones)
        // Drawn for the whole batch, so that the processes together have what one would have.
        let batch = mask.size(0) * share.count
        let noise = try share.part(of: .uniform([batch, mask.size(2), mask.size(3), 1], device: device))
        let levels = StyleUNet.levels
        if let latent { return try cycle.generator(mask, styles: [(latent, levels)], noise: noise) }
        func random() throws -> Tensor {
            try share.part(of: .normal([batch, StyleUNet.latentSize], device: device))
        }
        let first = generator.happens(0.9) ? generator.index(below: levels + 1) : levels
        var styles: [(latent: Tensor, levels: Int)] = []
        if first > 0 { styles.append((try random(), first)) }
        if first < levels { styles.append((try random(), levels - first)) }
        return try cycle.generator(mask, styles: styles, noise: noise)
    }

    /// The segmenter's mask as a condition for the generator: one-hot of the likeliest class, without background.
    private func mask(of logits: Tensor) throws -> Tensor {
        let classes = settings.classes
        let hard = try SegmentationLoss.foreground(logits.argmax(1), classes: classes)
        if settings.maskGradient == .none { return hard }
        let soft = try logits.to(.float32).softmax(1).narrowed(1, from: 1, length: classes - 1)
        return try hard + (soft - soft.detach())
    }
}
