import Torch

/// How far the textures of generated images are from those of real ones, class by class: what lies at one place need not
/// be what lies at the same place there, as pixel losses want it.
///
/// Patches of both are told by the answers of random filters, whose sorted values are compared: the sliced Wasserstein
/// distance (Rabin et al., SSVM 2011) between distributions of patches (Elnekave and Weiss, CVPR 2022).
public enum TextureLoss {
    /// Side of a patch, random filters, and patches taken of a class in an image.
    private static let side = 7, filters = 24, samples = 256
    /// The images as they are, and half as large.
    private static let scales = [1, 2]

    /// The mean distance over images, classes, filters and scales, in units of the images' values.
    /// - Parameters:
    ///   - images, real: N,C,H,W; gradients go into `images` alone.
    ///   - classes, realClasses: the images' classes N,H,W, int64, from 0 to below `count`. Of a class with few pixels,
    ///     others stand in for those that are missing.
    public static func value(
        _ images: Tensor, classes: Tensor, real: Tensor, realClasses: Tensor, count: Int
    ) throws -> Tensor {
        let channels = images.size(1)
        var terms: [Tensor] = []
        for scale in scales {
            let kernel =
                try centred(.normal([filters, channels, side, side], device: images.device))
                * (1 / Double(channels * side * side).squareRoot())
            let made = try Answers(images, classes: classes, kernel: kernel, scale: scale)
            let wanted = try Torch.withoutGradient {
                try Answers(real, classes: realClasses, kernel: kernel, scale: scale)
            }
            // Of a small image fewer, so that most are of the class that is asked for.
            let places = min(made.values.size(2), wanted.values.size(2))
            let patches = max(1, min(samples, places / (2 * count)))
            for index in 0..<count {
                terms.append(try made.of(index, patches).l1Loss(wanted.of(index, patches)))
            }
        }
        return try Tensor.sum(of: terms) * (1 / Double(terms.count))
    }

    /// Filters that do not answer to flat areas: how bright these are would drown the texture.
    private static func centred(_ kernel: Tensor) throws -> Tensor { try kernel - kernel.mean([2, 3], keep: true) }

    /// The filters' answers at every place where a patch lies within the image.
    private struct Answers {
        /// N,filters,places.
        let values: Tensor
        /// The class at the middle of each patch, N,places.
        let classes: Tensor

        init(_ images: Tensor, classes: Tensor, kernel: Tensor, scale: Int) throws {
            let (height, width) = (images.size(2) / scale, images.size(3) / scale)
            var (scaled, labels) = (try images.to(.float32), try classes.to(.float32).unsqueezed(1))
            if scale > 1 {
                scaled = try scaled.averagePooled(scale, stride: scale, padding: 0)
                labels = try labels.nearest(height: height, width: width)
            }
            let answers = try scaled.convolved(kernel)
            let (rows, columns) = (answers.size(2), answers.size(3))
            let count = images.size(0)
            values = try answers.reshaped([count, filters, rows * columns])
            self.classes = try labels.narrowed(2, from: side / 2, length: rows)
                .narrowed(3, from: side / 2, length: columns).reshaped([count, rows * columns])
        }

        /// The sorted answers at random places of a class: N,filters,patches.
        func of(_ index: Int, _ patches: Int) throws -> Tensor {
            let places = try Torch.withoutGradient { () -> Tensor in
                let order =
                    try Tensor.uniform(classes.shape, device: classes.device)
                    + classes.isEqual(to: Double(index)).to(.float32)
                return try order.topIndices(patches, dimension: 1).unsqueezed(1).repeated([1, filters, 1])
            }
            return try values.gathered(2, places).sorted(2)
        }
    }
}
